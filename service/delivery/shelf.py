"""What may be said at this moment, in memory: live campaigns, their approved revisions, placements.

It follows the records within a second and judges for itself whether a revision still stands, from the same pure
functions as whoever moves the states of variants: what has lost its facts is off the shelf before anything else
happens to it. A revision is rendered once, when it comes onto the shelf.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from uuid import UUID

import structlog

from service.channels.registry import CHANNELS
from service.content.standing import items_now
from service.db.changes import Change
from service.db.engine import Database
from service.db.following import grouped
from service.db.watching import Watcher
from service.delivery.models import Candidate, Shelved
from service.delivery.policy import DeliveryPolicy
from service.delivery.prepared import Prepared
from service.delivery.preparing import prepare
from service.delivery.shelf_store import CampaignRow, PlacementRow, ShelfStore, Stocked
from service.delivery.snapshot import snapshot_of
from service.errors import Invalid
from service.leads.contract import Contract
from service.leads.contract_store import ContractStore
from service.types import Locale
from service.variants.resting import ItemNow, evidence_versions, fallen, holds_between, items_of
from service.variants.standing import permitted, within_rules
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore

log = structlog.get_logger(__name__)

FACT_FREE = frozenset(("link",))
"""Kinds of claims that state nothing which could become untrue."""


class _Ready(NamedTuple):
    """A revision on the shelf, whether it stands or not."""

    stocked: Stocked
    candidate: Candidate


@dataclass(slots=True)
class _Room:
    """One workspace's shelf."""

    workspace: Workspace
    contract: Contract
    parents: Mapping[str, str | None]
    campaigns: Mapping[UUID, CampaignRow]
    placements: Mapping[str, PlacementRow]
    items: dict[UUID, ItemNow] = field(default_factory=dict)
    ready: dict[UUID, _Ready] = field(default_factory=dict)
    shelved: dict[str, Shelved] = field(default_factory=dict)


