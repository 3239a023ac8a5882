"""People, what they did, and somebody signed in without a browser, for tests of audiences, leads and content."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx

from service.auth import COOKIE
from service.events.models import Event, Incoming, Robot, Who
from service.users.models import Role
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore
from tests.service.studio.support import session, user
from tests.support import CONSENTS, CONTRACT, NOW, Running


async def visitor(service: Running, role: Role = "admin", workspace: str = "casa") -> httpx.AsyncClient:
    """Somebody of that role who asks for pages."""
    http = service.client()
    del http.headers["Authorization"]
    http.headers["Accept"] = "text/html"
    who = await user(service, role, f"{role} {workspace}", workspace)
    http.cookies.set(COOKIE, await session(service, who))
    return http


async def people(service: Running) -> None:
    """Ana and Bia of the club `raiz`, Caio of `broto`, and Rui, who allows nothing."""
    async with service.client() as http:
        (await http.put("/v1/contract", json={"attributes": CONTRACT})).raise_for_status()
        for name, club, consents in (
            ("ana", "raiz", CONSENTS), ("bia", "raiz", CONSENTS), ("caio", "broto", CONSENTS), ("rui", "raiz", []),
        ):  # fmt: skip
            traits = {"firstName": name.title(), "lastName": "Prado", "email": f"{name}@x.example", "clube": club}
            answer = await http.put(f"/v1/leads/{name}", json={"traits": traits, "consents": consents})
            answer.raise_for_status()


async def audience(service: Running, slug: str, condition: dict[str, Any], **more: Any) -> None:
    """One more audience, with its members."""
    async with service.client() as http:
        body = {"slug": slug, "name": slug.title(), "condition": condition, **more}
        answer = await http.post("/v1/audiences", json=body)
        assert answer.status_code == 201, answer.text
    assert await service.services.audiences.wait(20)


async def did(service: Running, lead: str, *happened: tuple[str, dict[str, Any], Robot | None]) -> None:
    """Somebody or some robot did that, an hour after the other."""
    events = [
        Incoming(
            Event(
                f"{lead}-{place}", "track", name, NOW - timedelta(days=3, hours=-place), properties=told, robot=robot
            ),
            Who(user_id=lead),
        )
        for place, (name, told, robot) in enumerate(happened)
    ]
    await service.services.intake.take(await home(service), events)


async def home(service: Running) -> Workspace:
    """The workspace `casa`."""
    async with service.services.database.read() as connection:
        return await WorkspaceStore(connection).get("casa")
