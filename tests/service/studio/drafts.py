"""Drafts to look at: a campaign for readers of coffee, its control, and a variant with two mistakes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from service.db.engine import Database
from service.generation.client import ModelClient
from tests.service.review.test_life import decide
from tests.support import Running, fill, running

CAMPAIGN = {
    "slug": "cafe",
    "name": "Semana do café",
    "brief": {"objective": "Apresentar o Kit Café Coado", "content_ids": ["kit", "cafe"]},
    "channels": ["push", "email"],
    "audiences": ["leitores"],
    "locale": "pt-BR",
}
CONTROL = {"title": "Café coado em casa", "body": "Água a 92 °C e 60 g de café por litro."}
WRONG = {
    "title": "Kit Café Coado por R$ 99,00",
    "body": "Olá, {{ first_name | cliente }}! O kit reúne coador de cerâmica, jarra de vidro e filtros de papel.",
}


@asynccontextmanager
async def drafting(
    database: Database, folder: Path, client: ModelClient | None = None
) -> AsyncIterator[tuple[Running, dict[str, Any]]]:
    """A shop with an approved control, and a draft for readers of coffee with a wrong price."""
    async with running(database, folder, client=client) as service:
        await fill(service)
        async with service.client() as http:
            audience = {"slug": "leitores", "name": "Leitores de café", "condition": {"categoria": "cafe"}}
            (await http.post("/v1/audiences", json=audience)).raise_for_status()
            (await http.post("/v1/campaigns", json=CAMPAIGN)).raise_for_status()
            control = await kept(http, CONTROL)
            (await decide(http, control["id"], "approve")).raise_for_status()
            yield service, await kept(http, WRONG, audience="leitores")


async def kept(http: httpx.AsyncClient, fields: dict[str, str], channel: str = "push", **more: Any) -> dict[str, Any]:
    """Somebody's copy in that campaign."""
    answer = await http.post("/v1/variants", json={"channel": channel, "fields": fields, "campaign": "cafe", **more})
    answer.raise_for_status()
    return dict(answer.json())


async def now(service: Running, variant: dict[str, Any]) -> dict[str, Any]:
    """That variant as it is kept by now."""
    async with service.client() as http:
        return dict((await http.get(f"/v1/variants/{variant['id']}")).json())
