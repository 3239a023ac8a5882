"""What is counted and measured in a text: lengths of time, measures in units, and numbers of things."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from service.checks.words import Numeral, Reading, Word, wordset

_UNITS: dict[str, tuple[str, str]] = {
    # name: dimension and how many of its smallest unit, then all the spellings
    "minute": ("time 1", "min mins minuto minutos minute minutes"),
    "hour": ("time 60", "h hs hr hrs hora horas hour hours"),
    "day": ("time 1440", "dia dias day days sleeps"),
    "week": ("time 10080", "semana semanas week weeks"),
    "month": ("months 1", "mes meses month months"),
    "year": ("months 12", "ano anos year years yr yrs"),
    "decade": ("months 120", "decada decadas decade decades"),
    "century": ("months 1200", "seculo seculos siglo siglos century centuries"),
    "night": ("nights 1", "noite noites noche noches night nights"),
    "mg": ("mass 0.001", "mg"),
    "g": ("mass 1", "g gr grs grama gramas gramo gramos gram grams"),
    "kg": ("mass 1000", "kg kgs quilo quilos kilo kilos kilogram kilograms quilograma quilogramas"),
    "t": ("mass 1000000", "tonelada toneladas tonne tonnes"),
    "oz": ("ounces 1", "oz ounce ounces onza onzas"),
    "lb": ("ounces 16", "lb lbs pound pounds"),
    "ml": ("volume 1", "ml mililitro mililitros millilitre millilitres milliliter milliliters"),
    "cl": ("volume 10", "cl"),
    "l": ("volume 1000", "l lt litro litros liter liters litre litres"),
    "mm": ("length 1", "mm milimetro milimetros millimetre millimeters"),
    "cm": ("length 10", "cm centimetro centimetros centimeter centimeters centimetre centimetres"),
    "m": ("length 1000", "m metro metros meter meters metre metres mt mts"),
    "km": ("length 1000000", "km kms quilometro quilometros kilometro kilometros kilometer kilometers kilometre"
    " kilometres"),
    "in": ("inches 1", "in inch inches polegada polegadas pulgada pulgadas pol pulg"),
    "ft": ("inches 12", "ft foot feet"),
    "mi": ("miles 1", "mile miles milha milhas milla millas"),
    "mb": ("data 1", "mb mega megas mbps"),
    "gb": ("data 1000", "gb giga gigas gbps"),
    "tb": ("data 1000000", "tb tera teras"),
    "w": ("power 1", "w watt watts"),
    "kw": ("power 1000", "kw"),
    "kwh": ("energy 1", "kwh"),
}  # fmt: skip
_UNIT = {
    word: (name, kind.split()[0], Decimal(kind.split()[1]))
    for name, (kind, words) in _UNITS.items()
    for word in words.split()
}
_UNIT_WORDS = frozenset(_UNIT)
_GLUING = frozenset(("h", "m", "cm", "km", "ft"))
_ONES = frozenset({"um", "uma", "one", "un", "una", "a", "an", "cada", "por", "per", "el", "al", "o", "ao"})
_HALVES = frozenset({"meia", "meio", "media", "medio", "half"})
_SKIPPED = frozenset({"de", "d", "of", "mais", "mas", "more", "outros", "outras", "otros", "otras", "other", "a"})
_FUNCTION = wordset(
    "nem ni nor out them us eles elas ellos ellas"
    " por para a as ao aos o os em no na nos nas e ou com sem que ate do da dos das de um"
    " uma se eu voce entre sobre is are for in at and or to on the from with without by until off if you per than that"
    " this was were will y con sin en del el la los las un una su tu al hasta desde u es son tem tiene has have cada"
    " each disso sale salen sai saem cuesta cuestan custa custam cost costs sells queda quedan fica ficam across"
)
_SQUARED = frozenset({"quadrado", "quadrados", "cuadrado", "cuadrados"})
_DEGREES = re.compile(
    r"\s?[°º]\s?(?P<sign>[cf])(?![^\W_])|\s(?:graus?|grados?|degrees?)\b(?:\s(?P<scale>celsius|centigrad\w+|fahrenheit))?"
    r"(?P<below>\s(?:negativos?|abaixo de zero|bajo cero|below zero|below freezing|below|minus)\b)?"
)
_ANGLE = re.compile(
    r"\b(?:angul\w+|angle\w*|gir\w+|rota\w+|rotat\w+|inclin\w+|reclin\w+|vis(?:ao|ta|ion)|views?|turns?|tilts?|swivel\w*)\b"
)
_FULL_TURN = 360
_FAR = 30  # characters from an angle's word to its number
_AND_HALF = re.compile(r"\s(?:e meia|e meio|y media|y medio|and a half)\b")
_AND_QUARTER = re.compile(r"\s(?:y cuarto|and a quarter)\b")
_HEAT = wordset("grau graus grado grados degree degrees")  # each temperature has one of these, or a sign
_IN = frozenset(("in", "em", "en"))
_IN_ONE = re.compile(r"[\s-](?:in|em|en)[\s-](?:one|um|uno|1)\b")  # "two-in-one" counts uses, and no inches
_GLUED = re.compile(r"h([0-5]\d)(?:\s?min\b)?(?!\w)")  # "1h30"
_AND = re.compile(r"\s(?:(?:e|y|and)\s)?")
_ONE_HOUR = re.compile(r"\b(?:uma|an|one|una) (?:hora|hour) (?:e|y|and) \Z")
_SMALLER = {("hour", "minute"), ("year", "month"), ("day", "hour"), ("week", "day")}
_CLOCK_BEFORE = wordset("as das a la las los at from to till until ate hasta entre between desde")
_THROUGH = re.compile(r"\s?(?:a|as|a las|ate|to|-|–)\s?\d")
_SHARED = re.compile(r"(?:,|,? (?:e|y|and|ou|o|or|a|al|ao|to|ate)|\s?[-–x/])\s?")
_SPAN_BEGINS = re.compile(r"(?<![\w/.,-])\d{1,2}[/-]\Z")
_SPAN_ENDS = re.compile(
    r"\s?(?:(?:working|business|calendar) )?(?:h|hs|hrs?|horas?|hours?|dias?|days?|semanas?|weeks?|mins?"
    r"|minut\w+|mes(?:es)?|months?)\b"
)
_STORED = frozenset(("estoque", "stock"))
_STOCKED = re.compile(r"\s(?:(?:unidades?|units?|pecas?) )?(?:no|em|en|in) (?:nosso )?(?:estoque|stock)\b")
_OF_DAYS = wordset("working business calendar full whole consecutive straight short")
_MEASURING = frozenset(("square", "sq")) | _OF_DAYS | _UNIT_WORDS
_UNTIL = wordset("to until till til before")
_DAYS = wordset("day days week weeks month months")
_RATED = wordset("rated scores scored rating nota calificacion puntuacion pontuacion avaliacao")
_BEST = 10  # nothing is rated higher
_HOLDING = wordset("sleeps seats feeds serves")
_ENDS = re.compile(r"[.,;:!?)]|\Z|\s(?:and|for|in|at|from|with|comfort)")
_STEM = 6
_HIGHEST = 10**12  # of a unit: more means nothing, and would not divide exactly


@cache
def unit_words(name: str) -> frozenset[str]:
    """All the spellings of a unit."""
    return frozenset(_UNITS[name][1].split()) if name in _UNITS else frozenset()


CELSIUS, FAHRENHEIT, DEGREES = "celsius", "fahrenheit", "degrees"
"""The dimensions of temperatures, which neither add up nor multiply."""
TEMPERATURES = frozenset((CELSIUS, FAHRENHEIT, DEGREES))


class Measured(NamedTuple):
    """A measure or a length of time: how much of its dimension's smallest unit, and how it was told."""

    amount: Decimal
    dimension: str
    value: Decimal
    unit: str
    numeral: Numeral | None
    start: int
    end: int


