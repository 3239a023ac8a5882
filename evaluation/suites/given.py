"""The scenarios that a run was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evaluation.datasets.scenarios import Scenario, read_scenarios, scenarios_file
from evaluation.lab import file_hash
from evaluation.runs import Config
from evaluation.suites.base import CannotRun, Plan


@dataclass(frozen=True, slots=True)
class Given:
    """Scenarios with the hash of their file, or why there are none."""

    scenarios: Sequence[Scenario] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    none: str = "there are no scenarios"

    @classmethod
    def of(cls, config: Config) -> Given:
        """Those of that configuration; none where content is somebody's own and no file is named, which lets the other
        suites of a run go on. Raises `CannotRead` for a file that is wrong."""
        path = scenarios_file(config)
        if path is None:
            return cls(none="Scenarios are about content: name a file of them for yours (--scenarios)")
        return cls(read_scenarios(path), {path.name: file_hash(path)})

    def plan(self) -> Plan:
        """All of them. Raises `CannotRun` where there are none."""
        if not self.scenarios:
            raise CannotRun(self.none)
        return Plan([one.id for one in self.scenarios], self.data)
