"""Content: what there is to say, and what rests on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator

from service.content.models import ContentItem, Kind
from service.content.store import ContentStore, Validity, Wanted
from service.indexing.state import index_state
from service.leads.models import CleanText, ExternalId
from service.studio.rendering import page
from service.studio.visiting import Visiting
from service.variants.resters import RestingVariant, resting_on

router = APIRouter(prefix="/studio")

ITEMS, VARIANTS = 50, 200


def _chosen(value: object) -> object:
    """A form sends an empty text for what was not chosen."""
    return value or None


@router.get("/content")
async def all_(
    visit: Visiting,
    search: Annotated[CleanText, Query(max_length=200)] = "",
    kind: Annotated[Kind | None, BeforeValidator(_chosen)] = None,
    valid: Annotated[Validity | None, BeforeValidator(_chosen)] = None,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> HTMLResponse:
    """A page of content items, all of them or those that fit."""
    now = visit.services.clock()
    async with visit.services.database.read() as connection:
        store = ContentStore(connection, visit.workspace.id)
        items, more = await store.page(ITEMS, cursor, Wanted(search, kind, valid, now))
    state = await index_state(visit.services.follower, visit.services.index, visit.workspace.id)
    return page(
        visit, "contents.html", items=items, more=more, search=search, kind=kind, valid=valid, state=state,
        filtered=bool(search or kind or valid), validity={item.external_id: validity(item, now) for item in items},
    )  # fmt: skip


@router.get("/content/{external_id:path}")
async def one(visit: Visiting, external_id: ExternalId) -> HTMLResponse:
    """One item as it is indexed, and the variants that would fall with it."""
    now = visit.services.clock()
    async with visit.services.database.read() as connection:
        store = ContentStore(connection, visit.workspace.id)
        item = await store.get(external_id)
        passages = await store.passages(item.id, item.version)
        resting = await resting_on(connection, visit.workspace.id, external_id, VARIANTS)
    found = resting.items
    return page(
        visit, "content.html", item=item, passages=passages, validity=validity(item, now), resting=resting,
        falling=_falling(found), out=[variant for variant in found if variant.reasons],
        served=sum(variant.served for variant in found),
    )  # fmt: skip


def validity(item: ContentItem, now: datetime) -> Validity:
    """Whether what it says holds now, only later, or no more."""
    if item.valid_at(now):
        return "now"
    return "later" if item.valid_from and now < item.valid_from else "over"


def _falling(found: Sequence[RestingVariant]) -> list[tuple[str, int]]:
    """For each fact, and for `text`, how many variants a change of it would take out of service; the most first."""
    alone = [variant for variant in found if variant.served and not variant.also_elsewhere]
    names = Counter(name for variant in alone for name in variant.facts if name not in ("currency", "url"))
    names["text"] = sum(bool(variant.sentences) for variant in alone)
    return sorted(((name, count) for name, count in names.items() if count), key=lambda pair: (-pair[1], pair[0]))
