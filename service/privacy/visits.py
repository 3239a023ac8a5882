"""A lead at its own page: who it is by its link, and what it chose into the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.engine import Database
from service.errors import NotFound
from service.leads.models import Channel, Consent, Lead
from service.leads.store import LeadStore
from service.privacy.links import Page, holder_of
from service.privacy.policy import Policy
from service.privacy.signing import Signer
from service.privacy.store import ConsentStore
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore


class Visitor(NamedTuple):
    """Whose page it is, with the ruling consents in `lead.consents`; `channel` is the one to unsubscribe from."""

    workspace: Workspace
    lead: Lead
    channel: Channel


Rows = Callable[[Policy, Sequence[Consent]], Sequence[Consent]]
"""The rows that a choice appends, by the policy and the ruling consents."""


async def visitor_of(database: Database, signer: Signer, page: Page, token: str, now: datetime) -> Visitor:
    """Whoever holds that link. Raises `NotFound` for a bad or old one, and where the lead was erased."""
    holder = holder_of(signer, page, token, now)
    async with database.read() as connection:
        workspace = await WorkspaceStore(connection).get(holder.workspace)
        leads = await LeadStore(connection, workspace.id).by_ids([holder.lead])
    if not leads:
        raise NotFound("This link is not, or no longer, valid.", code="link.unknown")
    return Visitor(workspace, leads[0], holder.channel or "email")


async def note(database: Database, visitor: Visitor, rows: Rows, now: datetime) -> Visitor:
    """Append what was chosen, judged by what rules at that moment; the visitor with what holds then.

    Raises `NotFound` where the lead was erased meanwhile.
    """
    async with database.write() as connection:
        lead = await _locked(connection, visitor)
        wanted = rows(visitor.workspace.policy, lead.consents)
        await ConsentStore(connection, visitor.workspace.id).append(lead.id, wanted, now)
        return visitor._replace(lead=await _locked(connection, visitor))


async def _locked(connection: AsyncConnection, visitor: Visitor) -> Lead:
    return await LeadStore(connection, visitor.workspace.id).get(visitor.lead.external_id, lock=True)
