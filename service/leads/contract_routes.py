"""The attribute contract over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from service.auth import Admin, Anyone, Wired
from service.leads.contract import Attributes, Contract
from service.leads.contract_store import ContractStore, ContractVersion
from service.leads.proposal import ContractProposal, propose
from service.leads.seen import Seen
from service.leads.store import LeadStore

router = APIRouter(prefix="/v1", tags=["contract"])

SAMPLE = 5_000  # leads: enough to tell a list of choices from free text, and read in a tenth of a second


class ContractBody(BaseModel):
    """The attributes of a new contract version."""

    model_config = ConfigDict(extra="forbid")

    attributes: Attributes


class ContractVersions(BaseModel):
    """Every version, newest first."""

    items: list[ContractVersion]


@router.get("/contract", summary="The attribute contract")
async def contract(
    services: Wired,
    caller: Anyone,
    version: Annotated[int | None, Query(ge=0, le=2**31 - 1, description="An earlier version.")] = None,
) -> Contract:
    """What each attribute of a lead may be used for. Attributes that it does not name are forbidden."""
    async with services.database.read() as connection:
        store = ContractStore(connection, caller.workspace.id)
        return await store.current() if version is None else await store.get(version)


@router.get("/contract/versions", summary="Every version of the attribute contract")
async def versions(services: Wired, caller: Anyone) -> ContractVersions:
    """Version 0, the default that nobody has changed, is not listed."""
    async with services.database.read() as connection:
        return ContractVersions(items=await ContractStore(connection, caller.workspace.id).versions())


@router.get("/contract/proposal", summary="A contract proposed from the stored leads")
async def proposal(
    services: Wired,
    caller: Admin,
    all: Annotated[bool, Query(description="Also attributes that the contract names already.")] = False,  # noqa: A002
) -> ContractProposal:
    """Looks at up to 5,000 leads and changes nothing. Values that only one lead has are not shown."""
    seen = Seen()
    async with services.database.read() as connection:
        current = await ContractStore(connection, caller.workspace.id).current()
        store = LeadStore(connection, caller.workspace.id)
        async for traits in store.some_traits(SAMPLE):
            seen.add(traits)
        leads = await store.count()
    named = () if all else current.attributes
    return ContractProposal(leads=leads, sampled=seen.leads, attributes=propose(seen, named))


@router.put("/contract", summary="A new version of the attribute contract")
async def put_contract(body: ContractBody, services: Wired, caller: Admin) -> Contract:
    """The earlier versions are kept. Leads are embedded again under the new one."""
    async with services.database.write() as connection:
        kept = await ContractStore(connection, caller.workspace.id).put(
            Contract(attributes=body.attributes), services.clock()
        )
    services.follower.wake()
    return kept
