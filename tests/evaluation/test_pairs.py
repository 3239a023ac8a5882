"""Copy compared by people: the form says nothing of who wrote what, and answers add up."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from evaluation.commands.eval import eval_
from evaluation.pairs import Answered, Answers, Form, Key, Keyed, Side, make, page, read_answers, result
from evaluation.runs import Run
from service.errors import CannotRead, Invalid, NotFound
from tests.evaluation.made import ANSWERED, a_run, case


def written(folder: Path, writer: str, texts: dict[str, str], **other: Any) -> Run:
    cases = [
        case(id_, {"channel": "email", "variants": [{"preview": {"subject": text, "cta_url": "https://x.example"}}]})
        for id_, text in texts.items()
    ]
    return a_run(folder, {"copy": ((ANSWERED,), cases)}, writer=writer, **other)


def both(folder: Path, count: int = 6) -> list[Run]:
    return [
        written(folder / writer, writer, {f"c{at}": f"{word} {at}" for at in range(count)})
        for writer, word in (("composer", "Azul"), ("model", "Verde"))
    ]


def key(*pairs: tuple[str, str, str]) -> Key:
    keyed = [Keyed(id=f"p{at}", case=case_, left=left, right=right) for at, (case_, left, right) in enumerate(pairs)]
    return Key(form="ab" * 6, seed=7, writers=["composer", "model"], pairs=keyed)


def answers(*choices: Side, form: str = "ab" * 6, who: str = "") -> Answers:
    told = {f"p{at}": Answered(choice=choice) for at, choice in enumerate(choices)}
    return Answers(form=form, who=who, pairs=len(choices), answers=told)


def test_the_form_says_nothing_of_who_wrote_what(tmp_path: Path) -> None:
    human = tmp_path / "ours.jsonl"
    human.write_text('{"id": "c0", "fields": {"body": "Feito à mão", "subject": "Roxo"}}\n', encoding="utf-8")
    form = make(both(tmp_path), human, seed=7)
    told = page(form, "pt-BR")
    for word in ("composer", "model", "human", "x.example"):
        assert word not in re.sub(r"<(style|script)>.*?</\1>", "", told, flags=re.DOTALL), word
    assert len(form.pairs) == 6 + 2 and {one.left for one in form.key.pairs} == {"composer", "model", "human"}
    by_hand = next(side for pair in form.pairs for side in (pair.left, pair.right) if "body" in side)
    assert list(by_hand) == ["subject", "body"]  # as in everybody's copy, not as in the file


def test_the_seed_orders_pairs_and_sides(tmp_path: Path) -> None:
    runs = both(tmp_path, 12)
    one, same, other = (make(runs, None, seed) for seed in (7, 7, 8))
    assert one == same and one.key.form != other.key.form
    assert [pair.case for pair in one.key.pairs] != [pair.case for pair in other.key.pairs]
    sides = [pair.left for pair in one.key.pairs]
    assert set(sides) == {"composer", "model"}
    for shown, kept in zip(one.pairs, one.key.pairs, strict=True):
        assert shown.left["subject"].startswith({"composer": "Azul", "model": "Verde"}[kept.left])


def test_copy_that_is_the_same_is_not_compared(tmp_path: Path) -> None:
    first = written(tmp_path / "a", "composer", {"1": "Igual", "2": "Um"})
    second = written(tmp_path / "b", "composer", {"1": "Igual", "2": "Outro"})
    form = make([first, second], None, seed=7)
    assert [pair.case for pair in form.key.pairs] == ["2"] and form.same == 1
    assert form.key.writers == ["a", "b"]  # two of a kind are called by their runs
    with pytest.raises(Invalid, match="nothing to compare"):
        make([first], None, seed=7)


def test_wins_ties_and_agreement_add_up() -> None:
    found = result(
        key(("c1", "composer", "model"), ("c2", "model", "composer"), ("c3", "composer", "model")),
        {"ana": answers("left", "left", "tie", who="Ana"), "bia": answers("left", "right", who="Bia")},
    )
    composer, model = found.standings
    # c1: both for the composer; c2: one for each; c3: Ana finds them equal
    assert (composer.won, composer.tied, composer.lost) == (1.5, 1, 0.5)
    assert composer.share == pytest.approx((1.5 + 0.5) / 3) and model.share == pytest.approx(1 / 3)
    assert composer.low is not None and composer.high is not None and composer.low < composer.share < composer.high
    assert (found.people, found.answered, found.agree) == (2, 3, 1 / 2)
    # left left / left right: three and one, of four words; two of four disagree, by chance 3 * 1 * 2 of 12
    assert found.alpha == pytest.approx(1 - (2 / 4) / (6 / 12))


def test_one_answer_a_pair_says_nothing_of_agreement() -> None:
    found = result(key(("c1", "composer", "model")), {"a": answers("left")})
    assert found.agree is None and found.alpha is None and found.standings[0].low is None


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"a": answers("left", form="cd" * 6)}, "a answers the form cdcd"),
        ({"a": answers("left", "left")}, "answer to the pair 'p1'"),
        ({"a": answers("left", who="Ana"), "b": answers("tie", who="Ana")}, "b and a are both by 'Ana'"),
        ({"a": answers()}, "Nobody answered"),
    ],
    ids=["another form", "unknown pair", "twice", "nobody"],
)
def test_foreign_answers_are_told(files: dict[str, Answers], fault: str) -> None:
    with pytest.raises(Invalid, match=fault):
        result(key(("c1", "composer", "model")), files)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<html>", "not what the form saves"), ('{"form": "x"}', "form: "),
        ('{"form": "abababababab", "pairs": 1, "answers": {"p1": {"choice": "both"}}}', r"answers\.p1\.choice"),
    ],
)  # fmt: skip
def test_a_wrong_file_of_answers_is_told(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "answers.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CannotRead, match=fault):
        read_answers(path)


def test_the_commands_make_a_form_and_read_its_answers(tmp_path: Path) -> None:
    both(tmp_path)
    form, saved = tmp_path / "form.html", tmp_path / "answers.json"
    made = CliRunner().invoke(
        eval_, ["pairs", "make", str(tmp_path / "composer"), str(tmp_path / "model"), "--out", str(form)]
    )
    assert "6 pairs by composer, model" in made.stdout
    (kept,) = (tmp_path / "composer" / "pairs").glob("*.json")
    told = Key.model_validate_json(kept.read_bytes())
    for_model = {pair.id: {"choice": "left" if pair.left == "model" else "right"} for pair in told.pairs}
    saved.write_text(json.dumps({"form": told.form, "who": "", "pairs": 6, "answers": for_model}), encoding="utf-8")
    read = CliRunner().invoke(eval_, ["pairs", "read", str(saved), "--key", str(kept), "--json"])
    standings = {one["writer"]: one for one in json.loads(read.stdout)["standings"]}
    assert (standings["model"]["won"], standings["composer"]["lost"], standings["model"]["share"]) == (6, 6, 1)
    assert "model" in CliRunner().invoke(eval_, ["pairs", "read", str(saved), "--key", str(kept)]).stdout
    missing = CliRunner().invoke(eval_, ["pairs", "read", str(saved)]).exception
    assert isinstance(missing, NotFound) and "--key" in missing.detail


def a_form(folder: Path) -> Form:
    """Six pairs, for a browser."""
    return make(both(folder), None, seed=7)
