"""What others see by a review link: copy as it stands now, with the fallbacks, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from service.errors import Gone, Invalid, NotFound
from service.review.link_models import LinkInput, ReviewLink
from service.review.link_store import LinkStore, link_with, looked_at
from service.variants.models import StoredVariant
from service.variants.store import VariantStore
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link shows. `campaigns` are slugs by id."""

    link: ReviewLink
    workspace: Workspace
    variants: Sequence[StoredVariant]
    campaigns: Mapping[UUID, str]


async def make_link(
    connection: AsyncConnection, workspace: UUID, body: LinkInput, actor: str, now: datetime
) -> tuple[str, ReviewLink]:
    """A link and its secret. Raises `NotFound` for a variant that is not there, and `Invalid` for one that was written
    for one lead: what was known of them steered it."""
    wanted = list(dict.fromkeys(body.variants))
    found = {one.id: one for one in await VariantStore(connection, workspace).by_ids(wanted)}
    if missing := [one for one in wanted if one not in found]:
        raise NotFound(f"There is no variant {missing[0]} in this workspace.", code="variant.unknown")
    if any(one.lead_id is not None for one in found.values()):
        raise Invalid("Copy that was written for one lead is not shown to others.", code="review_link.lead")
    return await LinkStore(connection, workspace).create(body.name, wanted, actor, now)


async def open_link(connection: AsyncConnection, secret: str, now: datetime, *, count: bool) -> Opened:
    """What it shows; `count` that it was opened. Raises `NotFound`, and `Gone` for one that is over."""
    link = await link_with(connection, secret)
    state = link.state(now)
    if state != "open":
        raise Gone("This link is over. Ask whoever sent it for a new one.", code="review_link.over")
    store = VariantStore(connection, link.workspace)
    found = {one.id: one for one in await store.by_ids(link.variants)}
    if count:
        await looked_at(connection, link, now)
    workspace = await WorkspaceStore(connection).by_id(link.workspace)
    shown = [found[one] for one in link.variants if one in found and found[one].lead_id is None]
    return Opened(link, workspace, shown, await store.campaigns())
