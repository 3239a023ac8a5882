"""The words of `wordings.toml`, for whoever writes copy to read and to mend."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from service.types import Locale


def worded(table: str, code: str, locale: Locale, **values: object) -> str:
    """A text of that table in that locale, filled in, and beginning as a sentence does."""
    text = _read()[table][code][locale].format(**values)
    return text[:1].upper() + text[1:]


def plain(table: str, code: str, locale: Locale) -> str:
    """A word of that table as it stands."""
    return _read()[table][code][locale]


@cache
def _read() -> dict[str, dict[str, dict[Locale, str]]]:
    return tomllib.loads(Path(__file__).with_name("wordings.toml").read_text(encoding="utf-8"))