class Counted(NamedTuple):
    """A number of things: the stems of the words that may name them, and the word that follows."""

    value: Decimal
    stems: frozenset[str]
    noun: str
    numeral: Numeral
    start: int
    end: int


class Units(NamedTuple):
    """All that a text counts and measures; `loose` are its other numbers, and `single` the units told one by one."""

    measured: tuple[Measured, ...]
    counted: tuple[Counted, ...]
    loose: tuple[Numeral, ...]
    rates: frozenset[str]


def units(reading: Reading, taken: Collection[tuple[int, int]] = (), clock: Collection[tuple[int, int]] = ()) -> Units:
    """What a text counts and measures, but for the numbers at those places, and the times of day that are no hours."""
    measured: list[Measured] = []
    counted: list[Counted] = []
    loose: list[Numeral] = []
    following: Measured | None = None
    in_one = not _IN.isdisjoint(reading.vocabulary)
    heat = "°" in reading.text or "º" in reading.text or not _HEAT.isdisjoint(reading.vocabulary)
    for numeral in reversed(reading.numerals):
        if _is_inside(numeral, taken) or (_is_identifier(reading, numeral) and not _is_span(reading.text, numeral)):
            following = None
            continue
        if in_one and _IN_ONE.match(reading.text, numeral.end):
            following = None
            loose.append(numeral)
            continue
        degrees = _DEGREES.match(reading.text, numeral.end) if heat else None
        if degrees and _is_angle(reading.text, numeral, degrees):
            following = None
            loose.append(numeral)
            continue
        one = _temperature(reading.text, numeral, degrees) if degrees else _measured(reading, numeral)
        if (
            one is None
            and following
            and _is_list(numeral, following)
            and _SHARED.fullmatch(reading.text, numeral.end, following.start)
        ):
            one = _shared(numeral, following)
        elif one and following and _goes_on(reading.text, one, following):
            one = _together(one, measured.pop())
        following = one
        if one and (one.unit == "hour" or not _is_inside(numeral, clock)):
            measured.append(one)
        elif one or _is_inside(numeral, clock):
            continue
        elif several := _counted(reading, numeral):
            counted.append(several)
        else:
            loose.append(numeral)
    measured.reverse()
    counted.reverse()
    if not _UNIT_WORDS.isdisjoint(reading.vocabulary):
        measured += _implied(reading, {one.end for one in measured})
    rates = frozenset(one.dimension for one in measured if one.numeral is None)
    return Units(tuple(measured), tuple(counted), tuple(loose), rates)


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
        return None
    following = words[place + 1] if place + 1 < len(words) else None
    if word.text in _OF_DAYS and following and following.text in _DAYS:
        word, following = following, None
    if word.text in ("square", "sq") and following:
        return _area(numeral, following.text, following.end)
    unit = word.text.removesuffix("²")
    if unit in _GLUING and (glued := _glued(reading, numeral, word)):
        return glued
    if unit not in _UNIT or (len(unit) == 1 and numeral.spelled) or _is_preposition(reading, word, following):
        return None
    if unit != word.text or (following and following.text in _SQUARED):
        return _area(numeral, unit, following.end if following and following.text in _SQUARED else word.end)
    return _with_rest(reading.text, numeral, word)


