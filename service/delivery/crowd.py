"""The leads in memory, as far as deciding needs them: nothing is asked of the database while a platform waits.

Whoever is not in it yet, because the process has just begun, is looked up once. A lead that changes is read again
within a second of the change; where a consent runs out meanwhile, it is looked up at the next question.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.changes import Change
from service.db.engine import Database
from service.db.following import grouped
from service.db.tables import audiences, memberships
from service.db.watching import Watcher
from service.delivery.decide import WRITTEN_TO
from service.delivery.lead_keys import LeadKey, LeadKeyStore
from service.delivery.models import LeadView
from service.delivery.shelf_store import ShelfStore
from service.leads.contract import Contract, mentions
from service.leads.contract_store import ContractStore
from service.leads.models import Consent
from service.leads.store import LeadStore
from service.leads.writing import email_of
from service.privacy.policy import Policy
from service.privacy.uses import allowed
from service.profile.attributes import tells_computed
from service.profile.computed import as_traits, contextual_only, profile_of
from service.profile.history import History
from service.profile.store import Subject, SubjectStore
from service.types import Clock
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore

PAGE = 250
CHANNELS = ("email", "banner", "popup", "push", "sms", "whatsapp")


class _Rules(NamedTuple):
    """What turns a lead into its view, the same for all leads of a workspace."""

    workspace: Workspace
    contract: Contract
    names: frozenset[str]
    computed: bool
    zone: ZoneInfo


@dataclass(slots=True)
class _Group:
    """One workspace's leads: by id, and who is meant by an external id or an e-mail address."""

    rules: _Rules
    views: dict[UUID, LeadView] = field(default_factory=dict)
    named: dict[str, UUID] = field(default_factory=dict)
    names: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    complete: bool = False
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)  # or an older reading could come after a newer one
    shared: dict[Any, Any] = field(default_factory=dict)

    def put(self, view: LeadView, names: Iterable[str]) -> None:
        """Take it in, in the place of what was known of it."""
        self.drop(view.id)
        self.views[view.id] = view
        self.names[view.id] = tuple(names)
        for name in self.names[view.id]:
            self.named[name] = view.id

    def drop(self, lead: UUID) -> None:
        """Forget it."""
        self.views.pop(lead, None)
        for name in self.names.pop(lead, ()):
            if self.named.get(name) == lead:
                del self.named[name]

    def one(self, value: Any) -> Any:
        """The same value for all that have an equal one: few audiences, channels and consents make many sets."""
        return self.shared.setdefault(value, value)


