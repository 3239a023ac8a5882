"""Amounts of money and percentages in text, and what plain arithmetic makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

_NUMBER = r"\d{1,3}(?:[.,\u00a0\u202f]\d{3}){1,4}(?:[.,]\d{1,2})?(?!\d)|\d{1,12}(?:[.,]\d{1,2})?(?![\d])"
_SIGNS = {"R$": "BRL", "US$": "USD", "U$S": "USD", "€": "EUR", "£": "GBP", "AR$": "ARS", "MX$": "MXN", "COP$": "COP"}
_WORDS = {
    "real": "BRL",
    "reais": "BRL",
    "reales": "BRL",
    "euro": "EUR",
    "euros": "EUR",
    "pound": "GBP",
    "pounds": "GBP",
    "libra": "GBP",
    "libras": "GBP",
}
_LOOSE = ("$", "peso", "pesos", "dólar", "dólares", "dollar", "dollars")  # several currencies share these
_CODES = ("BRL", "USD", "EUR", "GBP", "ARS", "MXN", "COP", "CLP", "UYU", "PEN")
_SCALE = {"mil": 1_000, "k": 1_000, "thousand": 1_000, "milhão": 10**6, "milhões": 10**6, "million": 10**6}
_SCALE |= {"millón": 10**6, "millones": 10**6}


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _scaled(number: str, scale: str) -> str:
    return rf"(?P<{number}>{_NUMBER})(?:\s?(?P<{scale}>{_either(_SCALE)})\b)?"


_MONEY = re.compile(
    rf"(?<![\w$])(?P<sign>{_either([*_SIGNS, '$', *_CODES])})\s?{_scaled('after', 'after_scale')}"
    rf"|(?<![\w.,]){_scaled('before', 'before_scale')}\s?(?:de\s)?"
    rf"(?P<word>(?:{_either([*_WORDS, *_LOOSE[1:], *_CODES])})\b|[€£])",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"(?<![\w.,])(\d{1,4}(?:[.,]\d{1,2})?)\s?(?:%|por\s?cento\b|por\s?ciento\b|per\s?cent\b)", re.IGNORECASE
)
_HALF = re.compile(
    r"\b(?:(?:pela\s|a\s)?metade do (?:preço|valor)|half[\s-]price|half (?:the price|off)|(?:a )?mitad del? precio)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"(?<![\w.,/])\d{1,3}(?![\w.,/%]*\d)")
_PART = re.compile(r"\b(\d{1,3}) (?:de cada|em cada|out of|of every|in every|de) (\d{1,3})\b", re.IGNORECASE)
_TAKE = re.compile(
    r"\b(?:leve|take|lleva|llévate|buy|compre) (\d{1,2})\s?(?:,| e| y| and)? (?:pague|pay|paga) (\d{1,2})\b"
    r"|\b(\d)x(\d)\b",
    re.IGNORECASE,
)
_ONE_FREE = re.compile(
    r"\bbuy one,? get one(?: free)?\b|\bleve (?:2|dois|duas) (?:e )?pague (?:1|um|uma)\b", re.IGNORECASE
)
_FREE = re.compile(r"\b(?:grátis|gratuit[oa]s?|gratis|free|no cost|sem custo|sin costo)\b", re.IGNORECASE)
_remembered = lru_cache(maxsize=4_096)  # the same evidence stands beside every draft, and reading it takes longest
_CENT = Decimal("0.01")


class Amount(NamedTuple):
    """A sum of money in a text; `currency` is None where the sign does not tell."""

    value: Decimal
    currency: str | None
    start: int = 0
    end: int = 0


class Percent(NamedTuple):
    """A percentage in a text."""

    value: Decimal
    start: int = 0
    end: int = 0


@_remembered
def amounts(text: str) -> tuple[Amount, ...]:
    """The sums of money that a text names, as `R$ 1.299,90`, `US$ 20` or `20 reais`."""
    return tuple(_amounts(text))


def _amounts(text: str) -> Iterator[Amount]:
    for match in _MONEY.finditer(text):
        number, scale = (
            (match["after"], match["after_scale"]) if match["sign"] else (match["before"], match["before_scale"])
        )
        value = decimal(number) * _SCALE.get((scale or "").lower(), 1)
        yield Amount(value, _currency(match["sign"] or match["word"]), *match.span())


@_remembered
def percents(text: str) -> tuple[Percent, ...]:
    """The percentages that a text names; "half price" is 50."""
    named = [Percent(decimal(match[1]), *match.span()) for match in _PERCENT.finditer(text)]
    return (*named, *(Percent(Decimal(50), *match.span()) for match in _HALF.finditer(text)))


@_remembered
def implied_percents(text: str) -> frozenset[Decimal]:
    """Percentages told in other words: 9 of 10, take 4 and pay 3, buy one and get one free."""
    found = {
        Decimal(part[1]) * 100 / Decimal(part[2]) for part in _PART.finditer(text) if 0 < int(part[1]) < int(part[2])
    }
    for deal in _TAKE.finditer(text):
        take, pay = int(deal[1] or deal[3]), int(deal[2] or deal[4])
        if 0 < pay < take:
            found.add(Decimal(take - pay) * 100 / take)
    if _ONE_FREE.search(text):
        found.add(Decimal(50))
    return frozenset(found | {percent.quantize(Decimal(1), ROUND_HALF_UP) for percent in found})


@_remembered
def free(text: str) -> bool:
    """Whether something costs nothing."""
    return bool(_FREE.search(text))


@_remembered
def counts(text: str) -> frozenset[int]:
    """The small whole numbers of a text, by which an amount may be multiplied or divided."""
    return frozenset(int(match[0]) for match in _COUNT.finditer(text) if 1 < int(match[0]) <= 400)


def decimal(number: str) -> Decimal:
    """A number as it is written in Brazil, Spain or the United States: a group of three digits is thousands."""
    whole, _, cents = number.rpartition(number[-3]) if len(number) > 2 and number[-3] in ".," else (number, "", "")
    if not cents and len(number) > 1 and number[-2] in ".,":
        whole, _, cents = number.rpartition(number[-2])
    return Decimal(f"{re.sub(r'[^0-9]', '', whole) or 0}.{cents or 0}")


def rounded(value: Decimal) -> set[Decimal]:
    """A sum as it may be written: to the cent, up or down."""
    return {value.quantize(_CENT, ROUND_HALF_UP), value.quantize(_CENT, ROUND_DOWN)}


def _currency(sign: str) -> str | None:
    upper = sign.upper()
    return _SIGNS.get(upper) or _WORDS.get(sign.lower()) or (upper if upper in _CODES else None)
