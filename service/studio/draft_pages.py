"""A draft: where words are changed, checked and decided on."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from service.studio.drafting import draft_of
from service.studio.rendering import page
from service.studio.static_files import FOLDER
from service.studio.visiting import Visiting
from service.variants.states import MOVES

router = APIRouter(prefix="/studio")

_BESIDES = tuple(name for name in ("rewrite", "rules") if (FOLDER / f"{name}.js").is_file())


@router.get("/variants/{variant_id}")
async def draft(variant_id: UUID, visit: Visiting) -> HTMLResponse:
    """The variant beside its control, with its findings, sources, comments and history."""
    visit.need("write")
    now, actor = visit.services.clock(), visit.principal.name
    async with visit.services.database.read() as connection:
        shown = await draft_of(connection, visit.workspace.id, variant_id, actor, now)
    claimed = shown.stored.claimed_until is not None and shown.stored.claimed_until > now
    return page(
        visit, "draft.html", draft=shown, variant=shown.view, besides=_BESIDES,
        possible={action for action, moves in MOVES.items() if shown.stored.status in moves},
        reviews=visit.principal.may("review"), claimed=claimed,
        mine=claimed and shown.stored.claimed_by == actor,
    )  # fmt: skip
