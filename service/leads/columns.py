"""Rows of a lead file to leads: which column is which trait, and what each cell means.

A file with a column for surnames has first names in `Nome`. In one without, a single word in `Nome` is the first name
and anything longer is the whole `name`: cutting it up would greet "Ateliê Silva" as a person.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from service.errors import CannotRead, Fault
from service.imports.cells import DecimalMark, camel, day, fold, scalar
from service.imports.delimited import Row
from service.imports.faults import faults_of
from service.imports.languages import language
from service.imports.models import LineError
from service.leads.arrivals import Arrival, Refused
from service.leads.basis import Basis, BasisCells, CellFault, consents_of
from service.leads.headings import CONSENT_COLUMNS, EXTERNAL_ID, LOCALE, NAME, SPECIAL, STAGES, target_of
from service.leads.models import LeadInput
from service.types import Locale

IdFrom = Literal["line"] | None

_TRAIT = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_DAYS = frozenset(("birthday", "createdAt"))
_TEXTS = frozenset(("firstName", "lastName", "name", "email", "phone", "company", "title", "city", "state", "country"))
_TEXTS |= {"postalCode", "gender", "notes"}


class Plan(NamedTuple):
    """What becomes of each column, in the file's order: a trait's name, a special column, or None for one left out."""

    headings: list[str]
    targets: list[str | None]
    mark: DecimalMark

    def heading_of(self, target: str) -> str:
        """The heading of the column that feeds a target, the target itself where none does."""
        return self.headings[self.targets.index(target)] if target in self.targets else target


def plan(header: Sequence[str], mark: DecimalMark, mapping: Mapping[str, str], id_from: IdFrom) -> Plan:
    """Decide what each column is. `mapping` overrides by heading; `-` drops a column.

    Raises CannotRead for a mapping of a column that is not there or to a bad name, for two columns with one target, and
    for a file that names its leads in no way.
    """
    wanted = {fold(heading): (heading, target) for heading, target in mapping.items()}
    if unknown := [heading for key, (heading, _) in wanted.items() if key not in {fold(name) for name in header}]:
        raise CannotRead(f"The mapping names columns that the file has not: {unknown}. Its columns are {list(header)}.")
    targets = _targets(header, {key: target for key, (_, target) in wanted.items()})
    if "lastName" not in targets:
        targets = [NAME if target == "firstName" and NAME not in targets else target for target in targets]
    if id_from is None and EXTERNAL_ID not in targets and "email" not in targets:
        raise CannotRead(
            "The file has neither a column of ids (such as ID or external_id) nor one of e-mail addresses, so its "
            "leads have no names. Map a column to external_id, or number the rows: --id-from line (id_from=line)."
        )
    return Plan(list(header), targets, mark)


def _targets(header: Sequence[str], mapping: Mapping[str, str]) -> list[str | None]:
    targets: list[str | None] = []
    taken = set(mapping.values())
    for number, heading in enumerate(header, 1):
        target = mapping.get(fold(heading))
        if target is None:
            known = target_of(heading)
            own = (camel(heading) or f"column{number}") if heading else "-"
            target = known if known and known not in taken else own  # a second telephone keeps its own name
        if target == "-":
            targets.append(None)
            continue
        if not _TRAIT.fullmatch(target):
            detail = (
                f"Column {heading!r} cannot become {target[:80]!r}: a trait is a letter, then letters, digits and _."
            )
            raise CannotRead(detail, faults=[Fault(heading, detail)])
        if target in targets:
            first = header[targets.index(target)]
            raise CannotRead(
                f"Columns {first!r} and {heading!r} both become {target!r}. Map one of them to another name."
            )
        taken.add(target)
        targets.append(target)
    return targets


@dataclass(frozen=True)
class RowReader:
    """Rows to arrivals. With `id_from` "line" a lead's id is `prefix` and the number of its row of data."""

    plan: Plan
    id_from: IdFrom
    prefix: str
    basis: Basis
    now: datetime

    def arrival(self, row: Row) -> Arrival:
        """The lead on a row. Raises Refused with everything that is wrong with it."""
        named = zip(self.plan.targets, row.cells, strict=True)
        cells = {target: cell.strip() for target, cell in named if target}
        faults: list[CellFault] = []
        traits = self._traits(cells, faults)
        consents = consents_of(BasisCells({n: cells[n] for n in CONSENT_COLUMNS & cells.keys()}), self.basis, self.now)
        external_id = self._external_id(row, cells)
        if external_id is None:
            faults.append(CellFault(EXTERNAL_ID, "row.id", "the row has neither an id nor an e-mail address"))
        if faults or consents.faults:
            raise Refused(self._error(row, fault) for fault in (*faults, *consents.faults))
        locale = language(cells.get(LOCALE, ""))
        try:
            lead = LeadInput(external_id=external_id or "", traits=traits, locale=locale, consents=consents.dated)
        except ValidationError as error:
            raise Refused(faults_of(error, row.line, "row.invalid")) from None
        warnings = [self._error(row, fault) for fault in _odd_language(cells.get(LOCALE), locale)]
        return Arrival(lead, row.line, assumed=tuple(consents.assumed), warnings=tuple(warnings))

    def _traits(self, cells: Mapping[str, str], faults: list[CellFault]) -> dict[str, Any]:
        traits: dict[str, Any] = {}
        for target, cell in cells.items():
            if cell and target not in SPECIAL:
                try:
                    traits |= _trait(target, cell, self.plan.mark)
                except ValueError as error:
                    faults.append(CellFault(target, "row.date", str(error)))
        return traits

    def _external_id(self, row: Row, cells: Mapping[str, str]) -> str | None:
        if self.id_from == "line":
            return f"{self.prefix}{row.number}"
        return cells.get(EXTERNAL_ID) or id_of(cells.get("email"))

    def _error(self, row: Row, fault: CellFault) -> LineError:
        return LineError(row.line, self.plan.heading_of(fault.target), fault.code, fault.detail)


def _odd_language(cell: str | None, locale: Locale | None) -> list[CellFault]:
    if not cell or locale:
        return []
    detail = f"{cell[:40]!r} is none of pt-BR, en and es; the lead gets the workspace's default"
    return [CellFault(LOCALE, "row.locale", detail)]


def _trait(target: str, cell: str, mark: DecimalMark) -> dict[str, Any]:
    if target == NAME and len(cell.split()) == 1:
        return {"firstName": cell}
    if target in _TEXTS:
        return {target: cell}
    if target == "lifecycleStage":
        return {target: STAGES.get(_folded(cell), "other"), "lifecycleStageRaw": cell}
    if target in _DAYS:
        found = day(cell)
        if found is None and target == "birthday":
            raise ValueError(f"{cell[:40]!r} is not a day: write dd/mm/yyyy or yyyy-mm-dd")
        return {target: found.isoformat() if found else cell}
    return {target: scalar(cell, mark)}


@lru_cache(4096)
def _folded(cell: str) -> str:
    return fold(cell)


def id_of(email: str | None) -> str | None:
    """An id for a lead that has only an e-mail address: always the same one, which does not show the address."""
    return f"e-{hashlib.sha256(email.strip().lower().encode()).hexdigest()[:20]}" if email and email.strip() else None