def _with_rest(text: str, numeral: Numeral, word: Word) -> Measured:
    """The measure, with half a unit or a quarter that is told after it and the one hour before so many minutes."""
    name, dimension, size = _UNIT[word.text]
    half = _AND_HALF.match(text, word.end)
    quarter = None if half or name != "hour" else _AND_QUARTER.match(text, word.end)
    value = numeral.value + (Decimal("0.5") if half else Decimal("0.25") if quarter else 0)
    end = half.end() if half else quarter.end() if quarter else word.end
    one = Measured(value * size, dimension, value, name, numeral, numeral.start, end)
    hour = _ONE_HOUR.search(text, max(0, one.start - 12), one.start) if name == "minute" else None
    return one._replace(amount=one.amount + 60, value=one.value + 60, start=hour.start()) if hour else one


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


def _temperature(text: str, numeral: Numeral, degrees: re.Match[str]) -> Measured:
    """A temperature, below zero where a minus or words say so; `degrees` alone leaves open on which scale."""
    minus = text[: numeral.start].endswith(("-", "−")) and not text[: numeral.start - 1][-1:].isalnum()
    value = -numeral.value if minus or degrees["below"] else numeral.value
    scale = (degrees["sign"] or degrees["scale"] or "")[:1]
    dimension = {"c": CELSIUS, "f": FAHRENHEIT}.get(scale, DEGREES)
    return Measured(value, dimension, value, f"°{scale.upper()}", numeral, numeral.start - minus, degrees.end())


