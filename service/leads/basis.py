"""Legal bases in files: columns, or what the caller says of the whole file, to rows of the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Annotated, Any, Literal, NamedTuple, NewType, cast, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.imports.cells import day, fold, truth
from service.leads.headings import BASES, BASIS, CHANNELS, DATE, PROFILING, SOURCE
from service.leads.models import COMMUNICATIONS, Channel, Consent, ConsentStatus
from service.leads.models import PROFILING as PROFILING_PURPOSE
from service.leads.models import Basis as BasisName

BasisCells = NewType("BasisCells", Mapping[str, str])
"""The cells of the consent columns that the file has; an empty cell says that there is none."""

_CODES = {BASIS: "consent.basis", CHANNELS: "consent.channel", DATE: "consent.date", PROFILING: "consent.profiling"}
_SPLIT = re.compile(r"[,;|/]")
_CHANNELS: dict[str, Channel] = {fold(name).replace(" ", ""): name for name in get_args(Channel)}


class Basis(BaseModel):
    """What the caller says of a file's leads where it has no column for it. Columns come first, even empty ones."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    legal_basis: BasisName | None = None
    channels: list[Channel] = Field(default_factory=list)
    source: Annotated[str, Field(min_length=1, max_length=200)] = "import"
    collected_on: date | None = None
    profiling: bool = False
    tz: ZoneInfo = ZoneInfo("UTC")


class CellFault(NamedTuple):
    """What is wrong with the cell of one target column."""

    target: str
    code: str
    detail: str


class Consents(NamedTuple):
    """Rows for the ledger: `dated` ones, `assumed` ones whose date nobody gave, and what was wrong."""

    dated: list[Consent]
    assumed: list[Consent]
    faults: list[CellFault]


def consents_of(cells: BasisCells, defaults: Basis, now: datetime) -> Consents:
    """What a lead agreed to.

    Each channel gives `marketing.communications.<channel>`, profiling gives `personalize.content.profiling`.
    """
    faults: list[CellFault] = []
    read = partial(_value, cells, faults)
    basis = read(BASIS, _basis, defaults.legal_basis)
    channels = read(CHANNELS, channels_of, defaults.channels) or []
    profiling = read(PROFILING, truth, defaults.profiling)
    stated = read(DATE, _day, defaults.collected_on)
    collected_at = _beginning(stated, defaults.tz) if stated else now
    if collected_at > now + timedelta(days=1):
        faults.append(CellFault(DATE, "consent.date", f"{stated} lies in the future; no consent was given then"))
    if basis is None or faults:
        return Consents([], [], faults)
    row = {"basis": basis, "source": cells.get(SOURCE) or defaults.source, "collected_at": collected_at}
    try:
        consents = [
            Consent(purpose=purpose, channel=channel, status=status, **row)
            for purpose, channel, status in _purposes(channels, profiling, refused=bool(cells.get(PROFILING)))
        ]
    except ValidationError as error:
        return Consents([], [], [CellFault(SOURCE, "consent.source", fault["msg"]) for fault in error.errors()[:1]])
    return Consents(consents, [], faults) if stated else Consents([], consents, faults)


def _purposes(
    channels: Sequence[Channel], profiling: bool | None, *, refused: bool
) -> Iterator[tuple[str, Channel | Literal["*"], ConsentStatus]]:
    """`refused` says that a row itself speaks of profiling: its "no" is then a denial, and not mere silence."""
    for channel in dict.fromkeys(channels):
        yield f"{COMMUNICATIONS}.{channel}", channel, "granted"
    if profiling:
        yield PROFILING_PURPOSE, "*", "granted"
    elif refused:
        yield PROFILING_PURPOSE, "*", "denied"


def _value(cells: BasisCells, faults: list[CellFault], name: str, parse: Callable[[str], Any], default: Any) -> Any:
    if name not in cells:
        return default
    try:
        return parse(cells[name]) if cells[name] else None
    except ValueError as error:
        faults.append(CellFault(name, _CODES[name], str(error)))
        return None


def _basis(cell: str) -> BasisName:
    if basis := BASES.get(fold(cell)):
        return cast("BasisName", basis)
    raise ValueError(f"{cell[:40]!r} is no legal basis: write one of {', '.join(get_args(BasisName))}")


def channels_of(cell: str) -> list[Channel]:
    """The channels in a list such as `email, WhatsApp`. Raises ValueError naming one that is none."""
    found = []
    for name in filter(None, map(str.strip, _SPLIT.split(cell))):
        channel = _CHANNELS.get(fold(name).replace(" ", ""))
        if channel is None:
            raise ValueError(f"{name[:40]!r} is no channel: write some of {', '.join(get_args(Channel))}")
        found.append(channel)
    return found


def _day(cell: str) -> date:
    if found := day(cell):
        return found
    raise ValueError(f"{cell[:40]!r} is not a day: write dd/mm/yyyy or yyyy-mm-dd")


def _beginning(stated: date, tz: ZoneInfo) -> datetime:
    return datetime.combine(stated, time.min, tz).astimezone(UTC)
