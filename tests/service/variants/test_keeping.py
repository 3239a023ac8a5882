"""The states of variants follow what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db import changes
from service.db.engine import Database
from service.db.tables import variants, workspaces
from service.variants.history import HistoryStore
from service.variants.keeping import VariantKeeper
from service.variants.living import act
from service.variants.models import Entry, StoredVariant
from service.variants.quarantine import Reason
from service.variants.store import VariantStore
from service.workspaces.store import WorkspaceStore
from tests.service.delivery.support import Selling, selling
from tests.support import ARTICLE, CONTRACT, NOW, OFFER, Running, fill, running

CHEAPER = {**OFFER, "facts": {**OFFER["facts"], "price": 160.00}}  # type: ignore[dict-item]
TYPO = {**OFFER, "body": OFFER["body"].replace("Tudo chega", "Tudo  vem")}  # type: ignore[attr-defined]


class Kept:
    """A shop that sells, and its keeper, who is only at work when told to be."""

    def __init__(self, service: Running, sold: Selling, workspace: UUID) -> None:
        self.service, self.sold, self.workspace = service, sold, workspace
        self.moved: list[tuple[UUID, str, Sequence[Reason]]] = []
        self.now = NOW
        self.keeper = VariantKeeper(service.services.database, lambda: self.now, self._moved)

    async def _moved(self, _: AsyncConnection, __: UUID, variant: StoredVariant, reasons: Sequence[Reason]) -> None:
        self.moved.append((variant.id, variant.status, reasons))

    @property
    def control(self) -> UUID:
        return self.sold.variants[None][0]

    async def put(self, path: str, body: dict[str, Any]) -> None:
        async with self.service.client() as http:
            (await http.put(path, json=body)).raise_for_status()
        await self.keeper.catch_up()

    async def deleted(self, path: str) -> None:
        async with self.service.client() as http:
            (await http.delete(path)).raise_for_status()
        await self.keeper.catch_up()

    async def terms(self, **terms: Any) -> None:
        async with self.service.services.database.write() as connection:
            await connection.execute(sa.update(workspaces).values(terms=terms))
            await changes.append(connection, self.workspace, "rule", [self.workspace], self.now)
        await self.keeper.catch_up()

    async def variant(self, id_: UUID | None = None) -> StoredVariant:
        async with self.service.services.database.read() as connection:
            return await VariantStore(connection, self.workspace).get(id_ or self.control)

    async def entries(self) -> list[Entry]:
        async with self.service.services.database.read() as connection:
            return await HistoryStore(connection, self.workspace).entries(self.control)

    async def reasons(self) -> set[tuple[str, str, str]]:
        return {(one["kind"], one["content_id"], one["what"]) for one in (await self.variant()).reasons}


async def _kept(service: Running) -> Kept:
    await fill(service)
    sold = await selling(service)
    async with service.services.database.read() as connection:
        workspace = (await WorkspaceStore(connection).get("casa")).id
    kept = Kept(service, sold, workspace)
    await kept.keeper.catch_up()
    return kept


@pytest.fixture
async def kept(service: Running) -> Kept:
    return await _kept(service)


async def test_a_price_takes_copy_out_of_service_and_the_old_price_brings_it_back(kept: Kept) -> None:
    before = await kept.variant()
    assert before.status == "live" and before.serving == before.revision
    await kept.put("/v1/content/kit", CHEAPER)
    gone = await kept.variant()
    assert gone.status == "quarantined" and gone.serving is None and gone.revision == before.revision
    price = next(one for one in gone.reasons if one["what"] == "price")
    assert price == {"kind": "content", "content_id": "kit", "what": "price", "was": "170.1", "now": "160.0"}
    assert {(id_, status) for id_, status, _ in kept.moved} >= {(kept.control, "quarantined")}
    await kept.put("/v1/content/kit", OFFER)
    back = await kept.variant()
    assert (back.status, back.serving, back.reasons) == ("live", before.revision, [])
    assert kept.moved[-1][1:] == ("live", ())
    assert [entry.action for entry in await kept.entries()][-3:] == ["quarantine", "reinstate", "launch"]
    assert all(entry.actor == "keeper" for entry in (await kept.entries())[-2:])


async def test_a_typo_moves_nothing_and_one_in_a_quoted_sentence_keeps_the_approval(kept: Kept) -> None:
    before = await kept.variant()
    await kept.put("/v1/content/cafe", {**ARTICLE, "body": ARTICLE["body"].replace("mais limpa", "maislimpa")})  # type: ignore[attr-defined]
    assert await kept.variant() == before
    await kept.put("/v1/content/kit", {**OFFER, "body": f"{OFFER['body']} Sem mais."})
    assert await kept.variant() == before
    await kept.put("/v1/content/kit", {**OFFER, "body": OFFER["body"].replace("Tudo chega em", "Tudo  chega, em")})  # type: ignore[attr-defined]
    after = await kept.variant()
    assert after.status == "live" and after.serving == after.revision != before.revision
    assert after.fields == before.fields
    async with kept.service.services.database.read() as connection:
        revision = await HistoryStore(connection, kept.workspace).revision(after.id, after.revision)
    assert revision is not None and revision.approved_by == "a reviewer"
    assert (await kept.entries())[-1].action == "rebind" and not kept.moved


async def test_facts_that_the_words_do_not_show_need_somebodys_approval_again(kept: Kept) -> None:
    """The offer has come to have a condition: what is said of it is still so, but who approved it had not read that."""
    facts = {**OFFER["facts"], "terms": "Somente para a primeira compra."}  # type: ignore[dict-item]
    await kept.put("/v1/content/kit", {**OFFER, "facts": facts})
    assert (await kept.variant()).status == "quarantined"
    assert ("content", "kit", "terms") in await kept.reasons()


async def test_deleted_content_takes_copy_out_and_putting_it_back_brings_it_back(kept: Kept) -> None:
    await kept.deleted("/v1/content/kit")
    assert (await kept.variant()).status == "quarantined"
    assert ("content", "kit", "deleted") in await kept.reasons()
    await kept.put("/v1/content/kit", OFFER)
    assert (await kept.variant()).status == "live"


async def test_an_offer_that_lasts_longer_keeps_its_copy_where_no_date_is_told(kept: Kept) -> None:
    await kept.put("/v1/content/kit", {**OFFER, "valid_until": "2026-12-20T23:59:59-03:00"})
    after = await kept.variant()
    tells_the_day = any(claim["kind"] == "date" for claim in after.claims)
    assert after.status == ("quarantined" if tells_the_day else "live")


async def test_a_banned_term_and_a_contract_take_copy_out_until_they_are_as_before(kept: Kept) -> None:
    await kept.terms(banned=["coado"])
    assert (await kept.variant()).status == "quarantined"
    assert {kind for kind, _, _ in await kept.reasons()} == {"rule"}
    await kept.terms()
    assert (await kept.variant()).status == "live"
    forbidden = {"first_name": {"use": "forbidden"}}
    await kept.put("/v1/contract", {"attributes": CONTRACT | forbidden})
    assert (await kept.variant()).status == "quarantined"
    assert await kept.reasons() == {("contract", "", "first_name")}
    await kept.put("/v1/contract", {"attributes": CONTRACT})
    assert (await kept.variant()).status == "live"


async def test_time_takes_copy_out_and_nothing_else_does_by_time_alone(kept: Kept) -> None:
    kept.now = datetime.fromisoformat("2026-12-05T02:59:58+00:00")
    await kept.keeper.tick()
    assert (await kept.variant()).status == "live"
    kept.now += timedelta(seconds=1)
    await kept.keeper.tick()
    assert (await kept.variant()).status == "quarantined"
    assert {kind for kind, _, _ in await kept.reasons()} == {"time"}
    kept.now = NOW  # a clock that is set back brings nothing back either
    await kept.keeper.tick()
    assert (await kept.variant()).status == "quarantined"


async def test_a_draft_beside_what_is_served_stays_a_draft(kept: Kept) -> None:
    live = await kept.variant()
    async with kept.service.services.database.write() as connection:
        await act(connection, kept.workspace, live, "edit", "ana", NOW)
    await kept.put("/v1/content/kit", CHEAPER)
    gone = await kept.variant()
    assert (gone.status, gone.serving) == ("draft", None) and gone.reasons
    await kept.put("/v1/content/kit", OFFER)
    back = await kept.variant()
    assert (back.status, back.serving, back.reasons) == ("draft", live.revision, [])


async def test_reasons_are_those_of_now(kept: Kept) -> None:
    await kept.put("/v1/content/kit", CHEAPER)
    await kept.terms(banned=["coado"])
    assert {kind for kind, _, _ in await kept.reasons()} >= {"content", "rule"}
    await kept.put("/v1/content/kit", OFFER)
    assert {kind for kind, _, _ in await kept.reasons()} == {"rule"}
    await kept.terms()
    assert (await kept.variant()).status == "live"


async def test_retired_copy_stays_where_it_is(kept: Kept) -> None:
    await kept.put("/v1/content/kit", CHEAPER)
    async with kept.service.services.database.write() as connection:
        gone = await VariantStore(connection, kept.workspace).get(kept.control)
        await act(connection, kept.workspace, gone, "retire", "ana", NOW)
    await kept.put("/v1/content/kit", OFFER)
    assert (await kept.variant()).status == "retired"


async def test_copy_for_one_lead_goes_with_that_leads_consent(kept: Kept) -> None:
    request = {"lead": "c-1", "brief": {"objective": "Kit", "content_ids": ["kit"]}, "channel": "email", "variants": 1}
    async with kept.service.client() as http:
        made = UUID((await http.post("/v1/generate", json=request)).json()["variants"][0]["id"])
    async with kept.service.services.database.write() as connection:
        await act(
            connection, kept.workspace, await VariantStore(connection, kept.workspace).get(made), "approve", "ana", NOW
        )
    await kept.keeper.catch_up()
    assert (await kept.variant(made)).status == "approved"
    revoked = {
        "purpose": "personalize.content.profiling", "channel": "*", "basis": "consent", "status": "revoked",
        "source": "site", "collected_at": "2026-11-20T10:00:00Z",
    }  # fmt: skip
    async with kept.service.client() as http:
        lead = {"traits": {"categoria": "cafe"}, "consents": [revoked]}
        (await http.put("/v1/leads/c-1", json=lead)).raise_for_status()
    await kept.keeper.catch_up()
    gone = await kept.variant(made)
    assert gone.status == "quarantined" and {one["kind"] for one in gone.reasons} == {"consent"}
    assert (await kept.variant()).status == "live"


async def test_it_goes_the_same_on_postgresql(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path) as service:
        kept = await _kept(service)
        await kept.put("/v1/content/kit", CHEAPER)
        assert (await kept.variant()).status == "quarantined"
        await kept.put("/v1/content/kit", OFFER)
        assert (await kept.variant()).status == "live"
        async with service.services.database.read() as connection:
            count = await connection.scalar(sa.select(sa.func.count()).select_from(variants))
        assert count == 2
