"""Who works here, and where one is signed in oneself."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from service.studio.rendering import page
from service.studio.visiting import Visiting
from service.users.models import ROLES
from service.users.store import SessionStore, UserStore

router = APIRouter(prefix="/studio")


@router.get("/settings/people")
async def people(visit: Visiting) -> HTMLResponse:
    """Everybody, for admins."""
    visit.need("admin")
    async with visit.services.database.read() as connection:
        found = await UserStore(connection, visit.workspace.id).all()
    return page(visit, "people.html", people=found, roles=ROLES)


@router.get("/settings/me")
async def me(visit: Visiting) -> HTMLResponse:
    """Language, password and sessions."""
    async with visit.services.database.read() as connection:
        found = await SessionStore(connection, visit.workspace.id).of(visit.signed_in.user.id, visit.services.clock())
    return page(visit, "me.html", sessions=found)
