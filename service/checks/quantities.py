"""Numbers of things, measures and sizes must be stated in evidence, or follow from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from service.checks.ages import PEOPLE
from service.checks.copy import Copy
from service.checks.counting import FEW, Ground
from service.checks.courses import SESSIONS
from service.checks.frequency import is_per_period, is_told
from service.checks.listed import listed
from service.checks.measure import Measured
from service.checks.models import Claim, Support
from service.checks.paying import explains, weighs
from service.checks.reckoning import is_times, out_of
from service.checks.sizes import MOST
from service.checks.small import CENTS
from service.checks.stated import INSTALMENTS, NOTHING, Stated, spoken
from service.checks.units import Counted
from service.checks.words import wordset

_EACH = re.compile(r"\s(?:a|an|per|each|por|cada|o|la|el)\s")
_IDIOMS = frozenset(
    (number, stem_)
    for number, stems_ in (
        (4, "canto corner rincon parede patas pata"), (5, "sentid sense"), (7, "vida mar chave"), (9, "vida"),
        (1000, "coisa cosa thing gracia graca razao razone vece vez"), (1001, "ideia noche noite night"),
    )
    for stem_ in stems_.split()
)  # fmt: skip
_COUNTLESS = 1001  # "mil e uma utilidades"
_LITTLE = re.compile(r"(?:minut|segund|hor|dia|palabr|palavr)[cz]?(?:inh|it)[oa]s?\Z")  # nobody times those
_OF_TEXT = wordset("palavras words palabras caracteres characters")
_OF_SOMEBODY = re.compile(
    r"\b(?:para|pra|for|com|con|with|num|numa|in|en|em) (?:uma?|una?|an?|alguem|alguien|someone|quem|quien)"
    r"(?: [^\W\d]+){0,2} (?:de|of|com|con|with|that weighs|que pesa|weighing|pesando) \Z"
    rf"|\b{PEOPLE} (?:de|com|con|of|aged) (?:\d{{1,2}} (?:e|ou|and|or|y|o) )?\Z"
)
_OF_EVERY = re.compile(r"\b(?:de cada|em cada|of every|out of every) \d+(?: [^\W\d]+)?, \Z")
_BY_THE = re.compile(r"(?:\b(?:cada|per|por|every|each)|/) ?\Z")
_WITH = re.compile(r"(?:\A|[.!?;:,] |\b(?:e|y|and) )(?:con|com|with|usando|using|se usar|si usas|if you use) \Z")
_WOULD = re.compile(
    r"\b(?:pagarias?|pagariam|would|you'd|custaria|costaria|saldria|sairia|seriam?|serian?|gastarias?)\b"
)
_READERS = re.compile(r"\b(?:your|you(?:'ve| have)?|seus?|suas?|teus?|tuas?|tus?|voces?|sus?|usted|tienes)\b[^.!?]*\Z")
_STOCK = wordset(
    "estoque stock left remain remains remaining restam restantes restan sobram quedan disponiveis disponibles"
    " available"
)


def quantities(copy: Copy) -> Iterator[Claim]:
    """Every number of things and every measure that copy tells."""
    ground: Ground | None = None
    lapsed: Ground | None = None
    others: list[Decimal] | None = None
    for name, text in copy.fields.items():
        said = spoken(copy, name)
        if said is NOTHING:
            continue
        terms = {id(one) for one in said.lengths}
        both: list[Counted | Measured] = [*said.counted, *said.measured]
        stated = [one for one in both if _is_quantity(one, terms, said) and not _is_rate(one, said)]
        if not stated:
            continue
        ground = ground or Ground(copy, copy.valid)
        if others is None:
            numerals = (one for field in copy.fields for one in spoken(copy, field).reading.numerals)
            others = [one.value for one in numerals if one.value <= MOST]
        for one in stated:
            if _is_name(one, said, ground, text) or _is_leads(one, said, copy):
                continue
            backing = _backing(ground, one, said, others, copy)
            if not backing and (_harmless(one, said, ground) or (name == "alt" and _is_seen(one, ground))):
                continue
            expired = False
            if not backing and copy.lapsed:
                lapsed = lapsed or Ground(copy, copy.lapsed)
                expired = bool(_backing(lapsed, one, said, others, copy))
                if expired and not _tells_stock(said):
                    continue  # what an offer was for does not change when the offer ends
            start, end = one.start, one.end
            noun = one.noun if isinstance(one, Counted) else one.unit
            yield Claim(
                kind="quantity", field=name, start=start, end=end, text=text[start:end], value=f"{one.value:f} {noun}",
                support=backing, expired=expired,
            )  # fmt: skip


def _is_quantity(one: Counted | Measured, terms: Collection[int], said: Stated) -> bool:
    if isinstance(one, Counted):
        often = is_times(one) and is_per_period(said.reading.text, one.numeral.end)
        return (one.noun not in INSTALMENTS or often) and one.noun not in CENTS
    return id(one) not in terms and one.numeral is not None


def _is_rate(one: Counted | Measured, said: Stated) -> bool:
    """Whether it is what one of them costs: `49.50 a pair`."""
    fraction = isinstance(one, Counted) and one.numeral is not None and one.value % 1 != 0
    return fraction and one.numeral is not None and _EACH.match(said.reading.text, one.numeral.end) is not None


def _backing(
    ground: Ground, one: Counted | Measured, said: Stated, others: Sequence[Decimal], copy: Copy
) -> list[Support]:
    if isinstance(one, Counted):
        return ground.counts(one, said, copy)
    return ground.measures(one, said, others) or (
        explains(copy, ground.given, one.value) if one.unit == "night" else weighs(copy, ground.given, one)
    )


def _harmless(one: Counted | Measured, said: Stated, ground: Ground) -> bool:
    if _is_supposed(one, said):
        return True
    if isinstance(one, Measured):
        return one.unit == "night" and one.value == 1001  # "mil y una noches"
    if (
        one.noun in _OF_TEXT
        or _LITTLE.match(one.noun)
        or one.value == _COUNTLESS
        or any((int(one.value), stem_) in _IDIOMS for stem_ in one.stems)
    ):
        return True
    if (part := out_of(said, one)) is not None and one.value > 1:
        return part == one.value  # "a 10 out of 10 morning"
    if any(count == one.value for count, _ in listed(said.reading.text)):
        return True  # which copy goes on to name
    stocked = bool(ground.stock) and _tells_stock(said)
    often = is_times(one) and any(is_told(phrases) for _, phrases in ground.sources)
    return one.value <= FEW and not ground.known(one) and not stocked and not often


def _is_supposed(one: Counted | Measured, said: Stated) -> bool:
    """Whether the number is only an example, or that by which something else is reckoned and judged."""
    before = said.reading.text[max(0, one.start - 48) : one.start]
    if _OF_SOMEBODY.search(before) or (_WITH.search(before) and _WOULD.search(said.reading.text, one.end)):
        return True  # "for a person of 70 kg", "with 45 GB you would pay"
    if isinstance(one, Counted):
        return _OF_EVERY.search(before) is not None  # "of every 10 orders, 9"
    timed = one.dimension in ("time", "months", "nights")
    return not timed and bool(said.amounts) and _BY_THE.search(before) is not None  # "R$ 9 a cada 100 g"


def _is_seen(one: Counted | Measured, ground: Ground) -> bool:
    """Whether it only says what a picture shows: three oranges on a table."""
    return isinstance(one, Counted) and one.value <= MOST and not ground.known(one)


def _tells_stock(said: Stated) -> bool:
    return not _STOCK.isdisjoint(said.reading.vocabulary)


def _is_name(one: Counted | Measured, said: Stated, ground: Ground, text: str) -> bool:
    """Whether the number belongs to a name (`Windows 11 Pro`, `14 Maple Lane`), and counts nothing."""
    numeral = one.numeral
    if numeral is None or isinstance(one, Measured):
        return False
    noun = text.find(" ", numeral.end) + 1
    capital = noun > 0 and text[noun : noun + 1].isupper() and text[noun + 1 : noun + 2].islower()
    if capital and not text[:1].islower() and one.noun not in SESSIONS:
        return True
    if not numeral.first or numeral.spelled:
        return False
    told = said.reading.text[numeral.start : numeral.end]
    if told.endswith("k") and any(told in phrases.reading.text for _, phrases in ground.sources):
        return True  # "Couch to 5K"
    before = said.reading.words[numeral.first - 1]
    if said.reading.text[before.end : numeral.start].strip("º -#") or not text[before.start].isupper():
        return False
    pair = said.reading.text[before.start : numeral.end]
    return any(pair in phrases.reading.text for _, phrases in ground.sources)


def _is_leads(one: Counted | Measured, said: Stated, copy: Copy) -> bool:
    """Whether it is a number of the lead's that is told to the reader: whether that may be said is for other checks."""
    values = {str(value) for value in copy.traits.values() if isinstance(value, int | float | str)}
    if f"{one.value:f}" not in values:
        return False
    return _READERS.search(said.reading.text, max(0, one.start - 40), one.start) is not None
