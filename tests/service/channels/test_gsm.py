"""Text messages, counted as networks count them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.channels.gsm import Count, count, septets, transliterate


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", Count("GSM-7", 0, 0)),
        ("a" * 160, Count("GSM-7", 160, 1)),
        ("a" * 161, Count("GSM-7", 161, 2)),
        ("a" * 306, Count("GSM-7", 306, 2)),
        ("a" * 307, Count("GSM-7", 307, 3)),
        ("à é è ù ì ò Ç ö ñ Ü", Count("GSM-7", 19, 1)),
        ("18 € [hoje]", Count("GSM-7", 14, 1)),  # €, [ and ] are two septets each
        ("€" * 80, Count("GSM-7", 160, 1)),
        ("a" * 152 + "€" + "a" * 8, Count("GSM-7", 162, 2)),
        ("já", Count("UCS-2", 2, 1)),
        ("ção", Count("UCS-2", 3, 1)),
        ("ã" * 70, Count("UCS-2", 70, 1)),
        ("ã" * 71, Count("UCS-2", 71, 2)),
        ("ã" * 134, Count("UCS-2", 134, 2)),
        ("ã" * 135, Count("UCS-2", 135, 3)),
        ("😀" * 35, Count("UCS-2", 70, 1)),
        ("😀" * 67, Count("UCS-2", 134, 3)),  # an emoji is not cut in two: 33 to a part
    ],
)
def test_a_text_takes_what_a_network_takes(text: str, counted: Count) -> None:
    assert count(text) == counted


@pytest.mark.parametrize("char", "ãõáâêíóúçÁÊÍÓÚÃÕ")
def test_what_portuguese_has_and_the_alphabet_has_not(char: str) -> None:
    assert count(char).encoding == "UCS-2"
    assert count(transliterate(char)).encoding == "GSM-7"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Promoção até amanhã, à vista", "Promocao até amanha, à vista"),
        ("“Café” – de R$ 10 → R$ 8…", '"Café" - de R$ 10 -> R$ 8...'),
        ("92\u00a0°C, nº 1", "92 oC, no 1"),
        ("cafe\u0301", "café"),
        ("Oi 😀", "Oi 😀"),
        ("ñ Ü €", "ñ Ü €"),
    ],
)
def test_a_plainer_spelling(text: str, plain: str) -> None:
    assert transliterate(text) == plain


def test_one_message_is_160_septets_in_either_alphabet() -> None:
    assert septets("ã" * 160) == 160  # as "a"
    assert septets("😀" * 35) == 160  # no other spelling: 70 units of 16 bits
    assert septets("😀" * 35 + "a") > 160


@given(st.text(max_size=400))
def test_a_plainer_spelling_is_settled_and_never_needs_more_parts_than_its_own(text: str) -> None:
    plain = transliterate(text)
    assert transliterate(plain) == plain
    assert (count(plain).encoding == "GSM-7") or (septets(text) > 160) == (count(plain).parts > 1)
