"""All pages of the studio."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from service.studio import (
    audience_pages,
    campaign_pages,
    content_pages,
    draft_pages,
    inbox_pages,
    lead_pages,
    people_pages,
    preview_pages,
    result_pages,
    settings_pages,
    shared_pages,
    sign_in_pages,
    using_pages,
    write_pages,
)
from service.studio.visiting import Visiting

router = APIRouter(include_in_schema=False)


@router.get("/studio")
async def home(_visit: Visiting) -> RedirectResponse:
    """Work begins with what waits."""
    return RedirectResponse("/studio/inbox", 303)


for pages in (
    content_pages,
    lead_pages,
    audience_pages,
    campaign_pages,
    draft_pages,
    inbox_pages,
    settings_pages,
    sign_in_pages,
    people_pages,
    preview_pages,
    result_pages,
    using_pages,
    shared_pages,
    write_pages,
):
    router.include_router(pages.router)
