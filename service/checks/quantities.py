"""Numbers of things, measures and sizes must be stated in evidence, or follow from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from service.checks.amounts import explains
from service.checks.copy import Copy, Source, fact_support, support, wording_of
from service.checks.models import Claim, Support
from service.checks.stated import INSTALMENTS, Stated, spoken, told
from service.checks.units import Counted, Measured, stem, stems
from service.checks.words import wordset

_PEOPLE = stems(
    "clientes pessoas usuarios assinantes leitores familias seguidores alunos estudantes inscritos participantes"
    " concorrentes membros compradores consumidores customers people users subscribers readers families followers"
    " students graduates members shoppers buyers learners patients fans personas lectores seguidores alumnos miembros"
    " suscriptores pacientes socios moradores hospedes guests viajantes travelers viajeros"
)
_FIRMS = stems("empresas negocios lojas companies businesses firms stores shops tiendas comercios marcas brands")
_LARGE = 200  # a number this high is a boast: it must count the very thing that evidence counts
_FEW = 3  # "dois dedos de prosa": so few of what no evidence counts is a way of speaking
_MOST = 12  # counts of one source that are added up and multiplied
_IDIOMS = frozenset(
    {(4, "canto"), (4, "corner"), (4, "rincon"), (4, "parede"), (7, "vida"), (7, "mar"), (5, "sentid"), (5, "sense"),
     (9, "vida"), (7, "chave"), (1001, "ideia"), (4, "patas"), (4, "pata")}
)  # fmt: skip
_OF_TEXT = wordset("palavras words palabras caracteres characters")
_STOCK = wordset("estoque stock left restam restantes sobram quedan disponiveis disponibles available")


class _Ground:
    """What sources count and measure."""

    def __init__(self, copy: Copy, sources: Sequence[Source]) -> None:
        self.sources = [(source, told(wording_of(source), copy.locale)) for source in sources]
        self.stock = [
            (source, source.facts.stock) for source in sources if source.facts and source.facts.stock is not None
        ]

    def counts(self, wanted: Counted, said: Stated, copy: Copy) -> list[Support]:
        """Whether so many of that are told, in stock, or come of what is told."""
        if found := self._same(wanted):
            return found
        for source, stock in self.stock:
            if stock == wanted.value:
                return [fact_support(source, "stock", stock)]
        if (loose := self._other(wanted)) or wanted.value >= _LARGE:
            return loose or self._arithmetic(wanted.value)
        return self._arithmetic(wanted.value) or explains(copy, [source for source, _ in self.sources], wanted.value)

    def known(self, wanted: Counted) -> bool:
        """Whether any source counts the same thing, in whatever number."""
        return any(not wanted.stems.isdisjoint(one.stems) for _, phrases in self.sources for one in phrases.counted)

    def _same(self, wanted: Counted) -> list[Support]:
        return [
            support(source, one.start, one.end)
            for source, phrases in self.sources
            for one in phrases.counted
            if one.value == wanted.value and not wanted.stems.isdisjoint(one.stems)
        ]

    def _other(self, wanted: Counted) -> list[Support]:
        """The same number under another name: `42 inscritos` for `42 concorrentes`."""
        found = list[Support]()
        noun = frozenset({stem(wanted.noun)})
        for source, phrases in self.sources:
            if any(one.value != wanted.value and stem(one.noun) in noun for one in phrases.counted):
                return []
            for one in phrases.counted:
                if one.value == wanted.value and (wanted.value < _LARGE or _alike(wanted.stems, one.stems)):
                    found.append(support(source, one.start, one.end, derived=True))
            if wanted.value < _LARGE:
                found += [
                    support(source, number.start, number.end, derived=True)
                    for number in phrases.loose
                    if number.value == wanted.value
                ]
        return found

    def _arithmetic(self, value: Decimal) -> list[Support]:
        """Whether it is the product, or the sum, of what one source counts."""
        for source, phrases in self.sources:
            values = [one for one in phrases.counted if one.value > 1][:_MOST]
            for first, second in combinations(values, 2):
                if value in (first.value * second.value, first.value + second.value):
                    return [support(source, first.start, first.end, derived=True)]
        return []

    def measures(self, wanted: Measured, said: Stated, others: Sequence[Decimal]) -> list[Support]:
        """Whether some source tells that measure, in whatever unit, or one that comes to it."""
        derived = list[Support]()
        for source, phrases in self.sources:
            counts = [*(one.value for one in phrases.counted), *others]
            for one in phrases.measured:
                if one.dimension != wanted.dimension:
                    if {one.dimension, wanted.dimension} == {"time", "nights"} and _days(one) == _days(wanted):
                        derived.append(support(source, one.start, one.end, derived=True))
                    continue
                if one.amount == wanted.amount:
                    return [support(source, one.start, one.end, derived=one.unit != wanted.unit)]
                if not (one.amount and wanted.amount):
                    continue
                rate = any(each.numeral is None for each in phrases.measured)
                if (rate and (wanted.amount % one.amount == 0 or one.amount % wanted.amount == 0)) or any(
                    wanted.amount in (one.amount * count, one.amount / count) for count in counts if count
                ):
                    derived.append(support(source, one.start, one.end, derived=True))
            if wanted.dimension == "data":  # "500 mega" may well be told as something else
                numerals = phrases.reading.numerals
                derived += [support(source, n.start, n.end, derived=True) for n in numerals if n.value == wanted.value]
        return derived


def quantities(copy: Copy) -> Iterator[Claim]:
    """Every number of things and every measure that copy tells."""
    ground: _Ground | None = None
    lapsed: _Ground | None = None
    for name, text in copy.fields.items():
        said = spoken(copy, name)
        terms = {id(one) for one in said.lengths}
        both: list[Counted | Measured] = [*said.counted, *said.measured]
        stated = [one for one in both if _is_quantity(one, terms)]
        if not stated:
            continue
        ground = ground or _Ground(copy, copy.valid)
        others = [
            one.value for field in copy.fields for one in spoken(copy, field).reading.numerals if one.value <= _MOST
        ]
        for one in stated:
            if _is_name(one, said, ground, text):
                continue
            backing = _backing(ground, one, said, others, copy)
            if not backing and _harmless(one, said, ground):
                continue
            expired = False
            if not backing and copy.lapsed:
                lapsed = lapsed or _Ground(copy, copy.lapsed)
                expired = bool(_backing(lapsed, one, said, others, copy))
            start, end = one.start, one.end
            noun = one.noun if isinstance(one, Counted) else one.unit
            yield Claim(
                kind="quantity", field=name, start=start, end=end, text=text[start:end], value=f"{one.value:f} {noun}",
                support=backing, expired=expired,
            )  # fmt: skip


def _is_quantity(one: Counted | Measured, terms: Collection[int]) -> bool:
    if isinstance(one, Counted):
        return one.noun not in INSTALMENTS
    return id(one) not in terms and one.numeral is not None


def _backing(
    ground: _Ground, one: Counted | Measured, said: Stated, others: Sequence[Decimal], copy: Copy
) -> list[Support]:
    if isinstance(one, Counted):
        return ground.counts(one, said, copy)
    return ground.measures(one, said, others)


def _harmless(one: Counted | Measured, said: Stated, ground: _Ground) -> bool:
    if isinstance(one, Measured):
        return False
    if one.noun in _OF_TEXT or any((int(one.value), stem_) in _IDIOMS for stem_ in one.stems):
        return True
    stocked = bool(ground.stock) and not _STOCK.isdisjoint(word.text for word in said.reading.words)
    return one.value <= _FEW and not ground.known(one) and not stocked


def _is_name(one: Counted | Measured, said: Stated, ground: _Ground, text: str) -> bool:
    """Whether the number belongs to a name (`Windows 11 Pro`, `14 Maple Lane`), and counts nothing."""
    numeral = one.numeral
    if numeral is None or isinstance(one, Measured):
        return False
    noun = text.find(" ", numeral.end) + 1
    if text[noun : noun + 1].isupper() and not text[:1].islower() and text[noun + 1 : noun + 2].islower():
        return True
    if not numeral.first or numeral.spelled:
        return False
    before = said.reading.words[numeral.first - 1]
    if said.reading.text[before.end : numeral.start].strip("º -#") or not text[before.start].isupper():
        return False
    pair = said.reading.text[before.start : numeral.end]
    return any(pair in phrases.reading.text for _, phrases in ground.sources)


def _alike(first: frozenset[str], second: frozenset[str]) -> bool:
    return any(not first.isdisjoint(group) and not second.isdisjoint(group) for group in (_PEOPLE, _FIRMS))


def _days(one: Measured) -> Decimal:
    return one.amount + 1 if one.dimension == "nights" else one.amount / 1440
