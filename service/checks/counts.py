"""By what numbers a text lets prices be multiplied or divided: how many things, months, days and nights it tells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.arithmetic import MOST_COUNTED
from service.checks.calendar import days_of
from service.checks.measure import Measured
from service.checks.stated import Stated
from service.checks.units import Counted
from service.checks.words import Numeral, Reading, words_of

_GIVES = re.compile(r"\b(?:regal\w+|gratis|gratuit[oa]s?|free|de graca|de regalo|por nossa conta|on us)\b")
_TIMES = {
    2: "par pares pair pairs casal pareja couple both ambos ambas dobro doble double duplo dupla",
    3: "trimestre trimestral trimestrales quarterly",
    6: "semestre semestral semestrais semestrales",
    12: "anual anuais annual annually anuales anualmente yearly ano year",
}
_TIMES_OF = {word: times for times, words in _TIMES.items() for word in words.split()}
_BOTH_WAYS = re.compile(
    r"\b(?:ida e volta|ida y (?:vuelta|regreso)|viaje redondo|round[ -]?trip|return|there and back|both ways)\b"
)
_A_DAY = re.compile(r"\b(?:por|al|per|a|ao|por cada|each|every) (?P<each>dia|day|semana|week|weekly)\b")
_TIMES_A_YEAR = {"d": frozenset((7, 30, 365)), "s": frozenset((4, 52)), "w": frozenset((4, 52))}
_AT_A_TIME = {"dozen": 12, "duzia": 12, "docena": 12, "milheiro": 1_000, "millar": 1_000, "thousand": 1_000}
_A_HUNDRED = re.compile(r"\bo cento\b")
_LABEL = re.compile(  # before an age, a size or a volume, which are no number of things
    r"\b(?:aged?|ages|idade|edad|menores de|maiores de|mayores de|under|size|tamanho|talla|numero|number|volume|aro"
    r"|rodado)(?: (?:\d+ (?:and|e|y|or|ou|o|to|a|-) )?)\Z"
)
_FAR = 24


def times(said: Stated, start: int = 0, end: int | None = None) -> frozenset[int]:
    """The whole numbers by which a text, or that part of it, lets an amount be multiplied or divided: how many things,
    how many months."""
    things: tuple[Counted | Measured | Numeral, ...] = (*said.counted, *said.measured, *said.loose)
    parts, text, vocabulary = said.parts, said.reading.text, said.reading.vocabulary
    if end is not None:
        things = tuple(
            one
            for one in things
            if start <= one.start < end and not _LABEL.search(text, max(start, one.start - 24), one.start)
        )
        parts = tuple(one for one in parts if start <= one[1] < end)
        text = text[start:end]
        vocabulary = frozenset(words_of(text))
    told = {one.value for one in things}
    told |= {
        one.amount if one.dimension == "months" else one.amount / 1440
        for one in things
        if isinstance(one, Measured) and one.dimension in ("months", "time")
    }
    found = {int(one) for one in told if not one % 1 and 1 < one <= MOST_COUNTED} | {one[0] for one in parts}
    found |= set(days_of(said.dates))
    found |= {_TIMES_OF[word] for word in vocabulary.intersection(_TIMES_OF)}
    if _BOTH_WAYS.search(text):
        found.add(2)
    if _GIVES.search(text):
        found |= {one - 1 for one in found if one > 2}
    return frozenset(found)


def by_the(reading: Reading) -> Iterator[int]:
    """How many things at a time a text of content has a price for: `R$ 30 a dúzia`, `R$ 800 o milheiro`."""
    for word in reading.vocabulary.intersection(_AT_A_TIME):
        yield _AT_A_TIME[word]
    if "cento" in reading.vocabulary and _A_HUNDRED.search(reading.text):
        yield 100


def periods(text: str) -> frozenset[int]:
    """How many days or weeks a price by the month or the year is for, where a folded text tells it by the day."""
    return frozenset().union(*(_TIMES_A_YEAR[match["each"][0]] for match in _A_DAY.finditer(text)))
