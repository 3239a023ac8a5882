"""Thresholds: what passes, what fails and why, and the small gate that every test run holds the sample shop to."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evaluation.figures import CaseResult, Metric
from evaluation.gate import SAMPLE, Asked, Verdict, judge, known_metrics, passed, read_gate
from evaluation.lab import Parts, sample_lab
from evaluation.metrics.score import Score
from evaluation.runner import run_suites
from evaluation.runs import Config, Run, code
from evaluation.suites.registry import suites_of
from retrieval.embedding import HashEmbedder
from service.errors import CannotRead
from tests.evaluation.made import ANSWERED, TOKENS, a_run, case
from tests.service.commands import run as command

KNOWN = {"copy": ["answered", "tokens", "hybrid.ndcg@10"], "cost": ["tokens"]}
SCENARIOS = [
    {"id": "café", "channel": "email", "lead": "c-01", "brief": {"objective": "Convidar para um café melhor em casa"}},
    {"id": "plantas", "channel": "banner", "lead": "c-02", "brief": {"objective": "Plantas fáceis de cuidar"}},
]
CASES = [
    case("c1", answered=1.0, tokens=900.0),
    case("c2", answered=0.0, tokens=1100.0, locale="es"),
    case("c3", answered=1.0, tokens=1000.0),
]


def thresholds(folder: Path, text: str) -> list[Asked]:
    path = folder / "gate.toml"
    path.write_text(text)
    return read_gate(path, KNOWN)


def made(folder: Path, cases: list[CaseResult] | None = None) -> Run:
    return a_run(folder, {"copy": ([ANSWERED, TOKENS], cases or CASES)}, cannot={"cost": "no model is configured"})


def judged(folder: Path, text: str) -> list[Verdict]:
    return judge(thresholds(folder, text), made(folder / "run"))


@pytest.mark.parametrize(
    ("text", "told", "why"),
    [
        ("[copy.answered]\nleast = 0.6", "passed", ""),
        ("[copy.answered]\nleast = 0.7", "failed", "0.6667 is less than 0.7"),
        ("[copy.tokens]\nmost = 1000", "passed", ""),
        ("[copy.tokens]\nmost = 999.5", "failed", "1,000 is more than 999.5"),
        ('[copy.answered]\nleast = 1.0\non = "pt-BR"', "passed", ""),
        ('[copy.answered]\nleast = 0.5\non = "es"', "failed", "0 is less than 0.5"),
        ('[copy.answered]\nleast = 0.5\non = "en"', "failed", "there are no cases on en"),
        ("[cost.tokens]\nmost = 5", "failed", "the suite could not run: no model is configured"),
        ("[cost.tokens]\nmost = 5\noptional = true", "skipped", "the suite could not run: no model is configured"),
        ('[copy."hybrid.ndcg@10"]\nleast = 0.5', "failed", "the run has no such figure"),
        ("[copy.tokens]\nat_most_times = 1.1", "skipped", "none was given"),
    ],
)
def test_a_figure_is_held_to_its_threshold(tmp_path: Path, text: str, told: str, why: str) -> None:
    [one] = judged(tmp_path, text)
    assert one.told == told
    assert why in one.why if why else one.why == ""
    assert passed([one]) is (told != "failed")


def test_what_was_not_scored_fails_with_its_reason(tmp_path: Path) -> None:
    none = CaseResult(id="c1", scores={"answered": Score(None, "", "overlap is too thin")})
    [one] = judge(thresholds(tmp_path, "[copy.answered]\nleast = 0.1"), made(tmp_path / "run", [none]))
    assert (one.told, one.why) == ("failed", "not scored: overlap is too thin")


def test_the_worst_cases_are_named_and_none_that_is_as_good_as_can_be(tmp_path: Path) -> None:
    answered, tokens = judged(tmp_path, "[copy.answered]\nleast = 1.0\n[copy.tokens]\nmost = 1")
    assert [one.id for one in answered.worst] == ["c2"]
    assert [one.id for one in tokens.worst] == ["c2", "c3", "c1"]
    assert (answered.worst[0].answer, answered.worst[0].explanation) == ("seen", "because")


def test_of_a_figure_of_all_together_the_cases_are_named_that_pull_it_down(tmp_path: Path) -> None:
    suite = suites_of(Config(suites=["checks"]))[0]
    rights = [
        CaseResult(
            id=id_,
            scores={f"blocking.{name}": Score(float(name == what), what, id_) for name in ("right", "false", "missed")},
        )
        for id_, what in (("c1", "right"), ("c2", "missed"), ("c3", "right"))
    ]
    run = a_run(tmp_path / "run", {"checks": ([one for one in suite.metrics if "recall" in one.name], rights)})
    path = tmp_path / "gate.toml"
    path.write_text("[checks.blocking.recall]\nleast = 0.9")
    [one] = judge(read_gate(path, known_metrics()), run)
    assert one.value == pytest.approx(2 / 3)
    assert [(worst.id, worst.value) for worst in one.worst] == [("c2", 1.0)]


def test_a_figure_is_held_against_another_run(tmp_path: Path) -> None:
    asked = thresholds(tmp_path, "[copy.tokens]\nat_most_times = 1.2\n[copy.answered]\nat_least_times = 1.0")
    before = made(tmp_path / "before")
    dearer = [case(f"c{number}", answered=1.0, tokens=1201.0) for number in range(3)]
    tokens, answered = judge(asked, made(tmp_path / "after", dearer), before)
    assert (tokens.told, tokens.why) == ("failed", "1,201 is more than 1.2 times 1,000")
    assert answered.told == "passed"
    other = a_run(tmp_path / "other", {"cost": ([TOKENS], CASES)})
    tokens, _ = judge(asked, made(tmp_path / "again"), other)
    assert (tokens.told, tokens.why) == (
        "failed", "the run it is held against has no figure: the suite was not run"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\n[taste.sweet]\nleast = 1", "line 2: there is no suite 'taste'; there are: copy, cost"),
        (
            "[copy.answered]\nleast = 1\n\n[copy.sweet]\nleast = 1",
            "line 4: copy has no metric 'sweet'; it has: ",
        ),
        ("[copy.hybrid.mrr]\nleast = 1", "line 1: copy has no metric 'hybrid.mrr'"),
        ("[copy]\nsweet = {least = 1}", "line 1: copy has no metric 'sweet'"),
        ("[copy.answered]\nleast = 1\n[copy.tokens]\natmost = 1", "line 3: atmost: Extra inputs are not permitted"),
        ("[[copy.tokens]]\nmost = 1\n[[copy.tokens]]\nmost = 'x'", "line 3: most: Input should be a valid number"),
        ('[copy.tokens]\non = "es"', "line 1: Value error, give one of least, most"),
        ("copy = 3", "line 1: copy is a table of metrics, as in [copy.answered]"),
        ("[copy.tokens\n", "is not TOML: "),
        ("# none\n", "has no thresholds"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(CannotRead) as error:
        thresholds(tmp_path, text)
    assert told in error.value.detail


def test_a_name_with_a_dot_needs_no_quotes_and_several_locales_have_their_own(tmp_path: Path) -> None:
    text = '[[copy.tokens]]\nmost = 1\n[[copy.tokens]]\nmost = 2\non = "es"\n[copy."hybrid.ndcg@10"]\nleast = 0.1'
    found = thresholds(tmp_path, text)
    assert [(one.metric, one.line, one.threshold.on) for one in found] == [
        ("tokens", 1, None), ("tokens", 3, "es"), ("hybrid.ndcg@10", 6, None),
    ]  # fmt: skip


def test_the_samples_own_thresholds_are_about_what_there_is() -> None:
    assert read_gate(SAMPLE, known_metrics())


def test_the_command_says_what_failed_and_ends_with_1(tmp_path: Path) -> None:
    metrics = [Metric("answered", "answers"), Metric("input_tokens", "tokens", "lower", "tokens")]
    cases = [case("café", answered=1.0, input_tokens=900.0), case("plantas", answered=0.0, input_tokens=800.0)]
    a_run(tmp_path / "run", {"cost": (metrics, cases)})
    path = tmp_path / "gate.toml"
    path.write_text("[cost.answered]\nleast = 1.0\n[cost.input_tokens]\nmost = 2000\n")
    ended = command("eval", "gate", str(tmp_path / "run"), "--thresholds", str(path))
    assert ended.returncode == 1
    assert "cost answered: 0.5, interval 0 to 1; at least 1 (gate.toml, line 1)" in ended.stdout
    assert "plantas: 0 – seen; because" in ended.stdout
    assert "1 passed, 1 failed." in ended.stdout
    told = json.loads(command("eval", "gate", str(tmp_path / "run"), "--thresholds", str(path), "--json").stdout)
    assert told["passed"] is False
    assert [one["told"] for one in told["verdicts"]] == ["failed", "passed"]
    path.write_text("[cost.answered]\nleast = 0.5\n")
    assert command("eval", "gate", str(tmp_path / "run"), "--thresholds", str(path)).returncode == 0
    none = command("eval", "gate", str(tmp_path / "run"), "--thresholds", str(path), "--suite", "taste")
    assert "has no thresholds for taste" in none.stderr


async def test_a_small_run_on_the_sample_shop_passes_its_gate(tmp_path: Path) -> None:
    """The gate of every test run: what runs offline in a moment, on the real service, with the shipped thresholds."""
    few = tmp_path / "scenarios.jsonl"
    few.write_text("".join(f"{json.dumps(one)}\n" for one in SCENARIOS))
    config = Config(suites=["checks", "cost"], scenarios=str(few))
    async with sample_lab(tmp_path, Parts(HashEmbedder(64))) as lab:
        await run_suites(
            tmp_path / "run", lab, config, suites_of(config), code=code(), now=datetime(2026, 11, 25, tzinfo=UTC)
        )
    asked = [one for one in read_gate(SAMPLE, known_metrics()) if one.suite in config.suites]
    verdicts = judge(asked, Run.open(tmp_path / "run"))
    assert passed(verdicts), [one for one in verdicts if one.told == "failed"]
