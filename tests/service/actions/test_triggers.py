"""Standing rules: an action once for each lead and occasion, and nothing of a lead beyond its id."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from service.actions.models import TriggerBody
from service.actions.store import ActionStore, TriggerStore
from service.actions.triggers import Triggers
from service.audiences.follow import AudienceFollower
from service.audiences.ready import ready, with_parents
from service.audiences.store import AudienceStore
from service.db.engine import Database
from service.db.tables import actions
from service.errors import Invalid, NotFound
from service.leads.models import COMMUNICATIONS, PROFILING
from service.leads.store import LeadStore
from service.profile.models import Profile
from service.profile.store import SubjectStore
from tests.service.actions.people import People, people_in
from tests.service.actions.situations import NOW, consent, event

CART = {"kind": "cart_abandoned"}
FILLED = NOW - timedelta(hours=3)


@pytest.fixture
async def people(database: Database) -> People:
    found = await people_in(database)
    await found.lead("ana", birthday="1990-11-27", renewalDate="2026-12-05", lifecycleStage="mql")
    return found


async def test_a_cart_is_answered_once_also_after_leaving_and_entering_again(people: People) -> None:
    await people.trigger("cart", **CART)
    await people.did("ana", event("Product Added", FILLED, product_id="kit"))
    for hours in (0, 1, 30):
        await people.enter("abandoned-cart", "ana", at=NOW + timedelta(hours=hours))
    (found,) = await people.emitted()
    assert (found.lead, found.trigger, found.kind, found.audience) == (
        "ana",
        "cart",
        "cart_abandoned",
        "abandoned-cart",
    )
    assert found.occasion == "cart:2026-11-24T12:00:00Z" and found.known == ["cart_items", "cart_age_hours"]


async def test_another_cart_is_another_occasion(people: People) -> None:
    await people.trigger("cart", **CART)
    await people.did("ana", event("Product Added", FILLED, product_id="kit"))
    await people.enter("abandoned-cart", "ana")
    await people.did("ana", event("Order Completed", FILLED + timedelta(hours=1)))
    await people.did("ana", event("Product Added", NOW, product_id="bule"))
    await people.enter("abandoned-cart", "ana", at=NOW + timedelta(hours=2))
    assert [one.occasion for one in await people.emitted()] == [
        "cart:2026-11-24T15:00:00Z",
        "cart:2026-11-24T12:00:00Z",
    ]


@pytest.mark.parametrize(
    ("body", "audience", "occasion"),
    [
        ({"kind": "birthday"}, "birthday-week", "birthday:2026"),
        ({"kind": "renewal"}, "renewal", "renewal:2026-12-05"),
        ({"kind": "stage_change", "settings": {"stage": "mql"}}, "stage-mql", "stage:mql:2026-11-24"),
        ({"kind": "at_risk"}, "at-risk", "at_risk:orders:2026-08-01"),
    ],
)
async def test_each_kind_names_its_occasion(
    people: People, body: dict[str, object], audience: str, occasion: str
) -> None:
    await people.trigger("one", **body)
    await people.did("ana", event("Order Completed", datetime(2026, 8, 2, 1, tzinfo=UTC)))  # the day before, there
    if audience == "stage-mql":
        await people.did("ana", event("Funnel Stage Changed", NOW - timedelta(minutes=1), stage="mql"))
    await people.enter(audience, "ana")
    await people.enter(audience, "ana", at=NOW + timedelta(minutes=1))
    assert [one.occasion for one in await people.emitted()] == [occasion]


async def test_next_years_birthday_is_another_occasion(people: People) -> None:
    await people.trigger("party", kind="birthday")
    for days in (0, 2, 3, 365, 366):
        await people.enter("birthday-week", "ana", at=NOW + timedelta(days=days))
    assert [one.occasion for one in await people.emitted()] == ["birthday:2027", "birthday:2026"]


async def test_only_triggers_that_are_on_and_wait_for_that_audience_emit(people: People) -> None:
    await people.trigger("off", kind="birthday", enabled=False)
    await people.trigger("elsewhere", kind="birthday", settings={"audience": "vips"})
    await people.enter("birthday-week", "ana")
    assert await people.emitted() == []
    await people.enter("vips", "ana")
    assert [one.trigger for one in await people.emitted()] == ["elsewhere"]


async def test_two_triggers_emit_each_their_own(people: People) -> None:
    await people.trigger("first", kind="birthday")
    await people.trigger("second", kind="birthday", settings={"channels": ["email"]})
    await people.enter("birthday-week", "ana")
    assert {one.trigger for one in await people.emitted()} == {"first", "second"}
    assert [one.trigger for one in await people.emitted("second")] == ["second"]


async def test_an_occasion_that_may_not_be_seen_emits_nothing(people: People) -> None:
    await people.trigger("party", kind="birthday")
    await people.lead("bia", [consent(f"{COMMUNICATIONS}.email")], birthday="1990-11-27")
    await people.lead("caio", [consent(PROFILING, status="revoked")], birthday="1990-11-27")
    await people.lead("davi")
    await people.enter("birthday-week", "ana", "bia", "caio", "davi")
    assert [one.lead for one in await people.emitted()] == ["ana"]


async def test_what_is_kept_holds_nothing_of_the_lead(people: People) -> None:
    await people.trigger("party", kind="birthday")
    await people.enter("birthday-week", "ana")
    async with people.database.read() as connection:
        row = (await connection.execute(sa.select(actions.c.action, actions.c.occasion))).one()
    assert row.action == {"kind": "birthday", "audience": "birthday-week", "known": ["days_to_birthday"]}
    assert "1990" not in row.occasion


async def test_two_followers_at_once_emit_once(people: People) -> None:
    await people.trigger("party", kind="birthday")
    names = [f"lead-{number}" for number in range(12)]
    for name in names:
        await people.lead(name, birthday="1990-11-27")
    await asyncio.gather(people.enter("birthday-week", *names), people.enter("birthday-week", *reversed(names)))
    assert sorted(one.lead for one in await people.emitted()) == sorted(names)


async def test_what_fails_later_in_the_followers_transaction_emits_nothing(people: People) -> None:
    await people.trigger("party", kind="birthday")

    class Broken(Exception):
        pass

    with pytest.raises(Broken):
        async with people.database.write() as connection:
            subject = await SubjectStore(connection, people.workspace.id).get("ana")
            await Triggers(lambda: NOW).entered(connection, people.workspace.id, "birthday-week", [(subject, NOBODY)])
            raise Broken
    assert await people.emitted() == []


NOBODY = Profile({})


async def test_an_erased_lead_leaves_no_action(people: People) -> None:
    await people.trigger("party", kind="birthday")
    await people.enter("birthday-week", "ana")
    async with people.database.write() as connection:
        await LeadStore(connection, people.workspace.id).delete("ana", NOW)
        assert await connection.scalar(sa.select(sa.func.count()).select_from(actions)) == 0


async def test_a_dropped_trigger_takes_its_actions_with_it(people: People) -> None:
    await people.trigger("party", kind="birthday")
    await people.enter("birthday-week", "ana")
    async with people.database.write() as connection:
        await TriggerStore(connection, people.workspace.id).delete("party")
    assert await people.emitted() == []
    with pytest.raises(NotFound):
        async with people.database.write() as connection:
            await TriggerStore(connection, people.workspace.id).delete("party")


async def test_a_trigger_is_replaced_under_its_slug_and_keeps_what_it_emitted(people: People) -> None:
    await people.trigger("party", kind="birthday")
    await people.enter("birthday-week", "ana")
    async with people.database.write() as connection:
        store = TriggerStore(connection, people.workspace.id)
        assert not await store.put("party", TriggerBody(kind="birthday", enabled=False), NOW)
        assert not (await store.get("party")).enabled
    assert len(await people.emitted()) == 1


async def test_actions_come_in_pages_the_newest_first(people: People) -> None:
    await people.trigger("party", kind="birthday")
    names = [f"lead-{number}" for number in range(5)]
    for number, name in enumerate(names):
        await people.lead(name, birthday="1990-11-27")
        await people.enter("birthday-week", name, at=NOW + timedelta(seconds=number // 2))  # some at the same moment
    found: list[str] = []
    cursor = None
    for _ in range(3):
        async with people.database.read() as connection:
            items, cursor = await ActionStore(connection, people.workspace.id).page(2, cursor)
        found += [one.lead for one in items]
    assert cursor is None and sorted(found) == names and found[0] == "lead-4"
    with pytest.raises(Invalid):
        async with people.database.read() as connection:
            await ActionStore(connection, people.workspace.id).page(2, "bm9uc2Vuc2U")


async def test_anothers_triggers_and_actions_are_not_seen(people: People) -> None:
    other = await people_in(people.database, "vizinha")
    await people.trigger("party", kind="birthday")
    await other.lead("ana", birthday="1990-11-27")
    await other.enter("birthday-week", "ana")
    await people.enter("birthday-week", "ana")
    assert await other.emitted() == []
    (mine,) = await people.emitted()
    async with people.database.read() as connection:
        with pytest.raises(NotFound):
            await ActionStore(connection, other.workspace.id).get(mine.id)


async def test_an_event_makes_an_action_through_the_audience(people: People) -> None:
    """The whole way: a product is put into the cart, the audience takes the lead in, the trigger emits."""
    among = ready("pt-BR")
    async with people.database.write() as connection:
        for slug in with_parents(["abandoned-cart"], among):
            await AudienceStore(connection, people.workspace.id).create(among[slug], NOW)
    await people.trigger("cart", **CART)
    follower = AudienceFollower(people.database, lambda: NOW, Triggers(lambda: NOW).entered)
    await follower.catch_up()
    await people.did("ana", event("Product Added", FILLED, product_id="kit"))
    await follower.catch_up()
    assert [(one.lead, one.audience) for one in await people.emitted()] == [("ana", "abandoned-cart")]


@given(
    st.lists(
        st.tuples(st.sampled_from(["put", "buy", "enter", "leave", "on", "off"]), st.sampled_from(["ana", "bia"])),
        max_size=12,
    )
)
@settings(max_examples=25, deadline=None, database=None)
def test_whatever_comes_and_goes_no_occasion_is_answered_twice(
    sqlite_template: Path, steps: list[tuple[str, str]]
) -> None:
    asyncio.run(_at_most_once(sqlite_template, steps))


async def _at_most_once(template: Path, steps: list[tuple[str, str]]) -> None:
    """Two leads put things into carts, buy them, and enter and leave as they like; a cart that was there and open when
    its lead entered is answered, once."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(template, Path(folder) / "records.db")
        database = Database(f"sqlite+aiosqlite:///{folder}/records.db")
        people = await people_in(database)
        carts: dict[str, datetime | None] = {"ana": None, "bia": None}
        for name in carts:
            await people.lead(name)
        on, expected = True, set[tuple[str, str]]()
        await people.trigger("cart", **CART)
        for number, (step, name) in enumerate(steps):
            at = NOW + timedelta(minutes=number)
            if step == "put":
                await people.did(name, event("Product Added", at, product_id="kit"))
                carts[name] = at
            elif step == "buy":
                await people.did(name, event("Order Completed", at))
                carts[name] = None
            elif step == "enter":
                await people.enter("abandoned-cart", name, at=at)
                if on and (changed := carts[name]):
                    expected.add((name, f"cart:{changed:%Y-%m-%dT%H:%M:%SZ}"))
            elif step in ("on", "off"):
                on = step == "on"
                await people.trigger("cart", **CART, enabled=on)
        found = [(one.lead, one.occasion) for one in await people.emitted()]
        await database.close()
        assert len(found) == len(set(found)) and set(found) == expected
