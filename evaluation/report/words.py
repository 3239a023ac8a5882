"""The page's own words in the reader's language, and numbers as that language writes them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from service.types import Locale

CATALOGUES = Path(__file__).parent / "locales"
NOTHING = "–"


class Words:
    """Texts and numbers for one language; what its catalogue has not stays English."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self._babel = locale.replace("-", "_")
        self._known = catalogue(locale)

    def __call__(self, text: str, **values: object) -> str:
        """The text in that language, with the values in their places."""
        told = self._known.get(text, text)
        return told.format(**values) if values else told

    def knows(self, text: str) -> bool:
        """Whether the text is there in that language."""
        return self.locale == "en" or text in self._known

    def number(self, value: float | None, digits: int = 3) -> str:
        """A value with the digits that tell: so many after the point, or two that are not zero where it is small."""
        if value is None:
            return NOTHING
        if abs(value) >= 1000 or value == int(value):
            return format_decimal(round(value), locale=self._babel)
        if abs(value) < 0.01:
            return format_decimal(float(f"{value:.2g}"), "0.##########", locale=self._babel)
        digits = 1 if abs(value) >= 10 else digits
        return format_decimal(value, f"0.{'0' * digits}", locale=self._babel)

    def gain(self, value: float | None) -> str:
        """A difference, with its sign."""
        if value is None:
            return NOTHING
        return f"{'+' if value > 0 else '−' if value < 0 else ''}{self.number(abs(value))}"

    def percent(self, value: float | None) -> str:
        """A share; digits after the point only where the whole number would say too much."""
        if value is None:
            return NOTHING
        exact = abs(value * 100 - round(value * 100)) < 0.05 and (0 < round(value * 100) < 100 or value in (0.0, 1.0))
        return format_percent(value, "0%" if exact else "0.0%", locale=self._babel)

    def value(self, value: float | None, unit: str) -> str:
        """A figure for those who do not count in shares: percent, or the number with its unit."""
        if not unit:
            return self.percent(value)
        if unit == "USD" and value is not None:
            return f"{format_decimal(value, '0.00', locale=self._babel)} {unit}"
        return f"{self.number(value)} {self(unit)}"


@cache
def catalogue(locale: Locale) -> dict[str, str]:
    """English text to that language's; empty for English."""
    path = CATALOGUES / f"{locale.replace('-', '_')}.po"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        found: Any = read_po(file, locale=locale.replace("-", "_"))
    return {str(message.id): str(message.string) for message in found if message.id and message.string}
