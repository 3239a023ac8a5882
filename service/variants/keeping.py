"""Moves the states of variants as what they rest on changes: out of service, and back again.

Whatever serves judges for itself and is never behind this: here it is written down, with the reasons. Copy that has
fallen is checked again against what its content says now. Where it passes and only a typo was mended, or the offer's
end was moved, it goes on under a new revision and keeps its approval. Facts that have changed, and sentences that were
written anew, take it out of service also where its words pass: somebody approved them with others. When those are back,
so is the copy.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from service.channels.registry import channel as channel_named
from service.content.standing import items_now
from service.content.store import ContentStore
from service.db import changes
from service.db.changes import Change
from service.db.engine import Database
from service.db.following import Follower, grouped
from service.errors import PreconditionFailed
from service.generation.models import Variant
from service.leads.contract import Contract
from service.leads.contract_store import ContractStore
from service.leads.models import Consent
from service.leads.store import LeadStore
from service.review.handwork import reader_of_stored, written_of
from service.types import Clock, Locale
from service.variants.history import HistoryStore
from service.variants.living import quarantine, reinstate
from service.variants.models import Entry
from service.variants.quarantine import Reason, of_findings, reasons_of, same
from service.variants.quarantine_store import Kept, QuarantineStore
from service.variants.recheck import content_ids, recheck
from service.variants.resting import Fallen, ItemNow, items_of, same_ground
from service.variants.standing import Judged, standing
from service.variants.store import VariantStore, resting
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore

ACTOR = "keeper"
SWEEP = timedelta(minutes=1)  # links have ends too, which no column tells

log = structlog.get_logger(__name__)


@dataclass
class _Concerned:
    """What of a workspace is to be looked at."""

    everything: bool = False
    items: set[UUID] = field(default_factory=set)
    variants: set[UUID] = field(default_factory=set)
    leads: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Moment:
    """A workspace as it is at a moment."""

    workspace: Workspace
    contract: Contract
    items: Mapping[UUID, ItemNow]
    consents: Mapping[UUID, Sequence[Consent]]
    now: datetime

    def fallen(self, one: Kept) -> list[Fallen]:
        """What keeps it from being said."""
        channel = channel_named(one.stored.channel)
        judged = Judged(
            one.stored.channel, cast("Locale", one.stored.locale),
            channel.texts(channel.fields.model_validate(one.revision.fields)), one.stored.audience, one.groups,
            one.revision.true_from, one.revision.true_until,
        )  # fmt: skip
        lead = one.stored.lead_id
        consents = self.consents.get(lead, ()) if lead is not None else None
        return standing(judged, self.items, self.contract, self.workspace.terms, self.now, consents)


class VariantKeeper(Follower):
    """Reads changes and quarantines, rebinds and reinstates the variants that they concern."""

    kinds = ("content", "contract", "rule", "variant", "consent")

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self._swept: datetime | None = None

    async def name(self) -> str:
        return "variants"

    async def take(self, batch: Sequence[Change]) -> None:
        """Each workspace once, whatever changed in it."""
        concerned: dict[UUID, _Concerned] = {}
        for (workspace, kind), entities in grouped(batch).items():
            one = concerned.setdefault(workspace, _Concerned())
            if kind in ("contract", "rule"):
                one.everything = True
            {"content": one.items, "variant": one.variants, "consent": one.leads}.get(kind, set()).update(entities)
        for workspace, one in concerned.items():
            await self._look(workspace, one)

    async def tick(self) -> datetime | None:
        """What was true only until now; nothing comes back by time alone."""
        now = self._clock()
        async with self._database.read() as connection:
            first = await QuarantineStore.first_end(connection)
            ended = await QuarantineStore.ended(connection, now) if first is not None and first <= now else {}
        sweep = self._swept is None or not timedelta() <= now - self._swept < SWEEP
        if sweep:
            self._swept = now
        if not (ended or sweep):
            return first
        if not await self.lead():
            return None
        if sweep:
            async with self._database.read() as connection:
                ended = {workspace: [] for workspace in await QuarantineStore.workspaces(connection)}
        for workspace, variants in ended.items():
            await self._look(workspace, _Concerned(everything=sweep, variants=set(variants)), by_time=True)
        async with self._database.read() as connection:
            return await QuarantineStore.first_end(connection, now)

    async def _look(self, workspace_id: UUID, concerned: _Concerned, *, by_time: bool = False) -> None:
        """Judge what is concerned, and move what has to be moved."""
        narrow = None if concerned.everything or concerned.items else concerned.variants
        async with self._database.read() as connection:
            found = await QuarantineStore(connection, workspace_id).kept(narrow, concerned.leads)
            if not concerned.everything:
                found = [one for one in found if _touches(concerned, one)]
            if by_time:
                found = [one for one in found if not one.quarantined]
            if not found:
                return
            moment = await self._moment(connection, workspace_id, found)
        for one in found:
            try:
                await self._settle(one, moment.fallen(one), moment)
            except PreconditionFailed:  # whoever was faster has left a change of their own
                log.info("variant_changed_meanwhile")
            except ValidationError:  # one that cannot be read must not keep the others from being looked after
                log.exception("variant_unreadable")

    async def _moment(self, connection: AsyncConnection, workspace_id: UUID, found: Sequence[Kept]) -> _Moment:
        leads = {one.stored.lead_id for one in found if one.stored.lead_id is not None}
        known = await LeadStore(connection, workspace_id).by_ids(leads) if leads else []
        return _Moment(
            await WorkspaceStore(connection).by_id(workspace_id),
            await ContractStore(connection, workspace_id).current(),
            await items_now(connection, workspace_id, {item for one in found for item in items_of(one.groups)}),
            {lead.id: lead.consents for lead in known},
            self._clock(),
        )  # fmt: skip

    async def _settle(self, one: Kept, why: Sequence[Fallen], moment: _Moment) -> None:
        """What becomes of it."""
        if not why and not one.quarantined:
            return
        kinds = {fallen.kind for fallen in why}
        if kinds - {"content", "time"} or kinds == {"time"}:  # what no check of the words could mend
            await self._out(one, await self._reasons(one, why, moment), moment)
            return
        again = await self._again(one, moment)
        blocking = [finding for finding in again.findings if finding.severity == "block"]
        if not blocking and not why:
            await self._back(one, None, moment)
        elif not blocking and same_ground(one.groups, resting(again)):
            await self._back(one, again, moment)
        else:
            told = of_findings(blocking) or [Reason(kind="approval", what="evidence")]
            await self._out(one, [*await self._reasons(one, why, moment), *told], moment)

    async def _again(self, one: Kept, moment: _Moment) -> Variant:
        reader = await reader_of_stored(self._database, moment.workspace, one.stored, moment.now)
        async with self._database.read() as connection:
            sources = await ContentStore(connection, moment.workspace.id).passages_of(content_ids(one.revision))
        return await asyncio.to_thread(recheck, moment.workspace, reader, one.stored, one.revision, sources, moment.now)

    async def _reasons(self, one: Kept, why: Sequence[Fallen], moment: _Moment) -> list[Reason]:
        groups = one.groups
        then = {(rest.item, rest.version) for group in groups for rest in group}
        now = {(id_, item.version) for id_, item in moment.items.items()}
        async with self._database.read() as connection:
            told = await QuarantineStore(connection, moment.workspace.id).told(then | now)
        return reasons_of(why, groups, moment.items, told)

    async def _out(self, one: Kept, reasons: Sequence[Reason], moment: _Moment) -> None:
        """Out of service; where it is already, for the reasons of now."""
        noted = [reason.model_dump(mode="json") for reason in reasons]
        if one.quarantined:
            if not same(one.stored.reasons, reasons):
                async with self._database.write(brief=True) as connection:
                    store = VariantStore(connection, moment.workspace.id)
                    await store.update(one.stored, moment.now, {"reasons": noted})
            return
        async with self._database.write(brief=True) as connection:
            await quarantine(connection, moment.workspace.id, one.stored, noted, ACTOR, moment.now)

    async def _back(self, one: Kept, again: Variant | None, moment: _Moment) -> None:
        """In service, with `again` as a new revision that keeps the approval of the old one."""
        async with self._database.write(brief=True) as connection:
            kept = one
            if again is not None:
                kept = await _rebound(connection, moment, one, again)
            if one.quarantined:
                await reinstate(
                    connection, moment.workspace.id, kept.stored, ACTOR, moment.now, revision=kept.revision.revision
                )


def _touches(concerned: _Concerned, one: Kept) -> bool:
    return (
        one.stored.id in concerned.variants
        or one.stored.lead_id in concerned.leads
        or not concerned.items.isdisjoint(items_of(one.groups))
    )


async def _rebound(connection: AsyncConnection, moment: _Moment, one: Kept, again: Variant) -> Kept:
    """The same words with the evidence of now, as a revision that whoever approved the old one has approved."""
    workspace, stored, old = moment.workspace.id, one.stored, one.revision
    written = written_of(workspace, stored, again, old.author)
    as_written, histories = stored._replace(**written._asdict()), HistoryStore(connection, workspace)
    await changes.append(connection, workspace, "variant", [stored.id], moment.now)
    await histories.keep(as_written, moment.now)
    if old.approved_by is not None and old.approved_at is not None:
        await histories.approve(as_written, old.approved_by, old.approved_at)
    values = written._asdict() if stored.revision == old.revision else {}
    if not one.quarantined:
        values["serving"] = written.revision
    if values:
        stored = await VariantStore(connection, workspace).update(stored, moment.now, values)
    if stored.revision == written.revision:
        await VariantStore(connection, workspace).cite(stored.id, again.evidence, again.claims)
    entry = Entry(
        written.revision, "rebind", stored.status, stored.status, ACTOR, "", {"from": old.revision}, moment.now
    )  # fmt: skip
    await histories.add(stored.id, entry)
    new = await histories.revision(stored.id, written.revision)
    return one._replace(stored=stored, revision=new or old)
