"""A workspace that is ready to serve: many leads in audiences, live variants for each, a campaign and a placement.

The composer writes one e-mail and one banner through the real pipeline; what stands beside them are copies under other
ids, since writing hundreds says nothing about serving them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from evaluation.benchmarks.people import CITIES, CLUBS, CONTRACT, fill
from retrieval.chunking import chunks
from retrieval.edge import EdgeIndex
from retrieval.embedding import HashEmbedder
from service.app import create_app
from service.content.models import ContentInput
from service.content.store import ContentStore
from service.db.engine import Database
from service.db.migrate import migrate
from service.db.tables import audiences, campaigns, contracts, leads, memberships, placements, revisions, variants
from service.generation.models import GenerateRequest
from service.leads.contract import FIRST_NAME
from service.variants.living import act
from service.variants.store import VariantStore
from service.wiring import wire
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore

CAMPAIGN, PLACEMENT, OFFER = "coffee", "home", "kit"
CHANNELS = ("email", "banner")
KIT: Mapping[str, Any] = {
    "external_id": OFFER, "kind": "offer", "title": "Kit Café Coado", "locale": "pt-BR",
    "body": "O kit reúne coador de cerâmica, jarra de vidro e filtros de papel. Tudo chega em uma caixa só.",
    "url": "https://loja.example/kit", "image_url": "https://loja.example/kit.jpg", "image_alt": "Coador de cerâmica",
    "facts": {"price": 170.10, "old_price": 189.00, "currency": "BRL"},
}  # fmt: skip


async def stock(
    url: str, folder: Path, workspace: str, leads_: int, variants_: int, told: Callable[[str], None]
) -> None:
    """Make all of it in the database at that URL. `folder` is for what is needed only meanwhile."""
    database, now = Database(url), datetime.now(UTC)
    try:
        await migrate(database)
        async with database.write() as connection:
            of = await WorkspaceStore(connection).get(workspace)
            # without a change that would have every lead gone through while serving is measured
            attributes = {**CONTRACT.attributes, "first_name": FIRST_NAME}
            kept = {name: one.model_dump(mode="json") for name, one in attributes.items()}
            await connection.execute(
                sa.insert(contracts).values(workspace_id=of.id, version=1, attributes=kept, created_at=now)
            )
        told(f"{variants_} variants")
        audiences_ = _audiences()
        await _campaign(database, of, folder, list(audiences_.values()), variants_, now)
        told(f"{leads_} leads")
        await fill(database, of.id, leads_, now)
        await _members(database, of.id, audiences_, now)
    finally:
        await database.close()


def _audiences() -> dict[tuple[str, str], str]:
    """Slugs by city and club."""
    return {(city, club): f"{CITIES.index(city)}-{club}" for city, club in itertools.product(CITIES, CLUBS)}


async def _members(database: Database, workspace: UUID, slugs: Mapping[tuple[str, str], str], now: datetime) -> None:
    """The audiences with their members; the follower has nothing left to do."""
    ids = {pair: uuid4() for pair in slugs}
    rows = [
        {
            "id": ids[city, club], "workspace_id": workspace, "slug": slug, "name": f"{city}, {club}",
            "condition": {"city": city, "clube": club}, "origin": "custom", "created_at": now, "updated_at": now,
        }
        for (city, club), slug in slugs.items()
    ]  # fmt: skip
    async with database.write() as connection:
        await connection.execute(sa.insert(audiences), rows)
        found = (await connection.execute(sa.select(leads.c.id, leads.c.traits))).all()
        members = [
            {
                "workspace_id": workspace, "audience_id": ids[row.traits["city"], row.traits["clube"]],
                "lead_id": row.id, "since": now,
            }
            for row in found
        ]  # fmt: skip
        for start in range(0, len(members), 5_000):
            await connection.execute(sa.insert(memberships), members[start : start + 5_000])


async def _campaign(
    database: Database, of: Workspace, folder: Path, slugs: list[str], count: int, now: datetime
) -> None:
    campaign = uuid4()
    row = {
        "id": campaign, "workspace_id": of.id, "slug": CAMPAIGN, "name": "Coffee", "channels": list(CHANNELS),
        "brief": {"objective": "Conhecer o kit"}, "audiences": slugs, "locale": "pt-BR", "status": "live",
        "settings": {}, "version": 1, "created_at": now, "updated_at": now,
    }  # fmt: skip
    place = {
        "workspace_id": of.id, "key": PLACEMENT, "id": uuid4(), "name": "Home", "channel": "banner",
        "campaigns": [CAMPAIGN], "settings": {}, "created_at": now, "updated_at": now,
    }  # fmt: skip
    async with database.write() as connection:
        await connection.execute(sa.insert(campaigns), [row])
        await connection.execute(sa.insert(placements), [place])
        await ContentStore(connection, of.id).put(
            ContentInput.model_validate(KIT), now, default_locale="pt-BR", chunker=chunks
        )
    written = await _written(database, of, folder, campaign, now)
    places = [None, *slugs]
    async with database.write() as connection:
        for channel, first in written.items():
            head = dict((await connection.execute(sa.select(variants).where(variants.c.id == first))).one()._mapping)
            body = dict(
                (await connection.execute(sa.select(revisions).where(revisions.c.variant_id == first))).one()._mapping
            )
            ids = [uuid4() for _ in range(count // len(written) - 1)]
            copies = [
                {**head, "id": id_, "channel": channel, "audience_slug": places[1 + number % len(slugs)]}
                for number, id_ in enumerate(ids)
            ]
            await connection.execute(sa.insert(variants), copies)
            await connection.execute(sa.insert(revisions), [{**body, "variant_id": id_} for id_ in ids])


async def _written(database: Database, of: Workspace, folder: Path, campaign: UUID, now: datetime) -> dict[str, UUID]:
    """A control in each channel, as the composer writes it."""
    index = await EdgeIndex.open(folder / "writing", "hash", 64)
    services = wire(database, HashEmbedder(64), index, None, folder / "unused")
    made = {}
    app = create_app(nullcontext(services))
    async with app.router.lifespan_context(app):
        await services.follower.wait(60)
        for channel in CHANNELS:
            answer = await services.pipeline.generate(
                of,
                GenerateRequest.model_validate(
                    {
                        "audience": {},
                        "brief": {"objective": "Conhecer o kit", "content_ids": [OFFER]},
                        "channel": channel,
                        "variants": 1,
                        "writer": "composer",
                    }
                ),
            )
            made[channel] = answer.variants[0].id
        async with database.write() as connection:
            for id_ in made.values():
                await connection.execute(sa.update(variants).where(variants.c.id == id_).values(campaign_id=campaign))
                await act(connection, of.id, await VariantStore(connection, of.id).get(id_), "approve", "bench", now)
    await index.close()
    return made
