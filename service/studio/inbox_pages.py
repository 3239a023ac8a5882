"""The inbox: what waits for somebody, worst first, by campaign and audience."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.store import AudienceStore
from service.campaigns.store import CampaignStore
from service.db.paging import cursor_of, value_of
from service.review.gathering import Queue, gather
from service.review.grouping import Place, Shown, grouped, part, place_of
from service.review.queue import counts, told
from service.review.queue_store import QueueStore
from service.studio.inbox_shown import Filters, Names, Section, choices, row
from service.studio.rendering import page
from service.studio.visiting import Visit, Visiting
from service.users.store import UserStore
from service.variants.history import HistoryStore
from service.variants.models import Listed
from service.variants.store import VariantStore

router = APIRouter(prefix="/studio/inbox")

AT_ONCE = 50
"""Rows a part of the page: with all that stands in them some 60 KB."""

Shows = Annotated[Filters, Query()]


@router.get("")
async def inbox(visit: Visiting, shows: Shows) -> HTMLResponse:
    """The whole page."""
    return await _board(visit, shows, "inbox.html")


@router.get("/board")
async def board(visit: Visiting, shows: Shows) -> HTMLResponse:
    """The list and its counts, as they are now."""
    return await _board(visit, shows, "inbox_board.html")


@router.get("/part")
async def following(visit: Visiting, shows: Shows, cursor: str) -> HTMLResponse:
    """The rows after those that are shown."""
    visit.need("write")
    after = value_of(cursor, place_of)
    async with visit.services.database.read() as connection:
        names = await _names(connection, visit)
        queue = await _queue(connection, visit, shows, names, everything=False)
        shown, last = part(grouped(queue.shown), AT_ONCE, after)
        sections = await _sections(connection, visit, shown, names)
    return page(visit, "inbox_part.html", sections=sections, names=names, more=_cursor(last))


@router.get("/rows/{variant_id}")
async def one_row(visit: Visiting, variant_id: UUID) -> HTMLResponse:
    """One row as it is now; where it waits no more, with what became of it and by whom."""
    visit.need("write")
    now, workspace = visit.services.clock(), visit.workspace.id
    async with visit.services.database.read() as connection:
        stored, names = await VariantStore(connection, workspace).get(variant_id), await _names(connection, visit)
        found = await QueueStore(connection, workspace).one(variant_id, visit.principal.name, now)
        last = (await HistoryStore(connection, workspace).entries(variant_id))[-1]
    listed = Listed(*(getattr(stored, name) for name in Listed._fields))
    return page(visit, "inbox_row.html", row=row(found, listed, names, now), names=names, last=last)


@router.get("/clean")
async def clean(visit: Visiting, shows: Shows) -> dict[str, list[UUID]]:
    """Those of what is shown, also further down, that can be approved together."""
    visit.need("review")
    async with visit.services.database.read() as connection:
        queue = await _queue(connection, visit, shows, await _names(connection, visit), everything=False)
    return {"variants": [one.id for one in queue.shown if one.together]}


async def _board(visit: Visit, shows: Filters, template: str) -> HTMLResponse:
    visit.need("write")
    async with visit.services.database.read() as connection:
        names = await _names(connection, visit)
        queue = await _queue(connection, visit, shows, names, everything=True)
        shown, last = part(grouped(queue.shown), AT_ONCE)
        sections = await _sections(connection, visit, shown, names)
    return page(
        visit, template, sections=sections, names=names, shows=shows, more=_cursor(last), counts=counts(queue.shown),
        facets=queue.facets, choices=choices(queue.facets, shows, names),
        clean=sum(one.together for one in queue.shown),
    )  # fmt: skip


async def _queue(
    connection: AsyncConnection, visit: Visit, shows: Filters, names: Names, *, everything: bool
) -> Queue:  # fmt: skip
    now, asked = visit.services.clock(), shows.asked(names.campaigns)
    return await gather(connection, visit.workspace.id, visit.principal.name, now, asked, everything=everything)


async def _names(connection: AsyncConnection, visit: Visit) -> Names:
    workspace = visit.workspace.id
    return Names(
        await CampaignStore(connection, workspace).titles(),
        await AudienceStore(connection, workspace).names(),
        {user.email: user.name for user in await UserStore(connection, workspace).all()},
    )


async def _sections(
    connection: AsyncConnection, visit: Visit, shown: Sequence[Shown], names: Names
) -> list[Section]:  # fmt: skip
    """The groups with their rows; what is gone by now is left out."""
    members = [one.id for group in shown for one in group.members]
    copy = await VariantStore(connection, visit.workspace.id).listed(members)
    now = visit.services.clock()
    return [
        Section(each.group, [row(one, copy[id_], names, now) for one in each.members if (id_ := one.id) in copy])
        for each in shown
    ]


def _cursor(last: Place | None) -> str | None:
    return cursor_of(told(last)) if last is not None else None
