"""What of a profile, and of the moment, reaches a writer: under the contract, with consent, and of minors nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given

from service.db.engine import Database
from service.db.tables import variants
from service.events.models import Event
from service.generation.models import GenerateRequest
from service.generation.reader import Reader, reader_of_lead
from service.leads.contract import Contract
from service.leads.models import Consent
from service.privacy.policy import Policy
from tests.service.generation.test_reader import choice, outcome, request
from tests.service.profile.people import NOW, consent, event, subject
from tests.service.profile.test_history import EVENTS
from tests.support import CONTRACT, fill, running

RULES = Contract.model_validate(
    {
        "attributes": {
            "clube": choice("select", "raiz", "broto"),
            "top_category": choice("imply", "cafe", "plantas"),
            "days_since_last_visit": {"use": "select", "domain": {"kind": "bands", "edges": [7, 30]}},
            "weather": choice("imply", "chuva", "sol"),
            "season": choice("imply", "verão", "inverno"),
            "first_name": {
                "use": "mention", "purpose": "marketing.communications", "domain": {"kind": "name"},
                "fallbacks": {"pt-BR": "cliente"},
            },
        }
    }
)  # fmt: skip
EMAIL = consent("marketing.communications.email", channel="email")
SEEN = [event("Product Viewed", timedelta(days=10), category="cafe")]
TRAITS = {"clube": "raiz", "firstName": "Ana"}


def read(
    events: Sequence[Event] = (),
    traits: dict[str, Any] = TRAITS,
    consents: Sequence[Consent] = (consent(), EMAIL),
    policy: Policy | None = None,
    **other: Any,
) -> Reader:
    body: GenerateRequest = request(**other)
    return reader_of_lead(
        RULES, subject(*events, traits=traits, consents=consents), body, "pt-BR", NOW, policy or Policy()
    )


def test_what_is_computed_reaches_a_writer_in_the_words_of_its_domain() -> None:
    known = read(SEEN).known
    assert known.imply == {"top_category": "cafe"}
    assert known.select == {"clube": "raiz", "days_since_last_visit": "7-30"}
    assert read([event("Product Viewed", category="outra")]).known.imply == {}


@given(EVENTS)
def test_without_consent_what_a_lead_did_changes_not_one_byte(events: list[Event]) -> None:
    assert outcome(read(events, consents=[EMAIL])) == outcome(read(consents=[EMAIL]))


@given(EVENTS)
def test_what_the_contract_does_not_name_changes_not_one_byte(events: list[Event]) -> None:
    named = {"top_category", "days_since_last_visit"}
    rules = Contract(attributes={name: one for name, one in RULES.attributes.items() if name not in named})
    readers = [
        reader_of_lead(rules, subject(*done, traits=TRAITS), request(), "pt-BR", NOW, Policy()) for done in (events, [])
    ]
    assert outcome(readers[0]) == outcome(readers[1])


def test_the_context_stands_in_for_what_is_known() -> None:
    reader = read(SEEN, context={"weather": "chuva", "top_category": "plantas"})
    assert reader.known.imply == {"weather": "chuva", "top_category": "plantas"}
    assert read(context={"weather": "neve"}).known.imply == {}  # outside its domain
    assert read(context={"first_name": "Bia"}).values == {"first_name": "Bia"}


def test_the_context_is_used_and_then_forgotten() -> None:
    reader = read([], {"clube": "raiz"}, context={"weather": "chuva", "first_name": "Bia"})
    assert reader.audience() == {
        "select": {"clube": "raiz"}, "imply": {}, "one_lead": True, "context": ["first_name", "weather"],
    }  # fmt: skip


def test_of_one_lead_the_context_needs_the_consent_of_its_purpose() -> None:
    told, untold = (outcome(read(consents=[EMAIL], context=context)) for context in ({"weather": "chuva"}, {}))
    assert (told["query"], told["prompt"]) == (untold["query"], untold["prompt"])


CHILD, GROWN = {"birthday": "2010-01-01"}, {"birthday": "1990-01-01"}


@pytest.mark.parametrize(
    ("age", "policy", "used"),
    [
        (CHILD, Policy(), False),
        (GROWN, Policy(), True),
        ({}, Policy(), True),
        ({}, Policy(unknown_age_is_minor=True), False),
        (GROWN, Policy(unknown_age_is_minor=True), True),
        (CHILD, Policy(minors="any"), True),
        ({"isMinor": True}, Policy(), False),
    ],
)
def test_of_minors_nothing_but_the_context_is_used(age: dict[str, Any], policy: Policy, used: bool) -> None:
    reader = read(SEEN, TRAITS | age, policy=policy, context={"season": "verão", "is_minor": False})
    assert reader.known.imply == {"season": "verão"} | ({"top_category": "cafe"} if used else {})
    assert bool(reader.known.select) is used and bool(reader.values) is used


async def test_a_request_carries_its_context(database: Database, tmp_path: Path) -> None:
    weather = {"use": "imply", "domain": {"kind": "enumeration", "values": ["chuva", "sol"]}}
    body = {"brief": {"objective": "Convidar para um café"}, "channel": "email", "locale": "pt-BR", "variants": 1}
    async with running(database, tmp_path) as service:
        await fill(service)
        async with service.client() as http:
            await http.put("/v1/contract", json={"attributes": CONTRACT | {"weather": weather}})
            for reader in ({"lead": "c-1"}, {"audience": {"attributes": {"clube": "raiz"}}}):
                answer = await http.post("/v1/generate", json=body | reader | {"context": {"weather": "chuva"}})
                assert answer.status_code == 200, answer.text
            unknown = await http.post("/v1/generate", json=body | {"lead": "c-1", "context": {"mood": 3, "sky": 1}})
            crowded = {"lead": "c-1", "context": {f"a{n}": n for n in range(21)}}
            assert (await http.post("/v1/generate", json=body | crowded)).status_code == 422
    assert unknown.status_code == 422 and unknown.json()["code"] == "context.attribute"
    assert [fault["pointer"] for fault in unknown.json()["errors"]] == ["/context/mood", "/context/sky"]
    async with database.read() as connection:
        kept = list(await connection.scalars(sa.select(variants.c.audience)))
    assert [one["context"] for one in kept] == [["weather"]] * 2
    assert all("weather" not in one["imply"] for one in kept)
