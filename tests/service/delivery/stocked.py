"""A live campaign straight in the records, for tests of what is handed out: approved copy, and a placement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from service.db import changes
from service.db.tables import campaigns, placements, revisions, variants
from service.workspaces.keys import KeyBody, make_key
from service.workspaces.store import WorkspaceStore
from tests.support import NOW, Running

ORIGIN = "https://casa.example"
CONTROL = {
    "headline": "Um café melhor em casa",
    "body": "Água quente, filtro molhado, pressa nenhuma.",
    "cta": "Ver mais",
}
LOYAL = {
    "headline": "Bom ter você por perto",
    "body": "Para {{ first_name | cliente }}, um jeito novo de coar.",
    "cta": "Conhecer",
}


def item(**told: Any) -> dict[str, Any]:
    """Evidence that a banner's link leads to."""
    given = {"content_id": "cafe", "url": "https://casa.example/cafe", "image_url": None}
    return {"id": "E1", **given, **told}


async def campaign(
    service: Running,
    slug: str = "coado",
    *,
    channel: str = "banner",
    audiences: Sequence[str] = ("loyal",),
    placement: str = "home",
    after: Sequence[str] = (),
    locale: str = "pt-BR",
    ends_at: datetime | None = NOW + timedelta(days=30),
) -> UUID:
    """A live campaign, and a placement that shows it where those before it have nothing to say."""
    workspace, campaign_id = await workspace_of(service), uuid4()
    async with service.services.database.write() as connection:
        await connection.execute(
            sa.insert(campaigns).values(
                id=campaign_id, workspace_id=workspace, slug=slug, name=slug, brief={"objective": "Convidar"},
                channels=[channel], audiences=list(audiences), locale=locale, status="live",
                starts_at=NOW - timedelta(days=1), ends_at=ends_at, settings={}, version=1, created_at=NOW,
                updated_at=NOW,
            )
        )  # fmt: skip
        await connection.execute(
            sa.insert(placements).values(
                workspace_id=workspace, key=placement, id=uuid4(), name=placement, channel=channel,
                campaigns=[*after, slug], settings={}, created_at=NOW, updated_at=NOW,
            )
        )  # fmt: skip
        await changes.append(connection, workspace, "campaign", [campaign_id], NOW)
    return campaign_id


async def approved(
    service: Running,
    campaign_id: UUID,
    fields: dict[str, Any],
    audience: str | None = None,
    *,
    channel: str = "banner",
    locale: str = "pt-BR",
    factual: bool = False,
    true_until: datetime | None = None,
) -> UUID:
    """A live variant of it; without an audience the control. It links to the article on coffee."""
    workspace, variant = await workspace_of(service), uuid4()
    claims = [{"kind": "price", "text": "R$ 10", "field": "body"}] if factual else []
    revision = variant.hex + variant.hex
    held: dict[str, Any] = {
        "fields": {**fields, "cta_content_id": "cafe"}, "claims": claims, "findings": [], "evidence": [item()],
        "rests_on": [], "provenance": {}, "true_from": None, "true_until": true_until, "author": "ana",
        "created_at": NOW, "revision": revision, "workspace_id": workspace,
    }  # fmt: skip
    async with service.services.database.write() as connection:
        await connection.execute(
            sa.insert(variants).values(
                **held, id=variant, status="live", channel=channel, locale=locale, angle="utility",
                brief={"objective": "Convidar"}, audience={}, campaign_id=campaign_id, audience_slug=audience,
                serving=revision,
            )
        )  # fmt: skip
        await connection.execute(sa.insert(revisions).values(**held, variant_id=variant))
        await changes.append(connection, workspace, "variant", [variant], NOW)
    return variant


async def page_key(service: Running, *origins: str) -> str:
    """A publishable key for pages of those origins."""
    async with service.services.database.write() as connection:
        workspace = await WorkspaceStore(connection).get("casa")
        body = KeyBody(name="site", kind="publishable", origins=list(origins or (ORIGIN,)))
        secret, _ = await make_key(connection, workspace, body, NOW)
    await service.seen()
    return secret


async def workspace_of(service: Running) -> UUID:
    async with service.services.database.read() as connection:
        return (await WorkspaceStore(connection).get("casa")).id
