"""Claims of fact: what copy states, what evidence it rests on, and what rests on none."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.checks.copy import Copy
from service.checks.models import Claim
from service.checks.run import READINGS, check
from service.content.models import Facts
from service.types import Locale
from tests.service.checks.test_checks import NOW, SAO_PAULO, Source

FACTUAL = ("price", "percent", "date", "quantity", "entity", "link")
PORTUGUESE: Locale = "pt-BR"


def claims(body: str, *evidence: Source | str, locale: Locale = PORTUGUESE, context: str = "") -> list[Claim]:
    sources = [one if isinstance(one, Source) else Source(one) for one in evidence]
    copy = Copy("sms", locale, {"text": body}, sources, {}, NOW, context=context)
    return [claim for reading in READINGS for claim in reading(copy) if claim.kind in FACTUAL]


def unbound(
    body: str, *evidence: Source | str, locale: Locale = PORTUGUESE, context: str = ""
) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in claims(body, *evidence, locale=locale, context=context) if not one.bound]


def only(body: str, *evidence: Source | str, locale: Locale = PORTUGUESE) -> Claim:
    (claim,) = claims(body, *evidence, locale=locale)
    return claim


def test_a_claim_tells_which_evidence_supports_it_and_where() -> None:
    source = Source("Um kit por R$ 44,90.", title="Kit")
    claim = only("Sai por R$ 44,90.", source)
    (backing,) = claim.support
    assert (claim.kind, claim.text, claim.value) == ("price", "R$ 44,90", "BRL 44.90")
    assert source.text[backing.start : backing.end] == backing.quote == "R$ 44,90"
    assert not backing.derived


def test_a_fact_of_an_offer_supports_a_claim() -> None:
    claim = only("Sai por R$ 44,90.", Source("Um kit.", Facts(price=Decimal("44.90"))))
    assert [(one.fact, one.start) for one in claim.support] == [("price", None)]


def test_what_follows_by_arithmetic_is_told_as_derived() -> None:
    claim = only("Economize R$ 15.", "De R$ 59,90 por R$ 44,90.")
    assert claim.bound
    assert all(one.derived for one in claim.support)


def test_an_amount_of_an_expired_offer_is_expired_and_its_names_are_not() -> None:
    old = Source("Sérum Umbu por R$ 50.", valid_until=NOW - timedelta(days=1))
    assert [(one.kind, one.expired) for one in claims("O Sérum Umbu por R$ 50.", old)] == [("price", True)]


def test_a_wrong_price_is_mended_with_the_only_one() -> None:
    offer = Source("Kit.", Facts(price=Decimal("44.90")))
    assert only("Por R$ 40.", offer).fix == "R$ 44,90"
    other = Source("Outro.", Facts(price=Decimal(10)))
    assert only("Por R$ 41.", offer, other).fix is None


@pytest.mark.parametrize(
    ("locale", "body", "evidence"),
    [
        ("pt-BR", "Custa dois mil oitocentos e noventa reais.", "R$ 2.890,00."),
        ("pt-BR", "São vinte por cento a menos.", "20% de desconto."),
        ("pt-BR", "Com um quarto de desconto.", "De R$ 420 por R$ 315."),
        ("pt-BR", "Restam oito kits.", Source("Kit.", Facts(stock=8))),
        ("pt-BR", "Só quatro no estoque.", Source("Kit.", Facts(stock=4))),
        ("pt-BR", "São oito episódios, seis horas ao todo.", "8 episódios de 45 minutos."),
        ("pt-BR", "Tem 180 cm de largura.", "1,80 m de largura."),
        ("pt-BR", "São três quilos e meio de comida.", "10 marmitas de 350 g cada."),
        ("pt-BR", "Meia dúzia de vasos.", "Seis vasos."),
        ("pt-BR", "Quatro pessoas: R$ 316.", "R$ 79 a dose."),
        ("pt-BR", "Em 5 vezes.", Source("Kit.", Facts(price=Decimal(100), installments=10))),
        ("pt-BR", "Entrega em até 120 minutos.", "Entrega em duas horas."),
        ("pt-BR", "Teste por duas semanas.", "Teste por 14 dias."),
        ("en", "A grace period of 10 days.", "A ten-day grace period."),
        ("en", "Guaranteed for a decade, or 10 years.", "10-year warranty."),
        ("en", "Eight dollars a book.", "3 books for $24."),
        ("en", "A quarter off.", "Was $120, now $90."),
        ("en", "It is 4 ft wide.", "48 inches wide."),
        ("en", "Four days in Lisbon.", "3 nights in Lisbon."),
        ("es", "Cuesta treinta y ocho mil pesos.", "$38.000 COP."),
        ("es", "Quedan seis cupos.", Source("Viaje.", Facts(stock=6))),
        ("es", "Garantía de dos años.", "Garantía de 24 meses."),
        ("es", "El más pequeño mide 6 cm.", "Tamaños de 6, 9 y 12 cm."),
    ],
)
def test_other_wordings_of_what_evidence_says_are_bound(locale: Locale, body: str, evidence: Source | str) -> None:
    assert claims(body, evidence, locale=locale)
    assert unbound(body, evidence, locale=locale) == []


@pytest.mark.parametrize(
    ("locale", "body", "evidence", "kind", "quote"),
    [
        ("pt-BR", "Custa quarenta reais.", "R$ 50.", "price", "quarenta reais"),
        ("pt-BR", "Em 12 vezes.", Source("Kit.", Facts(price=Decimal(100), installments=10)), "price", "12 vezes"),
        ("pt-BR", "São 12 mil empresas.", "Até 12 mil notas por ano.", "quantity", "12 mil empresas"),
        ("pt-BR", "Restam 12 pacotes.", Source("Café.", Facts(stock=30)), "quantity", "12 pacotes"),
        ("pt-BR", "Com oito episódios.", "Uma série.", "quantity", "oito episódios"),
        ("pt-BR", "Há mais de 40 anos.", "Marcenaria de família.", "quantity", "40 anos"),
        ("pt-BR", "Frasco de 120 ml.", "Frasco de 60 ml.", "quantity", "120 ml"),
        ("pt-BR", "Entrega em 3 dias.", "Entrega em 7 dias.", "date", "3 dias"),
        ("en", "30,000 graduates.", "We had 30,000 answers.", "quantity", "30,000 graduates"),
        ("en", "Lasts twelve weeks.", "Lasts ten weeks.", "date", "twelve weeks"),
        ("en", "Fifteen dentists.", "Five dentists, 15 minutes away.", "quantity", "Fifteen dentists"),
        ("es", "Más de 900 tejedoras.", "Lleva más de 900 metros de hilo.", "quantity", "900 tejedoras"),
    ],
)
def test_numbers_that_no_evidence_supports_are_unbound(
    locale: Locale, body: str, evidence: Source | str, kind: str, quote: str
) -> None:
    assert unbound(body, evidence, locale=locale) == [(kind, quote)]


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("pt-BR", "Uma novidade: dois dedos de prosa e mil e uma ideias."),
        ("pt-BR", "Que tal hoje? Comece hoje."),
        ("pt-BR", "A segunda temporada e a quinta parte."),
        ("pt-BR", "Ligue para 0800 555 0199."),
        ("en", "One of us may march on. Once more, two ways to go."),
        ("es", "Una sola vez, por la mañana."),
    ],
)
def test_figures_of_speech_state_nothing(locale: Locale, body: str) -> None:
    assert claims(body, "Nada.", locale=locale) == []


@pytest.mark.parametrize(
    ("locale", "body", "evidence", "quotes"),
    [
        ("pt-BR", "A água a 95 °C.", "A água a 92 °C.", ["95 °C"]),
        ("pt-BR", "A água a 92 ºC, ou 92 graus.", "A água a 92 °C.", []),
        ("pt-BR", "A água a 95 graus.", "A água a 92 °C.", ["95 graus"]),
        ("pt-BR", "Asse a 46 °C por 2 horas.", "Asse a 92 °C por 2 horas.", ["46 °C"]),
        ("pt-BR", "Guarde entre 2 e 8 °C.", "Guarde entre 2 °C e 8 °C.", []),
        ("pt-BR", "Guarde a -18 °C.", "Guarde a 18 °C.", ["-18 °C"]),
        ("en", "Keep at 4°C.", "Keep cold.", ["4°C"]),
        ("en", "Bake at 350°F.", "Bake at 350 degrees Fahrenheit.", []),
        ("en", "Bake at 350 degrees.", "Bake at 350 °F.", []),
        ("en", "Bake at 350°F.", "Bake at 177 °C.", []),
        ("en", "Bake at 450°F.", "Bake at 177 °C.", ["450°F"]),
        ("es", "Lava a 40 grados.", "Lava a 30 °C.", ["40 grados"]),
    ],
)
def test_temperatures_need_evidence(locale: Locale, body: str, evidence: str, quotes: list[str]) -> None:
    assert unbound(body, evidence, locale=locale) == [("quantity", quote) for quote in quotes]


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("pt-BR", "Uma visão de 360 graus, ou 360°, da sua casa."),
        ("pt-BR", "Leve 10 c/ desconto."),
        ("pt-BR", "O encosto reclina até 45 graus; a tela gira 180°."),
        ("en", "It tilts at an angle of 30 degrees."),
        ("es", "Un giro de 180 grados."),
    ],
)
def test_angles_and_views_are_no_temperatures(locale: Locale, body: str) -> None:
    assert not [one for one in claims(body, "Nada.", locale=locale) if "°" in one.value]


DATED = "Estreia no sábado, 28/11/2026, às 19h."


@pytest.mark.parametrize(
    ("locale", "body", "evidence"),
    [
        ("pt-BR", "Estreia sábado, dia 28, às 19 horas.", DATED),
        ("pt-BR", "Estreia no sábado. Abre uma hora antes das 19h.", DATED),
        ("pt-BR", "Estreia amanhã.", "Estreia em 23/11/2026."),
        ("pt-BR", "Estreia depois de amanhã.", "Estreia em 24/11/2026."),
        ("pt-BR", "Vale até o fim do mês.", "Até 30/11/2026."),
        ("pt-BR", "De segunda a sábado, das 8h às 18h.", "Segunda a sábado, das 8 às 18 horas."),
        ("pt-BR", "Aulas às terças.", "Aulas às terças-feiras."),
        ("pt-BR", "Em novembro.", "Até 30/11/2026."),
        ("pt-BR", "Faltam oito dias.", "Até 30/11/2026."),
        ("en", "Doors at 6 p.m., music at seven.", "Doors 18:00, music 19:00."),
        ("en", "This weekend.", "On November 22, 2026."),
        ("en", "Next week, on Monday.", "November 23, 2026."),
        ("en", "Join by midnight.", Source("Join.", valid_until=NOW.replace(hour=23, minute=59))),
        ("es", "Mañana a las 8.", "El 23 de noviembre de 2026, 8:00 a.m."),
        ("es", "Este fin de semana.", "El domingo 22/11/2026."),
    ],
)
def test_days_and_times_are_read_against_the_clock(locale: Locale, body: str, evidence: Source | str) -> None:
    assert claims(body, evidence, locale=locale)
    assert unbound(body, evidence, locale=locale) == []


@pytest.mark.parametrize(
    ("locale", "body", "evidence", "quote"),
    [
        ("pt-BR", "Estreia na sexta.", f"{DATED} Às sextas há um resumo.", "sexta"),
        ("pt-BR", "Às terças-feiras.", "Às quartas-feiras.", "terças-feiras"),
        ("pt-BR", "Estreia amanhã.", DATED, "amanhã"),
        ("pt-BR", "Às 21h.", DATED, "21h"),
        ("pt-BR", "Termina hoje.", DATED, "Termina hoje"),
        ("en", "Friday, December 11.", "Thursday, December 10, 2026.", "Friday, December 11"),
        ("en", "Only in July.", "In October.", "July"),
        ("es", "Pasado mañana.", "El 30/11/2026.", "Pasado mañana"),
    ],
)
def test_days_that_no_evidence_tells_are_unbound(locale: Locale, body: str, evidence: str, quote: str) -> None:
    assert unbound(body, evidence, locale=locale) == [("date", quote)]


@pytest.mark.parametrize(
    ("body", "evidence", "first", "last"),
    [
        ("Estreia amanhã.", "Em 23/11/2026.", 22, 23),
        ("Vale até sexta-feira.", "Até 27/11/2026.", None, 28),
        ("Só nesta semana.", "Até 22/11/2026.", None, 23),
        ("Vale até sexta-feira, 27/11.", "Até 27/11/2026.", None, None),
    ],
)
def test_words_that_lean_on_the_present_are_true_for_a_while(
    body: str, evidence: str, first: int | None, last: int | None
) -> None:
    claim = only(body, evidence)
    assert claim.bound
    assert (claim.true_from, claim.true_until) == (
        datetime(2026, 11, first, tzinfo=SAO_PAULO) if first else None,
        datetime(2026, 11, last, tzinfo=SAO_PAULO) if last else None,
    )


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("pt-BR", "O romance de Itamar está na Livraria Beira-Rio."),
        ("pt-BR", "Pague com Pix em dezembro e fale no WhatsApp."),
        ("pt-BR", "Conheça a linha. Novidades chegaram!"),
        ("pt-BR", "Bom dia, Mariana! Leia mais."),
        ("en", "See Itamar's novel in English, says the Beira-Rio shop."),
        ("en", "Three Stories For Long Evenings"),
        ("es", "La novela de ITAMAR, en español."),
    ],
)
def test_names_of_the_evidence_and_common_words_with_a_capital_may_be_said(locale: Locale, body: str) -> None:
    assert (
        unbound(body, "Torto Arado, de Itamar Vieira Junior, na livraria Beira-Rio.", "Em 1/12/2026.", locale=locale)
        == []
    )


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        ("Colhido na Fazenda Boa Vista.", "Fazenda Boa Vista"),
        ("Integrado à EnviaMais.", "EnviaMais"),
        ("“Adorei.” — Paula Nogueira", "Paula Nogueira"),
        ("O chef Marco Bellandi cozinha.", "Marco Bellandi"),
    ],
)
def test_names_that_no_evidence_gives_are_unbound(body: str, quote: str) -> None:
    assert unbound(body, "Café da Fazenda Santa Inês.") == [("entity", quote)]


def test_the_sender_may_be_named_without_proving_anything() -> None:
    assert claims("Um café da Torra Serrana.", "Café.", context="Torra Serrana") == []


def test_an_address_is_a_claim() -> None:
    shop = Source("Veja.", url="https://www.loja.example/kit")
    claim = only("Veja em loja.example/kit.", shop)
    assert (claim.kind, claim.value, claim.support[0].fact) == ("link", "loja.example/kit", "url")
    assert unbound("Veja em outra-loja.top.", shop) == [("link", "outra-loja.top")]
    assert claims("Escreva para ana@loja.example.", shop) == []


def test_unbound_claims_become_findings_with_a_replacement() -> None:
    offer = Source("Kit.", Facts(price=Decimal("44.90")))
    (finding,) = check(Copy("sms", PORTUGUESE, {"text": "Por R$ 40."}, [offer], {}, NOW))
    assert (finding.code, finding.quote, finding.replacement) == ("claim.price", "R$ 40", "R$ 44,90")


def test_terms_that_an_offer_tells_for_all_are_no_stretch_whatever_else_it_bounds() -> None:
    terms = "Frete grátis para Sudeste e Sul, sem valor mínimo."
    offer = f"Colcha por R$ 344,00; frete grátis para Sudeste e Sul; 28 unidades em estoque. {terms}"
    assert unbound(terms, offer) == []


def money(cents: int) -> str:
    return f"R$ {cents // 100:,}".replace(",", ".") + f",{cents % 100:02}"


@given(st.integers(1, 10**8), st.integers(1, 99))
def test_what_is_copied_from_evidence_is_bound(cents: int, percent: int) -> None:
    evidence = f"Kit por {money(cents)}, {percent}% a menos."
    assert unbound(f"Leve por {money(cents)}. São {percent}% de desconto.", evidence) == []


@given(st.integers(100, 10**6), st.integers(13, 60), st.data())
def test_an_amount_that_does_not_follow_is_unbound(stated: int, times: int, data: st.DataObject) -> None:
    told = stated * times + data.draw(st.integers(1, stated - 1))  # more than twelve of them, and no whole number
    assert unbound(f"Leve por {money(told)}.", f"Kit por {money(stated)}.") == [("price", money(told))]
