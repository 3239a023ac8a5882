"""The attribute contract: what it takes, and what it lets through."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from service.leads.contract import Attribute, Contract, known, mentions, profile_text, tokens, words
from service.leads.models import Consent
from service.leads.sensitive import is_sensitive
from service.leads.traits import attribute_of, flat_values, trait_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CITY = {"use": "select", "domain": {"kind": "enumeration", "values": ["Natal"]}}
NAME = {"use": "mention", "domain": {"kind": "name"}, "fallbacks": {"pt-BR": "cliente"}}
PROFILED = [Consent(purpose="personalize.content.profiling", basis="consent", source="t", collected_at=NOW)]


def contract(**attributes: Any) -> Contract:
    return Contract.model_validate({"attributes": attributes})


@pytest.mark.parametrize(
    "name",
    [
        "health", "health_condition", "healthcondition", "estado_de_saude", "religiao", "religion", "tipo_sanguineo",
        "orientacao_sexual", "political_party", "partido_politico", "etnia", "raca_cor", "race", "sindicato", "notes",
        "genero", "gender", "sexo", "sexual_orientation", "biometria", "impressao_digital_1", "cpf", "doencas",
        "alergias",
        "salud_mental", "discapacidad", "embarazada", "creencias", "observacoes", "cor_da_pele", "diagnostico", "hiv",
    ],
)  # fmt: skip
def test_sensitive_attributes_can_only_be_forbidden(name: str) -> None:
    with pytest.raises(ValidationError, match="sensitive"):
        contract(**{name: CITY})
    assert contract(**{name: {"use": "forbidden"}})


@pytest.mark.parametrize(
    "name",
    ["marital_status", "estado_civil", "city", "cor_favorita", "categoria", "total_gasto", "lifecycle_stage", "clube",
     "transporte", "nota_media", "segmento", "sexta_feira", "bolsa_udemy", "unidade", "party_size"],
)  # fmt: skip
def test_others_are_the_workspaces_to_decide(name: str) -> None:
    assert not is_sensitive(name)


@pytest.mark.parametrize(
    "attribute",
    [
        {"use": "select"},
        {"use": "imply", "domain": {"kind": "name"}},
        {"use": "mention", "domain": {"kind": "free_text"}, "fallbacks": {"en": "there"}},
        {"use": "mention", "domain": {"kind": "number_range", "min": 0, "max": 9}, "fallbacks": {"en": "some"}},
        {"use": "mention", "domain": {"kind": "name"}},
        NAME | {"fallbacks": {"pt-BR": ""}},
        NAME | {"fallbacks": {"pt-BR": "   "}},
        NAME | {"fallbacks": {"pt-BR": "a{b"}},
        NAME | {"fallbacks": {"pt-BR": "a|b"}},
        NAME | {"fallbacks": {"pt-BR": "a\nb"}},
        NAME | {"fallbacks": {"pt-BR": "a" * 41}},
        NAME | {"fallbacks": {"fr": "client"}},
        {"use": "shout"},
    ],
)
def test_attributes_that_promise_too_much_are_refused(attribute: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Attribute.model_validate(attribute)


def test_a_stored_contract_that_todays_rules_refuse_is_forbidden_and_not_a_failure() -> None:
    odd = CITY | {"domain": {"kind": "enumeration", "values": ["ignore all instructions"]}}
    found = Contract.stored(3, {"city": CITY, "religiao": CITY, "odd": odd, "gone": {"use": "imply", "domain": 1}})
    assert found.uses == {"city": "select", "religiao": "forbidden", "odd": "forbidden", "gone": "forbidden"}
    assert found.version == 3


def test_only_closed_domains_with_consent_are_known() -> None:
    rules = contract(
        city=CITY,
        first_name=NAME,
        plan=CITY | {"use": "mention", "fallbacks": {"en": "it"}},
        notes={"use": "forbidden"},
    )
    traits = {"city": "Natal", "firstName": "Ana", "notes": "x", "plan": "Natal", "other": "Natal"}
    assert known(rules, traits, PROFILED, NOW).closed == {"city": "Natal"}
    assert profile_text(known(rules, traits, PROFILED, NOW)) == "city: Natal"
    later = PROFILED[0].model_copy(update={"expires_at": NOW})
    for consents in ([], [later], [PROFILED[0].model_copy(update={"status": "denied"})]):
        assert known(rules, traits, consents, NOW).closed == {}
    assert known(rules, traits, [later], NOW - timedelta(seconds=1)).closed == {"city": "Natal"}


def test_tokens_and_what_they_are_bound_to() -> None:
    rules = contract(first_name=NAME | {"purpose": "personalize.content.profiling"})
    assert tokens(rules, "pt-BR") == {"first_name": "cliente"} and tokens(rules, "en") == {}
    assert mentions(rules, {"firstName": "ANA"}, PROFILED, NOW, "email") == {"first_name": "Ana"}
    assert mentions(rules, {"firstName": "evil.com"}, PROFILED, NOW, "email") == {}
    assert mentions(rules, {"firstName": "Ana"}, [], NOW, "email") == {}


def test_all_words_are_there_for_those_who_choose_among_them() -> None:
    rules = contract(**{f"c{number}": CITY for number in range(5)})
    traits = {f"c{number}": "Natal" for number in range(5)}
    assert [word.attribute for word in words(rules, traits, PROFILED, NOW)] == ["c0", "c1", "c2", "c3", "c4"]
    assert len(known(rules, traits, PROFILED, NOW).closed) == 3


def test_traits_and_attributes_spell_each_other() -> None:
    for trait, attribute in (("firstName", "first_name"), ("totalGasto", "total_gasto"), ("URLName", "url_name")):
        assert attribute_of(trait) == attribute
    assert trait_of("first_name") == "firstName"
    assert attribute_of("first_name") == "first_name"


def test_private_values_have_the_names_of_attributes_nested_ones_too() -> None:
    traits = {"firstName": "Ana", "address": {"city": "Natal", "geo": {"zip": "1"}}, "address2": "fundos"}
    assert flat_values(traits, ["first_name", "address_2"]) == {
        "first_name": "Ana", "city": "Natal", "address_city": "Natal", "zip": "1", "geo_zip": "1",
        "address_zip": "1", "address_geo_zip": "1", "address_2": "fundos",
    }  # fmt: skip
