"""Families of wordings, looked for only where they may begin.

A pattern is written in small letters without accents and begins with letters, or with the alternatives of its first
word: `(ultimas|poucas) vagas`. Texts are indexed once by the first four letters of their words, so that a hundred
wordings cost a few look-ups where none of them stands: 20 µs for an e-mail, where searching for each took 900.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from service.checks.once import once
from service.checks.words import apart, has_digit, words_of
from service.types import LOCALES, Locale

_FIRST = re.compile(r"[^\W_]+")
_KEY = 4  # letters
_STEM = 5
_SHORT = 3
_GROUP = re.compile(r"\(([^()]*)\)(?![?*+{])")
_AFTER = re.compile(r"\Z|[ '!,%:-]|\[[- !,.:]|\(\?[:!=][^\w(\\]|\)|\\b|\? ")  # what may follow a word of fewer letters
_DIGITS = frozenset("0123456789")
_STOP = re.compile(r"[.!?…][.!?…]*(?=[\s\"'”’)]|$)|\n")


class Text:
    """A text folded, and its words by their first letters. One that is told its locale, as copy is, is gone through
    once for the wordings of all families; others, as evidence is, only for the family that somebody asks for."""

    def __init__(self, text: str, locale: Locale | None = None) -> None:
        self.folded, self._words, self.signs, self.raw, self.latin = apart(text)
        self.locale = locale
        self.words = frozenset(self._words).difference(("",))
        """All its words."""

    @once
    def numbered(self) -> bool:
        """Whether there is a digit in it."""
        return not self.signs.isdisjoint(_DIGITS) or (not self.raw and has_digit(self.folded))

    @once
    def keys(self) -> frozenset[str]:
        """The first letters of its words."""
        return frozenset([word[:_KEY] for word in self.words])

    def places(self, key: str) -> Iterator[int]:
        """Where the words stand that begin with those letters; a key of fewer letters is a whole word."""
        text, at = self.folded, self.folded.find(key)
        while at >= 0:
            end = at + len(key)
            if (at == 0 or not text[at - 1].isalnum()) and (len(key) == _KEY or not text[end : end + 1].isalnum()):
                yield at
            at = text.find(key, end)

    @once
    def found(self) -> dict[Phrases, list[re.Match[str]]]:
        """Where wordings of its locale stand, by their family."""
        found: dict[Phrases, list[re.Match[str]]] = {}
        text, table = self.folded, _together(self.locale) if self.locale else {}
        starts = accumulate([len(word) + 1 for word in self._words], initial=0)
        keys = [word[:_KEY] for word in self._words]
        for (stands, each), start in [(table[key], at) for key, at in zip(keys, starts, strict=False) if key in table]:
            if stands(text, start):
                for family, pattern in each:
                    if match := pattern.match(text, start):
                        found.setdefault(family, []).append(match)
        return found

    @once
    def stems(self) -> frozenset[str]:
        """The beginnings of its longer words, by which `bicicleta` and `bicicletas` are one."""
        return frozenset([word[:_STEM] for word in self.words if len(word) > _SHORT])

    @once
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """From where to where each sentence goes."""
        cuts = [0, *(match.end() for match in _STOP.finditer(self.folded)), len(self.folded)]
        return tuple((start, end) for start, end in pairwise(cuts) if start < end)

    def sentence(self, at: int) -> tuple[int, int]:
        """The sentence round a place, without the spaces before it."""
        start, end = next((one for one in self.sentences if one[0] <= at < one[1]), (0, len(self.folded)))
        while start < at and self.folded[start] in " \n\t":
            start += 1
        return start, end

    def said(self, at: int) -> str:
        """The words of the sentence round a place, folded."""
        start, end = self.sentence(at)
        return self.folded[start:end]


known_text = lru_cache(maxsize=2_048)(Text)
"""A text of content, remembered: it stands beside draft after draft."""


def stems(folded: str) -> frozenset[str]:
    """The first five letters of the words that have four or more."""
    return frozenset([word[:_STEM] for word in words_of(folded) if len(word) > _SHORT])


_FAMILIES: list[Phrases] = []


class _Together(NamedTuple):
    """The patterns that begin with the same letters: whether any stands at a place, and each by its family."""

    stands: Callable[[str, int], re.Match[str] | None]
    each: Sequence[tuple[Phrases, re.Pattern[str]]]


@cache
def _together(locale: Locale) -> Mapping[str, _Together]:
    """The patterns of every family by their first letters."""
    table = defaultdict[str, list[tuple[Phrases, re.Pattern[str]]]](list)
    for family in _FAMILIES:
        for key, pattern in family.table(locale).items():
            table[key].append((family, pattern))
    return {
        key: _Together(re.compile("|".join(one.pattern for _, one in each)).match, each) for key, each in table.items()
    }


class Phrases:
    """Wordings of one sense, by language: `pt`, `en` and `es`."""

    def __init__(self, patterns: Mapping[str, Sequence[str]]) -> None:
        self._set({locale: _table(patterns.get(locale[:2], ())) for locale in LOCALES})

    def abroad(self, locale: Locale) -> Phrases:
        """The phrases of that locale, to be looked for in copy of all others."""
        phrases = Phrases({})
        phrases._set({one: self._tables[locale] if one != locale else {} for one in LOCALES})
        return phrases

    def _set(self, tables: Mapping[Locale, Mapping[str, re.Pattern[str]]]) -> None:
        self._tables = tables
        self._keys = {locale: frozenset(table) for locale, table in self._tables.items()}
        if self not in _FAMILIES:
            _FAMILIES.append(self)
        _together.cache_clear()

    def find(self, text: Text, locale: Locale) -> Sequence[re.Match[str]]:
        """Every place where one stands, left to right, none inside another."""
        matches = text.found.get(self, ()) if text.locale == locale else self._matches(text, locale)
        return _apart(matches) if matches else ()

    def _matches(self, text: Text, locale: Locale) -> Sequence[re.Match[str]]:
        table = self._tables[locale]
        keys = self._keys[locale] & text.keys
        places = sorted((place, key) for key in keys for place in text.places(key)) if keys else ()
        return [match for start, key in places if (match := table[key].match(text.folded, start))]

    def table(self, locale: Locale) -> Mapping[str, re.Pattern[str]]:
        """Its patterns of that locale by the first letters of what they match."""
        return self._tables[locale]

    def among(self, text: Text) -> Iterator[re.Match[str]]:
        """Every place where one stands in whatever language, for evidence."""
        for locale in LOCALES:
            yield from self.find(text, locale)

    def stands(self, text: Text, locale: Locale) -> bool:
        """Whether one stands there."""
        return bool(self.find(text, locale))


def _apart(matches: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """The matches but for those that begin inside the one before."""
    apart: list[re.Match[str]] = []
    for match in matches:
        if not apart or match.start() >= apart[-1].end():
            apart.append(match)
    return apart


def _table(patterns: Sequence[str]) -> dict[str, re.Pattern[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for whole in patterns:
        for pattern in _spread(whole):
            key, told, rest = pattern.partition("=>")
            first = _FIRST.match(pattern)
            if not told and (not first or (len(first[0]) < _KEY and not _AFTER.match(pattern, first.end()))):
                raise ValueError(f"{pattern!r} does not begin with a word, or with four letters of one")
            groups[(key if told else first[0] if first else "")[:_KEY]].append(rest if told else pattern)
    return {key: re.compile(f"(?:{'|'.join(parts)})(?![^\\W_])") for key, parts in groups.items()}


def _spread(pattern: str) -> list[str]:
    """The pattern once for each alternative of the group that it begins with."""
    group = _GROUP.match(pattern)
    return [one + pattern[group.end() :] for one in group[1].split("|")] if group else [pattern]
