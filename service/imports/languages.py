"""Words for languages, as they stand in files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from service.imports.cells import fold
from service.types import Locale

_LANGUAGES: Mapping[str, Locale] = {
    "pt": "pt-BR",
    "portugues": "pt-BR",
    "portuguese": "pt-BR",
    "en": "en",
    "ingles": "en",
    "english": "en",
    "es": "es",
    "espanhol": "es",
    "espanol": "es",
    "spanish": "es",
}


@lru_cache(256)
def language(word: str) -> Locale | None:
    """The locale that a word or a tag of a language means (`pt`, `pt_PT`, `Español`), None for others."""
    return _LANGUAGES.get(fold(word).split(" ")[0])
