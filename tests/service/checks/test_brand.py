"""How a brand speaks, checked in copy, and what prompts are told of it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from service.checks.models import Companion, Finding, Terms
from service.content.models import Facts
from service.types import Locale
from service.workspaces.style import Preferred, Rules, Style, voiced
from tests.service.checks.copies import Evidence, copy, findings


def found(body: str, style: Style, locale: Locale = "pt-BR") -> list[Finding]:
    return findings(copy(body, locale=locale, terms=Rules(style=style)), "brand")


def mended(body: str, one: Finding) -> str:
    assert one.replacement is not None
    return body[: one.start] + one.replacement + body[one.end :]


@pytest.mark.parametrize(
    ("address", "locale", "body", "quotes"),
    [
        ("voce", "pt-BR", "Tu vais gostar do teu café.", ["Tu", "teu"]),
        ("voce", "pt-BR", "Você vai gostar do seu café. Fale com o time de TI e situe-se.", []),
        ("tu", "pt-BR", "Você vai gostar. Contigo é mais fácil.", ["Você"]),
        ("neutral", "pt-BR", "Você e tu.", ["Você", "tu"]),
        ("any", "pt-BR", "Você e tu.", []),
        ("voce", "es", "Tu café te espera, y contigo la mañana.", ["Tu", "te", "contigo"]),
        ("tu", "es", "Su café le espera, usted elige.", ["usted"]),
        ("voce", "en", "You and your coffee.", []),
        ("neutral", "en", "You and your coffee.", ["You", "your"]),
    ],
)
def test_the_reader_is_addressed_as_the_brand_does(address: str, locale: Locale, body: str, quotes: list[str]) -> None:
    style = Style.model_validate({"address": address})
    assert [one.quote for one in found(body, style, locale)] == quotes


def test_a_possessive_has_its_fix_and_a_subject_whose_verb_would_be_wrong_has_none() -> None:
    first, second = found("Tu vais gostar do teu café.", Style(address="voce"))
    assert (first.replacement, second.replacement, second.severity) == (None, "seu", "warn")


def test_preferred_words_are_put_in_place_as_they_stand() -> None:
    style = Style(
        preferred=(Preferred(instead_of="adquirir", say="comprar"), Preferred(instead_of="brinde", say="presente"))
    )
    body = "Adquirir agora dá dois brindes."
    first, second = found(body, style)
    assert first.fix == "Adquirir → Comprar"
    assert mended(mended(body, second), first) == "Comprar agora dá dois presentes."
    assert found("O requisito de readquirir não conta.", style) == []


@pytest.mark.parametrize(("amount", "quotes"), [("never", ["☕️", " 👩‍🍳"]), ("sparing", [" 👩‍🍳"]), ("free", [])])
def test_emoji_are_counted_over_the_whole_message(amount: str, quotes: list[str]) -> None:
    body = "☕️ Café na mesa 👩‍🍳 para todos."
    assert [one.quote for one in found(body, Style.model_validate({"emoji": amount}))] == quotes


def test_exclamation_marks_become_full_stops() -> None:
    body = "Chegou! Veja só!"
    first, second = found(body, Style(exclamations="never"))
    assert mended(mended(body, second), first) == "Chegou. Veja só."
    assert [one.start for one in found(body, Style(exclamations="sparing"))] == [second.start]


def test_letters_begin_as_the_brand_greets() -> None:
    one = found("Prezado {{ first_name | cliente }}, chegou o café.", Style(greeting="Olá"))[0]
    assert (one.code, one.quote, one.replacement) == ("brand.greeting", "Prezado", "Olá")
    assert found("Olá, tudo bem?", Style(greeting="Olá!")) == []
    assert found("Chegou o café.", Style(greeting="Olá")) == []


PAID = Evidence(facts=Facts(price=Decimal("1299.90"), installments=10, currency="BRL"))
ALWAYS = Terms(companions=(Companion(),))


@pytest.mark.parametrize(
    ("body", "quotes"),
    [
        ("A cafeteira por R$ 1.299,90.", ["R$ 1.299,90"]),
        ("A cafeteira por R$ 1.299,90 ou em 10x sem juros.", []),
        ("A cafeteira por R$ 1.299,90, parcelada no cartão.", []),
        ("O filtro por R$ 12,00.", []),  # nothing says that this one can be paid so
        ("A cafeteira chegou.", []),
    ],
)
def test_a_price_comes_with_its_instalments(body: str, quotes: list[str]) -> None:
    assert [one.quote for one in findings(copy(body, PAID, terms=ALWAYS), "brand.companion")] == quotes
    assert not findings(copy(body, PAID), "brand.companion")


def test_no_offer_in_instalments_means_nothing_to_tell() -> None:
    once = Evidence(facts=Facts(price=Decimal("1299.90"), currency="BRL"))
    assert not findings(copy("A cafeteira por R$ 1.299,90.", once, terms=ALWAYS), "brand.companion")


@pytest.mark.parametrize(
    "given",
    [
        {"greeting": "Prezado"},
        {"greeting": "Bem-vinda"},
        {"greeting": "Olá, {{ first_name }}"},
        {"greeting": "Oi\nmais"},
        {"greeting": "a" * 61},
        {"address": "vosmecê"},
        {"emoji": "muitos"},
        {"preferred": [{"instead_of": "já", "say": "JA"}]},
        {"preferred": [{"instead_of": "a", "say": "b"}, {"instead_of": "b", "say": "c"}]},
        {"preferred": [{"instead_of": " ", "say": "b"}]},
        {"humour": "dry"},
    ],
)
def test_a_style_that_cannot_be_kept_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Style.model_validate(given)


def test_prompts_are_told_in_the_language_of_the_copy() -> None:
    style = Style(address="voce", emoji="never", preferred=(Preferred(instead_of="adquirir", say="comprar"),))
    told = voiced("Frases curtas.", style, "pt-BR")
    assert told.splitlines()[0] == "Frases curtas."
    assert "nunca por “tu”" in told and "Diga “comprar” em vez de “adquirir”." in told
    assert "usted" in voiced("", style, "es")
    assert voiced("Frases curtas.", Style(), "pt-BR") == "Frases curtas."
