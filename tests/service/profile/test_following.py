"""What a lead did changes its vector only where the contract lets it be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from service.db import changes
from service.db.engine import Database
from service.db.tables import histories
from service.leads.store import LeadStore
from service.workspaces.store import WorkspaceStore
from tests.service.profile.people import event, folded
from tests.support import CONSENTS, CONTRACT, NOW, Running, running

TOLD = {"top_category": {"use": "imply", "domain": {"kind": "enumeration", "values": ["cafe", "plantas"]}}}


async def saw(service: Running, lead: str, category: str) -> None:
    """As if it had come in that the lead looked at something."""
    async with service.services.database.write() as connection:
        workspace = (await WorkspaceStore(connection).get("casa")).id
        id_ = (await LeadStore(connection, workspace).get(lead)).id
        data = folded([event("Product Viewed", NOW, category=category)]).data()
        await connection.execute(sa.delete(histories).where(histories.c.lead_id == id_))
        await connection.execute(sa.insert(histories).values(lead_id=id_, workspace_id=workspace, data=data))
        await changes.append(connection, workspace, "event", [id_], NOW)
    await service.indexed()


async def alike(service: Running, lead: str) -> dict[str, float]:
    async with service.client() as http:
        found = (await http.get(f"/v1/leads/{lead}/similar")).json()
    return {one["external_id"]: one["score"] for one in found.get("items", ())}


@pytest.mark.parametrize(("attributes", "embedded"), [(TOLD, True), (CONTRACT, False)])
async def test_events_embed_a_lead_only_where_they_may_be_told(
    database: Database, tmp_path: Path, attributes: dict[str, Any], embedded: bool
) -> None:
    async with running(database, tmp_path) as service, service.client() as http:
        await http.put("/v1/contract", json={"attributes": attributes})
        for lead in ("c-1", "c-2"):
            await http.put(f"/v1/leads/{lead}", json={"consents": CONSENTS})
            await saw(service, lead, "cafe")
        assert (await http.get("/v1/index")).json()["leads"] == (2 if embedded else 0)
        if embedded:
            assert (await alike(service, "c-1"))["c-2"] == pytest.approx(1)
            await saw(service, "c-2", "plantas")
            assert (await alike(service, "c-1"))["c-2"] < 0.99


async def test_minors_have_no_vector(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path) as service, service.client() as http:
        await http.put("/v1/contract", json={"attributes": CONTRACT})
        for birthday in ("1990-01-01", "2012-01-01"):
            traits = {"categoria": "cafe", "birthday": birthday}
            await http.put(f"/v1/leads/{birthday}", json={"traits": traits, "consents": CONSENTS})
        await service.indexed()
        assert (await http.get("/v1/index")).json()["leads"] == 1
