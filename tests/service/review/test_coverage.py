"""The hardest values of a variant's tokens, and how the copy stands them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from service.channels.registry import channel
from service.leads.contract import Attribute, Contract, tokens
from service.leads.domains import Enumeration, PersonName
from service.review.coverage import MOST_CASES, Case, Coverage, Covered, coverage, stand_in
from service.review.narrow import crowded, lines_of
from tests.service.review.test_life import campaign, decide, written
from tests.support import CONSENTS, Running

NAME = Attribute(use="mention", domain=PersonName(), fallbacks={"pt-BR": "cliente"})
CITY = Attribute(
    use="mention", domain=Enumeration(values=["Itu", "Santa Rita do Passa Quatro"]), fallbacks={"pt-BR": "sua cidade"}
)


def covered(now: datetime, fields: dict[str, str], named: str = "push", seen: dict[str, int] | None = None) -> Coverage:
    contract = Contract(version=3, attributes={"first_name": NAME, "city": CITY})
    kind = channel(named)
    return coverage(
        Covered(
            channel=kind, fields=kind.fields.model_validate(fields), locale="pt-BR", evidence=(),
            attributes=contract.attributes, fallbacks=tokens(contract, "pt-BR"), contract_version=3, now=now,
            seen=seen or {},
        )
    )  # fmt: skip


def of_kind(found: Coverage, kind: str) -> Case:
    return next(case for case in found.cases if kind in case.kinds)


def test_a_long_name_that_breaks_a_limit_comes_first(now: datetime) -> None:
    found = covered(now, {"title": "{{ first_name | cliente }}, o café chegou", "body": "Venha provar."})
    worst = found.cases[0]
    assert worst.kinds[0] == "longest"
    assert [(one.field, one.length, one.limit) for one in worst.over] == [("title", 40 + len(", o café chegou"), 50)]
    assert "style.too_long" in [finding.code for finding in worst.findings]
    assert of_kind(found, "missing").preview["title"] == "cliente, o café chegou"
    assert of_kind(found, "missing").over == []


def test_what_is_no_name_is_not_shown_and_other_scripts_are(now: datetime) -> None:
    found = covered(now, {"title": "Olá, {{ first_name | cliente }}", "body": "Venha provar."})
    assert of_kind(found, "emoji").preview["title"] == "Olá, cliente"
    assert of_kind(found, "arabic").preview["title"] == "Olá, محمد عبد الرحمن"
    assert of_kind(found, "apostrophe").preview["title"] == "Olá, Sant'Anna d'Ávila"


def test_words_that_take_the_gender_of_a_name_are_found(now: datetime) -> None:
    found = covered(now, {"title": "Seja bem-vindo, {{ first_name | cliente }}", "body": "Venha provar."})
    for kind in ("feminine", "masculine"):
        assert "token.agreement" in [finding.code for finding in of_kind(found, kind).findings]


def test_values_of_a_list_are_those_of_the_list(now: datetime) -> None:
    found = covered(now, {"title": "Café em {{ city | sua cidade }}", "body": "Venha, {{ first_name | cliente }}."})
    assert of_kind(found, "longest").preview["title"] == "Café em Santa Rita do Passa Quatro"
    assert of_kind(found, "shortest").preview["title"] == "Café em Itu"
    alone = [case for case in found.cases if "one_missing" in case.kinds]
    assert {case.preview["title"] for case in alone} == {"Café em sua cidade", "Café em Santa Rita do Passa Quatro"}
    assert len(found.cases) <= MOST_CASES


def test_copy_without_tokens_is_its_own_only_case(now: datetime) -> None:
    found = covered(now, {"title": "Café coado", "body": "Venha provar."})
    assert [case.kinds for case in found.cases] == [["missing"]]
    assert found.tokens == []


@pytest.mark.parametrize("length", range(1, 41))
def test_a_made_up_name_is_as_long_as_it_should_be_and_is_shown(length: int, now: datetime) -> None:
    made = covered(now, {"title": "{{ first_name | cliente }}", "body": "Oi."}, seen={"first_name": length})
    assert len(stand_in(length)) == length
    assert len(of_kind(made, "longest_seen").preview["title"]) == length


def test_a_button_that_wraps_on_a_narrow_screen_is_told() -> None:
    assert lines_of("cta", "Ver o kit") == 1
    assert crowded("cta", "Ver o kit") is None
    found = crowded("cta", "Garantir o meu kit completo agora")
    assert found is not None
    assert (found.lines, found.most) == (2, 1)
    word = crowded("headline", "Pneumoultramicroscopicossilicovulcanoconiótico")
    assert word is not None
    assert word.word


async def test_over_http_it_knows_the_longest_name_among_the_leads_and_approval_tells_what_it_covers(
    shop: Running,
) -> None:
    long = {"firstName": "Maria Aparecida Fernanda", "email": "m@correio.example"}
    fields = {"title": "{{ first_name | cliente }}, o Kit Café Coado chegou", "body": "Coador de cerâmica e jarra."}
    async with shop.client() as http:
        (await http.put("/v1/leads/c-2", json={"traits": long, "consents": CONSENTS})).raise_for_status()
        await campaign(http)
        made = await written(http, fields)
        found: dict[str, Any] = (await http.get(f"/v1/variants/{made['id']}/coverage")).json()
        await decide(http, made["id"], "approve")
        items = (await http.get(f"/v1/variants/{made['id']}/history")).json()["items"]
    assert found["tokens"] == [
        {"name": "first_name", "fallback": "cliente", "domain": "name", "longest": 40, "longest_seen": 24}
    ]
    assert "longest" in found["cases"][0]["kinds"]
    assert found["cases"][0]["over"][0]["field"] == "title"
    assert "Maria" not in str(found["cases"])
    assert items[-1]["details"]["covers"] == {"contract_version": found["contract_version"], "tokens": ["first_name"]}
