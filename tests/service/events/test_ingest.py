"""Events into the records, and whose they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.db.engine import Database
from service.db.tables import changes, events, identities, leads
from service.errors import NotFound
from service.events.ingest import ingest
from service.events.models import Event, Incoming, Ingested, Who
from service.events.store import EventStore, HistoryStore
from service.leads.models import PROFILING, Consent, LeadInput
from service.leads.store import LeadStore
from service.workspaces.models import Workspace
from tests.service.events.calls import call, casa, done_by, ids_of, lead, send
from tests.support import NOW


@pytest.fixture
async def home(database: Database) -> AsyncIterator[Workspace]:
    """A workspace without anybody."""
    yield await casa(database)


async def stored(database: Database, workspace: Workspace) -> dict[str, str | None]:
    """The names of all events with the external id of whom they belong to."""
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(events.c.message_id, leads.c.external_id)
            .outerjoin(leads, leads.c.id == events.c.lead_id)
            .where(events.c.workspace_id == workspace.id)
        )
        return {row.message_id: row.external_id for row in rows}


async def history(database: Database, workspace: Workspace, external_id: str) -> Any:
    found = await lead(database, workspace, external_id)
    async with database.read() as connection:
        return (await HistoryStore(connection, workspace.id).of([found.id])).get(found.id)


async def test_an_event_makes_the_lead_that_it_is_about(database: Database, home: Workspace) -> None:
    assert await send(database, home, call("track", "m-1", userId="c-1")) == Ingested(1, 0, 1)
    assert await ids_of(database, home, "c-1") == {"m-1"}
    async with database.read() as connection:
        found = await lead(database, home, "c-1")
        kinds = set(await connection.scalars(sa.select(changes.c.kind).where(changes.c.entity_id == found.id)))
    assert kinds == {"lead", "event"}


async def test_an_event_is_kept_once_within_a_batch_and_after_it(database: Database, home: Workspace) -> None:
    first = await send(database, home, *[call("track", "m-1", userId="c-1")] * 3, call("track", "m-2", userId="c-1"))
    before = await history(database, home, "c-1")
    again = await send(database, home, call("track", "m-2", userId="c-1"), call("track", "m-1", userId="c-1"))
    assert (first, again) == (Ingested(2, 2, 1), Ingested(0, 2, 0))
    assert await history(database, home, "c-1") == before


async def test_a_duplicate_does_not_bring_old_traits_back(database: Database, home: Workspace) -> None:
    old = call("identify", "m-1", 10, userId="c-1", traits={"city": "Recife"})
    await send(database, home, old)
    await send(database, home, call("identify", "m-2", 5, userId="c-1", traits={"city": "Olinda"}))
    await send(database, home, old)
    assert (await lead(database, home, "c-1")).traits == {"city": "Olinda"}


async def test_the_same_message_id_in_another_workspace_is_another_event(database: Database, home: Workspace) -> None:
    other = await casa(database, "outra")
    await send(database, home, call("track", "m-1", userId="c-1"))
    assert await send(database, other, call("track", "m-1", userId="c-1")) == Ingested(1, 0, 1)


@pytest.mark.parametrize("kind", ["identify", "alias"])
async def test_what_a_device_did_joins_the_lead(database: Database, home: Workspace, kind: str) -> None:
    await send(database, home, call("track", "m-1", 60, anonymousId="a-1"), call("track", "m-2", 50, anonymousId="b"))
    assert await stored(database, home) == {"m-1": None, "m-2": None}

    named: dict[str, Any] = {"anonymousId": "a-1"} if kind == "identify" else {"previousId": "a-1"}
    await send(database, home, call(kind, "m-3", userId="c-1", **named))
    await send(database, home, call("track", "m-4", anonymousId="a-1"))

    assert await stored(database, home) == {"m-1": "c-1", "m-2": None, "m-3": "c-1", "m-4": "c-1"}
    straight = await casa(database, "direto")
    at_once = [call("track", name, ago, userId="c-1") for name, ago in (("m-1", 60), ("m-4", 0))]
    await send(database, straight, *at_once, call(kind, "m-3", userId="c-1", **named))
    assert await history(database, home, "c-1") == await history(database, straight, "c-1")


async def test_in_one_batch_the_order_does_not_matter_either(database: Database, home: Workspace) -> None:
    messages = [call("track", "m-1", 1, anonymousId="a-1"), call("identify", "m-2", 9, userId="c-1", anonymousId="a-1")]
    await send(database, home, *messages)
    assert await ids_of(database, home, "c-1") == {"m-1", "m-2"}


async def test_traits_said_of_a_device_join_its_lead(database: Database, home: Workspace) -> None:
    await send(database, home, call("identify", "m-1", 60, anonymousId="a-1", traits={"city": "Recife", "plan": "x"}))
    await send(database, home, call("identify", "m-2", userId="c-1", anonymousId="a-1", traits={"city": "Olinda"}))
    assert (await lead(database, home, "c-1")).traits == {"city": "Olinda", "plan": "x"}


async def test_a_device_stays_with_the_first_who_had_it(database: Database, home: Workspace) -> None:
    await send(database, home, call("identify", "m-1", userId="c-1", anonymousId="a-1"))
    await send(database, home, call("identify", "m-2", userId="c-2", anonymousId="a-1"))
    await send(database, home, call("track", "m-3", anonymousId="a-1"))
    assert await stored(database, home) == {"m-1": "c-1", "m-2": "c-2", "m-3": "c-1"}


async def test_two_leads_that_claim_the_same_address_each_keep_their_events(
    database: Database, home: Workspace
) -> None:
    ana = {"email": "ana@correio.example"}
    await send(database, home, call("identify", "m-1", userId="c-1", traits=ana))
    await send(database, home, call("identify", "m-2", userId="c-2", traits={"email": "Ana@Correio.example"}))
    by_mail = Incoming(Event("m-3", "track", "Email Delivered", NOW, "sendgrid"), Who(email=" ANA@correio.example"))
    await ingest(database, home, [by_mail], NOW)
    assert await stored(database, home) == {"m-1": "c-1", "m-2": "c-2", "m-3": "c-1"}
    assert (await lead(database, home, "c-2")).traits == {"email": "Ana@Correio.example"}


async def test_traits_follow_when_they_were_said_and_not_when_they_came(database: Database, home: Workspace) -> None:
    await send(database, home, call("identify", "m-2", 5, userId="c-1", traits={"city": "Olinda"}))
    await send(
        database, home, call("identify", "m-1", 10, userId="c-1", traits={"city": "Recife", "plan": "x"}),
    )  # fmt: skip
    assert (await lead(database, home, "c-1")).traits == {"city": "Olinda", "plan": "x"}


async def test_a_late_call_leaves_alone_what_it_does_not_speak_of(database: Database, home: Workspace) -> None:
    await send(database, home, call("identify", "m-2", 5, userId="c-1", traits={"city": "Olinda"}))
    async with database.write() as connection:
        edited = LeadInput(external_id="c-1", traits={"city": "Natal"})
        await LeadStore(connection, home.id).put(edited, NOW, default_locale="pt-BR", merge=True)
    await send(database, home, call("identify", "m-1", 10, userId="c-1", traits={"plan": "x"}))
    assert (await lead(database, home, "c-1")).traits == {"city": "Natal", "plan": "x"}


async def test_an_alias_makes_one_lead_of_two(database: Database, home: Workspace) -> None:
    consent = Consent(purpose=PROFILING, basis="consent", source="site", collected_at=NOW - timedelta(days=1))
    old = LeadInput(external_id="old", traits={"city": "Recife", "plan": "x"}, consents=[consent])
    async with database.write() as connection:
        await LeadStore(connection, home.id).put(old, NOW - timedelta(days=9), default_locale="es")
    await send(database, home, call("track", "m-1", 60, userId="old", anonymousId="a-1"))
    await send(database, home, call("identify", "m-2", 50, userId="new", traits={"city": "Olinda"}))

    await send(database, home, call("alias", "m-3", previousId="old", userId="new"), call("track", "m-4", userId="old"))

    one = await lead(database, home, "new")
    assert one.traits == {"city": "Olinda", "plan": "x"}
    assert [consent.purpose for consent in one.consents] == [PROFILING]
    assert one.created_at == NOW - timedelta(days=9)
    assert await ids_of(database, home, "new") == {"m-1", "m-2", "m-3", "m-4"}
    with pytest.raises(NotFound):
        await lead(database, home, "old")
    await send(database, home, call("track", "m-5", anonymousId="a-1"), call("track", "m-6", userId="old"))
    assert {"m-5", "m-6"} <= await ids_of(database, home, "new")

    straight = await casa(database, "direto")
    tracks = [call("track", name, ago, userId="new") for name, ago in (("m-1", 60), ("m-4", 0), ("m-5", 0), ("m-6", 0))]
    await send(database, straight, *tracks)
    assert await history(database, home, "new") == await history(database, straight, "new")


async def test_aliases_in_a_ring_end_in_one_lead(database: Database, home: Workspace) -> None:
    ring = [("a", "b"), ("b", "c"), ("c", "a")]
    tracks = [call("track", f"t-{name}", 60, userId=name) for name in "abc"]
    aliases = [call("alias", f"m-{old}", 9 - n, previousId=old, userId=new) for n, (old, new) in enumerate(ring)]
    await send(database, home, *tracks, *aliases)
    owners = await stored(database, home)
    assert len(owners) == 6
    assert len(set(owners.values())) == 1


async def test_an_alias_of_a_name_that_nobody_has_yet_holds_for_what_comes(database: Database, home: Workspace) -> None:
    await send(database, home, call("alias", "m-1", previousId="old", userId="new"))
    await send(database, home, call("track", "m-2", userId="old"), call("track", "m-3", anonymousId="old"))
    assert set((await stored(database, home)).values()) == {"new"}


async def test_a_robots_event_is_kept_and_changes_nothing(database: Database, home: Workspace) -> None:
    await send(database, home, call("track", "m-1", userId="c-1"))
    before = await history(database, home, "c-1")
    agent = {"userAgent": "Googlebot/2.1"}
    assert await send(database, home, call("track", "m-2", userId="c-1", context=agent)) == Ingested(1, 0, 0)
    assert await history(database, home, "c-1") == before
    assert (await done_by(database, home, "c-1"))[0].event.robot == "bot_agent"


async def test_who_has_only_an_address_is_the_lead_that_an_import_would_make(
    database: Database, home: Workspace
) -> None:
    def mailed(message_id: str, email: str, *, new: bool) -> Incoming:
        event = Event(message_id, "track", "Email Delivered", NOW, "sendgrid")
        return Incoming(event, Who(email=email), unknown_is_new=new)

    ignored = await ingest(database, home, [mailed("m-1", "ana@x.example", new=False)], NOW)
    made = await ingest(database, home, [mailed("m-2", "Ana@x.example", new=True)], NOW)
    known = await ingest(database, home, [mailed("m-3", "ana@x.example", new=False)], NOW)

    assert (ignored, made, known) == (Ingested(1, 0, 0, 1), Ingested(1, 0, 1), Ingested(1, 0, 1))
    owners = await stored(database, home)
    assert owners["m-1"] is None
    assert owners["m-2"] == owners["m-3"] != "ana@x.example"
    assert (await lead(database, home, owners["m-2"] or "")).traits == {"email": "Ana@x.example"}


async def test_an_unknown_user_with_a_known_address_is_who_has_the_address(database: Database, home: Workspace) -> None:
    await send(database, home, call("identify", "m-1", userId="c-1", traits={"email": "ana@x.example"}))
    for name, who in (("m-2", Who(user_id="crm-7", email="ana@x.example")), ("m-3", Who(user_id="crm-7"))):
        await ingest(database, home, [Incoming(Event(name, "track", "Funnel Stage Changed", NOW), who)], NOW)
    assert await ids_of(database, home, "c-1") == {"m-1", "m-2", "m-3"}


async def test_a_browser_that_asks_for_privacy_is_heard_once(database: Database, home: Workspace) -> None:
    async def rows() -> list[tuple[str, str]]:
        found = await lead(database, home, "c-1")
        async with database.read() as connection:
            ledger = await connection.execute(
                sa.text("SELECT status, source FROM consents WHERE purpose = :purpose ORDER BY id"),
                {"purpose": PROFILING},
            )
            assert all(consent.status == "denied" for consent in found.consents)
            return [(row.status, row.source) for row in ledger]

    gpc = {"gpc": True}
    given = Consent(purpose=PROFILING, basis="consent", source="site", collected_at=NOW - timedelta(days=9))
    async with database.write() as connection:
        await LeadStore(connection, home.id).put(
            LeadInput(external_id="c-1", consents=[given]), NOW, default_locale="pt-BR"
        )
    await send(database, home, call("track", "m-1", 60, userId="c-1", context=gpc))
    await send(
        database, home, call("track", "m-2", 50, userId="c-1", context=gpc), call("page", "m-3", userId="c-1",
        properties=gpc),
    )  # fmt: skip
    assert await rows() == [("granted", "site"), ("denied", "gpc")]


async def test_privacy_asked_for_before_the_name_was_known_holds_for_the_lead(
    database: Database, home: Workspace
) -> None:
    await send(database, home, call("page", "m-1", 60, anonymousId="a-1", context={"gpc": True}))
    await send(database, home, call("identify", "m-2", userId="c-1", anonymousId="a-1"))
    [consent] = (await lead(database, home, "c-1")).consents
    assert (consent.status, consent.source, consent.collected_at) == ("denied", "gpc", NOW - timedelta(minutes=60))


async def test_a_locale_is_that_of_a_new_lead_and_of_who_says_so(database: Database, home: Workspace) -> None:
    await send(database, home, call("track", "m-1", userId="c-1", context={"locale": "es-MX"}))
    await send(database, home, call("track", "m-2", userId="c-1", context={"locale": "en-US"}))
    assert (await lead(database, home, "c-1")).locale == "es"
    await send(database, home, call("identify", "m-3", userId="c-1", context={"locale": "en-US"}))
    assert (await lead(database, home, "c-1")).locale == "en"


async def test_nul_characters_do_not_reach_the_database(database: Database, home: Workspace) -> None:
    await send(database, home, call("track", "m-1", userId="c-1", properties={"a\x00": ["b\x00", {"c": "\x00"}]}))
    assert (await done_by(database, home, "c-1"))[0].event.properties == {"a": ["b", {"c": ""}]}


async def test_erased_leads_and_their_events_leave_no_names(database: Database, home: Workspace) -> None:
    await send(database, home, call("identify", "m-1", userId="c-1", anonymousId="a-1"))
    async with database.write() as connection:
        await LeadStore(connection, home.id).delete("c-1", NOW)
    async with database.read() as connection:
        for table in (events, identities):
            assert await connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    await send(database, home, call("track", "m-2", userId="c-1"))
    assert await ids_of(database, home, "c-1") == {"m-2"}


async def test_many_at_once_lose_nothing_and_make_each_lead_once(database: Database, home: Workspace) -> None:
    def batch(number: int) -> list[dict[str, Any]]:
        named = [call("identify", f"i-{number}-{n}", userId=f"c-{n}", anonymousId=f"a-{n}") for n in range(5)]
        alone = [call("track", f"t-{number}-{n}", 5, anonymousId=f"a-{n}") for n in range(5)]
        return named + alone if number % 2 else alone

    async def erase() -> None:
        async with database.write() as connection:
            store = LeadStore(connection, home.id)
            if await store.by_identity("external_id", "gone"):
                await store.delete("gone", NOW)

    await send(database, home, call("track", "g-0", userId="gone"))
    sending = [
        send(database, home, *batch(number), call("track", f"g-{number + 1}", userId="gone")) for number in range(8)
    ]
    await asyncio.gather(*sending[:4], erase(), *sending[4:])
    owners = await stored(database, home)
    assert sum(name[0] != "g" for name in owners) == 8 * 5 + 4 * 5
    assert set(owners.values()) == {*(f"c-{n}" for n in range(5)), "gone"}


async def test_pages_of_events_go_from_the_newest_to_the_oldest(database: Database, home: Workspace) -> None:
    await send(database, home, *(call("track", f"m-{n}", n // 3, userId="c-1") for n in range(10)))
    found = await lead(database, home, "c-1")
    seen, cursor = list[str](), None
    async with database.read() as connection:
        store = EventStore(connection, home.id)
        while True:
            page, cursor = await store.of_lead(found.id, 3, cursor)
            seen += [kept.event.message_id for kept in page]
            if cursor is None:
                break
    assert sorted(seen) == [f"m-{n}" for n in range(10)]
    assert [int(name[2:]) // 3 for name in seen] == sorted(int(name[2:]) // 3 for name in seen)


class Step:
    """What somebody did, of which any order must end the same."""

    MESSAGES = (
        call("track", "m-1", 90, anonymousId="a-1", properties={"category": "cafe"}),
        call("identify", "m-2", 80, anonymousId="a-1", traits={"city": "Recife", "plan": "a"}),
        call("identify", "m-3", 70, userId="c-1", anonymousId="a-1", traits={"city": "Olinda"}),
        call("page", "m-4", 60, anonymousId="a-1"),
        call("track", "m-5", 50, userId="c-2"),
        call("identify", "m-6", 40, userId="c-2", traits={"city": "Natal", "title": "CEO"}),
        call("group", "m-7", 30, userId="c-1", groupId="g", traits={"name": "Silva"}),
        call("track", "m-8", 20, userId="c-3", anonymousId="a-2", context={"gpc": True}),
        call("alias", "m-9", 10, previousId="c-2", userId="c-4"),
        call("track", "m-10", 5, anonymousId="a-2"),
    )


@given(
    order=st.lists(st.integers(0, 9), max_size=12).flatmap(lambda more: st.permutations([*range(10), *more])),
    sizes=st.lists(st.integers(1, 6), min_size=22, max_size=22),
)
@settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
async def test_any_order_and_any_duplication_ends_the_same(
    sqlite_database: Database, order: list[int], sizes: list[int]
) -> None:
    workspace = await casa(sqlite_database, f"w-{uuid4().hex}")
    place = 0
    for size in sizes:
        if part := [Step.MESSAGES[number] for number in order[place : place + size]]:
            await send(sqlite_database, workspace, *part)
        place += size

    owners = await stored(sqlite_database, workspace)
    assert owners == {
        "m-1": "c-1", "m-2": "c-1", "m-3": "c-1", "m-4": "c-1", "m-7": "c-1",
        "m-5": "c-4", "m-6": "c-4", "m-9": "c-4", "m-8": "c-3", "m-10": "c-3",
    }  # fmt: skip
    assert (await lead(sqlite_database, workspace, "c-1")).traits == {
        "city": "Olinda", "plan": "a", "companyId": "g", "company": "Silva",
    }  # fmt: skip
    assert (await lead(sqlite_database, workspace, "c-4")).traits == {"city": "Natal", "title": "CEO"}
    assert [one.source for one in (await lead(sqlite_database, workspace, "c-3")).consents] == ["gpc"]
