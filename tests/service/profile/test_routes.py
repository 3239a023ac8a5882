"""What `GET /v1/leads/{id}` tells of a lead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.db.engine import Database
from service.db.tables import histories
from service.leads.store import LeadStore
from service.workspaces.store import WorkspaceStore
from tests.service.profile.people import event, folded
from tests.support import NOW, Running, fill, running


async def did(service: Running, lead: str, *names: str, workspace: str = "casa") -> None:
    """As if those events had come in."""
    async with service.services.database.write() as connection:
        of = await WorkspaceStore(connection).get(workspace)
        id_ = (await LeadStore(connection, of.id).get(lead)).id
        data = folded([event(name, NOW, category="cafe", total=80) for name in names]).data()
        await connection.execute(sa.insert(histories).values(lead_id=id_, workspace_id=of.id, data=data))


async def test_a_lead_is_shown_with_what_is_known_and_where_it_comes_from(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path) as service:
        await fill(service)
        await did(service, "c-1", "page", "Product Viewed", "Order Completed")
        async with service.client() as http:
            found = (await http.get("/v1/leads/c-1")).json()
    known: dict[str, Any] = {one.pop("name"): one for one in found["attributes"]}
    assert known["clube"] == {
        "value": "raiz", "origin": "trait", "basis": "trait clube", "use": "select", "allowed": True,
        "purpose": "personalize.content.profiling",
    }  # fmt: skip
    assert (known["email"]["use"], known["email"]["allowed"]) == ("forbidden", False)
    assert known["days_since_last_visit"] == {
        "value": 0, "origin": "computed", "basis": "last visit on 2026-11-22", "use": "select", "allowed": True,
        "purpose": "personalize.content.profiling",
    }  # fmt: skip
    assert known["top_categories"]["value"] == ["cafe"] and known["funnel_stage"]["value"] == "customer"
    assert found["external_id"] == "c-1" and found["traits"]["clube"] == "raiz" and len(found["consents"]) == 2
    assert found["identities"] == ["email", "external_id"] and found["audiences"] == []


async def test_what_the_consents_do_not_allow_is_marked(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path) as service:
        await fill(service)
        async with service.client() as http:
            await http.put("/v1/leads/c-2", json={"traits": {"clube": "raiz", "firstName": "Bia"}})
            known = {one["name"]: one for one in (await http.get("/v1/leads/c-2")).json()["attributes"]}
    assert not known["clube"]["allowed"] and not known["first_name"]["allowed"]
    assert known["may_email"]["allowed"] and known["may_email"]["value"] is False
