"""Setting placements up, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from service.campaigns.placement_models import PlacementBody
from service.campaigns.placement_store import PlacementStore
from service.db import changes
from service.db.engine import Database
from service.errors import NotFound
from tests.service.campaigns.shop import campaign, workspace_of
from tests.support import NOW, Running

HOME: dict[str, Any] = {"name": "Topo da página", "channel": "banner", "campaigns": ["semana"]}


async def test_a_placement_is_kept_replaced_and_forgotten(service: Running) -> None:
    async with service.client() as http:
        await campaign(http)
        made = await http.put("/v1/sites/placements/home-hero", json=HOME)
        assert (made.status_code, made.json()["campaigns"]) == (200, ["semana"]), made.text
        changed = (await http.put("/v1/sites/placements/home-hero", json=HOME | {"name": "Topo"})).json()
        assert changed == made.json() | {"name": "Topo"}
        assert (await http.get("/v1/sites/placements")).json() == {"items": [changed]}
        assert (await http.get("/v1/sites/placements/home-hero")).json() == changed
        await service.seen()
        found = service.services.shelf.placement((await workspace_of(service)).id, "home-hero")
        assert found is not None and found.campaigns == ("semana",)
        assert (await http.delete("/v1/sites/placements/home-hero")).status_code == 204
        for method in ("GET", "DELETE"):
            answer = await http.request(method, "/v1/sites/placements/home-hero")
            assert (answer.status_code, answer.json()["code"]) == (404, "placement.unknown")
    async with service.services.database.read() as connection:
        assert len(await changes.since(connection, 0, 20, ["placement"])) == 3


@pytest.mark.parametrize(
    ("key", "change", "pointer"),
    [
        ("Home", {}, "path:key"),
        ("a" * 64, {}, "path:key"),
        ("home", {"channel": "email"}, "/channel"),
        ("home", {"campaigns": ["semana", "outra"]}, "/campaigns/1"),
        ("home", {"campaigns": ["semana", "semana"]}, "/"),
        ("home", {"name": ""}, "/name"),
        ("home", {"key": "x"}, "/key"),
    ],
)
async def test_what_cannot_be_a_placement_is_told(
    service: Running, key: str, change: dict[str, Any], pointer: str
) -> None:
    async with service.client() as http:
        await campaign(http)
        answer = await http.put(f"/v1/sites/placements/{key}", json=HOME | change)
        assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == pointer, answer.text
        assert (await http.get("/v1/sites/placements")).json() == {"items": []}


async def test_only_an_admin_sets_placements_up(service: Running) -> None:
    key = await service.key(await workspace_of(service), "generate")
    async with service.client(key=key) as http:
        body = HOME | {"campaigns": []}
        assert (await http.put("/v1/sites/placements/home", json=body)).status_code == 403
        assert (await http.delete("/v1/sites/placements/home")).status_code == 403
        assert (await http.get("/v1/sites/placements")).status_code == 200


async def test_placements_of_two_workspaces_are_apart(database: Database, workspace: Any, now: Any) -> None:
    body = PlacementBody(name="x", channel="popup")
    async with database.write() as connection:
        store = PlacementStore(connection, workspace)
        first = await store.keep("home", body, now)
        assert await store.keep("home", body, NOW) == first.model_copy(update={"updated_at": NOW})
        other = PlacementStore(connection, first.id)
        assert await other.all() == []
        for key in ("home", "\x00"):
            with pytest.raises(NotFound):
                await other.delete(key, now)
        await store.delete("home", now)
        assert await store.all() == []
