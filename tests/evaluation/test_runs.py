"""A run's folder: gone on with after a stop, refused where it is another's, done again with the same figures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from evaluation.figures import CaseResult, Metric
from evaluation.lab import Lab
from evaluation.metrics.score import Score
from evaluation.runner import run_suites
from evaluation.runs import Code, Config, Run
from evaluation.suites.base import CannotRun, Measured, Plan
from service.commands.api import Api
from service.errors import CannotRead, Conflict

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
LAB = Lab(cast("Api", None), "sample", "casa", "hash", None, NOW)
CODE = Code(version="1", sources="abc")


class Stopped(Exception):
    """Somebody pulled the plug."""


class Counting:
    """Six cases; each is as right as its place says. It breaks off after `most`, and notes what it measured."""

    name = "counting"
    says = "It counts."
    metrics = (Metric("right", "how right"),)

    def __init__(self, most: int = 6, cannot: str = "") -> None:
        self.most, self.cannot, self.measured = most, cannot, list[str]()

    async def plan(self, lab: Lab) -> Plan:
        if self.cannot:
            raise CannotRun(self.cannot)
        return Plan([f"case-{place}" for place in range(6)], {"cases.jsonl": "00"})

    async def measure(self, lab: Lab, wanted: Collection[str]) -> AsyncIterator[Measured]:
        for id_ in wanted:
            if len(self.measured) == self.most:
                raise Stopped
            self.measured.append(id_)
            score = Score(int(id_[-1]) / 5, id_, "by its place")
            yield Measured(CaseResult(id=id_, scores={"right": score}), {"all": 1.0})


async def run(folder: Path, suites: Sequence[Counting], config: Config | None = None, code: Code = CODE) -> None:
    config = config or Config(suites=["counting"])
    await run_suites(folder, LAB, config, suites, code=code, now=NOW)


async def test_a_stopped_run_goes_on_where_it_was_and_ends_the_same(tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        await run(tmp_path / "stopped", [Counting(most=2)])
    cases = tmp_path / "stopped" / "cases" / "counting.jsonl"
    cases.write_text(cases.read_text() + '{"id": "case-2", "sco')  # the plug was pulled in the middle of a line
    rest = Counting()
    await run(tmp_path / "stopped", [rest])
    assert rest.measured == ["case-2", "case-3", "case-4", "case-5"]

    await run(tmp_path / "whole", [Counting()])
    for file in ("summary.json", "cases/counting.jsonl"):
        assert (tmp_path / "stopped" / file).read_bytes() == (tmp_path / "whole" / file).read_bytes()
    done = Run.open(tmp_path / "stopped")
    assert done.info.suites["counting"].done
    assert done.summary.suites["counting"].figures["right"].value == pytest.approx((0 + 1 + 2 + 3 + 4 + 5) / 5 / 6)
    assert len(done.timings("counting")) == 6


async def test_a_run_that_is_done_measures_nothing_again(tmp_path: Path) -> None:
    await run(tmp_path, [Counting()])
    again = Counting()
    await run(tmp_path, [again])
    assert again.measured == []


async def test_a_folder_belongs_to_one_configuration_and_one_version(tmp_path: Path) -> None:
    await run(tmp_path, [Counting()])
    with pytest.raises(Conflict, match="another configuration"):
        await run(tmp_path, [Counting()], Config(suites=["counting"], seed=8))
    with pytest.raises(Conflict, match="other code"):
        await run(tmp_path, [Counting()], code=Code(version="1", sources="def"))


async def test_a_suite_that_cannot_run_says_so_and_has_no_figures(tmp_path: Path) -> None:
    await run(tmp_path, [Counting(cannot="there is no model")])
    done = Run.open(tmp_path)
    assert done.info.suites["counting"].cannot == "there is no model"
    assert not done.info.suites["counting"].done
    assert done.summary.suites == {}


def test_what_is_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match=r"no run\.json"):
        Run.open(tmp_path)
    (tmp_path / "run.json").write_text('{"id": 1}')
    with pytest.raises(CannotRead, match="not what a run writes"):
        Run.open(tmp_path)
