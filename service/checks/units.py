"""What is counted and measured in a text: lengths of time, measures in units, and numbers of things."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from service.checks.ages import AGES, is_age
from service.checks.halves import implied
from service.checks.heat import DEGREES_TOLD, HEAT, is_angle, temperature
from service.checks.measure import UNIT, UNIT_WORDS, Measured
from service.checks.measuring import goes_on, measured, shared, together
from service.checks.words import Numeral, Reading, spells, wordset
from service.types import LOCALES, Locale

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
_IN = frozenset(("in", "em", "en"))
_IN_ONE = re.compile(r"[\s-](?:in|em|en)[\s-](?:one|um|uno|1)\b")  # "two-in-one" counts uses, and no inches
_SPAN_BEGINS = re.compile(r"(?<![\w/.,-])\d{1,2}[/-]\Z")
_SPAN_ENDS = re.compile(
    r"\s?(?:(?:working|business|calendar) )?(?:h|hs|hrs?|horas?|hours?|dias?|days?|semanas?|weeks?|mins?"
    r"|minut\w+|mes(?:es)?|months?)\b"
)
_UNIT_AFTER = re.compile(r"\s?([a-z]+)\b")
_STORED = frozenset(("estoque", "stock"))
_STOCKED = re.compile(r"\s(?:(?:unidades?|units?|pecas?) )?(?:no|em|en|in) (?:nosso )?(?:estoque|stock)\b")
_RATED = wordset("rated scores scored rating nota calificacion puntuacion pontuacion avaliacao")
_BEST = 10  # nothing is rated higher
_HOLDING = wordset("sleeps seats feeds serves serve sirve acomoda hospeda")
_ENDS = re.compile(r"[.,;:!?)]|\Z|\s(?:and|for|in|at|from|with|comfort)")
_STEM = 6


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
    found: list[Measured] = []
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
        one = temperature(reading.text, numeral, degrees) if degrees else measured(reading, numeral)
        if one is None and following and (first := shared(reading.text, numeral, following)):
            one = first
        elif one and following and goes_on(reading.text, one, following):
            one = together(one, found.pop())
        elif one is None and ages and is_age(reading.text, numeral):
            one = Measured(numeral.value * 12, "months", numeral.value, "year", numeral, numeral.start, numeral.end)
        following = one
        if one and (one.unit == "hour" or not _is_inside(numeral, clock)):
            found.append(one)
        elif one or _is_inside(numeral, clock):
            continue
        elif several := _counted(reading, numeral, locale):
            counted.append(several)
        else:
            loose.append(numeral)
    found.reverse()
    counted.reverse()
    if not UNIT_WORDS.isdisjoint(reading.vocabulary):
        found += [*implied(reading, found)]
        counted, loose = _besides(counted, loose, found)
    return Units(tuple(found), tuple(counted), tuple(loose))


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
