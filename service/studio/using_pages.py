"""What an approved variant is used as: texts to copy, files, a test, and a link for others to read it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from service.delivery.platforms.pasting import PASTING
from service.delivery.platforms.registry import PLATFORMS, platform_named
from service.delivery.rendering import Rendering
from service.delivery.samples import samples
from service.delivery.using import Using
from service.errors import Invalid
from service.review.link_store import LinkStore
from service.studio.rendering import page
from service.studio.visiting import Visiting
from service.users.addresses import root_of
from service.variants.store import VariantStore

router = APIRouter(prefix="/studio/variants/{variant_id}")


@router.get("/use")
async def use(variant_id: UUID, visit: Visiting) -> HTMLResponse:
    """A variant as its readers get it, and all that can be done with it."""
    visit.need("write")
    async with visit.services.database.read() as connection:
        stored = await VariantStore(connection, visit.workspace.id).get(variant_id)
    return page(visit, "using.html", variant=stored)


@router.get("/using")
async def panel(
    variant_id: UUID, visit: Visiting, request: Request, platform: Annotated[str | None, Query(max_length=40)] = None
) -> HTMLResponse:
    """The panel's inside: texts with that platform's tags; the campaign's platform unless another is named."""
    visit.need("write")
    services, workspace = visit.services, visit.workspace
    rendering = Rendering(services.database, services.crowd, services.clock, workspace)
    using = Using(rendering, services.signer, services.mailer, root_of(request, services))
    stored = await using.approved(variant_id)
    shown = await rendering.ready(stored)
    named = platform or (shown.campaign.settings.platform if shown.campaign else None) or "none"
    outputs: dict[str, str] = {}
    problem: Invalid | None = None
    try:
        outputs = await using.outputs(stored, named)
    except Invalid as error:
        problem = error
        named = named if named in PLATFORMS else "none"
    async with services.database.read() as connection:
        leads = await samples(connection, workspace.id, stored) if visit.principal.may("read") else ()
        links = await LinkStore(connection, workspace.id).all()
    now = services.clock()
    mine = [one for one in links if variant_id in one.variants and one.state(now) == "open"]
    return page(
        visit, "using_inside.html", variant=stored, outputs=outputs, problem=problem, platform=platform_named(named),
        platforms=PLATFORMS, pasting=PASTING, leads=leads, tokens=shown.prepared.tokens, links=mine,
    )  # fmt: skip
