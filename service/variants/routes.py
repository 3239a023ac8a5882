"""Stored variants over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from service.auth import Review, Wired
from service.checks.ledger import holds
from service.checks.models import Claim, Finding
from service.variants.store import VariantStore

router = APIRouter(prefix="/v1/variants", tags=["variants"])


class VariantView(BaseModel):
    """A stored variant: copy with its tokens, what it rests on and where it comes from."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    status: str
    channel: str
    locale: str
    angle: str
    brief: dict[str, Any]
    audience: dict[str, Any]
    fields: dict[str, Any]
    claims: list[Claim]
    findings: list[Finding]
    evidence: list[Any]
    provenance: dict[str, Any]
    true_from: datetime | None
    true_until: datetime | None
    created_at: datetime


class Ledger(BaseModel):
    """What a variant states and what supports it. All of it is true from `true_from` until `true_until`, days as the
    workspace's time zone has them; `holds` says whether it is so now."""

    variant: UUID
    items: list[Claim]
    evidence: list[Any]
    true_from: datetime | None
    true_until: datetime | None
    holds: bool


class VariantPage(BaseModel):
    """Some variants and where to go on."""

    items: list[VariantView]
    next_cursor: str | None


@router.get("", summary="All variants")
async def page(
    services: Wired, caller: Review, limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: str | None = None
) -> VariantPage:
    """A page at a time."""
    async with services.database.read() as connection:
        items, next_cursor = await VariantStore(connection, caller.workspace.id).page(limit, cursor)
    return VariantPage(items=[VariantView.model_validate(item) for item in items], next_cursor=next_cursor)


@router.get("/{variant_id}", summary="One variant")
async def get(variant_id: UUID, services: Wired, caller: Review) -> VariantView:
    """404 also for another workspace's variant."""
    async with services.database.read() as connection:
        return VariantView.model_validate(await VariantStore(connection, caller.workspace.id).get(variant_id))


@router.get("/{variant_id}/claims", summary="What a variant states, and what supports it")
async def claims(variant_id: UUID, services: Wired, caller: Review) -> Ledger:
    """Each claim with its place, its value in one spelling, the evidence behind it and the time it is true for."""
    async with services.database.read() as connection:
        found = await VariantStore(connection, caller.workspace.id).get(variant_id)
    return Ledger(
        variant=found.id, items=found.claims, evidence=found.evidence, true_from=found.true_from,
        true_until=found.true_until, holds=holds(found.true_from, found.true_until, services.clock()),
    )  # fmt: skip
