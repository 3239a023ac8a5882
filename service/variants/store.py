"""Variants in the records, with what they cite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.channels.registry import channel as channel_named
from service.checks.models import Claim
from service.db.paging import cursor_of, value_of
from service.db.tables import campaigns, citations, leads, variant_history, variants
from service.errors import Conflict, NotFound, PreconditionFailed
from service.generation.models import Brief, Evidence, Variant
from service.variants.catching import Found, note_catches
from service.variants.models import Glance, Listed, Place, StoredVariant
from service.variants.resting import RestsOn, rests_on, revision_of
from service.variants.states import Status


class NewVariant(NamedTuple):
    """A variant with what the API does not show of it."""

    workspace: UUID
    lead_id: UUID | None
    brief: Brief
    audience: dict[str, Any]
    variant: Variant
    place: Place | None = None
    author: str = ""


class Wanted(NamedTuple):
    """Which variants; all where nothing is said. `placed` are those of any campaign, `control` those for everyone in
    one, and `findings` those with any or with none."""

    statuses: Sequence[Status] = ()
    campaign: UUID | None = None
    audience: str | None = None
    control: bool = False
    placed: bool = False
    channel: str | None = None
    locale: str | None = None
    findings: bool | None = None


class VariantStore:
    """The variants of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def get(self, variant_id: UUID) -> StoredVariant:
        """One variant. Raises `NotFound`, also for another workspace's."""
        row = (
            await self._connection.execute(
                sa.select(*_COLUMNS).where(variants.c.workspace_id == self._workspace, variants.c.id == variant_id)
            )
        ).first()
        if row is None:
            raise NotFound(f"There is no variant {variant_id} in this workspace.", code="variant.unknown")
        return StoredVariant(*row)

    async def page(
        self, limit: int, cursor: str | None, wanted: Wanted | None = None
    ) -> tuple[list[StoredVariant], str | None]:
        """Variants by id, and the cursor of the next page, None at the end."""
        query = self._wanted(wanted or Wanted()).order_by(variants.c.id)
        if cursor is not None:
            query = query.where(variants.c.id > value_of(cursor, UUID))
        rows = [StoredVariant(*row) for row in await self._connection.execute(query.limit(limit + 1))]
        more = len(rows) > limit
        return rows[:limit], cursor_of(rows[limit - 1].id) if more else None

    async def all(self, wanted: Wanted) -> list[StoredVariant]:
        """All of those, by id."""
        return [
            StoredVariant(*row) for row in await self._connection.execute(self._wanted(wanted).order_by(variants.c.id))
        ]

    async def by_ids(self, ids: Sequence[UUID]) -> list[StoredVariant]:
        """Those of them that are there, in that order."""
        query = sa.select(*_COLUMNS).where(*self._are(ids))
        found = {row.id: StoredVariant(*row) for row in await self._connection.execute(query)}
        return [found[id_] for id_ in ids if id_ in found]

    async def glances(self, wanted: Wanted) -> list[Glance]:
        """All of those, of which there may be thousands, at a glance."""
        query = self._wanted(wanted).with_only_columns(*_GLANCE)
        return [Glance(*row) for row in await self._connection.execute(query)]

    async def listed(self, ids: Sequence[UUID]) -> dict[UUID, Listed]:
        """Those of them that are there, as a list of them needs them."""
        query = sa.select(*_LISTED).where(*self._are(ids))
        return {row.id: Listed(*row) for row in await self._connection.execute(query)}

    async def update(self, variant: StoredVariant, now: datetime, values: Mapping[str, Any]) -> StoredVariant:
        """The variant with those values. Raises `PreconditionFailed` where another writer was faster."""
        changed = {**values, "version": variant.version + 1, "updated_at": now}
        counted = counts_of(values["findings"]) if "findings" in values else {}
        done = await self._connection.execute(
            sa.update(variants)
            .where(*self._is(variant.id), variants.c.version == variant.version)
            .values(changed | counted)
        )
        if done.rowcount == 0:
            raise changed_meanwhile(variant.id)
        if findings := values.get("findings"):
            revision = values.get("revision", variant.revision)
            await note_catches(self._connection, [Found(self._workspace, variant.id, revision, findings, now)])
        return variant._replace(**changed)

    async def claim(self, variant: StoredVariant, actor: str, until: datetime, now: datetime) -> StoredVariant:
        """Note who is at work on it. It counts as no change: whoever has read the variant may still decide on it.

        Raises `Conflict` while somebody else is.
        """
        free = sa.or_(
            variants.c.claimed_by.is_(None), variants.c.claimed_by == actor, variants.c.claimed_until <= now,
            variants.c.claimed_until.is_(None),
        )  # fmt: skip
        values: dict[str, Any] = {"claimed_by": actor, "claimed_until": until}
        if until <= now:
            values = dict.fromkeys(values)
        done = await self._connection.execute(sa.update(variants).where(*self._is(variant.id), free).values(values))
        if done.rowcount == 0:
            raise claimed(variant)
        return variant._replace(**values)

    async def campaigns(self) -> dict[UUID, str]:
        """The slugs of the campaigns that variants may be in."""
        known = sa.select(campaigns.c.id, campaigns.c.slug).where(campaigns.c.workspace_id == self._workspace)
        return {row.id: row.slug for row in await self._connection.execute(known)}

    async def cite(self, variant: UUID, evidence: Sequence[Evidence], claims: Sequence[Claim]) -> None:
        """Note anew which content a variant's claims cite."""
        await self._connection.execute(
            sa.delete(citations).where(citations.c.workspace_id == self._workspace, citations.c.variant_id == variant)
        )
        if rows := _cited(self._workspace, variant, evidence, claims):
            await self._connection.execute(_INSERT_CITATIONS, rows)

    def _is(self, variant: UUID) -> tuple[sa.ColumnElement[bool], ...]:
        return variants.c.workspace_id == self._workspace, variants.c.id == variant

    def _are(self, ids: Sequence[UUID]) -> tuple[sa.ColumnElement[bool], ...]:
        # said so that SQLite looks these up: else it goes through all of the workspace, in eighty times the time
        ours = sa.case((variants.c.workspace_id == self._workspace, 1), else_=0) == 1
        return ours, variants.c.id.in_(ids)

    def _wanted(self, wanted: Wanted) -> sa.Select[Any]:
        return sa.select(*_COLUMNS).where(*conditions(self._workspace, wanted))


