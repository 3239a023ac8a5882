"""A share of leads that gets nothing on purpose: the same ones each time, written down, and counted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.db.engine import Database
from service.delivery.decide import decide, held_out
from service.delivery.models import Ask
from service.delivery.site_tokens import make_token
from service.workspaces.store import WorkspaceStore
from tests.service.delivery.shelves import reader, shelf
from tests.service.delivery.support import selling
from tests.support import CONSENTS, NOW, Running, fill, running

LEADS = 24  # all of them on one side of a half: once in eight million runs


@pytest.fixture
async def shop(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(sqlite_database, tmp_path) as service:
        await fill(service)
        yield service


@pytest.fixture
async def both(database: Database, tmp_path: Path) -> AsyncIterator[Running]:
    """The same on either database, for what the records count."""
    async with running(database, tmp_path) as service:
        await fill(service)
        yield service


@given(st.uuids(), st.text(max_size=40), st.floats(0, 0.5), st.floats(0, 0.5))
def test_a_larger_share_holds_out_whom_a_smaller_one_did(campaign: UUID, salt: str, one: float, other: float) -> None:
    small, large = sorted((one, other))
    assert held_out(campaign, salt, small) <= held_out(campaign, salt, large)
    assert held_out(campaign, salt, large) == held_out(campaign, salt, large)
    assert not held_out(campaign, salt, 0.0)


def test_about_that_share_is_held_out_and_each_campaign_has_its_own() -> None:
    first, second = UUID(int=1), UUID(int=2)
    leads = [f"lead-{number}" for number in range(20_000)]
    mine = {lead for lead in leads if held_out(first, lead, 0.2)}
    theirs = {lead for lead in leads if held_out(second, lead, 0.2)}
    assert 3_800 <= len(mine) <= 4_200  # 4,000 and 3.5 standard errors of 57
    assert 680 <= len(mine & theirs) <= 920  # a fifth of a fifth, 800, and 4 standard errors of 28: drawn apart


def test_whom_nobody_knows_is_never_held_out_and_a_draw_among_variants_tells_nothing_of_it() -> None:
    full = replace(shelf(), holdout=0.5)
    assert decide(full, None, Ask("email", recipient="~aaaa"), NOW.timestamp(), fresh=True).candidate is not None
    drawn: dict[UUID, list[bool]] = {}
    for number in range(4_000):
        lead = replace(reader(), salt=f"salt-{number}")
        chosen = decide(shelf(), lead, Ask("email"), NOW.timestamp(), fresh=True).candidate
        assert chosen is not None
        drawn.setdefault(chosen.variant, []).append(held_out(full.id, lead.salt, 0.5))
    shares = [sum(one) / len(one) for one in drawn.values()]
    assert len(shares) == 2 and all(0.45 < share < 0.55 for share in shares), shares


async def test_a_held_out_lead_gets_nothing_and_it_is_written_down_and_replays(shop: Running) -> None:
    made = await selling(shop, settings={"holdout": 0.5})
    async with shop.client() as http:
        held, served = await _leads(shop, http, made.id)
        answer = (await http.get("/v1/copy", params={"campaign": "cafe", "recipient": held})).json()
        assert (answer["send"], answer["reason"], answer["rung"]) == (False, "holdout", "none"), answer
        other = (await http.get("/v1/copy", params={"campaign": "cafe", "recipient": served})).json()
        assert other["send"], other
        await shop.services.taker.caught_up()
        kept = (await http.get(f"/v1/decisions/{answer['decision_id']}")).json()
        again = await http.post(f"/v1/decisions/{answer['decision_id']}/replay")
        why = (await http.get(f"/v1/decisions/{answer['decision_id']}/explain")).json()
    assert again.status_code == 200 and again.json()["receipt"] == kept["receipt"], again.text
    assert again.json()["signature"] == kept["signature"]
    assert (kept["receipt"]["reason"], kept["receipt"]["audience"]) == ("holdout", "cafe-readers")
    assert "de propósito e por sorteio" in " ".join(why["words"])


async def test_an_export_leaves_them_out_and_their_orders_count_for_their_side(both: Running) -> None:
    made = await selling(both, settings={"holdout": 0.5})
    async with both.client() as http:
        held, served = await _leads(both, http, made.id)
        looked = (await http.post("/v1/campaigns/cafe/export", json={"dry_run": True})).json()
        assert looked["left_out"]["holdout"] >= 1
        (await http.post("/v1/campaigns/cafe/export", json={"format": "jsonl"})).raise_for_status()
        await both.services.taker.caught_up()
        for lead, order in ((held, "7"), (served, "8")):
            said = {"order_id": order, "total": 50, "currency": "BRL"}
            told = {"userId": lead, "event": "Order Completed", "properties": said, "messageId": uuid4().hex}
            (await http.post("/v1/track", json=told | {"timestamp": NOW.isoformat()})).raise_for_status()
        left = {"userId": held, "event": "Unsubscribed", "properties": {}, "messageId": uuid4().hex}
        (await http.post("/v1/track", json=left | {"timestamp": NOW.isoformat()})).raise_for_status()
        report = (await http.get("/v1/campaigns/cafe/outcomes")).json()
        results = (await http.get("/v1/campaigns/cafe/results")).json()
        file = await http.get("/v1/campaigns/cafe/outcomes.csv")
    out, rest = report["holdout"]["held_out"], report["holdout"]["served"]
    assert (out["leads"], out["leads"] + rest["leads"]) == (looked["left_out"]["holdout"], LEADS + 1)
    assert [(side["converted"], float(side["revenue"]["BRL"])) for side in (out, rest)] == [(1, 50.0), (1, 50.0)]
    assert sum(one["unsubscribes"] for one in report["items"]) == 0, "nobody leaves a mail that was not sent"
    assert results["holdout"]["told"] == "early"
    assert file.headers["content-type"].startswith("text/csv") and "holdout,cafe" in file.text


async def test_a_placement_shows_a_held_out_lead_no_other_campaign_either(shop: Running) -> None:
    made = await selling(shop, slug="um", channel="banner", settings={"holdout": 0.5})
    await selling(shop, slug="dois", channel="banner")
    async with shop.client() as http:
        held, served = await _leads(shop, http, made.id)
        body = {"name": "Home", "channel": "banner", "campaigns": ["um", "dois"]}
        (await http.put("/v1/sites/placements/home", json=body)).raise_for_status()
        await shop.seen()
        secret = (await http.get("/v1/keys/site-secret")).json()["secret"]
        told = {}
        for lead in (held, served):
            token = make_token(secret, lead, int(NOW.timestamp()) + 600)
            answer = await http.post("/v1/placements:batch", json={"placements": ["home"], "token": token})
            told[lead] = answer.json()["items"][0]
        everybody = (await http.get("/v1/placements/home")).json()
    assert (told[held]["show"], told[held]["reason"], told[held]["decision_id"] is None) == (False, "holdout", False)
    assert (told[served]["show"], told[served]["campaign"]) == (True, "um") and everybody["show"]


async def test_how_ready_it_is_counts_them_on_their_rungs_and_names_the_share(shop: Running) -> None:
    await selling(shop, settings={"holdout": 0.5})
    async with shop.client() as http:
        found = (await http.get("/v1/campaigns/cafe/readiness")).json()
        assert found["holdout"] == 0.5 and found["channels"][0]["rungs"]["audience"] == 1
        for wrong in (-0.1, 0.51, "x"):
            kept = (await http.get("/v1/campaigns/cafe")).json()
            names = ("name", "brief", "channels", "audiences")
            body: dict[str, Any] = {**{name: kept[name] for name in names}, "settings": {"holdout": wrong}}
            answer = await http.put("/v1/campaigns/cafe", json=body)
            assert answer.json()["errors"][0]["pointer"] == "/settings/holdout", answer.text


async def _leads(shop: Running, http: httpx.AsyncClient, campaign: UUID) -> tuple[str, str]:
    """More leads: one that is held out and one that is not."""
    for number in range(LEADS):
        body = {"traits": {"firstName": "Ana", "categoria": "cafe"}, "consents": [
            *CONSENTS, CONSENTS[0] | {"purpose": "marketing.communications.banner", "channel": "banner"}
        ]}  # fmt: skip
        (await http.put(f"/v1/leads/l-{number}", json=body)).raise_for_status()
    await shop.services.audiences.catch_up()
    await shop.seen()
    async with shop.services.database.read() as connection:
        workspace = (await WorkspaceStore(connection).get("casa")).id
    by_draw: dict[bool, str] = {}
    for number in range(LEADS):
        view = shop.services.crowd.now(workspace, f"l-{number}", NOW.timestamp())
        assert view is not None
        by_draw.setdefault(held_out(campaign, view.salt, 0.5), f"l-{number}")
    assert len(by_draw) == 2, "all draws fell on one side"
    return by_draw[True], by_draw[False]
