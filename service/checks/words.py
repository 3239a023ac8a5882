"""The words of a text, without capitals and accents, and the numbers among them, in figures and spelled out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache, partial
from itertools import accumulate
from typing import NamedTuple

from service.checks.numbers import decimal
from service.types import Locale

_ACCENTED = [chr(code) for code in range(0xC0, 0x180)]
_PLAIN = {ord(one): unicodedata.normalize("NFD", one)[0] for one in _ACCENTED} | {0x2019: "'", 0xA0: " ", 0x202F: " "}


def _plain(encoding: str) -> bytes:
    """What each byte of a text in that encoding becomes when the text is folded."""
    whole = (bytes([code]).decode(encoding, "replace").lower().translate(_PLAIN) for code in range(256))
    return b"".join(one.encode(encoding, "replace") for one in whole)


def _spaced(encoding: str, keep: int = 0) -> bytes:
    """Each byte of a text in that encoding, and a space for whatever is no letter and no digit, but for the first
    `keep` signs."""
    return bytes(
        code if code < keep or bytes([code]).decode(encoding, "replace").isalnum() else 32 for code in range(256)
    )


# Nearly all copy is written in one of these, and bytes are folded and split in no time.
_BYTES = tuple((encoding, _plain(encoding), _spaced(encoding)) for encoding in ("latin-1", "cp1252"))
_ASCII_SIGNS = tuple((encoding, _spaced(encoding, 128)) for encoding in ("latin-1", "cp1252"))
_COMMON = b"abcdefghijklmnopqrstuvwxyz ,.\n"
_DIGIT = re.compile(r"\d")
# Each alternative begins with a single sign: it is looked for in two thirds of the time that `\d+` first would take.
_WORD = re.compile(r"(\d\d*(?:[.,]\d+)*|[^\W\d_][^\W\d_]*(?:'[^\W\d_]+)*)")
_ASCII_WORD = re.compile(r"([a-z][a-z]*(?:'[a-z]+)*|[0-9][0-9]*(?:[.,][0-9]+)*)")  # for what folding left in ASCII

_UNITS: dict[Locale, str] = {
    "pt-BR": "um|uma dois|duas tres quatro cinco seis sete oito nove dez onze doze treze catorze|quatorze quinze"
    " dezesseis dezessete dezoito dezenove",
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen",
    "es": "uno|un|una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis"
    " diecisiete dieciocho diecinueve veinte veintiuno|veintiun|veintiuna veintidos veintitres veinticuatro"
    " veinticinco veintiseis veintisiete veintiocho veintinueve",
}
_TENS: dict[Locale, str] = {
    "pt-BR": "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
}
_HUNDREDS: dict[Locale, str] = {
    "pt-BR": "cem|cento duzentos|duzentas trezentos|trezentas quatrocentos|quatrocentas quinhentos|quinhentas"
    " seiscentos|seiscentas setecentos|setecentas oitocentos|oitocentas novecentos|novecentas",
    "en": "",
    "es": "cien|ciento doscientos|doscientas trescientos|trescientas cuatrocientos|cuatrocientas quinientos|quinientas"
    " seiscientos|seiscientas setecientos|setecientas ochocientos|ochocientas novecientos|novecientas",
}
_SCALES = {
    "mil": 1_000, "thousand": 1_000, "k": 1_000, "hundred": 100, "milhao": 10**6, "milhoes": 10**6, "million": 10**6,
    "millon": 10**6, "millones": 10**6,
}  # fmt: skip
_DOZENS = {"duzia": 12, "duzias": 12, "docena": 12, "docenas": 12, "dozen": 12, "dezena": 10, "dezenas": 10}
_SCALES |= _DOZENS
_AND_HALF = re.compile(r" (?:e meia|y media|and a half)\b")
_JOINTS: dict[Locale, str] = {"pt-BR": "e", "en": "and", "es": "y"}
_ONES = frozenset({"um", "uma", "one", "un", "una", "uno"})


def _ranked(words: str, first: int, step: int) -> dict[str, int]:
    return {word: first + step * place for place, both in enumerate(words.split()) for word in both.split("|")}


_VALUES: dict[Locale, dict[str, int]] = {
    locale: _ranked(_TENS[locale], 20, 10) | _ranked(_UNITS[locale], 1, 1) | _ranked(_HUNDREDS[locale], 100, 100)
    for locale in _UNITS
}


_BEGINS = {locale: frozenset(values) | frozenset(_DOZENS) | {"mil"} for locale, values in _VALUES.items()}
_A_HUNDRED = frozenset(("hundred", "thousand"))  # "a hundred and twenty", but "a hundred reasons" are not counted
_BEGINS["en"] |= _A_HUNDRED
_COINS = frozenset(("dollars", "pounds", "euros", "quid", "bucks"))


class Word(NamedTuple):
    """A word or a number in figures, folded, and where it stands."""

    text: str
    start: int
    end: int


_word = partial(tuple.__new__, Word)  # a fifth of the time of Word(...), as with numerals


class Words:
    """The words of a text in their order, each made when somebody asks for it: copy is looked at round its numbers."""

    __slots__ = ("_ends", "texts", "vocabulary")

    def __init__(self, parts: Sequence[str]) -> None:
        self.texts = parts[1::2]
        self.vocabulary = frozenset(self.texts)
        self._ends = [*accumulate(map(len, parts))]

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, place: int) -> Word:
        text = self.texts[place]
        end = 2 * place + 1 if place >= 0 else 2 * (place + len(self.texts)) + 1
        return _word((text, self._ends[end - 1], self._ends[end]))

    def places(self, wanted: frozenset[str]) -> list[int]:
        """Where any of those words stands."""
        found: list[int] = []
        for word in wanted & self.vocabulary:
            place = -1
            for _ in range(self.texts.count(word)):
                found.append(place := self.texts.index(word, place + 1))
        return sorted(found)


class Numeral(NamedTuple):
    """A number: its value, where it stands, the places of its first and last word, and whether words spell it."""

    value: Decimal
    start: int
    end: int
    first: int
    last: int
    spelled: bool


class Reading(NamedTuple):
    """A text folded, its words and its numbers; `vocabulary` are the words once each, which tell what to look for."""

    text: str
    words: Words
    numerals: tuple[Numeral, ...]
    vocabulary: frozenset[str]


_numeral = partial(tuple.__new__, Numeral)


def wordset(words: str) -> frozenset[str]:
    """The words of a list, told as one string."""
    return frozenset(words.split())


def fold(text: str) -> str:
    """The text in small letters without accents, every character where it was."""
    if text.isascii():
        return text.lower()
    for encoding, plain, _ in _BYTES:
        try:
            return text.encode(encoding).translate(plain).decode(encoding)
        except UnicodeEncodeError:
            continue
    small = text.lower()
    if len(small) != len(text):
        small = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
    return small.translate(_PLAIN)


def spaced(folded: str) -> str:
    """The text with a space for whatever is no letter and no digit, every character where it was."""
    for encoding, _, table in _BYTES:
        try:
            return folded.encode(encoding).translate(table).decode(encoding)
        except UnicodeEncodeError:
            continue
    return "".join([one if one.isalnum() else " " for one in folded])


def apart(text: str) -> tuple[str, list[str], frozenset[str], bytes, bool]:
    """What many checks ask of a text, for little more than folding it: the text folded; its words, letters and digits
    together, and nothing between two signs, by which each keeps its place; its signs and digits but for `,`, `.`,
    spaces and ends of lines; its bytes as it was written, or none; and whether those are in Latin-1."""
    latin = True
    for encoding, plain, table in _BYTES:
        try:
            raw = text.encode(encoding)
        except UnicodeEncodeError:
            latin = False
            continue
        small = raw.translate(plain)
        words = small.translate(table).decode(encoding).split(" ")
        return small.decode(encoding), words, frozenset(small.translate(None, _COMMON).decode(encoding)), raw, latin
    folded = fold(text)
    return folded, spaced(folded).split(" "), frozenset(folded).difference(_COMMON.decode()), b"", False


def _unsigned(folded: str) -> str:
    """The text with a space for each sign that is not in ASCII."""
    for encoding, table in _ASCII_SIGNS:
        try:
            return folded.encode(encoding).translate(table).decode(encoding)
        except UnicodeEncodeError:
            continue
    return folded


def words_of(folded: str) -> list[str]:
    """The words of a folded text, letters and digits together, in their order."""
    return spaced(folded).split()


def has_digit(folded: str) -> bool:
    """Whether there is a digit in a folded text."""
    try:
        plain = folded.encode("latin-1")
    except UnicodeEncodeError:
        return _DIGIT.search(folded) is not None
    return len(plain.translate(None, b"0123456789")) < len(plain)


def read(text: str, locale: Locale) -> Reading:
    """The words and numbers of a text, whose number words are those of that locale."""
    return read_folded(fold(text), locale)


def read_folded(folded: str, locale: Locale) -> Reading:
    """The same of a text that is folded already."""
    plain = folded if folded.isascii() else _unsigned(folded)
    parts = (_ASCII_WORD if plain.isascii() else _WORD).split(plain)  # what stands between words and
    # the words, by turns: a quarter of a match for each
    words = Words(parts)
    return Reading(folded, words, tuple(_numerals(folded, words, locale)), words.vocabulary)


def spells(locale: Locale) -> frozenset[str]:
    """The words of that locale which may spell a number."""
    return _BEGINS[locale] - _ONES


def spellings(number: str) -> list[str]:
    """The single words, of whatever language, that spell a number in figures from 2 on."""
    return sorted(
        {word for values in _VALUES.values() for word, value in values.items() if str(value) == number != "1"}
    )


known_words = lru_cache(maxsize=2_048)(read)
"""The same, remembered: for texts of content, which stand beside draft after draft."""


def _numerals(text: str, words: Words, locale: Locale) -> list[Numeral]:
    found: list[Numeral] = []
    begins, last, texts = _BEGINS[locale], -1, words.texts
    for place in [place for place, word in enumerate(texts) if word < ":" or word in begins]:
        if place <= last:
            continue
        word = texts[place]
        if word > ":":
            if word in _ONES and (place + 1 == len(texts) or texts[place + 1] not in _SCALES):
                continue  # an article as often as not, and no number
            if word in _A_HUNDRED and not _is_counted(texts, place, locale):
                continue
            numeral = _spelled(text, words, place, locale)
        else:
            numeral = _figure(text, words, place) if len(word) <= 12 else None
        if numeral:
            found.append(numeral)
            last = numeral.last
    return found


def _is_counted(texts: Sequence[str], place: int, locale: Locale) -> bool:
    """Whether the hundred or thousand there goes on as a number, or is one of money."""
    after, further = [*texts[place + 1 : place + 3], "", ""][:2]
    return after in _COINS or after in _VALUES[locale] or (after == _JOINTS[locale] and further in _VALUES[locale])


def _figure(text: str, words: Words, place: int) -> Numeral:
    (word, start, end), last = words[place], place
    value = decimal(word)
    if place + 1 < len(words) and words.texts[place + 1] in _SCALES:
        scale, begins, ends = words[place + 1]
        if _near(text, end, begins):
            value, end, last = value * _SCALES[scale], ends, place + 1
    return _numeral((value, start, end, place, last, False))


def _spelled(text: str, words: Words, place: int, locale: Locale) -> Numeral | None:
    """The number that begins at that word. `one` alone is an article as often as not, and no number."""
    values, joint = _VALUES[locale], _JOINTS[locale]
    total, current, room, at, last, texts = 0, 0, 10**9, place, place, words.texts
    while at < len(texts) and (at == last or _near(text, words[last].end, words[at].start)):
        word = texts[at]
        if word in values and values[word] < room:
            current += values[word]
            room = 100 if values[word] >= 100 else 10 if values[word] >= 20 and values[word] % 10 == 0 else 1
        elif word in _SCALES and word != "k":
            if word == "hundred":
                current, room = max(1, current) * 100, 100
            else:
                total, current, room = total + max(1, current) * _SCALES[word], 0, _SCALES[word]
                if word in _DOZENS:
                    room = 1
        else:
            break
        last, at = at, at + 1
        if at + 1 < len(texts) and texts[at] == joint and values.get(texts[at + 1], room) < room:
            if not _near(text, words[last].end, words[at].start):
                break
            last, at = at, at + 1
    if last == place and texts[place] in _ONES:
        return None
    while texts[last] == joint:
        last -= 1
    value, start, first = total + current, words[place].start, place
    if texts[place] in _DOZENS and last == place:
        return _dozens(text, words, place, Decimal(value))
    return _numeral((Decimal(value), start, words[last].end, first, last, True))


def _dozens(text: str, words: Words, place: int, value: Decimal) -> Numeral:
    """A dozen, half a dozen, or a dozen and a half."""
    texts, first, last = words.texts, place, place
    halved = place - (place > 1 and texts[place - 1] == "a")
    if halved and texts[halved - 1] in ("meia", "media", "half"):
        value, first = value / 2, halved - 1
    elif half := _AND_HALF.match(text, words[place].end):
        value, last = value * Decimal("1.5"), place + len(half[0].split())
    return _numeral((value, words[first].start, words[last].end, first, last, True))


def _near(text: str, end: int, start: int) -> bool:
    return start - end <= 2 and not text[end:start].strip(" -")
