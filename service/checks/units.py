"""What is counted and measured in a text: lengths of time, measures in units, and numbers of things."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from service.checks.ages import AGES, is_age
from service.checks.halves import implied, mixed, with_rest
from service.checks.heat import DEGREES_TOLD, HEAT, is_angle, temperature
from service.checks.measure import UNIT, UNIT_WORDS, Measured
from service.checks.words import Numeral, Reading, Word, spells, wordset
from service.types import LOCALES, Locale

_GLUING = frozenset(("h", "m", "cm", "km", "ft"))
_SKIPPED = frozenset({"de", "d", "of", "mais", "mas", "more", "outros", "outras", "otros", "otras", "other", "a"})
_FUNCTION = wordset(
    "nem ni nor out them us eles elas ellos ellas"
    " por para a as ao aos o os em no na nos nas e ou com sem que ate do da dos das de um"
    " uma se eu voce entre sobre is are for in at and or to on the from with without by until off if you per than that"
    " this was were will y con sin en del el la los las un una su tu al hasta desde u es son tem tiene has have cada"
    " till thru during about after before under over since because while when where who which what only just also then"
    " there here it he she they we i my our their his her its can could would will should may might must do does did"
    " gets got goes pays makes takes needs wants keeps starts comes saves pay get go"
    " sao eram foram eran fueron estao estan"
    " each disso sale salen sai saem cuesta cuestan custa custam cost costs sells queda quedan fica ficam across"
)
_PARTING = wordset("e y and quarters quartos cuartos")
_VERBS = wordset(
    "paga pagas gana ganas ganha entra entras sai leva levas pega recebe recibe comes vale valen chega llega llegas"
    " cabe cabem caben serve sirve rende rinde empieza empiezas comeca termina acaba estara estaras"
)
_VERB_ENDS = ("am", "an", "aran", "arao", "amos", "emos", "imos")
_NO_VERBS = wordset(
    "pan gran plan jam tram gram man fan van afan sultan algodan album isopan milan centimos"
    " decimos racimos ramos remos tramos primos proximos ultimos minimos maximos extremos gramos"
)
"""Of Portuguese and Spanish: what so many do, and the words that only end so."""
_NUMBERS = {locale: spells(locale) for locale in LOCALES}
_SQUARED = frozenset({"quadrado", "quadrados", "cuadrado", "cuadrados"})
_IN = frozenset(("in", "em", "en"))
_IN_ONE = re.compile(r"[\s-](?:in|em|en)[\s-](?:one|um|uno|1)\b")  # "two-in-one" counts uses, and no inches
_GLUED = re.compile(r"h([0-5]\d)(?:\s?min\b)?(?!\w)")  # "1h30"
_AND = re.compile(r"\s(?:(?:e|y|and)\s)?")
_SMALLER = {("hour", "minute"), ("year", "month"), ("day", "hour"), ("week", "day")}
_CLOCK_BEFORE = wordset("as das a la las los at from to till until ate hasta entre between desde")
_THROUGH = re.compile(r"\s?(?:a|as|a las|ate|to|-|–)\s?\d")
_SHARED = re.compile(r"(?:,|,? (?:e|y|and|ou|o|or|a|al|ao|to|ate)|\s?[-–x/])\s?")
_SPAN_BEGINS = re.compile(r"(?<![\w/.,-])\d{1,2}[/-]\Z")
_SPAN_ENDS = re.compile(
    r"\s?(?:(?:working|business|calendar) )?(?:h|hs|hrs?|horas?|hours?|dias?|days?|semanas?|weeks?|mins?"
    r"|minut\w+|mes(?:es)?|months?)\b"
)
_UNIT_AFTER = re.compile(r"\s?([a-z]+)\b")
_INCHES = ('"', "″")
_STORED = frozenset(("estoque", "stock"))
_STOCKED = re.compile(r"\s(?:(?:unidades?|units?|pecas?) )?(?:no|em|en|in) (?:nosso )?(?:estoque|stock)\b")
_OF_DAYS = wordset("working business calendar full whole consecutive straight short")
_MEASURING = frozenset(("square", "sq")) | _OF_DAYS | UNIT_WORDS
_UNTIL = wordset("to until till til before")
_DAYS = wordset("day days week weeks month months")
_RATED = wordset("rated scores scored rating nota calificacion puntuacion pontuacion avaliacao")
_BEST = 10  # nothing is rated higher
_HOLDING = wordset("sleeps seats feeds serves serve sirve acomoda hospeda")
_ENDS = re.compile(r"[.,;:!?)]|\Z|\s(?:and|for|in|at|from|with|comfort)")
_STEM = 6
_HIGHEST = 10**12  # of a unit: more means nothing, and would not divide exactly


class Counted(NamedTuple):
    """A number of things: the stems of the words that may name them, and the word that follows."""

    value: Decimal
    stems: frozenset[str]
    noun: str
    numeral: Numeral
    start: int
    end: int


class Units(NamedTuple):
    """All that a text counts and measures; `loose` are its other numbers."""

    measured: tuple[Measured, ...]
    counted: tuple[Counted, ...]
    loose: tuple[Numeral, ...]


def units(
    reading: Reading, locale: Locale, taken: Collection[tuple[int, int]] = (), clock: Collection[tuple[int, int]] = ()
) -> Units:
    """What a text counts and measures, but for the numbers at those places, and the times of day that are no hours."""
    measured: list[Measured] = []
    counted: list[Counted] = []
    loose: list[Numeral] = []
    following: Measured | None = None
    in_one = not _IN.isdisjoint(reading.vocabulary)
    heat = "°" in reading.text or "º" in reading.text or not HEAT.isdisjoint(reading.vocabulary)
    ages = not AGES.isdisjoint(reading.vocabulary)
    for numeral in reversed(reading.numerals):
        if _is_inside(numeral, taken) or (_is_identifier(reading, numeral) and not _is_span(reading.text, numeral)):
            following = None
            continue
        if in_one and _IN_ONE.match(reading.text, numeral.end):
            following = None
            loose.append(numeral)
            continue
        degrees = DEGREES_TOLD.match(reading.text, numeral.end) if heat else None
        if degrees and is_angle(reading.text, numeral, degrees):
            following = None
            loose.append(numeral)
            continue
        one = temperature(reading.text, numeral, degrees) if degrees else _measured(reading, numeral)
        if (
            one is None
            and following
            and _is_list(numeral, following)
            and _SHARED.fullmatch(reading.text, numeral.end, following.start)
        ):
            one = _shared(numeral, following)
        elif one and following and _goes_on(reading.text, one, following):
            one = _together(one, measured.pop())
        elif one is None and ages and is_age(reading.text, numeral):
            one = Measured(numeral.value * 12, "months", numeral.value, "year", numeral, numeral.start, numeral.end)
        following = one
        if one and (one.unit == "hour" or not _is_inside(numeral, clock)):
            measured.append(one)
        elif one or _is_inside(numeral, clock):
            continue
        elif several := _counted(reading, numeral, locale):
            counted.append(several)
        else:
            loose.append(numeral)
    measured.reverse()
    counted.reverse()
    if not UNIT_WORDS.isdisjoint(reading.vocabulary):
        measured += [*implied(reading, measured)]
        counted, loose = _besides(counted, loose, measured)
    return Units(tuple(measured), tuple(counted), tuple(loose))


def _besides(
    counted: list[Counted], loose: list[Numeral], measured: list[Measured]
) -> tuple[list[Counted], list[Numeral]]:
    """The numbers but for those that are the rest of an hour: `três horas e quarenta`."""
    told = [(one.start, one.end) for one in measured if one.unit == "hour"] if counted or loose else []
    if not told:
        return counted, loose
    there = [one for one in counted if not _is_inside(one.numeral, told)]
    return there, [one for one in loose if not _is_inside(one, told)]


def stem(word: str) -> str:
    """A word without its plural, cut short: enough to know it again."""
    return word.removesuffix("es" if len(word) > 5 and word.endswith(("les", "res", "nes", "ses", "zes")) else "s")[
        :_STEM
    ].removesuffix("e")


def stems(words: str) -> frozenset[str]:
    """The stems of a list of words, told as one string."""
    return frozenset(stem(word) for word in words.split())


def _measured(reading: Reading, numeral: Numeral) -> Measured | None:
    words, place = reading.words, numeral.last + 1
    measures = place < len(words) and words.texts[place].removesuffix("²") in _MEASURING
    word = words[place] if measures else None
    if word is None or numeral.value > _HIGHEST or reading.text[numeral.end : word.start].strip(" -"):
        return _signed(reading, numeral) if word is None else None
    following = words[place + 1] if place + 1 < len(words) else None
    if word.text in _OF_DAYS and following and following.text in _DAYS:
        word, following = following, None
    if word.text in ("square", "sq") and following:
        return _area(numeral, following.text, following.end)
    unit = word.text.removesuffix("²")
    if unit in _GLUING and (glued := _glued(reading, numeral, word)):
        return glued
    if unit not in UNIT or (len(unit) == 1 and numeral.spelled) or _is_preposition(reading, word, following):
        return None
    if unit != word.text or (following and following.text in _SQUARED):
        return _area(numeral, unit, following.end if following and following.text in _SQUARED else word.end)
    return with_rest(reading.text, numeral, word)


def _signed(reading: Reading, numeral: Numeral) -> Measured | None:
    """The measure whose unit is a sign, as `14"` where that closes no quotation, or comes after its half."""
    text, place = reading.text, numeral.last + 1
    if text[numeral.end : numeral.end + 1] in _INCHES and not numeral.spelled:
        quoted = text[numeral.end] == '"' and text.count('"', 0, numeral.start) % 2
        end = numeral.end + 1
        return None if quoted else Measured(numeral.value, "inches", numeral.value, "in", numeral, numeral.start, end)
    parted = place < len(reading.words) and reading.words.texts[place] in _PARTING
    return mixed(reading, numeral) if parted else None


def _glued(reading: Reading, numeral: Numeral, word: Word) -> Measured | None:
    """How much `64 m2` is, or how long `1h30`, where no word before it makes it a time of day."""
    if word.text != "h":
        square = reading.text[word.end : word.end + 1] == "2"
        return _area(numeral, word.text, word.end + 1) if square else None
    glued = _GLUED.match(reading.text, word.start)
    clock = numeral.first and reading.words[numeral.first - 1].text in _CLOCK_BEFORE
    if glued is None or clock or _THROUGH.match(reading.text, glued.end()):
        return None
    amount = numeral.value * 60 + int(glued[1])
    return Measured(amount, "time", amount / 60, "hour", numeral, numeral.start, glued.end())


def _goes_on(text: str, one: Measured, following: Measured) -> bool:
    """Whether the second tells the rest of one length of time: `4 hours and 15 minutes`."""
    less = following.amount * one.value < one.amount
    return less and (one.unit, following.unit) in _SMALLER and bool(_AND.fullmatch(text, one.end, following.start))


def _together(one: Measured, rest: Measured) -> Measured:
    size = one.amount / one.value if one.value else Decimal(1)
    amount = one.amount + rest.amount
    return one._replace(amount=amount, value=amount / size, end=rest.end)


def _is_preposition(reading: Reading, word: Word, following: Word | None) -> bool:
    """Whether `in` is no inch, as in `40 in stock`, and `sleeps` no nights, as in `cabin 2 sleeps four`."""
    if word.text == "sleeps":
        return following is None or following.text not in _UNTIL
    return word.text == "in" and following is not None and reading.text[word.end : following.start].isspace()


def _is_list(numeral: Numeral, following: Measured) -> bool:
    return following.numeral is not None and following.numeral.spelled == numeral.spelled


def _shared(numeral: Numeral, following: Measured) -> Measured:
    """The first of two measures that share their unit, as `6, 9 y 12 cm`."""
    size = following.amount / following.value if following.value else Decimal(1)
    return Measured(
        numeral.value * size, following.dimension, numeral.value, following.unit, numeral, numeral.start, numeral.end
    )


def _is_inside(numeral: Numeral, places: Collection[tuple[int, int]]) -> bool:
    if not places:
        return False
    return any([start < numeral.end and numeral.start < end for start, end in places])  # noqa: C419 - a third of the time


def _is_identifier(reading: Reading, numeral: Numeral) -> bool:
    """Whether the number is part of a longer one, of a year or of what is no number at all, as `0800 555 0199`."""
    if numeral.spelled:
        return False
    word = reading.words.texts[numeral.first]
    joined = reading.text[max(0, numeral.start - 2) : numeral.start]
    if (word[0] == "0" and word[1:2].isdigit()) or (word.isdigit() and len(word) >= 8):
        return True
    if len(word) == 4 and word.isdigit() and word[:2] in ("19", "20"):
        return True
    if joined[-1:] == "-" and is_age(reading.text, numeral):
        return False  # "over-60s", "ages 8-13"
    return (joined[-1:] in ("-", "/", ".", ":", "#", "_") and joined[:1].isalnum()) or joined[:2].isdigit()


def _is_span(text: str, numeral: Numeral) -> bool:
    """Whether it ends a span of time: `3-5 days`, `24/48 h`."""
    before = _SPAN_BEGINS.search(text, max(0, numeral.start - 4), numeral.start)
    if before is None:
        return False
    if _SPAN_ENDS.match(text, numeral.end):
        return True
    after = _UNIT_AFTER.match(text, numeral.end) if before[0].endswith("-") else None
    if after is None or after[1] in UNIT:
        return after is not None
    return after[0][0] == " " and len(after[1]) > 3 and int(before[0][:-1]) < numeral.value  # "2-6 players"


def _area(numeral: Numeral, word: str, end: int) -> Measured | None:
    if word not in UNIT:
        return None
    name, dimension, size = UNIT[word]
    area = f"{dimension}²"
    return Measured(numeral.value * size * size, area, numeral.value, f"{name}²", numeral, numeral.start, end)


def _bare(reading: Reading, numeral: Numeral) -> Counted | None:
    """A number whose things go without saying: how many somewhere `sleeps`, and how well something is rated."""
    texts = reading.words.texts
    before = texts[numeral.first - 1] if numeral.first else ""
    rated = before in _RATED or (before in ("de", "of") and texts[numeral.first - 2] in _RATED)
    if rated and numeral.value <= _BEST and numeral.value % 1:
        return Counted(numeral.value, frozenset(("rating",)), "rating", numeral, numeral.start, numeral.end)
    after = reading.text[numeral.end : numeral.end + 8]
    if before in _HOLDING and numeral.value > 1 and _ENDS.match(after):
        return Counted(
            numeral.value, frozenset(("person", "people", "guest")), "people", numeral, numeral.start, numeral.end
        )
    return None


def _counted(reading: Reading, numeral: Numeral, locale: Locale) -> Counted | None:
    """The things that number counts: up to three words after it, of which any may be the noun."""
    if not _STORED.isdisjoint(reading.vocabulary) and (match := _STOCKED.match(reading.text, numeral.end)):
        return Counted(numeral.value, frozenset(("stock",)), "stock", numeral, numeral.start, match.end())
    if bare := _bare(reading, numeral):
        return bare
    stems: list[str] = []
    noun, end, at, numbers = "", numeral.end, numeral.last + 1, _NUMBERS[locale]
    for place in range(at, min(at + 4, len(reading.words))):
        word = reading.words[place]
        gap = reading.text[end : word.start]
        if gap.strip(" -\n") or word.text[0].isdigit() or word.text in numbers or (gap == "" and not stems):
            break
        if word.text in _SKIPPED and not stems:
            end = word.end
            continue
        if word.text in _FUNCTION or len(word.text) == 1:
            break
        noun, end = noun or word.text, word.end
        stems.append(stem(word.text))
        if len(stems) == 3:
            break
    if not stems or _is_done(reading, numeral, locale):
        return None
    last = reading.text.find(noun, numeral.end) + len(noun)
    return Counted(numeral.value, frozenset(stems), noun, numeral, numeral.start, last)


def _is_done(reading: Reading, numeral: Numeral, locale: Locale) -> bool:
    """Whether a verb follows, which says what so many do: `12 pagam meia`, `de los 31 empiezan`."""
    place = numeral.last + 1
    if locale == "en" or numeral.value <= 1 or place >= len(reading.words):
        return False
    word = reading.words.texts[place]
    return word in _VERBS or (word.endswith(_VERB_ENDS) and word not in _NO_VERBS)
