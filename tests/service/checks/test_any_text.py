"""Whatever stands in copy or in evidence, the checks end, with claims and findings that point to real places."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.checks.copy import Copy
from service.checks.models import Terms
from service.checks.numbers import figures
from service.checks.run import examine
from service.checks.words import read
from service.content.models import Facts
from service.types import LOCALES, Locale
from tests.service.checks.test_checks import Source

NOW = datetime(2026, 11, 24, 10, tzinfo=timezone(timedelta(hours=-3)))
PIECES = [
    *("R$ 1.299,90", "12x de", "50%", "metade do preço", "até sexta-feira", "30/11", "31/02/2026", "amanhã", "às 25h"),
    *("últimas unidades", "o melhor", "garantido", "Maria da Silva", "{{ first_name | cliente }}", "{{", "}}", "*|F|*"),
    *(
        "<b>",
        "https://x.example/a?b",
        "oito",
        "mil e quinhentos",
        "half price",
        "tomorrow",
        "in 2 days",
        "mañana",
        "№ 1",
    ),
    *(
        "0",
        "1/0",
        "0x de R$ 0",
        "99999999999999999999",
        "111.444.777-35",
        "😀",
        "\u202e",
        "ſ",
        "İ",
        "ß",
        "\n\n",
        "  ",
        "!!!",
    ),
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=12).map(" ".join)
facts = st.builds(
    Facts,
    price=st.none() | st.decimals(0, 10_000, places=2),
    old_price=st.none() | st.decimals(0, 10_000, places=2),
    currency=st.just("BRL"),
    stock=st.none() | st.integers(0, 500),
    discount_percent=st.none() | st.just(Decimal(50)),
)


@settings(max_examples=150, deadline=None)
@given(
    locale=st.sampled_from(LOCALES),
    fields=st.fixed_dictionaries({"subject": texts, "headline": texts, "body": texts, "cta": texts}),
    evidence=st.lists(st.tuples(texts, st.none() | facts, st.sampled_from([None, -1, 1, 400])), max_size=3),
    traits=st.dictionaries(st.sampled_from(["city", "age", "notes", "first_name"]), texts | st.integers(0, 120)),
)
def test_any_text_is_examined(
    locale: Locale,
    fields: dict[str, str],
    evidence: list[tuple[str, Facts | None, int | None]],
    traits: dict[str, object],
) -> None:
    sources = [
        Source(text, known, None if days is None else NOW + timedelta(days=days), id=f"e{number}")
        for number, (text, known, days) in enumerate(evidence)
    ]
    copy = Copy(
        "email", locale, fields, sources, {"first_name": "cliente"}, NOW, traits=traits, uses={"city": "select"},
        terms=Terms(banned=("imperdível",), required=("Casa",)),
    )  # fmt: skip
    found = examine(copy)
    for claim in found.claims:
        assert fields[claim.field][claim.start : claim.end] == claim.text
        assert claim.true_from is None or claim.true_until is None or claim.true_from < claim.true_until
    for finding in found.findings:
        assert not finding.quote or fields[finding.field][finding.start : finding.end] == finding.quote
        assert finding.message


@pytest.mark.parametrize(
    "text", ["1" * 5_000, "a " * 9_000, "((((" * 3_000, "R$ " * 5_000, "até " * 5_000, "1/" * 5_000]
)
def test_no_text_takes_for_ever(text: str) -> None:
    """Patterns that go back and forth over a text would hang here, long before any time-out of a caller."""
    copy = Copy("email", "pt-BR", {"body": text[:19_900]}, [Source(text[:19_900])], {}, NOW)
    assert examine(copy).findings


FIGURES = (
    *(
        "R$ ",
        "US$",
        "€",
        " reais",
        "BRL ",
        " por cento",
        "%",
        " per cent's",
        "por\u00a0ciento",
        "half price",
        "metade do preço",
    ),
    *("12", "1.299,90", "0", " ", "\n", "x", "'", "’", "-", "_", "(", ")", "quid", "pesos", "½"),
)


@given(text=st.lists(st.sampled_from(FIGURES), max_size=8).map("".join), locale=st.sampled_from(LOCALES))
def test_who_knows_the_words_finds_no_other_figures(text: str, locale: Locale) -> None:
    assert figures(text, read(text, locale).vocabulary) == figures(text)
