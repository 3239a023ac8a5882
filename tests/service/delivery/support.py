"""A live campaign for tests of serving: an audience's variant, a control, and who is in the audience."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from service.audiences.models import AudienceInput
from service.audiences.store import AudienceStore
from service.db import changes
from service.db.tables import campaigns, variants
from service.generation.models import GenerateRequest
from service.variants.living import act
from service.variants.models import Place
from service.variants.store import VariantStore
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore
from tests.support import NOW, Running

BRIEF = {"objective": "Convidar para conhecer o Kit Café Coado", "content_ids": ["kit"]}


@dataclass
class Selling:
    """A campaign and the names of what is in it."""

    id: UUID
    slug: str
    audience: str
    variants: dict[str | None, list[UUID]]


async def selling(
    service: Running,
    *,
    slug: str = "cafe",
    channel: str = "email",
    condition: dict[str, Any] | None = None,
    status: str = "live",
    settings: dict[str, Any] | None = None,
    variants_each: int = 1,
) -> Selling:
    """A campaign whose variants the composer wrote and `a reviewer` approved; its audience are readers of `cafe`."""
    workspace = await _workspace(service)
    audience, campaign = f"{slug}-readers", uuid4()
    async with service.services.database.write() as connection:
        await AudienceStore(connection, workspace.id).create(
            AudienceInput(slug=audience, name="Café", condition=condition or {"categoria": "cafe"}), NOW
        )
        await connection.execute(
            sa.insert(campaigns).values(
                id=campaign, workspace_id=workspace.id, slug=slug, name=slug, brief=BRIEF, channels=[channel],
                audiences=[audience], locale="pt-BR", status=status, starts_at=None, ends_at=None,
                settings=settings or {}, version=1, created_at=NOW, updated_at=NOW,
            )
        )  # fmt: skip
        await changes.append(connection, workspace.id, "campaign", [campaign], NOW)
    made: dict[str | None, list[UUID]] = {}
    for place in (audience, None):
        made[place] = await written(service, channel, Place(campaign, place), variants_each)
    await service.services.audiences.catch_up()
    await service.seen()
    return Selling(campaign, slug, audience, made)


async def written(service: Running, channel: str, place: Place, count: int = 1) -> list[UUID]:
    """Variants that the composer wrote for that place, approved."""
    workspace = await _workspace(service)
    request = GenerateRequest.model_validate(
        {"audience": {"attributes": {}}, "brief": BRIEF, "channel": channel, "variants": count, "writer": "composer"}
    )
    answer = await service.services.pipeline.generate(workspace, request)
    ids = [variant.id for variant in answer.variants]
    async with service.services.database.write() as connection:
        await connection.execute(
            sa.update(variants)
            .where(variants.c.id.in_(ids))
            .values(campaign_id=place.campaign, audience_slug=place.audience)
        )
        for id_ in ids:
            variant = await VariantStore(connection, workspace.id).get(id_)
            await act(connection, workspace.id, variant, "approve", "a reviewer", NOW)
    return ids


async def _workspace(service: Running) -> Workspace:
    async with service.services.database.read() as connection:
        return await WorkspaceStore(connection).get("casa")
