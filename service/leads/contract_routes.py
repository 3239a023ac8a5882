"""The attribute contract over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, ConfigDict

from service.auth import Admin, Anyone, Wired
from service.etags import check_match
from service.leads.contract import Attributes, Contract
from service.leads.contract_store import ContractStore, ContractVersion
from service.leads.proposal import ContractProposal
from service.leads.proposing import proposed
from service.variants.contract_effects import ContractEffects, effects_of

router = APIRouter(prefix="/v1", tags=["contract"])


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
    async with services.database.read() as connection:
        return await proposed(connection, caller.workspace.id, named_too=all)


@router.put("/contract", summary="A new version of the attribute contract")
async def put_contract(
    body: ContractBody,
    services: Wired,
    caller: Admin,
    if_match: Annotated[
        str | None, Header(description='The contract\'s `version` as it was read, such as `"3"`.')
    ] = None,
) -> Contract:
    """The earlier versions are kept. Leads are embedded again under the new one. 412 where `If-Match` names another
    version."""
    async with services.database.write() as connection:
        store = ContractStore(connection, caller.workspace.id)
        check_match(if_match, (await store.current()).version, "contract.version")
        return await store.put(Contract(attributes=body.attributes), services.clock())


@router.post("/contract:check", summary="What another contract would take out of service")
async def check(body: ContractBody, services: Wired, caller: Admin) -> ContractEffects:
    """The variants in service that say or lean on what the attributes given do not allow. Nothing is changed."""
    async with services.database.read() as connection:
        return await effects_of(connection, caller.workspace.id, Contract(attributes=body.attributes))
