"""A lead on its way in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.imports.models import LineError
from service.leads.models import Consent, LeadInput


@dataclass(frozen=True, slots=True)
class Arrival:
    """A lead read from a file, with the line it stands on.

    `assumed` are consents whose date nobody gave. They say what holds where the ledger says nothing, and never outdo a
    row that is there: importing a list once more must not undo a withdrawal.
    """

    lead: LeadInput
    line: int = 0
    assumed: tuple[Consent, ...] = ()
    anonymous_id: str | None = None
    warnings: tuple[LineError, ...] = ()


class Refused(Exception):
    """A row that is left out, and all the reasons."""

    def __init__(self, errors: Iterable[LineError]) -> None:
        super().__init__()
        self.errors = list(errors)
