"""Whether each field, and each longer sentence in it, is in the copy's language."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from service.checks.copy import Copy
from service.checks.models import Finding
from service.checks.phrases import Text, known_text
from service.checks.wordings import words
from service.checks.words import fold
from service.types import LOCALES, Locale

_WORDS: dict[Locale, frozenset[str]] = {locale: words("language", locale[:2]) for locale in LOCALES}
_ALSO: dict[Locale, frozenset[str]] = {locale: words("language", f"{locale[:2]}_also") for locale in LOCALES}


def _only(locale: Locale) -> frozenset[str]:
    others = frozenset[str]().union(*(_WORDS[one] | _ALSO[one] for one in LOCALES if one != locale))
    return _WORDS[locale] - others


_TELLING: dict[Locale, frozenset[str]] = {locale: _only(locale) for locale in LOCALES}
_OWN: dict[Locale, frozenset[str]] = {locale: _WORDS[locale] | _ALSO[locale] for locale in LOCALES}
_ABROAD = words("language", "abroad") - frozenset[str]().union(*_OWN.values())
_FOREIGN: dict[Locale, frozenset[str]] = {
    locale: frozenset[str]().union(_ABROAD, *(_WORDS[one] for one in LOCALES if one != locale)) - _OWN[locale]
    for locale in LOCALES
}
_FOREIGN["en"] |= words("language", "iberian")
_KNOWN = frozenset[str]().union(*_OWN.values())
_ARTICLES = words("language", "articles")
_WORD = re.compile(r"[^\W\d_][^\W\d_]*(?:'[^\W\d_]+)?")
_TOKEN = re.compile(r"\{\{[^{}]*\}\}")
_LONG = 5  # words; a shorter piece is judged by the words we know alone
_QUOTED = 6  # words that evidence has one after another may be a title or a name
_SURE = 0.9
_CERTAIN = 0.97  # where only how its words are spelled tells anything
_LIKELY = 0.75  # where no word tells the language that was asked for
_SURELY = 2  # words of a language that nobody asked for, for each of its own
_SPELLED_ABROAD: dict[Locale, re.Pattern[str]] = {
    "pt-BR": re.compile(r"[ñ¿¡]|ción|iones\b|ll", re.IGNORECASE),
    "es": re.compile(r"[çãõâê]|ss|lh|nh", re.IGNORECASE),
}
"""Spellings that a language has not, and its neighbour has."""
_LANGUAGES = {"pt-BR": Language.PORTUGUESE, "en": Language.ENGLISH, "es": Language.SPANISH}


def language(copy: Copy) -> Iterator[Finding]:
    """Fields and sentences in another language."""
    own, foreign = _OWN[copy.locale], _FOREIGN[copy.locale]
    for name, text in copy.texts.items():
        # One look settles nearly all fields: there are words of the language, and none that it does not have.
        alien = text.words & foreign
        if alien and "{{" in text.folded:  # the names of tokens are English
            inside = " ".join(_TOKEN.findall(text.folded))
            alien = frozenset(word for word in alien if text.folded.count(word) > inside.count(word))
        if not alien and (len(text.words) < _LONG or not text.words.isdisjoint(own)):
            if _is_spelled_abroad(copy, name, text):
                yield copy.finding("style.language", name, 0, len(copy.fields[name].rstrip()))
            continue
        pieces = [(start, end) for start, end in text.sentences if _foreign(copy, name, text, start, end, alien)]
        if pieces:
            start, end = pieces[0][0], pieces[-1][1]
            whole = copy.fields[name]
            while start < end and whole[start] in " \n":
                start += 1
            yield copy.finding("style.language", name, start, len(whole[:end].rstrip()))


def _is_spelled_abroad(copy: Copy, name: str, text: Text) -> bool:
    """Whether it is in a language with which its own shares all the small words that stand there."""
    spelled = _SPELLED_ABROAD.get(copy.locale)
    if spelled is None or len(text.words) < _LONG or not text.words.isdisjoint(_TELLING[copy.locale]):
        return False
    whole = copy.fields[name]
    return spelled.search(whole) is not None and _detected(copy.locale, " ".join(_WORD.findall(whole)), sure=_CERTAIN)


def _foreign(copy: Copy, name: str, text: Text, start: int, end: int, alien: Collection[str]) -> bool:
    """Whether that piece is in another language. `alien` are the words of others that stand somewhere in the field."""
    folded = text.folded[start:end]
    if _is_own(copy, name, (start, end), folded, alien):
        return False
    piece = list(_words(copy, name, text, start, end))
    telling = sum(word in _TELLING[copy.locale] for word in piece)
    others = sum(word in _FOREIGN[copy.locale] for word in piece)
    if (others == 0 and (telling or len(piece) < _LONG)) or _stated(copy, folded):
        return False
    abroad = sum(word in _ABROAD for word in piece)
    if (others >= 2 and telling == 0) or abroad > _SURELY * telling >= _SURELY:
        return True
    if len(piece) < _LONG:
        return len(piece) > 1 and others > 0 and telling == 0 and _is_short_foreign(copy, name, (start, end), piece)
    if others > telling or others == 0:
        return _detected(
            copy.locale,
            " ".join(_WORD.findall(copy.fields[name][start:end])),
            sure=(_SURE if telling else _LIKELY) if others else _CERTAIN,
        )
    return False


def _is_short_foreign(copy: Copy, name: str, place: tuple[int, int], piece: Sequence[str]) -> bool:
    """Whether a few words are in another language. One that we do not know may be a name, and then the rest tells too
    little; or it may be borrowed, and then the verb before it or the article tells."""
    unknown = [word for word in piece if word not in _KNOWN]
    if not unknown:
        return True
    first, *further = copy.fields[name][slice(*place)].split()
    plain = {fold(word).strip(".,!?;:") for word in (first.lower(), *filter(str.islower, further))}
    foreign = _FOREIGN[copy.locale]
    if not plain.issuperset(unknown):
        return False
    tells = piece[0] in foreign or not foreign.isdisjoint(_ARTICLES.intersection(piece))
    return tells or (_OWN[copy.locale].isdisjoint(piece) and all(map(str.isalpha, (first, *further))))


def _is_own(copy: Copy, name: str, place: tuple[int, int], folded: str, alien: Collection[str]) -> bool:
    """Whether one look settles it, as nearly always: no word that the language does not have, and a small one that it
    has, or only a few in all."""
    told = _WORD.findall(folded) if "'" in folded or any([word in folded for word in alien]) else None  # noqa: C419
    if told and not _FOREIGN[copy.locale].isdisjoint(told):
        return False
    if "{{" not in folded and not _OWN[copy.locale].isdisjoint(copy.fields[name][slice(*place)].split()):
        return True
    return len(_WORD.findall(folded) if told is None else told) < _LONG


def _words(copy: Copy, name: str, text: Text, start: int, end: int) -> Iterator[str]:
    """The words of a piece but for its tokens and the names in it."""
    whole = copy.fields[name]
    tokens = copy.braces[name].tokens if whole.find("{{", start, end) >= 0 else ()
    blanks = [(found.start, found.end) for found in tokens]
    known = _known(copy.wordings)
    for match in _WORD.finditer(text.folded, start, end):
        if any(first <= match.start() < last for first, last in blanks):
            continue
        capital = whole[match.start()].isupper() and match.start() > start + 1
        if not (capital and match[0] in known):
            yield match[0]


@lru_cache(maxsize=256)
def _known(wordings: tuple[str, ...]) -> frozenset[str]:
    return frozenset[str]().union(*(known_text(wording).words for wording in wordings))


def _stated(copy: Copy, piece: str) -> bool:
    """Whether evidence has it word for word, and it is short enough to be a name or a title."""
    plain = " ".join(_WORD.findall(piece))
    if not plain or plain.count(" ") >= _QUOTED:
        return False
    return any(plain in _plain(wording) for wording in copy.wordings) or plain in _plain(copy.context)


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*_LANGUAGES.values()).build()


def _detected(locale: Locale, piece: str, *, sure: float) -> bool:
    """Whether another of the three languages is as good as certain."""
    likely = _detector().compute_language_confidence_values(piece)[0]
    return likely.language != _LANGUAGES[locale] and likely.value >= sure


@lru_cache(maxsize=2_048)
def _plain(text: str) -> str:
    return " ".join(_WORD.findall(known_text(text).folded))
