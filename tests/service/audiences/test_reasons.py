"""Why a lead is a member, in words."""

from __future__ import annotations

from typing import Any

import pytest

from service.audiences.ready import ready, slug_of
from service.audiences.reasons import in_words, reasons
from service.audiences.wordings import WORDINGS
from service.profile.attributes import KINDS
from service.types import LOCALES, Locale

LEAD: dict[str, Any] = {"cart_items": 2, "city": "Recife", "may_email": True, "top_categories": ["cafe", "chá"]}


def said(condition: dict[str, Any], locale: Locale = "pt-BR") -> list[str]:
    return [reason.text for reason in reasons(condition, LEAD, locale)]


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("pt-BR", "itens no carrinho: 2 (mais de 0 e menos de 2,5)"),
        ("en", "items in the cart: 2 (more than 0 and less than 2.5)"),
        ("es", "artículos en el carrito: 2 (más de 0 y menos de 2,5)"),
    ],
)
def test_in_the_language_of_the_workspace(locale: Locale, text: str) -> None:
    assert said({"cart_items": {"$gt": 0, "$lt": 2.5}}, locale) == [text]


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({}, "every lead"),
        ({"orders": {"$gte": 3}, "city": "Recife"}, "orders: at least 3; city: Recife"),
        ({"$or": [{"city": "Recife"}, {"orders": 1, "visits": 2}]}, "(city: Recife or orders: 1; visits: 2)"),
        ({"$and": [{"city": {"$exists": False}}]}, "city: unknown"),
        ({"$nor": [{"city": "Recife"}, {"orders": {"$lt": 2}}]}, "not (city: Recife or orders: less than 2)"),
        ({"$not": {"top_categories": {"$in": ["cafe"]}}}, "not (favourite categories: one of: cafe)"),
    ],
)
def test_a_condition_is_told_as_a_sentence(condition: dict[str, Any], text: str) -> None:
    assert in_words(condition, "en") == text


def test_what_is_equal_is_said_once() -> None:
    assert said({"city": "Recife", "may_email": True}) == ["cidade: Recife", "permite e-mail: sim"]


def test_only_the_alternatives_that_hold_are_told() -> None:
    assert said({"$or": [{"city": "Natal"}, {"cart_items": {"$gte": 2}}]}) == ["itens no carrinho: 2 (no mínimo 2)"]


def test_what_is_ruled_out_is_told_as_such() -> None:
    assert said({"$not": {"orders": {"$gt": 0}}}) == ["pedidos: desconhecido (não: mais de 0)"]
    assert said({"$nor": [{"city": "Natal"}, {"$not": {"may_email": True}}]}) == [
        "cidade: Recife (não: Natal)",
        "permite e-mail: sim",
    ]
    assert said({"top_categories": {"$not": {"$in": ["pet"]}}}) == [
        "categorias preferidas: cafe, chá (não: um de: pet)"
    ]


def test_there_is_no_reason_where_the_condition_does_not_hold() -> None:
    assert said({"city": "Recife", "cart_items": 5}) == []


def test_everything_has_words_in_every_language() -> None:
    for locale in LOCALES:
        assert KINDS.keys() <= WORDINGS[locale].labels.keys()
        assert all(one.name and one.condition for one in ready(locale, ["Café & Chá"]).values())


def test_ready_made_audiences_by_category_have_slugs_of_their_own() -> None:
    made = ready("pt-BR", ["Café & Chá"])["abandoned-cart-cafe-cha"]
    assert made.parent == "abandoned-cart" and made.condition["cart_categories"] == {"$in": ["Café & Chá"]}
    assert slug_of("日本") == ""
