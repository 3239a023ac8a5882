"""`sobmedida eval run` and `rerun` as somebody at a terminal meets them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from service.cli import build
from tests.service.commands import Ended, run

SCENARIOS = [
    {"id": "café", "channel": "email", "lead": "c-01", "brief": {"objective": "Convidar para um café melhor em casa"}},
    {"id": "plantas", "channel": "banner", "lead": "c-02", "brief": {"objective": "Plantas fáceis de cuidar"}},
]


def scenarios(folder: Path) -> str:
    path = folder / "scenarios.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in SCENARIOS))
    return str(path)


def evaluate(folder: Path, *arguments: str) -> Ended:
    return run("eval", *arguments, SOBMEDIDA_DATA_DIR=str(folder / "data"))


def test_a_run_is_shown_and_done_again_it_gives_the_same_figures(tmp_path: Path) -> None:
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    done = evaluate(
        tmp_path, "run", "--suite", "cost", "--scenarios", scenarios(tmp_path), "--out", first, "--quiet"
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "input_tokens" in done.stdout and first in done.stdout
    again = evaluate(tmp_path, "rerun", first, "--out", second, "--json")
    assert again.returncode == 0, again.stderr
    assert "to the last digit" in again.stderr
    told = json.loads(again.stdout)
    assert told["run"]["config"]["suites"] == ["cost"]
    assert told["summary"]["suites"]["cost"]["figures"]["input_tokens"]["value"] > 0
    assert (tmp_path / "first" / "summary.json").read_bytes() == (tmp_path / "second" / "summary.json").read_bytes()


def own_content(folder: Path) -> tuple[str, ...]:
    """An offer that begins in 2131, and a question that it answers, as options."""
    (folder / "artigos").mkdir()
    head = "kind: offer\ntitle: Ceia\nlocale: pt-BR\nvalid_from: 2131-01-01"
    (folder / "artigos" / "ceia.md").write_text(f"---\n{head}\n---\n\nA ceia serve oito pessoas.\n")
    (folder / "perguntas").mkdir()
    (folder / "perguntas" / "queries.jsonl").write_text('{"id": "q", "text": "ceia para oito pessoas"}\n')
    (folder / "perguntas" / "qrels.tsv").write_text("query_id\tdoc_id\trelevance\nq\tceia\t1\n")
    asked = ("--content", str(folder / "artigos"), "--judged", str(folder / "perguntas"), "--suite", "retrieval")
    return (*asked, "--quiet", "--json")


def test_own_content_is_measured_at_the_time_of_the_run_or_another_that_is_given(tmp_path: Path) -> None:
    def told(*arguments: str) -> tuple[datetime, float]:
        ended = evaluate(tmp_path, *arguments)
        assert ended.returncode == 0, ended.stderr
        found = json.loads(ended.stdout)
        recall = found["summary"]["suites"]["retrieval"]["figures"]["lexical.recall@10"]["value"]
        return datetime.fromisoformat(found["run"]["config"]["now"]), recall

    asked, started = ("run", *own_content(tmp_path)), datetime.now(UTC).replace(microsecond=0)
    now, recall = told(*asked, "--out", str(tmp_path / "first"))
    assert started <= now <= datetime.now(UTC)
    assert recall == 0  # it has not begun
    assert told(*asked, "--out", str(tmp_path / "first")) == (now, 0)  # the same run, gone on with
    later = datetime(2131, 1, 1, 3, tzinfo=UTC)  # when that day begins where the content's days are counted
    then = ("--now", "2131-01-01", "--out", str(tmp_path / "later"))
    assert told(*asked, *then) == (later, 1)
    assert told("rerun", str(tmp_path / "later"), "--out", str(tmp_path / "again"), "--json", "--quiet") == (later, 1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run", "--suite", "taste"), "There is no suite 'taste'; there are: "),
        (("run", "--writer", "poet"), "--writer 'poet': use one of composer, model"),
        (("run", "--locale", "fr"), "--locale 'fr': use one of pt-BR, en, es"),
        (("run", "--content", "articles", "--workspace", "casa"), "--content or --workspace, not both"),
        (("run", "--content", "articles", "--now", "soon"), "--now 'soon' is no time; write one such as"),
        (("run", "--now", "2026-12-01"), "--now is for --content"),
        (("rerun", "nowhere"), "nowhere is not the folder of a run"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    ended = evaluate(tmp_path, *arguments)
    assert ended.returncode == 1
    assert told in ended.stderr


def test_suites_are_listed_with_what_their_metrics_say(tmp_path: Path) -> None:
    told = json.loads(evaluate(tmp_path, "suites", "--json").stdout)
    assert told["cost"]["metrics"]["input_tokens"] == "tokens that a generation sends to the model"


def test_run_and_calibrate_say_the_same_of_the_options_that_both_have() -> None:
    commands = typer.main.get_group(build(["eval"])).commands["eval"].commands  # type: ignore[attr-defined]
    run_, calibrate = ({one.name: one.help for one in commands[name].params} for name in ("run", "calibrate"))
    both = ("content", "workspace", "judged", "locale", "seed", "as_json", "quiet")
    assert {name: run_[name] for name in both} == {name: calibrate[name] for name in both}
