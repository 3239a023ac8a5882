"""Decisions that were logged: whether they can be made again byte for byte, and what other policies would have brought.

The reward is a click by a person. Where several texts stood in a place a lot decided, so the log of one policy can tell
of another: of `logged`, what came; of `uniform`, any text of the place as likely as any other; of `best`, in each place
the one text that most clicked on in the development half, valued on the held-back half; of `control`, the campaign's
control for everybody. What the log cannot tell is not scored, and the reason stands in every case.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any, NamedTuple, cast

from evaluation.datasets.decision_log import (
    NEWEST,
    SAMPLE,
    Entry,
    LotBroken,
    Simulated,
    logged,
    read_simulated,
    sample_log,
)
from evaluation.figures import CaseResult, Metric, Split
from evaluation.lab import Lab, file_hash
from evaluation.metrics.score import Score, not_scored
from evaluation.policy import Logged
from evaluation.runs import Config
from evaluation.suites.base import CannotRun, Measured, Plan
from evaluation.suites.valuing import CONTROL, VALUES, Row, drawn, valued
from service.commands.api import Api
from service.delivery.decide import WRITTEN_TO
from service.errors import SobMedidaError
from service.leads.models import Channel

METRICS = (
    Metric("replayed", "decisions whose receipt comes out the same, byte for byte, when they are made again"),
    Metric("drawn", "decisions in places where each text came about as often as its propensity says"),
    *VALUES,
)


class DecisionsSuite:
    """A workspace's newest decisions, or a log that is made on the sample shop."""

    name = "decisions"
    says = "Logged decisions: made again byte for byte, and the value of other policies."
    metrics = METRICS

    def __init__(self, simulated: Simulated, seed: int, newest: int = NEWEST) -> None:
        self._simulated = simulated
        self._seed = seed
        self._newest = newest

    async def plan(self, lab: Lab) -> Plan:
        """See `Suite`."""
        if lab.kind == "sample":
            return Plan([case.id for case in self._simulated.cases()], {SAMPLE.name: file_hash(SAMPLE)})
        rows = await logged(lab.api, self._newest) if lab.kind == "workspace" else []
        if not rows:
            raise CannotRun("nothing was decided here: decisions come of live campaigns")
        return Plan([row["id"] for row in rows])

    async def measure(self, lab: Lab, wanted: Collection[str]) -> AsyncIterator[Measured]:
        """See `Suite`."""
        if lab.kind != "sample":
            entries = [Entry(row["id"], row, {}) for row in await logged(lab.api, self._newest)]
            results = await _measured(lab.api, entries, self._seed)
        else:
            try:
                async with sample_log(lab, self._simulated, self._seed) as (own, entries, others):
                    results = await _measured(own.api, entries, self._seed, others)
            except LotBroken as error:
                raise CannotRun(str(error)) from None
        for result in results:
            if result.id in wanted:
                yield Measured(result)


class _Made(NamedTuple):
    """A decision with what came of making it again, and what it says of policies, or why it says nothing."""

    entry: Entry
    split: Split
    replayed: Score
    logged: Logged | str


async def _measured(api: Api, entries: Sequence[Entry], seed: int, others: Sequence[Entry] = ()) -> list[CaseResult]:
    """All of them: values are of the whole log. The `others` only say how often each text came."""
    made, known = [], set[tuple[str, str]]()
    for entry in entries:
        one = await _again(api, entry, seed)
        if isinstance(one.logged, Logged):
            if (who := (one.logged.context + str(entry.row["placement"]), one.logged.group)) in known:
                one = one._replace(logged="a decision for the same reader in the same place counts already")
            known.add(who)
        made.append(one)
    log = [one.logged for one in made if isinstance(one.logged, Logged)]
    lots = {one.context: one.offered for one in log}
    counted = (_counted(other, lots) for other in others)
    fair = drawn([*log, *(one for one in counted if one is not None)])
    scores = valued([Row(one.split, one.logged) for one in made], seed)
    return [_result(one, fair, scored) for one, scored in zip(made, scores, strict=True)]


async def _again(api: Api, entry: Entry, seed: int) -> _Made:
    row, split = entry.row, entry.split or _half(entry.case, seed)
    try:
        told = await api.call("POST", f"/v1/decisions/{row['id']}/replay")
    except SobMedidaError as error:
        if error.code == "decision.erased":
            return _Made(entry, split, not_scored(error.detail), error.detail)
        faults = ", ".join(fault.pointer.removeprefix("/") for fault in error.faults)
        score = Score(0.0, error.code, f"comes out different: {faults}" if faults else error.detail)
        return _Made(entry, split, score, "what it was drawn from is not known: it does not replay")
    return _Made(entry, split, Score(1.0, "the same", "byte for byte"), _logged(entry, told))


def _half(case: str, seed: int) -> Split:
    """A workspace's decisions are halved by chance."""
    return "held-back" if zlib.crc32(f"{seed}/{case}".encode()) % 2 else "development"


def _logged(entry: Entry, told: Mapping[str, Any]) -> Logged | str:
    row, receipt = entry.row, told["receipt"]
    if row["variant"] is None:
        return "nothing was said"
    became = {one["kind"] for one in row["outcomes"] or () if one["robot"] is None}
    if cast("Channel", row["channel"]) not in WRITTEN_TO and not became & {"exposure", "click"}:
        return "it was not seen"
    offered = {entry.named.get(id_, id_): chance for id_, chance in sorted(told["lot"].items())}
    return Logged(
        action=entry.named.get(row["variant"], row["variant"]), propensity=row["propensity"],
        reward=float("click" in became), offered=dict(sorted(offered.items())),
        context=_context(row),
        group=receipt["key"] if entry.case == row["id"] and receipt["key"] else entry.case,
    )  # fmt: skip


def _context(row: Mapping[str, Any]) -> str:
    """Where a lot decides: among the texts of an audience, or of the control."""
    whose = row["audience"] if row["rung"] in ("audience", "parent") else CONTROL
    return " / ".join((row["campaign"], row["channel"], row["locale"], whose))


def _counted(entry: Entry, lots: Mapping[str, Mapping[str, float]]) -> Logged | None:
    """A decision whose lot is that of the others in its place."""
    row = entry.row
    offered, action = lots.get(_context(row)), entry.named.get(row["variant"], row["variant"])
    return Logged(action, row["propensity"], 0.0, offered, _context(row)) if offered else None


def _result(made: _Made, fair: Mapping[str, Score], scores: Mapping[str, Score]) -> CaseResult:
    one = made.logged
    shown = {"text": one.action, "place": one.context, "propensity": one.propensity} if isinstance(one, Logged) else {}
    return CaseResult(
        id=made.entry.case, title=made.entry.title or f"{made.entry.row['campaign']}, {made.entry.row['rung']}",
        split=made.split, shown=shown,
        scores={
            "replayed": made.replayed, "drawn": not_scored(one) if isinstance(one, str) else fair[one.context], **scores
        },
    )  # fmt: skip


def decisions_suite(config: Config) -> DecisionsSuite:
    """With the seed of that configuration."""
    return DecisionsSuite(read_simulated(), config.seed)
