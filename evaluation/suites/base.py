"""What every suite is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from evaluation.figures import CaseResult, Metric
from evaluation.lab import Lab


class CannotRun(Exception):
    """A suite could not be run, and why: neither a pass nor a failure."""


class Measured(NamedTuple):
    """A case's result, and what took how long in milliseconds, which no two runs agree on."""

    result: CaseResult
    milliseconds: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class Plan:
    """The ids of all cases in their order, and the SHA-256 of each file they come from, by its name."""

    cases: Sequence[str]
    data: Mapping[str, str] = field(default_factory=dict)


class Suite(Protocol):
    """A named set of cases with what is measured of each."""

    @property
    def name(self) -> str:
        """One word, which names its files in a run."""
        ...

    @property
    def says(self) -> str:
        """What it measures, in a line."""
        ...

    @property
    def metrics(self) -> Sequence[Metric]:
        """Its figures, in the order in which they are told."""
        ...

    async def plan(self, lab: Lab) -> Plan:
        """Which cases there are. Raises `CannotRun`, or `CannotRead` where a file of cases is wrong."""
        ...

    def measure(self, lab: Lab, wanted: Collection[str]) -> AsyncIterator[Measured]:
        """Measure the wanted cases, each given as soon as it is done. Raises `CannotRun`."""
        ...
