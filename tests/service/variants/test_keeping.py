"""The states of variants follow what they rest on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from service.db.engine import Database
from service.db.tables import leads
from service.variants.history import HistoryStore
from service.variants.living import act
from service.variants.models import StoredVariant
from tests.service.delivery.support import selling
from tests.service.variants.world import GRAMS, GUIDE, KIT, PRICE, PURPOSES, World, consent
from tests.support import NOW, OFFER, Running

LINK = "Um bom café começa pela água."
CHEAPER = {"price": 160, "discount_percent": 20}
TOKEN = "{{ first_name | cliente }}, conheça o Kit Café Coado."


@pytest.fixture
async def world(sqlite_database: Database) -> AsyncIterator[World]:
    made = World(sqlite_database)
    await made.begin()
    yield made


async def approved(world: World, body: str = PRICE, **other: Any) -> UUID:
    id_ = await world.approve(body, **other)
    assert id_ is not None
    return id_


async def kept(world: World, id_: UUID) -> StoredVariant:
    """The variant, once the keeper has looked."""
    await world.keeper.catch_up()
    return await world.variant(id_)


def reasons(variant: StoredVariant) -> set[tuple[str, str, str]]:
    return {(one["kind"], one["content_id"], one["what"]) for one in variant.reasons}


async def test_a_price_takes_copy_out_of_service_and_the_old_price_brings_it_back(database: Database) -> None:
    world = World(database)
    await world.begin()
    id_ = await approved(world)
    before = await kept(world, id_)
    assert before.status == "live" and before.serving == before.revision
    await world.edit(KIT, facts=CHEAPER)
    gone = await kept(world, id_)
    assert gone.status == "quarantined" and gone.serving is None and gone.revision == before.revision
    assert gone.reasons[0] == {"kind": "content", "content_id": "kit", "what": "price", "was": "170.0", "now": "160.0"}
    assert ("check", "", "claim.price") in reasons(gone)
    await world.put(KIT)
    back = await kept(world, id_)
    assert (back.status, back.serving, back.reasons) == ("live", before.revision, [])
    entries = await world.entries(id_)
    assert [entry.action for entry in entries][-3:] == ["quarantine", "reinstate", "launch"]
    assert {entry.actor for entry in entries[-3:]} == {"keeper"}


@pytest.mark.parametrize(
    ("body", "item", "change"),
    [
        (PRICE, KIT, {"body": KIT["body"].replace("coador", "cuador")}),
        (PRICE, KIT, {"facts": {"stock": 2}}),
        (GRAMS, GUIDE, {"body": GUIDE["body"].replace("Molhe", "Molha")}),
        (GRAMS, GUIDE, {"title": "Café na sua casa"}),
    ],
)
async def test_a_typo_moves_nothing(world: World, body: str, item: dict[str, Any], change: dict[str, Any]) -> None:
    id_ = await approved(world, body)
    before = await kept(world, id_)
    await world.edit(item, **change)
    assert await kept(world, id_) == before


@pytest.mark.parametrize(
    ("body", "item", "change"),
    [
        (GRAMS, GUIDE, {"body": GUIDE["body"].replace("cada litro", "cada lítro")}),
        (PRICE, KIT, {"valid_until": NOW + timedelta(days=20)}),
        (LINK, KIT, {"url": "https://casa.example/kit-cafe"}),
    ],
)
async def test_words_that_hold_by_the_same_facts_go_on_and_keep_their_approval(
    world: World, body: str, item: dict[str, Any], change: dict[str, Any]
) -> None:
    id_ = await approved(world, body, link="kit" if body == LINK else None)
    before = await kept(world, id_)
    await world.edit(item, **change)
    after = await kept(world, id_)
    assert after.status == "live" and after.serving == after.revision != before.revision
    assert (after.fields == before.fields and after.claims != before.claims) or body == LINK
    async with world.database.read() as connection:
        revision = await HistoryStore(connection, world.id).revision(id_, after.revision)
    assert revision is not None and (revision.approved_by, revision.approved_at) == ("ana", NOW)
    assert (await world.entries(id_))[-1].action == "rebind"
    await world.put(item)  # and back again, to the revision that was there before
    assert (await kept(world, id_)).serving == before.revision


async def test_other_facts_need_somebodys_approval_even_where_the_words_hold(world: World) -> None:
    """The offer has come to have a condition: what is said of it is still so, but who approved it had not read that."""
    id_ = await approved(world)
    await world.edit(KIT, facts={"terms": "Enquanto durar o estoque."})
    gone = await kept(world, id_)
    assert gone.status == "quarantined"
    assert reasons(gone) == {("content", "kit", "terms"), ("approval", "", "evidence")}


async def test_a_sentence_written_anew_needs_somebodys_approval(world: World) -> None:
    """The checks find 60 g there, but it takes a reader to see of what."""
    id_ = await approved(world, GRAMS)
    await world.edit(GUIDE, body=GUIDE["body"].replace("60 g de café", "60 g de açúcar e 80 g de café"))
    gone = await kept(world, id_)
    assert gone.status == "quarantined" and reasons(gone) == {("content", "guia", "text"), ("approval", "", "evidence")}
    assert gone.reasons[0]["was"] == "Use 60 g de café para cada litro de água."
    await world.put(GUIDE)
    assert (await kept(world, id_)).status == "live"


async def test_deleted_content_takes_copy_out_and_putting_it_back_brings_it_back(world: World) -> None:
    id_ = await approved(world)
    await world.delete("kit")
    gone = await kept(world, id_)
    assert gone.status == "quarantined" and ("content", "kit", "deleted") in reasons(gone)
    assert gone.reasons[0]["was"] == "Kit Café Coado"
    await world.put(KIT)
    assert (await kept(world, id_)).status == "live"


async def test_a_banned_term_and_a_contract_take_copy_out_until_they_are_as_before(world: World) -> None:
    id_ = await approved(world, TOKEN, known={"imply": {"categoria": "café"}})
    await world.terms("kit")
    gone = await kept(world, id_)
    assert gone.status == "quarantined" and reasons(gone) == {("rule", "", "Kit")}
    await world.terms()
    assert (await kept(world, id_)).status == "live"
    for name in ("first_name", "categoria"):
        await world.contract(**{name: "forbidden"})
        gone = await kept(world, id_)
        assert gone.status == "quarantined" and reasons(gone) == {("contract", "", name)}
        await world.contract()
        assert (await kept(world, id_)).status == "live"


async def test_time_takes_copy_out_and_brings_nothing_back(world: World) -> None:
    id_ = await approved(world)
    world.now = KIT["valid_until"] - timedelta(seconds=1)
    await world.keeper.tick()
    assert (await world.variant(id_)).status == "live"
    world.now += timedelta(seconds=1)
    await world.keeper.tick()
    gone = await world.variant(id_)
    assert gone.status == "quarantined" and reasons(gone) == {("time", "", "expired")}
    world.now = NOW  # a clock that is set back brings nothing back either
    await world.keeper.tick()
    assert (await world.variant(id_)).status == "quarantined"
    await world.edit(KIT, valid_until=NOW + timedelta(days=20))
    assert (await kept(world, id_)).status == "live"


async def test_a_link_is_taken_out_with_what_it_leads_to(world: World) -> None:
    id_ = await approved(world, LINK, link="kit")
    assert (await world.variant(id_)).true_until is None
    world.now = KIT["valid_until"]
    await world.keeper.tick()
    assert (await world.variant(id_)).status == "quarantined"


async def test_a_draft_beside_what_is_served_stays_a_draft(world: World) -> None:
    id_ = await approved(world)
    live = await kept(world, id_)
    async with world.database.write() as connection:
        await act(connection, world.id, live, "edit", "ana", NOW)
    await world.edit(KIT, facts=CHEAPER)
    gone = await kept(world, id_)
    assert (gone.status, gone.serving) == ("draft", None) and ("content", "kit", "price") in reasons(gone)
    await world.put(KIT)
    back = await kept(world, id_)
    assert (back.status, back.serving, back.reasons) == ("draft", live.revision, [])


async def test_reasons_are_those_of_now(world: World) -> None:
    id_ = await approved(world)
    await world.edit(KIT, facts=CHEAPER)
    await world.terms("coado")
    assert reasons(await kept(world, id_)) == {("content", "kit", "price"), ("rule", "", "Coado")}
    await world.put(KIT)
    assert reasons(await kept(world, id_)) == {("rule", "", "Coado")}
    await world.terms()
    assert (await kept(world, id_)).status == "live"


async def test_retired_copy_stays_where_it_is(world: World) -> None:
    id_ = await approved(world)
    await world.edit(KIT, facts=CHEAPER)
    gone = await kept(world, id_)
    async with world.database.write() as connection:
        await act(connection, world.id, gone, "retire", "ana", NOW)
    await world.put(KIT)
    assert (await kept(world, id_)).status == "retired"


async def test_copy_for_one_lead_goes_and_comes_with_that_leads_consent(world: World) -> None:
    async with world.database.read() as connection:
        lead = await connection.scalar(sa.select(leads.c.id).where(leads.c.workspace_id == world.id))
    alone = await approved(world, known={"select": {"clube": "raiz"}, "one_lead": True}, lead=lead)
    many = await approved(world, known={"select": {"clube": "raiz"}})
    await world.consents(consent(PURPOSES[1], "revoked", NOW + timedelta(hours=1)))
    gone = await kept(world, alone)
    assert gone.status == "quarantined" and reasons(gone) == {("consent", "", "clube")}
    assert (await kept(world, many)).status == "live"
    await world.consents(consent(PURPOSES[1], "granted", NOW + timedelta(hours=2)))
    assert (await kept(world, alone)).status == "approved"


async def test_each_revision_goes_by_its_own_facts(world: World) -> None:
    """Copy approved by the facts of now goes out where the old facts come back, and the old copy comes in."""
    old = await approved(world)
    await world.edit(KIT, facts={"terms": "Enquanto durar o estoque."})
    new = await approved(world)
    assert [(await kept(world, id_)).status for id_ in (old, new)] == ["quarantined", "live"]
    await world.put(KIT)
    assert [(await kept(world, id_)).status for id_ in (old, new)] == ["live", "quarantined"]


async def test_what_the_composer_wrote_goes_and_comes_with_the_price(shop: Running) -> None:
    sold = await selling(shop)
    facts = {**OFFER["facts"], "price": 160.00}  # type: ignore[dict-item]

    async def states() -> set[str]:
        await shop.services.keeper.catch_up()
        async with shop.client() as http:
            made = [id_ for ids in sold.variants.values() for id_ in ids]
            return {(await http.get(f"/v1/variants/{id_}")).json()["status"] for id_ in made}

    assert await states() == {"live"}
    async with shop.client() as http:
        (await http.put("/v1/content/kit", json={**OFFER, "facts": facts})).raise_for_status()
        assert await states() == {"quarantined"}
        (await http.put("/v1/content/kit", json=OFFER)).raise_for_status()
        assert await states() == {"live"}
