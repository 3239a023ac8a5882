"""Why a lead got what it got, for the lead itself (LGPD art. 20): the receipt, and what stands behind its names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.models import Audience
from service.audiences.preview import explained
from service.audiences.store import AudienceStore
from service.db.engine import Database
from service.db.tables import content_items, content_versions
from service.delivery.decision_models import Explanation, Grounds, Rested
from service.delivery.decision_store import DecisionStore
from service.delivery.decision_telling import words
from service.delivery.receipts import asked, moment_of
from service.delivery.replay import Kept
from service.leads.store import LeadStore
from service.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains the decisions of one workspace in its language."""

    database: Database
    workspace: Workspace

    async def explain(self, decision: Kept) -> Explanation:
        """Everything that the receipt says, in words; the lead's part too."""
        _, told, sealed = decision
        at, workspace = moment_of(told), self.workspace
        async with self.database.read() as connection:
            rested = [await self._rested(connection, *pair) for pair in told["evidence"]]
            chain = await self._chain(connection, decision)
            audiences = {one.slug: one for one in await AudienceStore(connection, workspace.id).all()}
            found = await LeadStore(connection, workspace.id).by_ids([sealed.lead.id] if sealed else [])
        grounds = await self._grounds(decision, chain[0], audiences, at) if chain else None
        return Explanation(
            id=told["id"], at=at, lead=found[0].external_id if found else None, locale=workspace.default_locale,
            rung=told["rung"], reason=told["reason"], variant=told["variant"], alternative=told["alternative"],
            audience=grounds, consents=self._consents(decision), values=dict(sealed.values) if sealed else {},
            rests_on=rested,
            words=list(words(
                told, at.astimezone(ZoneInfo(workspace.timezone)), grounds, rested, workspace.default_locale,
                got=_name(audiences, told["audience"]), consents=self._consents(decision),
                values=sealed.values if sealed else None,
            )),
        )  # fmt: skip

    def _consents(self, decision: Kept) -> list[str]:
        """What the lead had agreed to, in the workspace's own words where it has some."""
        purposes = self.workspace.policy.purposes
        held = decision.sealed.lead.consents if decision.sealed else ()
        return [(purposes[name].label if name in purposes else None) or name for name in held]

    async def _chain(self, connection: AsyncConnection, decision: Kept) -> list[str]:
        """The audience that the reader was in, and those above it up to the one whose variant it got."""
        told = decision.told
        if told["audience"] is None:
            return []
        data = await DecisionStore(connection, self.workspace.id).snapshot(told["snapshot"]) or {}
        parents: Mapping[str, str | None] = data.get("parents", {})
        ask = decision.sealed.ask if decision.sealed else asked(told)
        mine = (decision.sealed.lead.audiences if decision.sealed else frozenset()).union(ask.context)
        for slug in data.get("audiences", ()):
            chain = list(_above(slug, parents, told["audience"]))
            if slug in mine and chain[-1] == told["audience"]:
                return chain
        return [told["audience"]]

    async def _grounds(self, decision: Kept, slug: str, audiences: Mapping[str, Audience], at: datetime) -> Grounds:
        lead = decision.sealed.lead if decision.sealed else None
        from_context = lead is None or slug not in lead.audiences
        because = []
        if lead is not None and not from_context and slug in audiences:
            told = await explained(self.database, self.workspace, [(audiences[slug].condition, lead.id)], at)
            because = [reason for one in told if one for reason in one.reasons]
        return Grounds(slug=slug, name=_name(audiences, slug), from_context=from_context, reasons=because)

    async def _rested(self, connection: AsyncConnection, content_id: str, version: int) -> Rested:
        title = await connection.scalar(
            sa.select(content_versions.c.title)
            .join(content_items, content_items.c.id == content_versions.c.item_id)
            .where(
                content_items.c.workspace_id == self.workspace.id, content_items.c.external_id == content_id,
                content_versions.c.version == version,
            )
        )  # fmt: skip
        return Rested(content_id=content_id, version=version, title=title)


def _above(slug: str, parents: Mapping[str, str | None], until: str) -> Iterator[str]:
    """That audience and those above it, up to `until`."""
    seen, current = set[str](), slug
    while True:
        yield current
        seen.add(current)
        above = parents.get(current)
        if current == until or above is None or above in seen:
            return
        current = above


def _name(audiences: Mapping[str, Audience], slug: str | None) -> str | None:
    return audiences[slug].name if slug is not None and slug in audiences else slug
