"""The lead store on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from service.db import changes
from service.db.engine import Database
from service.db.tables import consents, identities, leads
from service.errors import Invalid, NotFound
from service.leads.arrivals import Arrival
from service.leads.contract import DEFAULT, Attribute, Contract, Enumeration
from service.leads.contract_store import ContractStore
from service.leads.models import Consent, Lead, LeadInput
from service.leads.store import LeadStore
from service.leads.writing import Written
from tests.conftest import new_workspace


def lead(external_id: str = "a", **traits: Any) -> LeadInput:
    return LeadInput(external_id=external_id, traits=traits)


def consent(at: datetime, status: Any = "granted", channel: Any = "email") -> Consent:
    return Consent(
        purpose=f"marketing.communications.{channel}",
        channel=channel,
        basis="consent",
        status=status,
        source="test",
        collected_at=at,
    )


class Leads:
    """The store with a transaction around each call, as the routes and flows use it."""

    def __init__(self, database: Database, workspace: UUID, now: datetime) -> None:
        self.database, self.workspace, self.now = database, workspace, now

    async def put(self, given: LeadInput, *, merge: bool = False) -> str:
        async with self.database.write() as connection:
            store = LeadStore(connection, self.workspace)
            return await store.put(given, self.now, default_locale="pt-BR", merge=merge)

    async def put_many(self, given: Iterable[LeadInput | Arrival]) -> Written:
        arrivals = [item if isinstance(item, Arrival) else Arrival(item, n) for n, item in enumerate(given, 1)]
        async with self.database.write() as connection:
            return await LeadStore(connection, self.workspace).put_many(arrivals, self.now, default_locale="pt-BR")

    async def get(self, external_id: str = "a") -> Lead:
        async with self.database.read() as connection:
            return await LeadStore(connection, self.workspace).get(external_id)

    async def delete(self, external_id: str = "a") -> None:
        async with self.database.write() as connection:
            await LeadStore(connection, self.workspace).delete(external_id, self.now)

    async def named(self, kind: str, value: str) -> str | None:
        async with self.database.read() as connection:
            found = await LeadStore(connection, self.workspace).by_identity(kind, value)
        return found.external_id if found else None

    async def kinds_since(self, seq: int) -> list[str]:
        async with self.database.read() as connection:
            return [change.kind for change in await changes.since(connection, seq, 10_000)]

    async def latest(self) -> int:
        async with self.database.read() as connection:
            return await changes.latest(connection)

    async def rows(self, table: sa.Table) -> int:
        async with self.database.read() as connection:
            return int(await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


@pytest.fixture
def stored(database: Database, workspace: UUID, now: datetime) -> Leads:
    return Leads(database, workspace, now)


async def test_a_lead_comes_back_as_it_was_put(stored: Leads, now: datetime) -> None:
    given = LeadInput(
        external_id="a", traits={"firstName": "Ana", "n": 1.5, "tags": ["x"]}, locale="es", consents=[consent(now)]
    )
    assert await stored.put(given) == "created"
    found = await stored.get()
    assert (found.traits, found.locale, found.consents) == (given.traits, "es", given.consents)
    assert found.created_at == found.updated_at == now
    assert await stored.kinds_since(0) == ["lead", "consent"]


async def test_an_unknown_lead_is_told(stored: Leads) -> None:
    with pytest.raises(NotFound, match="'nobody'") as error:
        await stored.get("nobody")
    assert error.value.code == "lead.unknown"
    with pytest.raises(NotFound):
        await stored.delete("nobody")


async def test_put_replaces_and_merging_lays_over(stored: Leads) -> None:
    await stored.put(lead(city="Recife", firstName="Ana"))
    assert await stored.put(lead(city="Natal"), merge=True) == "updated"
    assert (await stored.get()).traits == {"city": "Natal", "firstName": "Ana"}
    assert await stored.put(lead(city="Olinda")) == "updated"
    assert (await stored.get()).traits == {"city": "Olinda"}


async def test_an_unchanged_lead_leaves_no_trace(stored: Leads, now: datetime) -> None:
    given = LeadInput(external_id="a", traits={"n": 1, "email": "a@b.example"}, consents=[consent(now)])
    await stored.put(given)
    seq = await stored.latest()
    assert await stored.put(given) == "unchanged"
    assert (await stored.put_many([given])).outcomes == ["unchanged"]
    assert await stored.kinds_since(seq) == []
    assert await stored.rows(consents) == 1


async def test_a_withdrawal_outlives_a_second_import_of_the_old_consent(stored: Leads, now: datetime) -> None:
    old = LeadInput(external_id="a", consents=[consent(now - timedelta(days=300))])
    await stored.put_many([old])
    await stored.put(LeadInput(external_id="a", consents=[consent(now, "revoked")]), merge=True)
    await stored.put_many([old])
    assert [row.status for row in (await stored.get()).consents] == ["revoked"]
    assert await stored.rows(consents) == 2


async def test_an_assumed_consent_never_outdoes_one_that_is_there(stored: Leads, now: datetime) -> None:
    await stored.put(LeadInput(external_id="a", consents=[consent(now - timedelta(days=1), "revoked")]))
    assumed = (consent(now), consent(now, channel="sms"))
    for _ in range(2):
        await stored.put_many([Arrival(lead(), assumed=assumed)])
    assert {row.channel: row.status for row in (await stored.get()).consents} == {"email": "revoked", "sms": "granted"}


async def test_a_lead_twice_in_one_chunk_is_laid_over_itself(stored: Leads, now: datetime) -> None:
    granted = LeadInput(external_id="a", consents=[consent(now)])
    written = await stored.put_many([lead(city="Natal"), lead("b"), lead(age=3), lead(age=3), granted, granted])
    assert written.outcomes == ["created", "created", "updated", "unchanged", "updated", "unchanged"]
    assert (await stored.get()).traits == {"city": "Natal", "age": 3}
    assert await stored.rows(leads) == 2
    assert await stored.rows(consents) == 1


async def test_identities_name_a_lead(stored: Leads) -> None:
    await stored.put_many([Arrival(lead(email=" Ana@Correio.Example "), anonymous_id="anon-1")])
    assert await stored.named("email", "ANA@correio.example") == "a"
    assert await stored.named("anonymous_id", "anon-1") == "a"
    assert await stored.named("external_id", "a") == "a"
    assert await stored.named("email", "other@correio.example") is None


async def test_an_address_stays_with_the_lead_it_named_first(stored: Leads) -> None:
    await stored.put(lead("a", email="a@x.example"))
    written = await stored.put_many([lead("b", email="A@x.example"), lead("c", email="c@x.example")])
    assert [(warning.line, warning.code) for warning in written.warnings] == [(1, "lead.identity_taken")]
    assert await stored.named("email", "a@x.example") == "a"
    assert (await stored.get("b")).traits == {"email": "A@x.example"}


async def test_of_two_leads_in_one_chunk_the_first_gets_the_address(stored: Leads) -> None:
    written = await stored.put_many([lead("z", email="a@x.example"), lead("b", email="a@x.example")])
    assert [warning.line for warning in written.warnings] == [2]
    assert await stored.named("email", "a@x.example") == "z"


async def test_a_new_address_lets_go_of_the_old_one(stored: Leads) -> None:
    await stored.put_many([lead("a", email="a@x.example"), lead("b", email="b@x.example")])
    written = await stored.put_many([lead("a", email="b@x.example"), lead("b", email="a@x.example")])
    assert written.warnings == []
    assert await stored.named("email", "a@x.example") == "b"
    await stored.put(lead("b"))
    assert await stored.named("email", "a@x.example") is None


async def test_deleting_takes_everything_and_tells_followers(stored: Leads, now: datetime) -> None:
    await stored.put(LeadInput(external_id="a", traits={"email": "a@x.example"}, consents=[consent(now)]))
    seq = await stored.latest()
    await stored.delete()
    assert [await stored.rows(table) for table in (leads, identities, consents)] == [0, 0, 0]
    assert await stored.kinds_since(seq) == ["lead"]


async def test_pages_hold_every_lead_once(stored: Leads) -> None:
    await stored.put_many(lead(f"l{n}") for n in range(7))
    seen, cursor, pages = [], None, 0
    async with stored.database.read() as connection:
        store = LeadStore(connection, stored.workspace)
        while pages == 0 or cursor:
            items, cursor = await store.page(3, cursor)
            seen += [item.external_id for item in items]
            pages += 1
        assert (sorted(seen), pages) == ([f"l{n}" for n in range(7)], 3)
        assert (await store.page(7))[1] is None
        for foreign in ("ação", "!!", "bm90IGEgdXVpZA"):
            with pytest.raises(Invalid, match="cursor"):
                await store.page(3, foreign)


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("cli-", "ab"),
        ("CLI-A", "a"),
        ("érica@", "a"),
        ("erica prado", ""),
        ("rica Prado", "a"),
        ("érica", "a"),
        ("100%", "b"),
        ("%", "b"),
        ("_", ""),
        ("  ", "abc"),
        ("Souza", "c"),
    ],
)
async def test_leads_are_searched_by_id_address_and_name(stored: Leads, search: str, expected: str) -> None:
    await stored.put_many(
        [
            lead("cli-a", firstName="Érica", lastName="Prado", email="Érica@correio.example"),
            lead("cli-b", firstName="100% Bia", email="bia@correio.example"),
            lead("c", name="Rui Souza"),
        ]
    )
    async with stored.database.read() as connection:
        found, more = await LeadStore(connection, stored.workspace).page(10, None, search)
        elsewhere = await LeadStore(connection, uuid4()).page(10, None, search)
    assert ("".join(sorted(one.external_id[-1] for one in found)), more) == (expected, None)
    assert elsewhere == ([], None)


async def test_leads_by_internal_ids_come_in_that_order(stored: Leads) -> None:
    await stored.put_many(lead(name) for name in "abc")
    async with stored.database.read() as connection:
        store = LeadStore(connection, stored.workspace)
        ids = (await store.ids())[::-1]
        assert [found.id for found in await store.by_ids([*ids, uuid4()])] == ids


async def test_another_workspace_sees_nothing(stored: Leads, now: datetime) -> None:
    await stored.put(LeadInput(external_id="a", traits={"email": "a@x.example"}, consents=[consent(now)]))
    other = Leads(stored.database, await new_workspace(stored.database, now, "other"), now)
    id_ = (await stored.get()).id
    with pytest.raises(NotFound):
        await other.get()
    assert await other.named("email", "a@x.example") is None
    async with stored.database.read() as connection:
        store = LeadStore(connection, other.workspace)
        assert (await store.by_ids([id_]), await store.ids(), await store.page(5)) == ([], [], ([], None))
    assert await other.put(lead(email="a@x.example")) == "created"
    await other.delete()
    assert (await stored.get()).traits == {"email": "a@x.example"}


async def test_twenty_increments_at_once_are_twenty(stored: Leads, now: datetime) -> None:
    await stored.put(lead(counter=0))

    async def increment() -> None:
        async with stored.database.write() as connection:
            store = LeadStore(connection, stored.workspace)
            counter = (await store.get("a", lock=True)).traits["counter"]
            assert isinstance(counter, int)
            await asyncio.sleep(0)
            await store.put(lead(counter=counter + 1), now, default_locale="pt-BR", merge=True)

    await asyncio.gather(*(increment() for _ in range(20)))
    assert (await stored.get()).traits == {"counter": 20}


async def test_the_same_new_leads_may_arrive_at_once(stored: Leads) -> None:
    def arriving(trait: str) -> list[LeadInput]:
        return [lead(f"l{n}", email=f"l{n}@x.example", **{trait: n}) for n in range(50)]

    written = await asyncio.gather(
        *(stored.put_many(arriving(f"t{n}") if n % 2 else arriving(f"t{n}")[::-1]) for n in range(8))
    )
    assert sum(outcome == "created" for one in written for outcome in one.outcomes) == 50
    assert [one.warnings for one in written] == [[]] * 8
    assert (await stored.get("l7")).traits == {"email": "l7@x.example"} | {f"t{n}": 7 for n in range(8)}
    assert await stored.rows(identities) == 100


def _contract(*values: str) -> Contract:
    domain = Enumeration(values=list(values))
    return Contract(attributes={"city": Attribute(use="imply", domain=domain)})


async def test_a_contract_begins_with_the_default_and_keeps_its_history(stored: Leads, now: datetime) -> None:
    async def put(contract: Contract) -> Contract:
        async with stored.database.write() as connection:
            return await ContractStore(connection, stored.workspace).put(contract, now)

    async with stored.database.read() as connection:
        assert await ContractStore(connection, stored.workspace).current() == DEFAULT
    assert (await put(_contract("Recife"))).version == 1
    assert (await put(_contract("Recife"))).version == 1
    assert (await put(_contract("Natal"))).version == 2
    async with stored.database.read() as connection:
        store = ContractStore(connection, stored.workspace)
        assert [contract.version for contract in await store.history()] == [2, 1]
        assert (await store.current()).attributes == _contract("Natal").attributes
        followed = await changes.since(connection, 0, 10)
    assert [(change.kind, change.entity) for change in followed] == [("contract", stored.workspace)] * 2


async def test_contracts_put_at_once_take_turns(stored: Leads, now: datetime) -> None:
    async def put(city: str) -> int:
        async with stored.database.write() as connection:
            return (await ContractStore(connection, stored.workspace).put(_contract(city), now)).version

    assert sorted(await asyncio.gather(*(put(f"c{n}") for n in range(6)))) == [1, 2, 3, 4, 5, 6]
