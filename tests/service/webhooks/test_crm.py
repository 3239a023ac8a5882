"""What CRMs tell of people: traits, consents and stages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.events.models import Incoming
from service.webhooks.adapter import Mapped
from service.webhooks.registry import adapters
from service.webhooks.stages import stage_of
from tests.service.webhooks.calls import AT, BODIES, EMAIL, NOW, certificates

ADAPTERS = adapters(certificates())
RD = BODIES["rd_station"]
OLDER = {
    "id": "1", "uuid": "c2f3d2b3", "email": EMAIL, "name": "Helena", "company": "Café da Esquina",
    "job_title": "Barista", "opportunity": "false", "first_conversion": {"content": {"identificador": "e-book"}},
    "last_conversion": {
        "content": {"identificador": "webinar-de-cafe", "email_lead": EMAIL}, "created_at": "2026-11-22T08:59:00-03:00",
    },
    "custom_fields": {"Qual o seu método?": "Coado", "cf_metodo": "Coado"}, "mobile_phone": "48 99999-2598",
    "city": "Florianópolis", "lead_stage": "Cliente", "tags": ["cafe"],
}  # fmt: skip


def rd(body: Any) -> list[Incoming]:
    return ADAPTERS["rd_station"].events(body, NOW).incoming


def contact(**changed: Any) -> Any:
    return RD | {"contact": RD["contact"] | changed}


def change(name: str, value: object, **more: Any) -> dict[str, Any]:
    told = {"propertyName": name, "propertyValue": value, "eventId": hash((name, str(value))) % 10**6}
    return {**BODIES["hubspot"][0], **told, **more}


def hubspot(*changes: Any) -> Mapped:
    return ADAPTERS["hubspot"].events(list(changes), NOW)


def test_a_conversion_tells_who_it_was_and_what_they_did() -> None:
    converted, stage = rd(RD)
    assert (converted.event.name, converted.event.type, converted.event.source) == ("Converted", "track", "rd_station")
    assert converted.event.properties == {"conversion_identifier": "e-book-de-cafe"}
    assert converted.event.occurred_at == NOW - timedelta(minutes=1)
    assert converted.who.user_id == "rd_station:c2f3d2b3-7250-4d27-97f4-eef38be32f7f"
    assert converted.who.email == EMAIL
    assert converted.traits == {
        "email": EMAIL, "name": "Helena Prado Lima", "firstName": "Helena", "lastName": "Prado Lima",
        "phone": "48 99999-2598", "title": "Barista", "city": "Florianópolis", "company": "Café da Esquina",
        "tags": ["cafe", "newsletter"], "cf_metodo": ["Coado", "Espresso"], "cf_xicaras": 3,
    }  # fmt: skip
    assert stage.event.name == "Funnel Stage Changed"
    assert stage.event.properties == {"stage": "mql", "raw": "Lead Qualificado", "source": "rd_station"}
    assert stage.who == converted.who


def test_what_cannot_be_a_trait_leaves_the_others_alone() -> None:
    told = rd(contact(cf_nul="a\x00b", cf_deep={"a": [1]}, cf_long="x" * 20_000, city=["Natal", 7]))[0].traits
    assert not {"cf_nul", "cf_deep", "cf_long", "city"} & set(told)
    assert told["title"] == "Barista"


@pytest.mark.parametrize(("given", "kept"), [("granted", "granted"), ("declined", "denied")])
def test_legal_bases_are_consents_to_email(given: str, kept: str) -> None:
    bases = [
        {"category": "communications", "type": "legitimate_interest", "status": given},
        {"category": "data_processing", "type": "consent", "status": given},
        {"category": "communications", "type": "telepathy", "status": given},
        {"category": "communications", "type": "consent", "status": "perhaps"},
        "consent",
    ]
    (consent,) = rd(contact(legal_bases=bases))[0].consents
    assert (consent.purpose, consent.channel) == ("marketing.communications.email", "email")
    assert (consent.basis, consent.status, consent.source) == ("legitimate_interest", kept, "rd_station")
    assert consent.collected_at == NOW - timedelta(minutes=1)


def test_one_marked_as_an_opportunity_is_one_whatever_the_stage_is_called() -> None:
    marked, stage = rd(RD | {"event_type": "WEBHOOK.MARKED_OPPORTUNITY"})
    assert marked.event.name == "Opportunity Marked"
    assert stage.event.properties["stage"] == "opportunity"
    assert stage.event.properties["raw"] == "Lead Qualificado"
    customer = rd(contact(funnel={"lifecycle_stage": "Cliente", "opportunity": True}))[1]
    assert customer.event.properties["stage"] == "customer"


def test_the_older_payload_tells_the_last_conversion() -> None:
    converted, stage = rd({"leads": [OLDER]})
    assert converted.event.properties == {"conversion_identifier": "webinar-de-cafe"}
    assert converted.traits["cf_metodo"] == "Coado"
    assert converted.traits["company"] == "Café da Esquina"
    assert converted.traits["firstName"] == "Helena"
    assert stage.event.properties["stage"] == "customer"


def test_rd_stations_own_events_are_read_too() -> None:
    sale = {"event_type": "SALE", "event_family": "CDP", "payload": {"email": EMAIL, "funnel_name": "default"}}
    sold, stage = rd(sale)
    assert (sold.event.name, sold.who.email) == ("Sale Marked", EMAIL)
    assert stage.event.properties["stage"] == "customer"
    lost = {
        "event_type": "OPPORTUNITY_LOST",
        "event_family": "CDP",
        "payload": {"email": EMAIL, "reason": "Lost reason"},
    }
    assert ADAPTERS["rd_station"].events(lost, NOW) == Mapped([], 1)


def test_the_same_conversion_sent_again_is_the_same_event() -> None:
    again = RD | {"timestamp": "2026-11-22T08:59:50.000-03:00"}  # when it is sent, not when it happened
    assert [item.event.message_id for item in rd(RD)] == [item.event.message_id for item in rd(again)]
    other = RD | {"event_identifier": "webinar"}
    assert not {item.event.message_id for item in rd(RD)} & {item.event.message_id for item in rd(other)}


@pytest.mark.parametrize(
    "body", [contact(email=None, uuid=None), RD | {"event_timestamp": "x", "timestamp": None}, {}, [], None, "x"]
)
def test_a_conversion_of_nobody_or_at_no_time_is_left_out(body: Any) -> None:
    assert rd(body) == []


def test_hubspots_changes_are_traits_in_the_order_they_were_made() -> None:
    found = hubspot(
        change("city", "Recife", occurredAt=AT * 1000 + 500),
        change("firstname", "Helena"),
        change("jobtitle", "Barista", occurredAt=AT * 1000 + 200),
        change(
            "clube", "raiz", objectTypeId="0-1", subscriptionType="object.propertyChange", occurredAt=AT * 1000 + 600
        ),
    )
    traits = [dict(item.traits) for item in found.incoming]
    assert traits == [{"firstName": "Helena"}, {"title": "Barista"}, {"city": "Recife"}, {"clube": "raiz"}]
    assert {item.who.user_id for item in found.incoming} == {"hubspot:173595"}
    assert found.skipped == 0


def test_a_contact_is_known_by_the_address_that_the_same_call_tells() -> None:
    found = hubspot(
        change("firstname", "Helena"), change("email", EMAIL, occurredAt=AT * 1000 + 1), change("city", "X", objectId=9)
    )
    assert [item.who.email for item in found.incoming] == [EMAIL, None, EMAIL]


def test_a_new_contact_of_whom_nothing_is_told_makes_no_lead() -> None:
    (item,) = hubspot(change("", None, subscriptionType="contact.creation")).incoming
    assert not item.unknown_is_new
    both = hubspot(change("", None, subscriptionType="contact.creation"), change("email", EMAIL)).incoming
    assert [item.unknown_is_new for item in both] == [True, True]


def test_hubspots_lifecycle_is_a_stage() -> None:
    (item,) = hubspot(change("lifecyclestage", "marketingqualifiedlead")).incoming
    assert item.event.properties == {"stage": "mql", "raw": "marketingqualifiedlead", "source": "hubspot"}
    assert item.traits == {}


def test_opting_out_in_hubspot_revokes_consent_and_back_in_proves_none() -> None:
    (item,) = hubspot(change("hs_email_optout", "true")).incoming
    assert item.event.name == "Unsubscribed"
    assert [(consent.channel, consent.status) for consent in item.consents] == [("email", "revoked")]
    assert hubspot(change("hs_email_optout", "false")) == Mapped([], 1)


@pytest.mark.parametrize(
    "told",
    [
        change("hs_lead_status", "OPEN"),
        change("city", ""),
        change("email", "no address"),
        change("firstname", "Helena", subscriptionType="company.propertyChange"),
        change("dealstage", "closedwon", subscriptionType="deal.propertyChange"),
        change("", None, subscriptionType="contact.deletion"),
        change("firstname", "Helena", subscriptionType="object.propertyChange", objectTypeId="0-3"),
    ],
)
def test_what_hubspot_tells_of_others_is_left_out(told: Any) -> None:
    assert hubspot(told) == Mapped([], 1)


def test_a_wish_to_be_forgotten_is_counted_for_people_to_act_upon() -> None:
    assert hubspot(change("", None, subscriptionType="contact.privacyDeletion")) == Mapped([], 1, erasures=1)


def test_another_attempt_of_a_change_is_the_same_event() -> None:
    (first,), (again,) = hubspot(change("city", "X")).incoming, hubspot(change("city", "X", attemptNumber=3)).incoming
    assert first.event.message_id == again.event.message_id


@pytest.mark.parametrize(
    ("raw", "stage"),
    [
        ("Lead", "lead"), ("Lead Qualificado", "mql"), ("lead qualificado", "mql"), ("Cliente", "customer"),
        ("OPORTUNIDADE", "opportunity"), ("salesqualifiedlead", "sql"), ("marketingqualifiedlead", "mql"),
        ("Marketing Qualified Lead", "mql"), ("SQL", "sql"), ("subscriber", "subscriber"),
        ("Evangelista", "evangelist"),
        ("customer", "customer"), ("  Lead   Qualificado por Vendas ", "sql"), ("Prospecção", "other"), ("", "other"),
    ],
)  # fmt: skip
def test_a_stage_is_known_by_its_names(raw: str, stage: str) -> None:
    assert stage_of(raw) == stage
