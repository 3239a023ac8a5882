"""Campaigns in the records of either database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from service.campaigns.models import Campaign, CampaignInput
from service.campaigns.store import CampaignStore
from service.db import changes
from service.db.engine import Database
from service.db.tables import revisions, variants
from service.errors import Conflict, Invalid, NotFound, PreconditionFailed
from tests.service.campaigns.shop import INPUT

GIVEN = CampaignInput.model_validate(INPUT | {"audiences": [], "starts_at": "2026-12-01T00:00:00-03:00"})


async def test_a_campaign_is_kept_as_it_was_given(database: Database, workspace: UUID, now: datetime) -> None:
    async with database.write() as connection:
        store = CampaignStore(connection, workspace)
        made = await store.create(GIVEN, "pt-BR", now)
        assert made == await store.get("semana") == (await store.all())[0]
        assert (made.brief, made.settings, made.starts_at) == (GIVEN.brief, GIVEN.settings, GIVEN.starts_at)
        changed = await store.update(made, GIVEN.model_copy(update={"name": "B"}), "es", now + timedelta(days=1))
        assert (changed.name, changed.locale, changed.version, changed.created_at) == ("B", "es", 2, made.created_at)
        with pytest.raises(PreconditionFailed):
            await store.move(made, "live", now)
        with pytest.raises(Conflict):
            await store.create(GIVEN, "pt-BR", now)
        with pytest.raises(Invalid):
            await store.update(changed, GIVEN.model_copy(update={"audiences": ["nobody"]}), "es", now)
        assert await store.unknown(["outra", "semana"]) == ["outra"]
        await store.delete(changed, now)
        with pytest.raises(NotFound):
            await store.by_id(made.id)
    async with database.read() as connection:
        told = await changes.since(connection, 0, 20, ("campaign", "key"))
    assert [(one.kind, one.entity) for one in told if one.kind == "campaign"][:2] == [("campaign", made.id)] * 2
    assert [one.kind for one in told][-2:] == ["campaign", "key"]


async def test_a_control_counts_in_its_own_channel_locale_and_time(
    database: Database, workspace: UUID, now: datetime
) -> None:
    async with database.write() as connection:
        store = CampaignStore(connection, workspace)
        made = await store.create(GIVEN, "pt-BR", now)
        for told in (
            {"channel": "email", "audience_slug": "coffee"},
            {"channel": "email", "locale": "es"},
            {"channel": "email", "serving": None},
            {"channel": "email", "true_until": now},
            {"channel": "push"},
        ):
            await _approved(connection, made, workspace, now, **told)
        assert await store.without_control(made, now) == ["email", "banner"]
        await _approved(connection, made, workspace, now, channel="banner")
        await _approved(connection, made, workspace, now, channel="email", true_until=now + timedelta(seconds=1))
        assert await store.without_control(made, now) == []
        assert await store.without_control(made, now + timedelta(seconds=1)) == ["email"]


async def _approved(connection: Any, campaign: Campaign, workspace: UUID, now: datetime, **told: Any) -> None:
    held: dict[str, Any] = {
        "workspace_id": workspace, "fields": {}, "claims": [], "evidence": [], "findings": [], "rests_on": [],
        "provenance": {}, "created_at": now, "true_until": told.pop("true_until", None), "revision": "r", "author": "x",
    }  # fmt: skip
    row = held | {
        "id": uuid4(), "status": "approved", "channel": "email", "locale": "pt-BR", "angle": "proof", "brief": {},
        "audience": {}, "campaign_id": campaign.id, "serving": "r", **told,
    }  # fmt: skip
    await connection.execute(sa.insert(variants).values(row))
    await connection.execute(sa.insert(revisions).values(held | {"variant_id": row["id"]}))
