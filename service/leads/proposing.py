"""A contract proposed from the stored leads."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from service.leads.contract_store import ContractStore
from service.leads.proposal import ContractProposal, propose
from service.leads.seen import Seen
from service.leads.store import LeadStore

SAMPLE = 5_000  # leads: enough to tell a list of choices from free text, and read in a tenth of a second


async def proposed(connection: AsyncConnection, workspace: UUID, *, named_too: bool = False) -> ContractProposal:
    """From a sample of the leads; of attributes that the contract names already only with `named_too`."""
    seen = Seen()
    current = await ContractStore(connection, workspace).current()
    store = LeadStore(connection, workspace)
    async for traits in store.some_traits(SAMPLE):
        seen.add(traits)
    leads = await store.count()
    named = () if named_too else current.attributes
    return ContractProposal(leads=leads, sampled=seen.leads, attributes=propose(seen, named))
