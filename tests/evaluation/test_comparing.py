"""One run against another: pairs, intervals, verdicts, and what the command prints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from evaluation.commands.eval import eval_
from evaluation.comparing import Comparison, Difference, compare
from evaluation.comparing import difference as measured
from evaluation.figures import CaseResult, Metric
from evaluation.runs import Code
from evaluation.suites.cost import METRICS
from service.errors import Invalid
from tests.evaluation.made import ANSWERED, CODE, TOKENS, a_run, case


def difference(found: Comparison, metric: str) -> Difference:
    return next(one for one in found.differences if one.metric == metric)


def both(
    folder: Path, before: Sequence[CaseResult], after: Sequence[CaseResult], *metrics: Metric, suite: str = "mine"
) -> Comparison:
    chosen = metrics or (ANSWERED, TOKENS)
    return compare(a_run(folder / "a", {suite: (chosen, before)}), a_run(folder / "b", {suite: (chosen, after)}))


def test_differences_are_taken_pair_by_pair_over_the_cases_that_both_scored(tmp_path: Path) -> None:
    before = [case(str(at), answered=at / 10, tokens=100 + at) for at in range(8)]
    after = [case(str(at), answered=at / 10 + 0.1, tokens=110 + at) for at in range(8)]
    found = both(
        tmp_path, [*before, case("old", answered=0.0)], [*after, case("new", answered=1.0), case("new-2", answered=1.0)]
    )
    told = difference(found, "answered")
    # each of the eight gains a tenth, however much they differ from each other: the interval is that tenth
    assert told.difference == pytest.approx(0.1) and told.low == pytest.approx(0.1) and told.high == pytest.approx(0.1)
    assert (told.cases, told.verdict) == (8, "better")
    assert difference(found, "tokens").verdict == "worse"  # ten tokens more, where fewer are better
    assert found.suites["mine"].model_dump() == {"shared": 8, "only_before": 1, "only_after": 2}


def test_a_case_that_one_run_did_not_score_is_no_zero(tmp_path: Path) -> None:
    before = [case(str(at), answered=1.0) for at in range(7)]
    after = [case(str(at), answered=None if at == 0 else 1.0) for at in range(7)]
    told = difference(both(tmp_path, before, after, ANSWERED), "answered")
    assert (told.cases, told.difference, told.verdict) == (6, 0.0, "same")


@pytest.mark.parametrize(("pairs", "verdict"), [(5, "unclear"), (6, "better")])
def test_five_pairs_are_never_clear(tmp_path: Path, pairs: int, verdict: str) -> None:
    before, after = ([case(str(at), answered=value) for at in range(pairs)] for value in (0.0, 1.0))
    assert difference(both(tmp_path, before, after, ANSWERED), "answered").verdict == verdict


def test_a_difference_whose_interval_holds_zero_is_not_clear(tmp_path: Path) -> None:
    before = [case(str(at), answered=float(at % 2)) for at in range(20)]
    after = [case(str(at), answered=float(at % 3 == 0)) for at in range(20)]
    told = difference(both(tmp_path, before, after, ANSWERED), "answered")
    assert told.low is not None and told.high is not None and told.low < 0 < told.high and told.verdict == "unclear"


def test_a_figure_that_is_no_mean_is_made_anew_of_resampled_pairs(tmp_path: Path) -> None:
    share = Metric("answered", "", of=lambda cases: sum(one.value("output_tokens") or 0 for one in cases)
                   / sum(one.value("input_tokens") or 0 for one in cases))  # fmt: skip
    pairs = [
        (
            case(str(at), input_tokens=10.0 * at, output_tokens=1.0),
            case(str(at), input_tokens=10.0 * at, output_tokens=2.0),
        )
        for at in range(1, 9)
    ]
    told = measured("mine", share, pairs, 7)
    assert told.before == pytest.approx(8 / 360) and told.after == pytest.approx(16 / 360)
    assert told.low is not None and told.high is not None and told.low < 8 / 360 < told.high


def test_what_differs_is_named_and_what_moved_most_comes_first(tmp_path: Path) -> None:
    cases = [case(str(at), {"variants": [{"preview": {"body": f"Antes {at}"}}]}, answered=1.0) for at in range(6)]
    moved = [one.model_copy(update={"shown": {"variants": [{"preview": {"body": "Depois"}}]}}) for one in cases]
    moved[4] = case("4", moved[4].shown, answered=0.25)
    moved[2] = case("2", moved[2].shown, answered=0.5)
    before = a_run(tmp_path / "a", {"mine": ((ANSWERED,), cases)}, prompts={"email/v1": "11" * 32})
    after = a_run(
        tmp_path / "b", {"mine": ((ANSWERED,), moved)}, cannot={"judged": "no model is configured"}, seed=8,
        code=Code(version="0.2.0", sources="ef" * 32, commit=CODE.commit), data={"cases.jsonl": "56" * 32},
    )  # fmt: skip
    found = compare(before, after)
    assert [one.what for one in found.changed] == [
        "version", "code", "prompt email/v1", "data of mine: cases.jsonl", "seed", "prompt email/v2",
    ]  # fmt: skip
    assert [(one.id, one.steps[0].change) for one in found.moved] == [("4", -0.75), ("2", -0.5)]
    assert found.moved[0].before["variants"][0]["preview"]["body"] == "Antes 4"
    assert found.cannot == {"judged": "no model is configured"}


def test_the_command_prints_both_copies_and_the_same_as_json(tmp_path: Path) -> None:
    shown = [{"variants": [{"preview": {"subject": word, "image_content_id": "x"}}]} for word in ("Velho", "[b]Novo")]
    for name, value, one in (("a", 0.0, shown[0]), ("b", 1.0, shown[1])):
        a_run(tmp_path / name, {"cost": (METRICS, [case(str(at), one, answered=value) for at in range(6)])})
    asked = ["compare", str(tmp_path / "a"), str(tmp_path / "b")]
    printed = CliRunner().invoke(eval_, asked).stdout
    assert "subject: Velho" in printed and "subject: [b]Novo" in printed and "1 are clearly better" in printed
    told = orjson.loads(CliRunner().invoke(eval_, [*asked, "--json"]).stdout)
    assert told["differences"][-1]["metric"] == "answered" and told["differences"][-1]["verdict"] == "better"


def test_runs_without_a_case_in_common_are_told_so(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"no case in common.*1 of mine.*1 of cost"):
        compare(
            a_run(tmp_path / "a", {"mine": ((ANSWERED,), [case("1", answered=1.0)])}),
            a_run(tmp_path / "b", {"cost": ((ANSWERED,), [case("1", answered=1.0)])}),
        )
