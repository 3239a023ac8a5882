"""The inbox: what waits for somebody, worst first, by campaign and audience."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, BeforeValidator
from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.store import AudienceStore
from service.campaigns.store import CampaignStore, Title
from service.channels.registry import CHANNELS
from service.db.paging import cursor_of, value_of
from service.generation.tokens import Part, parse
from service.leads.models import CleanText
from service.review.gathering import Queue, gather, with_copy
from service.review.grouping import Group, grouped, part, place_of
from service.review.queue import Asked, Claimed, Findings, Waiting, counts, told, waiting
from service.studio.rendering import page
from service.studio.visiting import Visit, Visiting
from service.users.store import UserStore
from service.variants.history import HistoryStore
from service.variants.models import Entry, Glance, StoredVariant
from service.variants.store import VariantStore

router = APIRouter(prefix="/inbox")

AT_ONCE = 50
"""Rows a part of the page: with all that stands in them some 60 KB."""

_MOST_CHOICES = 200
_TITLE, _SNIPPET = 120, 160
_NOWHERE = UUID(int=0)

Said = BeforeValidator(lambda value: value or None)  # a form sends what is not chosen as nothing
Chosen = Annotated[CleanText | None, Said]


class Filters(BaseModel):
    """What the address says of what to show."""

    search: CleanText = ""
    campaign: Chosen = None
    audience: Chosen = None
    channel: Chosen = None
    locale: Chosen = None
    status: Chosen = None
    findings: Annotated[Findings | None, Said] = None
    claimed: Annotated[Claimed | None, Said] = None
    generator: Chosen = None
    missing_control: Annotated[bool | None, Said] = None

    @property
    def any(self) -> bool:
        """Whether something is left out."""
        return bool(self._said())

    def but(self, **other: Any) -> str:
        """The address with that said otherwise."""
        said = {name: value for name, value in {**self._said(), **other}.items() if value}
        return "/studio/inbox" + (f"?{urlencode(said)}" if said else "")

    def asked(self, titles: Mapping[UUID, Title]) -> Asked:
        """The same for the queue. A campaign that is gone has nothing that waits."""
        campaign = next((id_ for id_, one in titles.items() if one.slug == self.campaign), _NOWHERE)
        return Asked(
            campaign if self.campaign else None, self.audience, self.channel, self.locale, self.status, self.claimed,
            self.findings, self.generator, self.missing_control, self.search[:200],
        )  # fmt: skip

    def _said(self) -> dict[str, Any]:
        return {name: str(value).lower() if value is True else value for name, value in self if value}


Shows = Annotated[Filters, Query()]


@dataclass(frozen=True, slots=True)
class Row:
    """A variant in the list: what it is known by, how it begins, and who is at work on it."""

    one: Waiting
    stored: StoredVariant
    title: Sequence[Part]
    text: Sequence[Part]
    holder: str


@dataclass(frozen=True, slots=True)
class Section:
    """A group with the rows of it that are shown."""

    group: Group
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Names:
    """What things and people are called."""

    campaigns: Mapping[UUID, Title]
    audiences: Mapping[str, str]
    people: Mapping[str, str]


@router.get("")
async def inbox(visit: Visiting, shows: Shows) -> HTMLResponse:
    """The whole page."""
    visit.need("write")
    return await _board(visit, shows, "inbox.html")


@router.get("/board")
async def board(visit: Visiting, shows: Shows) -> HTMLResponse:
    """The list and its counts, as they are now."""
    visit.need("write")
    return await _board(visit, shows, "inbox_board.html")


@router.get("/part")
async def more(visit: Visiting, shows: Shows, cursor: str) -> HTMLResponse:
    """The rows after those that are shown."""
    visit.need("write")
    after = value_of(cursor, place_of)
    async with visit.services.database.read() as connection:
        names = await _names(connection, visit)
        queue = await _queue(connection, visit, shows.asked(names.campaigns))
        shown, last = part(grouped(queue.shown), AT_ONCE, after)
        rows = await _rows(connection, visit, [one for group in shown for one in group.members], names)
    sections = _sections(shown, rows)
    return page(visit, "inbox_part.html", sections=sections, names=names, shows=shows, more=_cursor(last))


@router.get("/rows/{variant_id}")
async def row(visit: Visiting, variant_id: UUID) -> HTMLResponse:
    """One row as it is now; where it waits no more, with what became of it and by whom."""
    visit.need("write")
    now = visit.services.clock()
    async with visit.services.database.read() as connection:
        store = VariantStore(connection, visit.workspace.id)
        stored, names = await store.get(variant_id), await _names(connection, visit)
        glance = Glance(*(getattr(stored, name) for name in Glance._fields))
        found = waiting([glance], await store.controls(), visit.principal.name, now)[0]
        entries = await HistoryStore(connection, visit.workspace.id).entries(variant_id)
    last: Entry | None = entries[-1] if entries else None
    return page(visit, "inbox_row.html", row=_row(found, stored, names, now), names=names, last=last)


@router.get("/clean")
async def clean(visit: Visiting, shows: Shows) -> dict[str, list[UUID]]:
    """Those of what is shown, also further down, that can be approved together."""
    visit.need("review")
    async with visit.services.database.read() as connection:
        titles = await CampaignStore(connection, visit.workspace.id).titles()
        queue = await _queue(connection, visit, shows.asked(titles), everything=False)
    return {"variants": [one.id for one in queue.shown if _clean(one)]}


async def _board(visit: Visit, shows: Filters, template: str) -> HTMLResponse:
    async with visit.services.database.read() as connection:
        names = await _names(connection, visit)
        queue = await _queue(connection, visit, shows.asked(names.campaigns))
        shown, last = part(grouped(queue.shown), AT_ONCE)
        rows = await _rows(connection, visit, [one for group in shown for one in group.members], names)
    return page(
        visit, template, sections=_sections(shown, rows), names=names, shows=shows, more=_cursor(last),
        counts=counts(queue.shown), facets=queue.facets, choices=_choices(queue, shows, names),
        clean=sum(map(_clean, queue.shown)),
    )  # fmt: skip


async def _queue(connection: AsyncConnection, visit: Visit, asked: Asked, *, everything: bool = True) -> Queue:
    now = visit.services.clock()
    return await gather(connection, visit.workspace.id, visit.principal.name, now, asked, everything=everything)


async def _names(connection: AsyncConnection, visit: Visit) -> Names:
    workspace = visit.workspace.id
    return Names(
        await CampaignStore(connection, workspace).titles(),
        await AudienceStore(connection, workspace).names(),
        {user.email: user.name for user in await UserStore(connection, workspace).all()},
    )


async def _rows(
    connection: AsyncConnection, visit: Visit, found: Sequence[Waiting], names: Names
) -> Mapping[UUID, Row]:
    copy = await with_copy(connection, visit.workspace.id, found)
    now = visit.services.clock()
    return {
        one.id: _row(one, copy[one.id], names, now) for one in found if one.id in copy
    }  # fmt: skip


def _row(one: Waiting, stored: StoredVariant, names: Names, now: datetime) -> Row:
    ladder = CHANNELS[stored.channel].ladder if stored.channel in CHANNELS else tuple(stored.fields)
    title, *rest = [text for name in ladder if (text := stored.fields.get(name))] or [""]
    held = stored.claimed_until is not None and stored.claimed_until > now and stored.claimed_by
    return Row(
        one, stored, _begun(title, _TITLE), _begun(max(rest, key=len, default=""), _SNIPPET),
        names.people.get(held, held) if held else "",
    )  # fmt: skip


def _begun(text: str, most: int) -> list[Part]:
    """How the text begins: tokens whole, words cut."""
    found, room = list[Part](), most
    for one in parse(text):
        if room <= 0:
            break
        found.append(one if not isinstance(one, str) or len(one) <= room else f"{one[:room].rstrip()}…")
        room -= len(one) if isinstance(one, str) else len(one.name)
    return found


def _sections(shown: Sequence[Any], rows: Mapping[UUID, Row]) -> list[Section]:
    return [Section(one.group, [rows[it.id] for it in one.members if it.id in rows]) for one in shown]


def _choices(queue: Queue, shows: Filters, names: Names) -> dict[str, list[tuple[str, str, int]]]:
    """What the form offers: value, name and how many there are, the most first; what is chosen stays on offer."""
    campaigns = {
        title.slug: (title.name, queue.facets["campaign"][id_])
        for id_, title in names.campaigns.items() if id_ in queue.facets["campaign"] or title.slug == shows.campaign
    }  # fmt: skip
    told = {
        name: {value: (value, count) for value, count in queue.facets[name].items() if value}
        for name in ("audience", "channel", "locale", "generator")
    }
    told["audience"] = {slug: (names.audiences.get(slug, slug), count) for slug, (_, count) in told["audience"].items()}
    for name, found in told.items():
        if (chosen := getattr(shows, name)) and chosen not in found:
            found[chosen] = names.audiences.get(chosen, chosen), 0
    return {
        name: [(value, label, count) for value, (label, count) in _most(found)]
        for name, found in {"campaign": campaigns, **told}.items()
    }


def _most(found: Mapping[str, tuple[str, int]]) -> list[tuple[str, tuple[str, int]]]:
    return sorted(found.items(), key=lambda one: (-one[1][1], one[1][0]))[:_MOST_CHOICES]


def _clean(one: Waiting) -> bool:
    """Whether it can be approved with others, unread by this person."""
    return one.findings == "none" and one.claimed != "others"


def _cursor(last: object) -> str | None:
    return cursor_of(told(last)) if last is not None else None
