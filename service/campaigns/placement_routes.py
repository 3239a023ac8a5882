"""Setting placements up, over HTTP. What stands in one is public, and asked elsewhere."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from service.audiences.models import SLUG
from service.auth import Admin, Anyone, Wired
from service.campaigns.placement_models import Placement, PlacementBody
from service.campaigns.placement_store import PlacementStore

router = APIRouter(prefix="/v1/sites/placements", tags=["campaigns"])


class PlacementList(BaseModel):
    """Every placement."""

    items: list[Placement]


@router.get("", summary="All placements")
async def all_(services: Wired, caller: Anyone) -> PlacementList:
    """By key."""
    async with services.database.read() as connection:
        return PlacementList(items=await PlacementStore(connection, caller.workspace.id).all())


@router.get("/{key}", summary="One placement's settings")
async def get(key: str, services: Wired, caller: Anyone) -> Placement:
    """404 for an unknown one."""
    async with services.database.read() as connection:
        return await PlacementStore(connection, caller.workspace.id).get(key)


@router.put("/{key}", summary="Keep a placement")
async def put(
    key: Annotated[str, Path(pattern=SLUG)], body: PlacementBody, services: Wired, caller: Admin
) -> Placement:
    """Makes it or replaces it. 422 for a campaign that is not there."""
    async with services.database.write() as connection:
        return await PlacementStore(connection, caller.workspace.id).keep(key, body, services.clock())


@router.delete("/{key}", summary="Forget a placement", status_code=204)
async def delete(key: str, services: Wired, caller: Admin) -> None:
    """Pages that still ask for it keep their own default."""
    async with services.database.write() as connection:
        await PlacementStore(connection, caller.workspace.id).delete(key, services.clock())
