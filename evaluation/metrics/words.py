"""Words as metrics count them: folded, without stop words, by language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from retrieval.languages import Language
from service.checks.words import wordset

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_STOP: Mapping[Language, frozenset[str]] = {
    "pt": wordset(
        "a o e as os um uma uns umas de do da dos das em no na nos nas por pelo pela para pra com sem que se seu sua"
        " seus suas voce voces ja mais mas ou ao aos como quando onde isso este esta esse essa e ser ha tem so ate"
        " muito nosso nossa nossos nossas me te lhe foi sao esta nao sim tudo todo toda cada aqui agora hoje"
    ),
    "en": wordset(
        "a an the and or but of to in on at by for with without from as is are was be been it its this that these"
        " those you your yours we our ours they their he she his her i me my not no so if then than too very can will"
        " just now here there all any more most only"
    ),
    "es": wordset(
        "a o y e u el la los las un una unos unas de del al en por para con sin que se su sus tu tus ya mas pero como"
        " cuando donde esto este esta ese esa es son ser hay muy nuestro nuestra nuestros nuestras me te le lo no si"
        " todo toda cada aqui ahora hoy hasta"
    ),
}


def folded(text: str) -> str:
    """Lower case and without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """All words and numbers, folded."""
    return _WORD.findall(folded(text))


def content_words(text: str, language: Language) -> list[str]:
    """Those that say something: no stop words, nothing of one letter."""
    return [word for word in words(text) if word not in _STOP[language] and (len(word) > 1 or word.isdigit())]


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, and the lines that end without a stop."""
    return (part.strip() for part in _SENTENCE.split(text) if part.strip())
