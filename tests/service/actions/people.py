"""A workspace with people in the records, for tests that need no HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.actions.models import Emitted, TriggerBody
from service.actions.store import ActionStore, TriggerStore
from service.actions.triggers import Triggers
from service.db.engine import Database
from service.events.ingest import ingest
from service.events.models import Event, Incoming, Who
from service.leads.contract import DEFAULT, Contract
from service.leads.contract_store import ContractStore
from service.leads.models import Consent, LeadInput
from service.leads.store import LeadStore
from service.profile.computed import profile_of
from service.profile.store import SubjectStore
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore
from tests.service.actions.situations import EVERYTHING, NOW, TRAITS, ZONE
from tests.support import OF_DATES


@dataclass
class People:
    """The people of one workspace."""

    database: Database
    workspace: Workspace

    async def lead(self, name: str, consents: Sequence[Consent] = EVERYTHING, **traits: Any) -> UUID:
        """Somebody who may be written to in every channel."""
        given = TRAITS | {"email": f"{name}@correio.example"} | traits
        lead = LeadInput(external_id=name, traits=given, consents=list(consents))
        async with self.database.write() as connection:
            store = LeadStore(connection, self.workspace.id)
            await store.put(lead, NOW, default_locale="pt-BR")
            return (await store.get(name)).id

    async def did(self, name: str, *events: Event) -> None:
        """Something happened to that lead."""
        await ingest(self.database, self.workspace, [Incoming(one, Who(user_id=name)) for one in events], NOW)

    async def trigger(self, slug: str, **body: Any) -> None:
        """A standing rule."""
        async with self.database.write() as connection:
            await TriggerStore(connection, self.workspace.id).put(slug, TriggerBody.model_validate(body), NOW)

    async def enter(self, audience: str, *names: str, at: datetime = NOW) -> None:
        """Those leads enter that audience, as its follower would tell it."""
        async with self.database.write() as connection:
            store = SubjectStore(connection, self.workspace.id)
            subjects = [await store.get(name) for name in names]
            members = [(one, profile_of(one, at.astimezone(ZONE))) for one in subjects]
            await Triggers(lambda: at).entered(connection, self.workspace.id, audience, members)

    async def emitted(self, trigger: str | None = None) -> list[Emitted]:
        """The emitted actions, the newest first."""
        async with self.database.read() as connection:
            return (await ActionStore(connection, self.workspace.id).page(100, trigger=trigger))[0]


async def people_in(database: Database, slug: str = "casa") -> People:
    """A new workspace, in São Paulo."""
    async with database.write() as connection:
        workspace = await WorkspaceStore(connection).create(slug, NOW)
        attributes = DEFAULT.model_dump()["attributes"] | OF_DATES
        await ContractStore(connection, workspace.id).put(Contract(attributes=attributes), NOW)
        return People(database, workspace)
