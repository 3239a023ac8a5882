"""The languages that retrieval knows how to stem."""

from __future__ import annotations

from typing import Literal

Language = Literal["pt", "en", "es"]

LANGUAGES: tuple[Language, ...] = ("pt", "en", "es")
