"""Rules from edits, over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from service.auth import Review, Wired, Write
from service.review.rule_store import RuleStore
from service.review.rules import Change, RuleList, RuleStatus, RuleView
from service.review.ruling import rule, ruled
from service.wiring import Services
from service.workspaces.models import Principal

router = APIRouter(prefix="/v1/rules", tags=["review"])


@router.get("", summary="Rules that come of edits")
async def all_(
    services: Wired,
    caller: Write,
    status: RuleStatus | None = None,
    variant: Annotated[UUID | None, Query(description="Those proposed because of that variant last.")] = None,
) -> RuleList:
    """The newest first, each with the edits that it comes of and what it has caught since it was accepted."""
    async with services.database.read() as connection:
        return await ruled(connection, caller.workspace.id, status, variant)


@router.post("/{id}/accept", summary="Check for a rule from now on")
async def accept(id: UUID, services: Wired, caller: Review) -> RuleView:  # noqa: A002
    """It becomes part of the workspace's terms or style, and so holds for everybody's copy. Copy in service that holds
    a word never to be used goes out of service. 409 where the rule cannot take that step."""
    return await _ruled(services, caller, id, "accept")


@router.post("/{id}/dismiss", summary="Do not propose a rule again")
async def dismiss(id: UUID, services: Wired, caller: Write) -> RuleView:  # noqa: A002
    """409 where it is not only proposed."""
    return await _ruled(services, caller, id, "dismiss")


@router.post("/{id}/retire", summary="Check for a rule no longer")
async def retire(id: UUID, services: Wired, caller: Review) -> RuleView:  # noqa: A002
    """It leaves the workspace's terms or style; what it caught stays listed. 409 where it was not accepted."""
    return await _ruled(services, caller, id, "retire")


async def _ruled(services: Services, caller: Principal, id_: UUID, change: Change) -> RuleView:
    async with services.database.write() as connection:
        done = await rule(connection, caller.workspace.id, id_, change, caller.name, services.clock())
        caught = await RuleStore(connection, caller.workspace.id).caught([done])
    return RuleView.of(done, caught[done.id])