def _is_angle(text: str, numeral: Numeral, degrees: re.Match[str]) -> bool:
    """Whether it is a turn or a slope: a full one, or beside a word for one."""
    if degrees["sign"] or degrees["scale"]:
        return False
    near = _ANGLE.search(text, max(0, numeral.start - _FAR), degrees.end() + _FAR)
    return numeral.value == _FULL_TURN or near is not None


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
    return (joined[-1:] in ("-", "/", ".", ":", "#", "_") and joined[:1].isalnum()) or joined[:2].isdigit()


def _is_span(text: str, numeral: Numeral) -> bool:
    """Whether it ends a span of time: `3-5 days`, `24/48 h`."""
    before = _SPAN_BEGINS.search(text, max(0, numeral.start - 4), numeral.start)
    return before is not None and _SPAN_ENDS.match(text, numeral.end) is not None


def _area(numeral: Numeral, word: str, end: int) -> Measured | None:
    if word not in _UNIT:
        return None
    name, dimension, size = _UNIT[word]
    area = f"{dimension}²"
    return Measured(numeral.value * size * size, area, numeral.value, f"{name}²", numeral, numeral.start, end)


def _implied(reading: Reading, ends: Collection[int]) -> Iterator[Measured]:
    """Single and half units, as in `uma semana`, `half an hour`, `R$ 52/kg`: told without a number."""
    for place in reading.words.places(_UNIT_WORDS):
        word = reading.words[place]
        if word.end in ends or not place:
            continue
        before, two = reading.words[place - 1], reading.words[place - 2] if place > 1 else None
        half = before.text in _HALVES or (two is not None and two.text == "half" and before.text in ("a", "an"))
        slash = reading.text[word.start - 1 : word.start] == "/"
        if half or slash or (before.text in _ONES and reading.text[before.end : word.start] in (" ", "-")):
            name, dimension, size = _UNIT[word.text]
            value = Decimal("0.5") if half else Decimal(1)
            yield Measured(size * value, dimension, value, name, None, before.start, word.end)


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


def _counted(reading: Reading, numeral: Numeral) -> Counted | None:
    """The things that number counts: up to three words after it, of which any may be the noun."""
    if not _STORED.isdisjoint(reading.vocabulary) and (match := _STOCKED.match(reading.text, numeral.end)):
        return Counted(numeral.value, frozenset(("stock",)), "stock", numeral, numeral.start, match.end())
    if bare := _bare(reading, numeral):
        return bare
    stems: list[str] = []
    noun, end, at = "", numeral.end, numeral.last + 1
    for place in range(at, min(at + 4, len(reading.words))):
        word = reading.words[place]
        gap = reading.text[end : word.start]
        if gap.strip(" -\n") or word.text[0].isdigit() or (gap == "" and not stems):
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
    if not stems:
        return None
    last = reading.text.find(noun, numeral.end) + len(noun)
    return Counted(numeral.value, frozenset(stems), noun, numeral, numeral.start, last)
