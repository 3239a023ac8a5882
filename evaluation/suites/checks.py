"""How well the checks judge labelled copy: whether they block what must not be sent and let pass what is right."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from pathlib import Path
from typing import Literal

from evaluation.checks import Case, Outcome, Rates, judge, read_cases
from evaluation.figures import CaseResult, Metric
from evaluation.lab import Lab, file_hash
from evaluation.metrics.score import Score
from evaluation.runs import Config
from evaluation.suites.base import CannotRun, Measured, Plan
from service.errors import CannotRead

SAMPLE = Path(__file__).parents[1] / "datasets" / "sample" / "labelled.jsonl"

What = Literal["blocking", "findings"]
Rate = Literal["precision", "recall", "f1"]
_SAYS: Mapping[tuple[What, Rate], str] = {
    ("blocking", "precision"): "of the copy that was blocked, the share that deserved it",
    ("blocking", "recall"): "of the copy that has to be blocked, the share that was",
    ("blocking", "f1"): "the harmonic mean of both",
    ("findings", "precision"): "of all findings, the share that is right: same code, same field, overlapping words",
    ("findings", "recall"): "of all faults there are, the share that was found",
    ("findings", "f1"): "the harmonic mean of both",
}


def _metric(what: What, rate: Rate) -> Metric:
    def of(cases: Sequence[CaseResult]) -> float | None:
        counts = [sum(int(case.value(f"{what}.{name}") or 0) for case in cases) for name in Rates.__slots__]
        value: float | None = getattr(Rates(*counts), rate)
        return value

    return Metric(f"{what}.{rate}", _SAYS[what, rate], of=of)


METRICS = tuple(_metric(what, rate) for what, rate in _SAYS)


class ChecksSuite:
    """Each labelled piece of copy once through all checks."""

    name = "checks"
    says = "Whether the checks block what must not be sent, and let pass what is right."
    metrics = METRICS

    def __init__(self, cases: Mapping[str, Case], data: Mapping[str, str]) -> None:
        self._cases = cases
        self._data = data

    async def plan(self, lab: Lab) -> Plan:
        """See `Suite`."""
        if not self._cases:
            raise CannotRun("there is no labelled copy (--labelled)")
        return Plan(list(self._cases), self._data)

    async def measure(self, lab: Lab, wanted: Collection[str]) -> AsyncIterator[Measured]:
        """See `Suite`."""
        for id_ in wanted:
            yield Measured(_result(id_, judge(self._cases[id_])))


def _result(id_: str, found: Outcome) -> CaseResult:
    case = found.case
    told = [f"false: {one.code} {one.quote!r}" for one in found.false]
    told += [f"missed: {one.code} {one.quote!r}" for one in found.missed]
    counts = {
        **{f"blocking.{name}": int(found.blocking == name) for name in Rates.__slots__},
        **{f"findings.{name}": len(getattr(found, name)) for name in Rates.__slots__},
    }
    scores = {name: Score(float(count), found.blocking, "; ".join(told) or "as labelled")
              for name, count in counts.items()}  # fmt: skip
    return CaseResult(
        id=id_, title=case.why, locale=case.locale, split=case.split, scores=scores,
        shown={
            "fields": case.fields, "evidence": [one.text for one in case.evidence],
            "labels": [f"{one.code}: {one.quote}" for one in case.expect], "blocking": found.blocking, "wrong": told,
        },
    )  # fmt: skip


def checks_suite(config: Config) -> ChecksSuite:
    """Over the labelled copy that was named, else over the sample's own, which is about no workspace. Raises
    `CannotRead`."""
    cases, hashes = dict[str, Case](), dict[str, str]()
    for path in [Path(one) for one in config.labelled] or [SAMPLE]:
        try:
            found = read_cases(path)
        except ValueError as error:
            raise CannotRead(f"{error}.") from None
        for case in found:
            id_ = case.id if case.id not in cases else f"{path.stem}/{case.id}"
            if id_ in cases:
                raise CannotRead(f"{path}: more than one case has the id {id_!r}.")
            cases[id_] = case
        hashes[path.name] = file_hash(path)
    return ChecksSuite(cases, hashes)
