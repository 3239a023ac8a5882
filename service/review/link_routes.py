"""Review links over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.auth import Wired, Write
from service.review.link_models import LinkInput, LinkList, LinkMade, LinkView
from service.review.link_store import LinkStore
from service.review.links import make_link
from service.users.addresses import root_of

router = APIRouter(prefix="/v1/review-links", tags=["review"])


@router.post("", summary="A link by which others read copy", status_code=201)
async def create(body: LinkInput, services: Wired, caller: Write, request: Request, response: Response) -> LinkMade:
    """For seven days, without signing in, and with no lead's data: the copy with the fallbacks, its claims with their
    sources, and what the checks found. The address is told this once."""
    now = services.clock()
    async with services.database.write() as connection:
        secret, link = await make_link(connection, caller.workspace.id, body, caller.name, now)
    response.headers["Location"] = f"/v1/review-links/{link.id}"
    url = f"{root_of(request, services)}/studio/shared/{secret}"
    return LinkMade(**dict(LinkView.of(link, now)), url=url)


@router.get("", summary="All review links")
async def everything(services: Wired, caller: Write) -> LinkList:
    """Also those that are over, with how often each was opened; the newest first."""
    now = services.clock()
    async with services.database.read() as connection:
        found = await LinkStore(connection, caller.workspace.id).all()
    return LinkList(items=[LinkView.of(one, now) for one in found])


@router.get("/{link_id}", summary="One review link")
async def get(link_id: UUID, services: Wired, caller: Write) -> LinkView:
    """404 also for another workspace's."""
    async with services.database.read() as connection:
        return LinkView.of(await LinkStore(connection, caller.workspace.id).get(link_id), services.clock())


@router.delete("/{link_id}", summary="Revoke a review link")
async def revoke(link_id: UUID, services: Wired, caller: Write) -> LinkView:
    """It opens nothing from now on."""
    now = services.clock()
    async with services.database.write() as connection:
        return LinkView.of(await LinkStore(connection, caller.workspace.id).revoke(link_id, now), now)