def conditions(workspace: UUID, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """What holds of those variants."""
    found = [variants.c.workspace_id == workspace]
    if wanted.statuses:
        found.append(variants.c.status.in_(wanted.statuses))
    if wanted.placed or wanted.control:
        found.append(variants.c.campaign_id.is_not(None))
    if wanted.control:
        found.append(variants.c.audience_slug.is_(None))
    for column, value in (
        ("campaign_id", wanted.campaign),
        ("audience_slug", wanted.audience),
        ("channel", wanted.channel),
        ("locale", wanted.locale),
    ):
        if value is not None:
            found.append(variants.c[column] == value)
    if wanted.findings is not None:
        some = variants.c.blocking + variants.c.warnings > 0
        found.append(some if wanted.findings else sa.not_(some))
    return found


def changed_meanwhile(variant: UUID) -> PreconditionFailed:
    """Two writers met."""
    return PreconditionFailed(
        f"The variant {variant} has changed since you read it. Read it again and decide on what it says now.",
        code="variant.version",
    )


def claimed(variant: StoredVariant) -> Conflict:
    """Somebody else is at work on it."""
    until = f" until {variant.claimed_until:%H:%M} UTC" if variant.claimed_until else ""
    return Conflict(f"{variant.claimed_by or 'Somebody else'} is at work on it{until}.", code="variant.claimed")


async def _of_leads_that_are_there(connection: AsyncConnection, new: Sequence[NewVariant]) -> Sequence[NewVariant]:
    """Without those of a lead that was erased while they were written: nobody may read them any more."""
    wanted = {one.lead_id for one in new if one.lead_id is not None}
    if not wanted:
        return new
    there = sa.select(leads.c.id).where(leads.c.id.in_(wanted)).with_for_update(read=True, key_share=True)
    known = set(await connection.scalars(there))
    return [one for one in new if one.lead_id is None or one.lead_id in known]


async def insert_many(connection: AsyncConnection, new: Sequence[NewVariant]) -> None:
    """Keep variants of any workspaces, and what their claims cite, in two statements; each names its own workspace."""
    new = await _of_leads_that_are_there(connection, new)
    rows, cited = list[dict[str, Any]](), list[dict[str, Any]]()
    shown: dict[tuple[int, ...], list[dict[str, Any]]] = {}  # the variants of one generation share their evidence
    for workspace, lead_id, brief, audience, variant, place, author in new:
        groups = resting(variant)
        same = tuple(map(id, variant.evidence))
        if same not in shown:
            shown[same] = [item.model_dump(mode="json") for item in variant.evidence]
        findings = [finding.model_dump(mode="json") for finding in variant.findings]
        rows.append(
            {
                "id": variant.id,
                "workspace_id": workspace,
                "lead_id": lead_id,
                "status": "draft",
                "channel": variant.channel,
                "locale": variant.locale,
                "angle": variant.angle,
                "brief": brief.model_dump(mode="json"),
                "audience": audience,
                "fields": variant.fields,
                "claims": [claim.model_dump(mode="json") for claim in variant.claims],
                "findings": findings,
                **counts_of(findings),
                "evidence": shown[same],
                "provenance": variant.provenance.model_dump(mode="json"),
                "true_from": variant.true_from,
                "true_until": variant.true_until,
                "created_at": variant.provenance.created_at,
                "campaign_id": place.campaign if place else None,
                "audience_slug": place.audience if place else None,
                "revision": revision_of(scope_of(workspace, brief, audience, variant, place), variant.fields, groups),
                "rests_on": [[rest.model_dump(mode="json") for rest in group] for group in groups],
                "generator": variant.provenance.generator,
                "author": author or variant.provenance.model or variant.provenance.generator,
            }
        )
        cited += _cited(workspace, variant.id, variant.evidence, variant.claims)
    await connection.execute(_INSERT_VARIANTS, rows)
    await connection.execute(_INSERT_HISTORY, [_begun(row) for row in rows])
    await note_catches(
        connection,
        [
            Found(of.workspace, of.variant.id, row["revision"], row["findings"], row["created_at"])
            for of, row in zip(new, rows, strict=True)
        ],
    )
    if cited:
        await connection.execute(_INSERT_CITATIONS, cited)


def counts_of(findings: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many block and how many do not, which the records know of each variant by itself."""
    blocking = sum(one["severity"] == "block" for one in findings)
    return {"blocking": blocking, "warnings": len(findings) - blocking}


def _begun(row: Mapping[str, Any]) -> dict[str, Any]:
    """The first entry of a history."""
    return {
        "workspace_id": row["workspace_id"], "variant_id": row["id"], "revision": row["revision"], "action": "create",
        "from_status": None, "to_status": row["status"], "actor": row["author"], "note": "", "details": {},
        "at": row["created_at"],
    }  # fmt: skip


def _cited(
    workspace: UUID, variant: UUID, evidence: Sequence[Evidence], claims: Sequence[Claim]
) -> list[dict[str, Any]]:
    named = {support.evidence for claim in claims for support in claim.support}
    return [
        {
            "workspace_id": workspace,
            "variant_id": variant,
            "evidence_id": item.id,
            "item_id": item.item_id,
            "version": item.version,
            "passage_id": item.passage,
        }
        for item in evidence
        if item.id in named
    ]


def resting(variant: Variant) -> RestsOn:
    """What that variant rests on."""
    channel = channel_named(variant.channel)
    pointed = channel.references(channel.fields.model_validate(variant.fields))
    return rests_on(variant.claims, variant.evidence, {channel.links[name]: id_ for name, id_ in pointed.items()})


def scope_of(
    workspace: UUID, brief: Brief, audience: Mapping[str, Any], variant: Variant, place: Place | None
) -> dict[str, Any]:
    """What a revision's name covers besides its words and their facts."""
    return {
        "workspace": workspace, "brief": brief.model_dump(mode="json"), "audience": dict(audience),
        "channel": variant.channel, "locale": variant.locale, "place": place,
    }  # fmt: skip


_INSERT_VARIANTS = sa.insert(variants)
_INSERT_HISTORY = sa.insert(variant_history)
_INSERT_CITATIONS = sa.insert(citations)
_GLANCE: tuple[sa.Column[Any], ...] = tuple(variants.c[name] for name in Glance._fields)
_LISTED: tuple[sa.Column[Any], ...] = tuple(variants.c[name] for name in Listed._fields)
_COLUMNS = tuple(variants.c[name] for name in StoredVariant._fields)
