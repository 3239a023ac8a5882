"""What an import reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, Field

MOST_ERRORS = 1_000


@dataclass(frozen=True, slots=True)
class LineError:
    """One thing wrong in a file: `line` counts from 1, `pointer` names the column, field or file."""

    line: int
    pointer: str
    code: str
    detail: str


class ImportReport(BaseModel):
    """What an import did, or in a dry run would have done.

    `read` counts the rows, lines or items of the input, `skipped` those of them that were not stored because of an
    error, `without_basis` the leads that came with no legal basis and so may be sent nothing. The first 1,000 errors
    and warnings are kept; the counts go on.
    """

    format: str
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    without_basis: int = 0
    warnings: list[LineError] = Field(default_factory=list)
    warning_count: int = 0
    errors: list[LineError] = Field(default_factory=list)
    error_count: int = 0
    dry_run: bool = False

    def count(self, outcome: str) -> None:
        """One more that was `created`, `updated` or left `unchanged`."""
        setattr(self, outcome, getattr(self, outcome) + 1)

    def skip(self, errors: Iterable[LineError]) -> None:
        """One item was left out, for these reasons."""
        self.skipped += 1
        for error in errors:
            self.error_count += 1
            if len(self.errors) < MOST_ERRORS:
                self.errors.append(error)

    def warn(self, warning: LineError) -> None:
        """Something was stored that deserves a look."""
        self.warning_count += 1
        if len(self.warnings) < MOST_ERRORS:
            self.warnings.append(warning)
