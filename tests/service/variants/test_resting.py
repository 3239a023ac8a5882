"""What copy rests on: a price and not a comma."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.checks.models import Claim, Support
from service.variants.resting import evidence_versions, holds_between, mended, rests_on, revision_of
from tests.service.variants.stock import GUIDE, KIT, NOW, Content, evidence, resting, what

PRICED = "O Kit Café Coado sai por R$ 170,00."


@pytest.mark.parametrize(
    ("said", "change", "falls"),
    [
        (PRICED, {"facts": {"price": 160}}, ["kit price"]),
        (PRICED, {"facts": {"currency": "USD"}}, ["kit currency"]),
        (PRICED, {"facts": {"terms": "Só na primeira compra."}}, ["kit terms"]),
        (PRICED, {"facts": {"stock": 3}}, []),
        (PRICED, {"facts": {"old_price": 210}}, []),
        (PRICED, {"body": KIT.body.replace("coador", "cuador")}, []),
        (PRICED, {"url": "https://casa.example/outra"}, []),
        (PRICED, {"until": KIT.until + timedelta(days=1) if KIT.until else None}, ["kit valid_until"]),
        (PRICED, {"title": "Kit Chá Verde"}, ["kit text"]),
        ("O Kit Café Coado está com 15% de desconto.", {"facts": {"discount_percent": 10}}, ["kit discount_percent"]),
        ("O Kit Café Coado está com 15% de desconto.", {"facts": {"price": 169}}, []),
        ("No Kit Café Coado você economiza R$ 30,00.", {"facts": {"old_price": 190}}, ["kit old_price"]),
        ("No Kit Café Coado você economiza R$ 30,00.", {"facts": {"stock": 39}}, []),
        ("Restam 40 unidades do Kit Café Coado.", {"facts": {"stock": 39}}, ["kit stock"]),
        ("Restam 40 unidades do Kit Café Coado.", {"facts": {"price": 160}}, []),
        ("No Kit Café Coado, use o cupom CAFE15.", {"facts": {"coupon": "CAFE20"}}, ["kit coupon"]),
        ("No Kit Café Coado, use o cupom CAFE15.", {"facts": {"price": 160}}, []),
        ("O Kit Café Coado vale até 4 de dezembro.", {"until": NOW + timedelta(days=3)}, ["kit valid_until"]),
        ("A jarra do Kit Café Coado leva 600 ml.", {"facts": {"price": 160}}, []),
        ("A jarra do Kit Café Coado leva 600 ml.", {"body": KIT.body.replace("600", "500")}, ["kit text"]),
        ("A jarra do Kit Café Coado leva 600 ml.", {"body": KIT.body.replace("Tudo em", "Vem em")}, []),
        ("A jarra do Kit Café Coado leva 600 ml.", {"body": KIT.body.replace("café.", "água.")}, ["kit text"]),
    ],
)  # fmt: skip
def test_a_change_of_what_is_said_falls_and_no_other_does(said: str, change: dict[str, Any], falls: list[str]) -> None:
    groups = resting(said, KIT)
    assert what(groups, KIT) == []
    assert what(groups, KIT.edited(**change)) == falls


def test_what_is_deleted_supports_nothing() -> None:
    assert "kit deleted" in what(resting(PRICED, KIT))


def test_what_is_put_back_stands_again_in_a_later_version() -> None:
    assert what(resting(PRICED, KIT), KIT.edited(facts={"price": 160}).edited(facts={"price": 170})) == []


def test_an_article_that_tells_the_old_price_is_no_support_once_an_offer_has_facts() -> None:
    groups = resting(PRICED, GUIDE, KIT)
    assert what(groups, GUIDE, KIT.edited(facts={"price": 160})) == ["kit price"]


def test_a_text_is_overruled_by_facts_that_its_own_item_comes_to_have() -> None:
    told = Content("kit", KIT.title, "O Kit Café Coado custa R$ 170,00.")
    groups = resting(PRICED, told)
    assert what(groups, told) == []
    assert what(groups, told.edited(facts={"price": 160})) == ["kit price"]


def test_one_of_two_texts_that_say_so_is_enough() -> None:
    other = Content("outro", "Receitas", "Use 60 g de café para cada litro de água.")
    both = [
        Support(evidence=id_, content_id=item.id, version=1, quote="60 g", start=4, end=8)
        for id_, item in (("e1", GUIDE), ("e2", other))
    ]
    claim = Claim(kind="quantity", field="body", start=0, end=4, text="60 g", value="60 g", support=both)
    groups = rests_on([claim], evidence(GUIDE, other), {})
    assert what(groups, GUIDE) == what(groups, other) == []
    assert what(groups) == ["guia deleted"]


def test_the_same_numbers_in_another_sentence_are_no_support() -> None:
    """Its words still stand there, but say something else."""
    turned = GUIDE.edited(body="Use 60 g de açúcar e 80 g de café para cada litro de água.")
    assert what(resting("São 60 g de café por litro de água.", GUIDE), turned) == ["guia text"]


def test_a_sentence_that_goes_on_is_another_one() -> None:
    free = Content("frete", "Entrega", "- Frete grátis\n- Troca em 30 dias")
    groups = resting("Frete grátis em todo o site.", free)
    assert groups and what(groups, free) == []
    narrowed = free.edited(body="- Frete grátis acima de R$ 200\n- Troca em 30 dias")
    assert what(groups, narrowed) == ["frete text"]


def test_a_name_stands_wherever_its_item_names_it() -> None:
    groups = resting("Conheça o Kit Café Coado.", KIT)
    assert what(groups, KIT.edited(body="Outro texto.", facts={"price": 1})) == []
    assert what(groups, KIT.edited(title="Kit Café Coadores", body="Outro texto.")) == ["kit text"]


def test_an_address_in_copy_rests_on_the_address() -> None:
    groups = resting("Veja em casa.example/pagina.", GUIDE)
    assert what(groups, GUIDE.edited(body="Outro texto.")) == []
    assert what(groups, GUIDE.edited(url="https://casa.example/nova")) == ["guia url"]


def test_a_link_rests_on_the_address_it_leads_to_and_on_nothing_else() -> None:
    groups = resting("Um bom café começa pela água.", GUIDE, link="guia")
    assert what(groups, GUIDE.edited(title="Outro título", body="Outro texto.")) == []
    assert what(groups, GUIDE.edited(url=None)) == ["guia url"]
    assert what(groups) == ["guia deleted"]


def test_what_stands_holds_as_long_as_the_item_says_now() -> None:
    groups = resting(PRICED, KIT)
    assert holds_between(groups, {KIT.item: KIT.now()}) == (None, KIT.until)
    later = KIT.edited(since=NOW + timedelta(days=2))
    assert holds_between(groups, {KIT.item: later.now()}) == (NOW + timedelta(days=2), KIT.until)
    assert holds_between(resting("São 60 g de café por litro de água.", GUIDE), {GUIDE.item: GUIDE.now()}) == (
        None,
        None,
    )


def test_a_revision_is_named_by_its_words_and_the_facts_behind_them() -> None:
    def name(item: Any, fields: dict[str, str] = {"body": PRICED}, **scope: str) -> str:  # noqa: B006 - only read
        return revision_of({"channel": "push", **scope}, fields, resting(PRICED, item))

    typo = KIT.edited(body=KIT.body.replace("coador", "cuador"), facts={"stock": 2})
    assert name(typo) == name(KIT)
    assert evidence_versions(resting(PRICED, typo)) == [("kit", 2)]
    assert name(KIT.edited(facts={"terms": "Só hoje."})) != name(KIT)
    assert name(KIT, locale="en") != name(KIT)
    assert name(KIT, {"body": f"{PRICED} Veja."}) != name(KIT)


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("O coador é de cerâmica.", "O cuador é de ceramica,", True),
        ("Frete grátis.", "Frete grátis acima de R$ 200.", False),
        ("Inclui filtros.", "Exclui filtros.", False),
        ("Com açúcar.", "Sem açúcar.", False),
        ("Use 60 g.", "Use 80 g.", False),
        ("Use 60 g de café.", "Use 60 g de chá.", False),
    ],
)
def test_a_typo_is_told_from_another_sentence(before: str, after: str, same: bool) -> None:
    assert mended(before, after) is same