class Crowd(Watcher):
    """The leads of every workspace that has campaigns."""

    kinds = ("lead", "consent", "membership", "event", "contract", "campaign")

    def __init__(
        self,
        database: Database,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        super().__init__(database, monotonic)
        self._clock = clock
        self._random = random
        self._groups: dict[UUID, _Group] = {}
        self._loading: dict[UUID, asyncio.Task[None]] = {}

    async def begin(self) -> None:
        async with self._database.read() as connection:
            found = await ShelfStore.workspaces(connection)
        for workspace in found:
            self._begin(workspace)

    async def take(self, batch: Sequence[Change]) -> None:
        for (workspace, kind), entities in grouped(batch).items():
            if kind == "campaign":
                self._begin(workspace)
            elif kind == "contract":
                await self.renew(workspace)
            elif kind != "event" or self._tells_what_leads_do(workspace):
                await self.changed(workspace, entities)

    def _begin(self, workspace: UUID) -> None:
        if workspace not in self._loading and not self.complete(workspace):
            self._loading[workspace] = asyncio.create_task(self._load(workspace), name="crowd")

    def _tells_what_leads_do(self, workspace: UUID) -> bool:
        return workspace in self._groups and self._groups[workspace].rules.computed

    def complete(self, workspace: UUID) -> bool:
        """Whether all its leads are in memory."""
        return workspace in self._groups and self._groups[workspace].complete

    def count(self, workspace: UUID) -> int:
        """How many of its leads are in memory."""
        return len(self._groups[workspace].views) if workspace in self._groups else 0

    def views(self, workspace: UUID) -> list[LeadView]:
        """Its leads, as far as they are in memory."""
        return list(self._groups[workspace].views.values()) if workspace in self._groups else []

    def now(self, workspace: UUID, recipient: str, at: float) -> LeadView | None:
        """The lead of that external id or e-mail address as it is in memory, None where it is not or is out of date."""
        group = self._groups.get(workspace)
        if group is None:
            return None
        lead = group.named.get(recipient) or group.named.get(recipient.strip().lower())
        view = group.views.get(lead) if lead else None
        return view if view is not None and at < view.good_until else None

    def knows_nobody(self, workspace: UUID, recipient: str) -> bool:
        """Whether it is sure that nobody is called so."""
        group = self._groups.get(workspace)
        if group is None or not group.complete:
            return False
        return recipient not in group.named and recipient.strip().lower() not in group.named

    async def find(self, workspace: UUID, recipient: str, at: float) -> LeadView | None:
        """The same; looked up where memory does not have it yet. None for nobody."""
        view = self.now(workspace, recipient, at)
        if view is not None or not recipient or len(recipient) > 320 or "\0" in recipient:
            return view
        if self.knows_nobody(workspace, recipient):
            return None
        group = await self._group(workspace)
        async with self._database.read() as connection:
            store = LeadStore(connection, workspace)
            lead = await store.by_identity("external_id", recipient) or await store.by_identity("email", recipient)
        if lead is None:
            return None
        await self._read(group, [lead.id])
        return self.now(workspace, recipient, at)

    async def loaded(self) -> None:
        """Wait until all leads that are being read are in memory."""
        await asyncio.gather(*self._loading.values())

    async def close(self) -> None:
        """Read no further."""
        for task in self._loading.values():
            task.cancel()
        await asyncio.gather(*self._loading.values(), return_exceptions=True)

    async def changed(self, workspace: UUID, leads: Collection[UUID]) -> None:
        """Read those leads again; who is gone is forgotten."""
        group = self._groups.get(workspace)
        if group is None:
            return
        wanted = list(leads)
        for start in range(0, len(wanted), PAGE):
            await self._read(group, wanted[start : start + PAGE])

    async def renew(self, workspace: UUID) -> None:
        """Read everything again under what the workspace's contract and policy say now."""
        if workspace not in self._groups:
            return
        group = self._groups[workspace]
        group.rules = await self._rules(workspace)
        await self.changed(workspace, list(group.views))

    async def _load(self, workspace: UUID) -> None:
        group = await self._group(workspace)
        last: UUID | None = None
        while not group.complete:
            async with group.reading:
                async with self._database.read() as connection:
                    page = await SubjectStore(connection, workspace).pages(last, PAGE)
                await self._take(group, page)
            group.complete = not page
            last = page[-1].lead.id if page else None
            await asyncio.sleep(0)
        del self._loading[workspace]

    async def _group(self, workspace: UUID) -> _Group:
        if workspace not in self._groups:
            rules = await self._rules(workspace)
            self._groups.setdefault(workspace, _Group(rules))
        return self._groups[workspace]

    async def _rules(self, workspace: UUID) -> _Rules:
        async with self._database.read() as connection:
            of = await WorkspaceStore(connection).by_id(workspace)
            contract = await ContractStore(connection, workspace).current()
        said = {name for name, attribute in contract.attributes.items() if attribute.use == "mention"}
        return _Rules(of, contract, frozenset(said | {"is_minor"}), tells_computed(contract), ZoneInfo(of.timezone))

    async def _read(self, group: _Group, leads: Sequence[UUID]) -> None:
        async with group.reading:
            found = await self._found(group, leads)
            for gone in set(leads) - {subject.lead.id for subject in found}:
                group.drop(gone)
            await self._take(group, found)

    async def _found(self, group: _Group, leads: Sequence[UUID]) -> list[Subject]:
        workspace = group.rules.workspace.id
        async with self._database.read() as connection:
            if group.rules.computed:
                return await SubjectStore(connection, workspace).by_ids(leads)
            nothing = History.of(None)
            return [Subject(lead, nothing) for lead in await LeadStore(connection, workspace).by_ids(leads)]

    async def _take(self, group: _Group, subjects: Sequence[Subject]) -> None:
        if not subjects:
            return
        workspace, now = group.rules.workspace.id, self._clock()
        ids = [subject.lead.id for subject in subjects]
        async with self._database.read() as connection:
            members = await _members(connection, workspace, ids)
            keys = await LeadKeyStore(connection, workspace).of(ids)
        missing = [lead for lead in ids if lead not in keys]
        if missing:
            async with self._database.write() as connection:
                keys |= await LeadKeyStore(connection, workspace).ensure(missing, now, self._random)
        local = now.astimezone(group.rules.zone)
        for subject in subjects:
            lead = subject.lead
            if lead.id in keys:  # one that was erased meanwhile has none
                group.put(_view(group, subject, keys[lead.id], members.get(lead.id, ()), local), _names(subject))


def _names(subject: Subject) -> list[str]:
    email = email_of(subject.lead.traits)
    return [subject.lead.external_id, *([email] if email else [])]


def _view(group: _Group, subject: Subject, key: LeadKey, members: Collection[str], now: datetime) -> LeadView:
    lead, rules = subject.lead, group.rules
    profile = profile_of(subject, now, names=rules.names)
    protected = contextual_only(profile, rules.workspace.policy)
    told: Mapping[str, object] = {} if protected else as_traits(profile, lead.traits)
    values = {
        channel: said for channel in CHANNELS if (said := mentions(rules.contract, told, lead.consents, now, channel))
    }
    same = next(iter(values.values()), None)
    values = {channel: same if said == same and same is not None else said for channel, said in values.items()}
    return LeadView(
        id=lead.id, key_id=key.id, key=key.key, salt=key.id.hex[:8], locale=lead.locale,
        audiences=group.one(frozenset() if protected else frozenset(members)), values=values,
        may=group.one(_may(lead.consents, rules.workspace.policy, now)),
        consents=group.one(tuple(sorted({one.purpose for one in lead.consents if one.allows(now)}))),
        good_until=_good_until(lead.consents, now),
    )  # fmt: skip


def _may(consents: Sequence[Consent], policy: Policy, now: datetime) -> frozenset[str]:
    return frozenset(channel for channel in WRITTEN_TO if allowed(consents, policy, "contact", channel, now))


def _good_until(consents: Sequence[Consent], now: datetime) -> float:
    ends = [one.expires_at.timestamp() for one in consents if one.expires_at is not None and one.allows(now)]
    return min(ends, default=float("inf"))


async def _members(connection: AsyncConnection, workspace: UUID, leads: Sequence[UUID]) -> dict[UUID, list[str]]:
    rows = await connection.execute(
        sa.select(memberships.c.lead_id, audiences.c.slug)
        .join(audiences, audiences.c.id == memberships.c.audience_id)
        .where(memberships.c.workspace_id == workspace, memberships.c.lead_id.in_(leads))
    )
    found: dict[UUID, list[str]] = {}
    for lead, slug in rows:
        found.setdefault(lead, []).append(slug)
    return found
