"""The smallest shared types, imported by every room of the service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, cast

from retrieval.languages import Language

Clock = Callable[[], datetime]
"""Tells the time, always with a time zone."""

Locale = Literal["pt-BR", "en", "es"]
LOCALES: tuple[Locale, ...] = ("pt-BR", "en", "es")

JsonScalar = str | int | float | bool | None


def language_of(locale: Locale) -> Language:
    """The language a locale is written in: `pt-BR` is `pt`."""
    return cast("Language", locale[:2])
