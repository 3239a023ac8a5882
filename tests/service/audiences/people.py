"""Leads that do things, for tests of audiences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.follow import AudienceFollower
from service.audiences.judging import Judge, see
from service.audiences.models import AudienceInput
from service.audiences.store import AudienceStore
from service.db.engine import Database
from service.db.tables import audiences, leads, memberships
from service.events.ingest import ingest
from service.events.models import Event, Incoming, Who
from service.leads.contract import DEFAULT, Contract
from service.leads.contract_store import ContractStore
from service.leads.models import PROFILING, Consent, LeadInput
from service.leads.store import LeadStore
from service.privacy.policy import Policy
from service.profile.models import Profile
from service.profile.store import Subject, SubjectStore
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore
from tests.support import OF_DATES

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
ZONE = ZoneInfo("America/Sao_Paulo")


class Shop:
    """A workspace with a follower, in which a test moves time."""

    def __init__(self, database: Database, workspace: Workspace) -> None:
        self.database = database
        self.workspace = workspace
        self.now = START
        self.told: list[tuple[str, str]] = []
        self.follower = AudienceFollower(database, lambda: self.now, self._entered)

    @classmethod
    async def open(cls, database: Database) -> Shop:
        """A shop without leads and audiences."""
        async with database.write() as connection:
            workspace = await WorkspaceStore(connection).create("shop", START)
            attributes = DEFAULT.model_dump()["attributes"] | OF_DATES
            await ContractStore(connection, workspace.id).put(Contract(attributes=attributes), START)
            return cls(database, workspace)

    async def audience(self, slug: str, condition: dict[str, Any], parent: str | None = None) -> None:
        """One more audience, not followed yet."""
        async with self.database.write() as connection:
            given = AudienceInput(slug=slug, name=slug, condition=condition, parent=parent)
            await AudienceStore(connection, self.workspace.id).create(given, self.now)

    async def lead(self, external_id: str, traits: Mapping[str, Any] | None = None, *, profiling: bool = True) -> None:
        """A lead, or what it says of itself now."""
        lead = LeadInput(external_id=external_id, traits=dict(traits or {}), consents=[consent(self.now)] * profiling)
        async with self.database.write() as connection:
            await LeadStore(connection, self.workspace.id).put(lead, self.now, default_locale="pt-BR")

    async def does(self, external_id: str, name: str, at: datetime | None = None, **properties: Any) -> None:
        """Something a lead does, now or then."""
        event = Event(uuid4().hex, "page" if name == "page" else "track", name, at or self.now, properties=properties)
        await ingest(self.database, self.workspace, [Incoming(event, Who(user_id=external_id))], self.now)

    async def revoke(self, external_id: str) -> None:
        """No more profiling."""
        revoked = consent(self.now).model_copy(update={"status": "revoked"})
        async with self.database.write() as connection:
            lead = LeadInput(external_id=external_id, consents=[revoked])
            await LeadStore(connection, self.workspace.id).put(lead, self.now, default_locale="pt-BR", merge=True)

    async def passes(self, to: datetime) -> None:
        """Time passes until then, with a look at whoever is due."""
        self.now = to
        await self.follower.tick()

    async def members(self) -> dict[str, set[str]]:
        """As the records have them."""
        wanted = (
            sa.select(audiences.c.slug, leads.c.external_id)
            .join(memberships, memberships.c.audience_id == audiences.c.id)
            .join(leads, leads.c.id == memberships.c.lead_id)
        )
        found: dict[str, set[str]] = {}
        async with self.database.read() as connection:
            for slug, external_id in await connection.execute(wanted):
                found.setdefault(slug, set()).add(external_id)
        return found

    async def fresh(self) -> dict[str, set[str]]:
        """As they would be if everything were looked at now."""
        async with self.database.read() as connection:
            contract = await ContractStore(connection, self.workspace.id).current()
            all_ = await AudienceStore(connection, self.workspace.id).all()
            subjects = await SubjectStore(connection, self.workspace.id).pages(None, 1_000)
        seen = [see(subject, contract, Policy(), self.now.astimezone(ZONE)) for subject in subjects]
        found = {
            one.slug: {
                lead.subject.lead.external_id
                for lead in seen
                if Judge(one.condition, contract).holds(lead.values, lead.allowed)
            }
            for one in all_
        }
        return {slug: members for slug, members in found.items() if members}

    async def _entered(
        self, connection: AsyncConnection, workspace: UUID, audience: str, members: Sequence[tuple[Subject, Profile]]
    ) -> None:
        assert workspace == self.workspace.id
        self.told += [(audience, subject.lead.external_id) for subject, _ in members]


def consent(at: datetime, expires_at: datetime | None = None) -> Consent:
    """That a lead allows profiling."""
    return Consent(purpose=PROFILING, basis="consent", source="site", collected_at=at, expires_at=expires_at)
