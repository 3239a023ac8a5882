"""All that a text says in numbers and dates, read once for the checks of amounts, quantities and dates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, Protocol

from service.checks.ages import is_aged
from service.checks.calendar import Date, known_dates, read_dates
from service.checks.copy import Copy
from service.checks.measure import Measured
from service.checks.moment import Moment
from service.checks.moments import TELLING, moments
from service.checks.numbers import Amount, Figures, Percent, figures, known_figures, named_currency
from service.checks.phrases import Text
from service.checks.units import Counted, units
from service.checks.words import Numeral, Reading, Words, known_words, read_folded, spells, wordset
from service.types import LOCALES, Locale

INSTALMENTS = wordset(
    "vezes parcelas prestacoes mensalidades cuotas mensualidades pagos plazos instalments installments"
)
_COMPARED = re.compile(
    r" (?:mais|mas|menos|maior|mayor|menor|melhor|mejor|more|less|por (?:ano|mes|semana|dia)|al (?:ano|mes|dia)"
    r"|a la semana|ao (?:ano|mes|dia)|campe\w+|vencedor\w*|premiad\w+)\b"
)
"""What follows "two times" where nothing is paid in parts."""
_PARTS_WORDS = INSTALMENTS | {"x"}
_OF_WORK = re.compile(
    r"\s(?:de|of)\s(?:aulas?|conteudo|videos?|curso|experiencia|tradicao|historia|mercado|estrada|casa|content|lessons?"
    r"|servico|service|servicio|oficio|profissao|profesion|dedicacao|dedicacion"
    r"|teaching|video|experience|tradition|history|contenido|clases?|trayectoria|vida)\b"
    r"|\s(?:in business|no mercado|strong)\b"
)
_DOING = re.compile(r"\s(?:[^\W\d]{2,}ndo|(?!during)[^\W\d]{3,}ing)\b")  # "15 years making shoes"
_SINCE = re.compile(r"\b(?:ha|faz|fazem|hace|for|mais de|more than|over|mas de|nearly|almost|quase|casi)\s\Z")
_SHARES: tuple[tuple[str, Decimal], ...] = (
    (r"um quarto|a quarter|one quarter|un cuarto|una cuarta parte|a quarta parte", Decimal(25)),
    (r"um terco|a third|one third|un tercio|una tercera parte|(?:a|uma) terca parte", Decimal(100) / 3),
    (r"a fifth|one fifth|um quinto|un quinto", Decimal(20)),
    (r"tres quartos|three quarters|tres cuartos", Decimal(75)),
    (r"metade|half|la mitad|mitad", Decimal(50)),
)
_OFF = r"(?:\s(?:de desconto|do (?:preco|valor)|a menos|menos|off|de descuento|del precio|less|discount))"
_SHARE = [(re.compile(rf"\b(?:{words}){_OFF}\b"), value) for words, value in _SHARES]
_PARTS = wordset(
    "quarto quartos terco terca quinto metade quarter quarters third fifth half cuarto cuarta tercio tercera mitad"
    " quarta"
)
_HALVES = wordset("media medio")  # others are among the words for times of day
_AND = re.compile(r"\s(?:e|y|and|con|com)\s")
_AND_HALF = re.compile(r"\s(?:e meio|y medio|and a half)\b")
_COINS = re.compile(r"\s(?:de )?(?:centavos?|cents?|centimos?|pence)\b|(?=\s*(?:\Z|[^\w\s]))")
_PER_CENT = re.compile(r"\s(?:por\s?cento|per\s?cent|por\s?ciento)\b")


class Stated(NamedTuple):
    """The numbers of a text by what they tell. `lengths` those
    lengths of time that are terms and deadlines, and `parts` the numbers of instalments with their places."""

    reading: Reading
    amounts: tuple[Amount, ...]
    percents: tuple[Percent, ...]
    dates: tuple[Date, ...]
    measured: tuple[Measured, ...]
    counted: tuple[Counted, ...]
    loose: tuple[Numeral, ...]
    lengths: tuple[Measured, ...]
    moments: tuple[Moment, ...]
    parts: tuple[tuple[int, int, int], ...]


NOTHING = Stated(Reading("", Words(()), (), frozenset()), (), (), (), (), (), (), (), (), ())
"""What copy says that has no number, no day and no time in it."""
_TRIGGERS: dict[Locale, frozenset[str]] = {
    locale: TELLING[locale] | spells(locale) | _PARTS | _HALVES for locale in LOCALES
}


@lru_cache(maxsize=2_048)
def told(text: str, locale: Locale) -> Stated:
    """What a text of content says in numbers."""
    return _stated(text, locale, known_words(text, locale), known_figures(text), known_dates(text), lenient=True)


def spoken(copy: Copy, name: str) -> Stated:
    """What a field of copy says in numbers, read by the first check that asks."""
    found = copy.stated.get(name)
    if not isinstance(found, Stated):
        found = copy.stated[name] = _said(copy.fields[name], copy.texts[name], copy.locale)
    return found


def _said(text: str, words: Text, locale: Locale) -> Stated:
    if not words.numbered and _TRIGGERS[locale].isdisjoint(words.words):
        return NOTHING
    reading = read_folded(words.folded, locale)
    return _stated(text, locale, reading, figures(text, reading.vocabulary), read_dates(text, reading.vocabulary))


def _stated(
    text: str, locale: Locale, reading: Reading, figures_: Figures, dates: tuple[Date, ...], *, lenient: bool = False
) -> Stated:
    spans = _places(figures_.amounts) + _places(figures_.percents) + _places(dates)
    amounts, percents = _spelled(reading, spans)
    spans += _places(amounts) + _places(percents)
    days = tuple(
        one
        for one in moments(reading, text, locale, lenient=lenient)
        if not any(start < one.end and one.start < end for start, end in spans)
    )
    # "24 horas" may be a time of day and a length of time alike.
    clock = [(one.start, one.end) for one in days if one.kind in ("time", "day", "year") and not lenient]
    found = units(reading, locale, spans, clock)
    return Stated(
        reading, (*figures_.amounts, *amounts), (*figures_.percents, *percents), dates, found.measured,
        found.counted, found.loose, tuple(one for one in found.measured if _is_term(reading.text, one)), days,
        tuple(_instalments(reading)),
    )  # fmt: skip


class _Placed(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def _places(found: Iterable[_Placed]) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in found]


def _spelled(reading: Reading, taken: Collection[tuple[int, int]]) -> tuple[list[Amount], list[Percent]]:
    """The amounts and percentages that are spelled out: `quarenta reais`, `vinte por cento`, `a quarter off`."""
    amounts: list[Amount] = []
    percents: list[Percent] = []
    for numeral in reading.numerals:
        if not numeral.spelled:
            continue
        place = numeral.last + 1
        if match := _PER_CENT.match(reading.text, numeral.end):
            percents.append(Percent(numeral.value, numeral.start, match.end()))
        elif place < len(reading.words):
            word = reading.words[place]
            if word.text == "de" and place + 1 < len(reading.words):
                word = reading.words[place + 1]
            currency = named_currency(word.text)
            if currency is not False and word.start - numeral.end <= 4:
                more, end = _over(reading, word.end)
                amounts.append(Amount(numeral.value + more, currency, numeral.start, end))
    if not _PARTS.isdisjoint(reading.vocabulary):
        for pattern, value in _SHARE:
            for match in pattern.finditer(reading.text):
                if not any(start < match.end() and match.start() < end for start, end in taken):
                    percents.append(Percent(value, *match.span()))
    return amounts, percents


def _over(reading: Reading, at: int) -> tuple[Decimal, int]:
    """What comes after whole coins that are spelled out: `catorce euros y medio`, `dez reais e noventa`."""
    if half := _AND_HALF.match(reading.text, at):
        return Decimal("0.5"), half.end()
    joint = _AND.match(reading.text, at)
    cents = next((one for one in reading.numerals if one.start == joint.end()), None) if joint else None
    if cents and 0 < cents.value < 100 and (coin := _COINS.match(reading.text, cents.end)):
        return cents.value / 100, cents.end + len(coin[0])
    return Decimal(0), at


def _instalments(reading: Reading) -> list[tuple[int, int, int]]:
    """The numbers of parts in which something may be paid, each with its place: `10x`, `em 5 vezes`, `12 cuotas`."""
    found: list[tuple[int, int, int]] = []
    for numeral in () if _PARTS_WORDS.isdisjoint(reading.vocabulary) else reading.numerals:
        place = numeral.last + 1
        named = place < len(reading.words) and reading.words.texts[place] in _PARTS_WORDS
        if named and numeral.value % 1 == 0 and 2 <= numeral.value <= 420:
            word = reading.words[place]
            gap = word.start - numeral.end
            if (word.text in INSTALMENTS and gap == 1) or (word.text == "x" and gap <= 1 and not numeral.spelled):
                following = reading.text[word.end : word.end + 2].strip()
                if not following[:1].isdigit() and not _COMPARED.match(reading.text, word.end):
                    found.append((int(numeral.value), numeral.start, word.end))
    return found


def _is_term(text: str, one: Measured) -> bool:
    """Whether a length of time is a term or a deadline, not how much there is of something."""
    if one.dimension not in ("time", "months") or one.unit in ("decade", "century"):
        return False
    if _OF_WORK.match(text, one.end) or (one.unit == "year" and is_aged(text, one.start, one.end)):
        return False
    if one.unit == "year" and _DOING.match(text, one.end):
        return False
    return not (one.unit == "year" and _SINCE.search(text, max(0, one.start - 12), one.start))
