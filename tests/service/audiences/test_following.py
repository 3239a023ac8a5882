"""Memberships as leads do things, as audiences and contracts change, and as time passes."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.audiences.models import AudienceBody
from service.audiences.ready import ready
from service.audiences.store import AudienceStore
from service.db.engine import Database
from service.db.migrate import migrate
from service.leads.contract import Attribute, Contract
from service.leads.contract_store import ContractStore
from service.leads.models import LeadInput
from service.leads.store import LeadStore
from tests.service.audiences.people import START, Shop, consent

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CART = {"cart_items": {"$gt": 0}}
COFFEE: dict[str, Any] = {"product_id": "kit", "category": "cafe", "price": 90, "quantity": 1}


async def test_an_event_changes_the_memberships_of_its_lead(database: Database) -> None:
    shop = await Shop.open(database)
    await shop.lead("ana")
    await shop.lead("bia")
    await shop.audience("cart", CART)
    await shop.follower.catch_up()
    assert await shop.members() == {}
    await shop.does("ana", "Product Added", **COFFEE)
    await shop.follower.catch_up()
    assert (await shop.members(), shop.told) == ({"cart": {"ana"}}, [("cart", "ana")])
    shop.now += HOUR
    await shop.does("ana", "Order Completed", order_id="1", total=90, products=[COFFEE])
    await shop.follower.catch_up()
    assert await shop.members() == {}


async def test_nobody_is_told_of_members_that_a_new_audience_finds(database: Database) -> None:
    shop = await Shop.open(database)
    await shop.lead("ana")
    await shop.does("ana", "Product Added", **COFFEE)
    await shop.follower.catch_up()
    await shop.audience("cart", CART)
    await shop.lead("ana", {"city": "Recife"})  # a change of the lead itself behind it in the sequence
    await shop.follower.catch_up()
    assert await shop.members() == {"cart": {"ana"}}
    async with database.write() as connection:
        body = AudienceBody(name="carts", condition={"cart_items": {"$exists": True}})
        await AudienceStore(connection, shop.workspace.id).update("cart", body, shop.now)
    await shop.follower.catch_up()
    assert (await shop.members(), shop.told) == ({"cart": {"ana"}}, [])


async def test_an_audience_that_still_waits_is_left_to_its_own_turn(database: Database) -> None:
    shop = await Shop.open(database)
    await shop.lead("ana")
    await shop.does("ana", "Product Added", **COFFEE)
    for number in range(600):  # more than a batch lies between the event and the audience
        await shop.lead(f"lead-{number}")
    await shop.audience("cart", CART)
    await shop.follower.catch_up()
    assert (await shop.members(), shop.told) == ({"cart": {"ana"}}, [])


async def test_who_withdraws_consent_is_a_member_of_nothing_that_needs_it(database: Database) -> None:
    shop = await Shop.open(database)
    await shop.lead("ana")
    await shop.lead("rui", profiling=False)
    await shop.audience("no-order", {"orders": {"$exists": False}})
    await shop.audience("not-a-buyer", {"$nor": [{"orders": {"$gt": 0}}]})
    await shop.audience("everyone", {})
    await shop.follower.catch_up()
    assert await shop.members() == {"no-order": {"ana"}, "not-a-buyer": {"ana"}, "everyone": {"ana", "rui"}}
    shop.now += HOUR
    await shop.revoke("ana")
    await shop.follower.catch_up()
    assert await shop.members() == {"everyone": {"ana", "rui"}}


async def test_a_consent_that_ends_ends_memberships_by_itself(database: Database) -> None:
    shop = await Shop.open(database)
    lead = LeadInput(external_id="ana", consents=[consent(START, START + DAY)])
    async with database.write() as connection:
        await LeadStore(connection, shop.workspace.id).put(lead, START, default_locale="pt-BR")
    await shop.audience("no-order", {"orders": {"$exists": False}})
    await shop.follower.catch_up()
    assert await shop.members() == {"no-order": {"ana"}}
    await shop.passes(START + DAY)
    assert await shop.members() == {}


async def test_a_birthday_week_starts_with_no_event_at_midnight_there(database: Database) -> None:
    shop = await Shop.open(database)
    await shop.lead("ana", {"birthday": "1990-11-29"})
    await shop.audience("birthday-week", ready("en")["birthday-week"].condition)
    await shop.follower.catch_up()
    assert await shop.members() == {}  # seven days to go on the 22nd
    midnight = datetime(2026, 11, 23, 3, tzinfo=UTC)  # in São Paulo
    await shop.passes(midnight - timedelta(seconds=1))
    assert await shop.members() == {}
    await shop.passes(midnight)
    assert (await shop.members(), shop.told) == ({"birthday-week": {"ana"}}, [("birthday-week", "ana")])
    for days in range(1, 8):
        await shop.passes(midnight + days * DAY)
    assert (await shop.members(), shop.told) == ({}, [("birthday-week", "ana")])


async def test_a_contract_that_forbids_an_attribute_empties_its_audiences(database: Database) -> None:
    shop = await Shop.open(database)
    await shop.lead("ana")
    await shop.audience("no-order", {"orders": {"$exists": False}})
    await shop.follower.catch_up()
    assert await shop.members() == {"no-order": {"ana"}}
    async with database.write() as connection:
        forbidding = Contract(attributes={"orders": Attribute(use="forbidden")})
        await ContractStore(connection, shop.workspace.id).put(forbidding, shop.now)
    await shop.follower.catch_up()
    assert (await shop.members(), shop.told) == ({}, [])


async def test_a_lead_and_an_audience_that_are_gone_leave_nothing_behind(database: Database) -> None:
    shop = await Shop.open(database)
    for name in ("ana", "bia"):
        await shop.lead(name)
    await shop.audience("a", {})
    await shop.audience("b", {"days_since_created": {"$lt": 9}})
    await shop.follower.catch_up()
    async with database.write() as connection:
        await LeadStore(connection, shop.workspace.id).delete("ana", shop.now)
        await AudienceStore(connection, shop.workspace.id).delete("a", shop.now)
    await shop.follower.catch_up()
    assert await shop.members() == {"b": {"bia"}}


async def test_one_process_follows_at_a_time(database: Database) -> None:
    shop = await Shop.open(database)
    other = Shop(database, shop.workspace)
    await shop.lead("ana", {"birthday": "1990-11-29"})
    await shop.audience("birthday-week", ready("en")["birthday-week"].condition)
    await shop.follower.catch_up()
    other.now = START + timedelta(seconds=1)
    await other.follower.tick()
    shop.now = START + DAY
    assert await shop.follower.lead()
    other.now = START + DAY
    await other.follower.tick()
    assert (await shop.members(), other.told) == ({}, [])
    await shop.follower.tick()
    assert await shop.members() == {"birthday-week": {"ana"}}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ana", "bia"]),
        st.sampled_from(
            ["page", "Product Viewed", "Product Added", "Product Removed", "Order Completed", "revoke", "allow", "wait"]
        ),
        st.integers(0, 40 * 24),
    ),
    max_size=12,
)
CONDITIONS: dict[str, dict[str, Any]] = {slug: one.condition for slug, one in ready("en", ["cafe"]).items()} | {
    "quiet": {"$nor": [{"visits_30d": {"$gt": 0}}, {"orders_365d": {"$gte": 1}}]},
    "recent": {"days_since_last_visit": {"$lte": 3}},
    "reachable": {"may_profile": True},
    "spender": {"$or": [{"spent_365d": {"$gt": 100}}, {"average_order": {"$gt": 50}}]},
}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
async def test_memberships_are_those_of_a_fresh_look_after_whatever_happened(steps: list[tuple[str, str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'records.db'}")
        await migrate(database)
        shop = await Shop.open(database)
        for slug, condition in CONDITIONS.items():
            await shop.audience(slug, condition)
        for name in ("ana", "bia"):
            await shop.lead(name, {"birthday": "1990-12-20", "renewalDate": "2027-01-10"})
        for name, step, hours in steps:
            if step == "wait":
                await shop.passes(shop.now + hours * HOUR)
            elif step == "revoke":
                await shop.revoke(name)
            elif step == "allow":
                await shop.lead(name)
            else:
                products = {"products": [COFFEE], "order_id": str(hours), "total": 90}
                await shop.does(
                    name, step, shop.now - hours * HOUR, **(products if step == "Order Completed" else COFFEE)
                )
            shop.now += timedelta(minutes=7)
            await shop.follower.catch_up()
            await shop.follower.tick()
            assert await shop.members() == await shop.fresh()
        await database.close()