class Shelf(Watcher):
    """The shelves of all workspaces that have campaigns."""

    kinds = ("content", "contract", "rule", "audience", "campaign", "placement", "variant", "key")

    def __init__(
        self,
        database: Database,
        keys_changed: Callable[[], Any],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(database, monotonic)
        self._keys_changed = keys_changed
        self._rooms: dict[UUID, _Room] = {}

    def campaign(self, workspace: UUID, slug: str) -> Shelved | None:
        """That campaign with what may be said in it, None where there is no such campaign."""
        room = self._rooms.get(workspace)
        return room.shelved.get(slug) if room else None

    def campaigns(self, workspace: UUID) -> list[Shelved]:
        """All its campaigns with what may be said in them."""
        room = self._rooms.get(workspace)
        return list(room.shelved.values()) if room else []

    def placement(self, workspace: UUID, key: str) -> PlacementRow | None:
        """That placement, None where there is none."""
        room = self._rooms.get(workspace)
        return room.placements.get(key) if room else None

    def workspace(self, workspace: UUID) -> Workspace | None:
        """The workspace's own settings as they were read last; None for one that has no campaign."""
        room = self._rooms.get(workspace)
        return room.workspace if room else None

    def count(self, workspace: UUID) -> int:
        """How many campaigns of that workspace are on the shelf."""
        return len(self._rooms[workspace].shelved) if workspace in self._rooms else 0

    async def begin(self) -> None:
        await self._keys_changed()
        async with self._database.read() as connection:
            found = await ShelfStore.workspaces(connection)
        for workspace in found:
            await self._renew(workspace)

    async def take(self, batch: Sequence[Change]) -> None:
        by_workspace: dict[UUID, dict[str, list[UUID]]] = {}
        for (workspace, kind), entities in grouped(batch).items():
            by_workspace.setdefault(workspace, {})[kind] = entities
        for workspace, kinds in by_workspace.items():
            if "key" in kinds:
                await self._keys_changed()
            room = self._rooms.get(workspace)
            if kinds.keys() & {"campaign", "contract", "rule", "audience", "placement"}:
                await self._renew(workspace)
            elif room is not None:
                await self._follow(room, kinds.get("content", ()), kinds.get("variant", ()))

    async def _follow(self, room: _Room, content: Collection[UUID], variants: Collection[UUID]) -> None:
        """What changed in content and variants, and the campaigns that it concerns."""
        edited = room.items.keys() & set(content)
        concerned = {one.stocked.campaign for one in room.ready.values() if edited & items_of(one.stocked.rests_on)} | {
            room.ready[variant].stocked.campaign for variant in variants if variant in room.ready
        }
        if edited:
            await self._read_items(room, edited)
        if variants:
            async with self._database.read() as connection:
                found = await ShelfStore(connection, room.workspace.id).serving(variants)
            for variant in variants:
                room.ready.pop(variant, None)
            await self._stock(room, found)
            concerned |= {one.campaign for one in found}
        self._shelve(room, concerned)

    async def _renew(self, workspace: UUID) -> None:
        """Read all of a workspace again; what is rendered already is not rendered again."""
        async with self._database.read() as connection:
            store = ShelfStore(connection, workspace)
            room = _Room(
                await WorkspaceStore(connection).by_id(workspace), await ContractStore(connection, workspace).current(),
                await store.parents(), await store.campaigns(), await store.placements(),
            )  # fmt: skip
            found = await store.serving()
        before = self._rooms.get(workspace)
        if before is not None:
            same = {id_ for id_ in room.campaigns if _settings(before, id_) == _settings(room, id_)}
            room.ready = {
                one.variant: before.ready[one.variant]
                for one in found
                if one.campaign in same
                and one.variant in before.ready
                and before.ready[one.variant].stocked.revision == one.revision
            }
        await self._stock(room, [one for one in found if one.variant not in room.ready])
        await self._read_items(room, {item for one in room.ready.values() for item in items_of(one.stocked.rests_on)})
        self._rooms[workspace] = room
        self._shelve(room, room.campaigns)

    async def _stock(self, room: _Room, found: Iterable[Stocked]) -> None:
        for one in found:
            if one.campaign in room.campaigns:
                try:
                    prepared = await asyncio.to_thread(_prepared, room, one)
                except Invalid as error:  # one that cannot be rendered must not keep the others from being served
                    log.warning("not_shelved", variant=str(one.variant), code=error.code)
                    continue
                room.ready[one.variant] = _Ready(one, _candidate(one, prepared))
        unread = {item for one in found for item in items_of(one.rests_on)} - room.items.keys()
        if unread:
            await self._read_items(room, unread)

    async def _read_items(self, room: _Room, items: Collection[UUID]) -> None:
        async with self._database.read() as connection:
            found = await items_now(connection, room.workspace.id, items)
        for item in items:
            if item in found:
                room.items[item] = found[item]
            else:
                room.items.pop(item, None)

    def _shelve(self, room: _Room, campaigns: Iterable[UUID]) -> None:
        """Put those campaigns on the shelf anew, with what stands; all at once, so that nobody sees half of it."""
        gone = {shelved.slug for shelved in room.shelved.values()} - {row.slug for row in room.campaigns.values()}
        for slug in gone:
            del room.shelved[slug]
        for id_ in campaigns:
            if id_ in room.campaigns:
                row = room.campaigns[id_]
                mine = [one for one in room.ready.values() if one.stocked.campaign == id_]
                mine.sort(key=lambda ready: ready.stocked.variant)
                standing = [_within(room, one) for one in mine if not _fallen(room, one.stocked)]
                shelved = _shelved(room, row, standing)
                room.shelved[row.slug] = replace(shelved, snapshot=snapshot_of(shelved)[0])


def _fallen(room: _Room, one: Stocked) -> bool:
    """Whether anything that the revision needs is no longer so."""
    texts = CHANNELS[one.channel].texts(CHANNELS[one.channel].fields.model_validate(one.fields))
    return bool(
        fallen(one.rests_on, room.items)
        or permitted(room.contract, texts, one.audience_words, one.locale)
        or within_rules(room.workspace.terms, texts, one.locale)
    )


def _within(room: _Room, one: _Ready) -> Candidate:
    """The candidate for as long as its claims are true and what they rest on is valid."""
    begins, ends = holds_between(one.stocked.rests_on, room.items)
    return replace(
        one.candidate,
        opens=max(one.candidate.opens, begins.timestamp() if begins else -math.inf),
        closes=min(one.candidate.closes, ends.timestamp() if ends else math.inf),
    )


def _prepared(room: _Room, one: Stocked) -> Prepared:
    return prepare(
        CHANNELS[one.channel], one.locale, one.fields, one.evidence, variant=one.variant,
        campaign=room.campaigns[one.campaign].slug, workspace_name=room.workspace.name,
        delivery=_delivery(room, room.campaigns[one.campaign]),
        platform=room.campaigns[one.campaign].settings.platform,
    )  # fmt: skip


def _delivery(room: _Room, row: CampaignRow) -> DeliveryPolicy:
    """The workspace's own as the campaign has it."""
    return room.workspace.delivery.marking(row.settings.utm)


def _settings(room: _Room, campaign: UUID) -> Mapping[str, Any]:
    """What copy of that campaign is made ready with, besides itself; empty where there is no such campaign."""
    if (row := room.campaigns.get(campaign)) is None:
        return {}
    delivery = _delivery(room, row).model_dump(mode="json")
    return {"name": room.workspace.name, "delivery": delivery, "platform": row.settings.platform}


def _candidate(one: Stocked, prepared: Prepared) -> Candidate:
    return Candidate(
        variant=one.variant, revision=one.revision, audience=one.audience, channel=one.channel, locale=one.locale,
        factual=any(kind not in FACT_FREE for kind in one.kinds), prepared=prepared,
        evidence=tuple(evidence_versions(one.rests_on)),
        opens=one.true_from.timestamp() if one.true_from else -math.inf,
        closes=one.true_until.timestamp() if one.true_until else math.inf,
    )  # fmt: skip


def _shelved(room: _Room, row: CampaignRow, standing: Sequence[Candidate]) -> Shelved:
    candidates: dict[tuple[str, Locale], dict[str | None, list[Candidate]]] = {}
    for one in standing:
        candidates.setdefault((one.channel, one.locale), {}).setdefault(one.audience, []).append(one)
    return Shelved(
        id=row.id, slug=row.slug, workspace=room.workspace.id, locale=row.locale, live=row.status == "live",
        audiences=row.audiences, parents=room.parents, candidates=candidates,
        opens=row.starts_at.timestamp() if row.starts_at else -math.inf,
        closes=row.ends_at.timestamp() if row.ends_at else math.inf,
        unknown_recipient=row.settings.unknown_recipient or room.workspace.delivery.unknown_recipient,
        settings=_settings(room, row.id), holdout=row.settings.holdout,
    )  # fmt: skip
