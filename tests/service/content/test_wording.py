"""Money, dates and offers in the words of each locale, and that the checks read what is written."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.checks.numbers import amounts
from service.content.models import Facts
from service.content.wording import SIGNS, day, long_date, money, offer_text, short_money
from service.types import LOCALES, Locale

ZONE = ZoneInfo("America/Sao_Paulo")
NIGHT = datetime(2026, 12, 5, 2, 59, tzinfo=UTC)  # still the 4th in São Paulo
FACTS = Facts(
    price=Decimal("1299.90"), old_price=Decimal(1500), pix_price=Decimal("1234.90"), discount_percent=Decimal("13.50"),
    installments=10, installment_amount=Decimal("129.99"), coupon="CASA10", free_shipping_region="Sul", stock=7,
    terms="Um por pessoa.",
)  # fmt: skip


@pytest.mark.parametrize(
    ("locale", "currency", "written", "short"),
    [
        ("pt-BR", "BRL", "R$ 48.800,00", "R$ 48.800"),
        ("es", "BRL", "R$ 48.800,00", "R$ 48.800"),
        ("en", "BRL", "R$ 48,800.00", "R$ 48,800"),
        ("pt-BR", "ARS", "AR$ 48.800,00", "AR$ 48.800"),
        ("es", "ARS", "AR$ 48.800,00", "AR$ 48.800"),
        ("en", "ARS", "AR$ 48,800.00", "AR$ 48,800"),
        ("es", "USD", "US$ 48.800,00", "US$ 48.800"),
        ("en", "CLP", "CLP 48,800.00", "CLP 48,800"),
    ],
)
def test_a_currency_is_written_one_way_in_a_locale(locale: Locale, currency: str, written: str, short: str) -> None:
    assert money(Decimal(48_800), currency, locale) == written
    assert short_money(Decimal(48_800), currency, locale) == short
    assert short_money(Decimal("48800.50"), currency, locale) == money(Decimal("48800.50"), currency, locale)


@given(
    st.decimals(0, 10**11, places=2, allow_nan=False),
    st.sampled_from([*SIGNS, "CLP", "COP", "UYU", "PEN"]),
    st.sampled_from(LOCALES),
)
def test_what_is_written_is_read_as_the_same_amount(value: Decimal, currency: str, locale: Locale) -> None:
    for text in (money(value, currency, locale), short_money(value, currency, locale)):
        assert [(one.value, one.currency) for one in amounts(f"Sai por {text}, hoje.")] == [(value, currency)]


@pytest.mark.parametrize(
    ("locale", "dated", "called", "next_year"),
    [
        ("pt-BR", "4 de dezembro de 2026", "4 de dezembro", "1 de março de 2027"),
        ("en", "4 December 2026", "4 December", "1 March 2027"),
        ("es", "4 de diciembre de 2026", "4 de diciembre", "1 de marzo de 2027"),
    ],
)
def test_a_day_is_that_of_the_readers(locale: Locale, dated: str, called: str, next_year: str) -> None:
    now = datetime(2026, 11, 22, 10, tzinfo=ZONE)
    assert long_date(NIGHT, locale, ZONE) == dated
    assert day(NIGHT, now, locale) == called
    assert day(datetime(2027, 3, 1, 12, tzinfo=UTC), now, locale) == next_year
    assert day(NIGHT, now.astimezone(UTC), locale).startswith("5 ")


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        (
            "pt-BR",
            "Jogo: de R$ 1.500,00 por R$ 1.299,90, 13,5% de desconto, R$ 1.234,90 no Pix, 10x de R$ 129,99, "
            "cupom CASA10, frete grátis para Sul, 7 unidades em estoque, válido até 4 de dezembro de 2026. "
            "Um por pessoa.",
        ),
        (
            "en",
            "Jogo: was R$ 1,500.00, now R$ 1,299.90, 13.5% off, R$ 1,234.90 with Pix, 10 instalments of R$ 129.99, "
            "coupon CASA10, free shipping to Sul, 7 in stock, valid until 4 December 2026. Um por pessoa.",
        ),
        (
            "es",
            "Jogo: de R$ 1.500,00 a R$ 1.299,90, 13,5% de descuento, R$ 1.234,90 con Pix, 10 cuotas de R$ 129,99, "
            "cupón CASA10, envío gratis a Sul, 7 unidades en stock, válido hasta el 4 de diciembre de 2026. "
            "Um por pessoa.",
        ),
    ],
)
def test_an_offer_is_told_in_full(locale: Locale, text: str) -> None:
    assert offer_text("Jogo", FACTS, NIGHT, locale, ZONE) == text


def test_an_offer_without_facts_is_its_title() -> None:
    assert offer_text("Jogo", Facts(), None, "pt-BR", ZONE) == "Jogo."


def test_writing_an_amount_and_a_day_takes_microseconds() -> None:
    begin, now = time.process_time(), datetime(2026, 11, 22, 10, tzinfo=ZONE)
    for number in range(2_000):
        money(Decimal(number), "BRL", "pt-BR")
        day(NIGHT, now, "pt-BR")
    assert (time.process_time() - begin) / 4_000 < 100e-6
