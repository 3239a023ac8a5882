"""What values were computed from is understood, whatever the profile says."""

from __future__ import annotations

import pytest

from service.db.engine import Database
from service.profile.computed import profile_of
from service.profile.store import SubjectStore
from service.studio.grounds import ground_of
from tests.service.studio.knowing import did, home
from tests.support import CONSENTS, NOW, Running

PRODUCT = {"product_id": "kit", "name": "Kit", "category": "cafe", "price": 80, "quantity": 1}


@pytest.mark.parametrize(
    ("basis", "form", "told"),
    [
        ("12 orders since 2026-01-02, last on 2026-11-03, refunds taken off", "tally", {"count": "12"}),
        ("page views of the last 30 days", "window", {"what": "page views", "less": ""}),
        ("revoked, on record since 2026-11-02 from loja, centro", "refused", {"source": "loja, centro"}),
        ("nothing on marketing.communications.sms in the ledger", "silent", {}),
        ("something new", "other", {"text": "something new"}),
    ],
)
def test_a_basis_is_taken_apart(basis: str, form: str, told: dict[str, str]) -> None:
    found = ground_of(basis)
    assert found.form == form and told.items() <= found.told.items()


async def test_every_basis_of_a_lively_lead_is_understood(service: Running, sqlite_database: Database) -> None:
    traits = {"firstName": "Ana", "birthday": "1990-11-25", "renewal_date": "2026-12-01", "createdAt": "2026-01-02"}
    async with service.client() as http:
        body = {"traits": traits, "consents": CONSENTS}
        (await http.put("/v1/leads/ana", json=body)).raise_for_status()
    order = {"order_id": "1", "revenue": 80, "currency": "BRL", "products": [PRODUCT]}
    await did(
        service, "ana", ("Email Delivered", {"email_id": "e"}, None), ("Email Link Clicked", {"email_id": "e"}, None),
        ("Order Completed", order, None), ("Product Viewed", PRODUCT, None), ("Product Added", PRODUCT, None),
    )  # fmt: skip
    async with sqlite_database.read() as connection:
        subject = await SubjectStore(connection, (await home(service)).id).get("ana")
    found = {known.basis for known in profile_of(subject, NOW).attributes.values()}
    forms = {ground_of(basis).form for basis in found}
    assert "other" not in forms, found
    assert forms >= {"tally", "window", "received", "last", "cart", "created", "interest", "hours", "agreed", "silent"}
