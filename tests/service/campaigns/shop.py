"""A shop with a campaign in it, over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from service.variants.living import act
from service.variants.models import StoredVariant
from service.variants.store import VariantStore, Wanted
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore
from tests.support import CONSENTS, NOW, Running

BODY: dict[str, Any] = {
    "name": "Semana do café",
    "brief": {"objective": "Convidar para preparar um café melhor em casa"},
    "channels": ["email", "banner"],
    "audiences": ["coffee"],
    "settings": {"unknown_recipient": "control"},
}
INPUT = {"slug": "semana", **BODY}
COFFEE = {"slug": "coffee", "name": "Gostam de café", "condition": {"categoria": "cafe"}}


async def campaign(http: httpx.AsyncClient, **told: Any) -> dict[str, Any]:
    """The audience `coffee` (everyone, in a workspace without that attribute), and the campaign `semana`."""
    named = (await http.get("/v1/contract")).json()["attributes"]
    audience = COFFEE if "categoria" in named else COFFEE | {"condition": {}}
    (await http.post("/v1/audiences", json=audience)).raise_for_status()
    answer = await http.post("/v1/campaigns", json=INPUT | told)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def people(http: httpx.AsyncClient) -> None:
    """Beside `c-1`: one who likes plants, and one who likes coffee and let nobody write."""
    for name, category, consents in (("c-2", "plantas", CONSENTS), ("c-3", "cafe", CONSENTS[1:])):
        body = {"traits": {"firstName": "Ana", "categoria": category}, "consents": consents}
        (await http.put(f"/v1/leads/{name}", json=body)).raise_for_status()


async def written(http: httpx.AsyncClient, slug: str = "semana", **wanted: Any) -> dict[str, Any]:
    """The job that writes it, once it has ended."""
    answer = await http.post(f"/v1/campaigns/{slug}/generate", json={"variants_per_audience": 1} | wanted)
    assert answer.status_code == 202, answer.text
    return await ended(http, answer.headers["location"])


async def ended(http: httpx.AsyncClient, job: str) -> dict[str, Any]:
    """The job at that address, once it has ended."""
    async with asyncio.timeout(60):
        while (found := (await http.get(job)).json())["status"] in ("queued", "running"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return dict(found)


async def workspace_of(service: Running) -> Workspace:
    async with service.services.database.read() as connection:
        return await WorkspaceStore(connection).get("casa")


async def variants(service: Running) -> list[StoredVariant]:
    """Every variant of any campaign."""
    workspace = await workspace_of(service)
    async with service.services.database.read() as connection:
        return await VariantStore(connection, workspace.id).all(Wanted(placed=True))


async def approve(service: Running, *channels: str, control: bool = True) -> None:
    """Approve what waits in those channels: of the controls, or of the audiences."""
    workspace = await workspace_of(service)
    for variant in await variants(service):
        if variant.channel in channels and (variant.audience_slug is None) == control and variant.serving is None:
            async with service.services.database.write() as connection:
                await act(connection, workspace.id, variant, "approve", "ana", NOW)
