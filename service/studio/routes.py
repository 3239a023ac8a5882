"""All pages of the studio."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from service.studio import people_pages, preview_pages, sign_in_pages
from service.studio.visiting import Visiting

router = APIRouter(prefix="/studio", include_in_schema=False)


@router.get("")
async def home(_visit: Visiting) -> RedirectResponse:
    """Work begins with what waits."""
    return RedirectResponse("/studio/inbox", 303)


for pages in (
    sign_in_pages,
    people_pages,
    preview_pages,
):
    router.include_router(pages.router)
