"""What evidence counts, and what follows from it."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import combinations, permutations

from service.checks.added import counted_up, one_for_each
from service.checks.agenda import agenda_of
from service.checks.copy import Copy, fact_support, support, wording_of
from service.checks.courses import SESSIONS, one_a_day
from service.checks.frequency import as_often, is_weekly
from service.checks.hedges import hedged
from service.checks.listed import listed_after, listed_in
from service.checks.models import Support
from service.checks.paying import by_hundred, explains
from service.checks.reckoning import comes_to, is_more, is_times, more, out_of, part_of, times_each
from service.checks.sizes import MOST, Sizes
from service.checks.stated import Stated, spoken
from service.checks.units import Counted, stem, stems
from service.checks.words import Numeral, wordset

_PEOPLE = stems(
    "clientes pessoas usuarios assinantes leitores familias seguidores alunos estudantes inscritos participantes"
    " concorrentes membros compradores consumidores customers people users subscribers readers families followers"
    " students graduates members shoppers buyers learners patients fans personas lectores alumnos miembros"
    " suscriptores pacientes socios moradores hospedes guests viajantes travelers viajeros visitantes visitors"
    " convidados invitados asistentes attendees espectadores viewers ouvintes oyentes listeners jogadores players"
    " jugadores profissionais profesionales professionals funcionarios empleados employees colaboradores"
    " trabalhadores workers trabajadores donos duenos owners pais parents padres maes madres mulheres homens"
    " mujeres hombres women men criancas ninos children adultos adults corredores runners ciclistas cyclists"
    " motoristas drivers conductores passageiros passengers pasajeros doadores donors donantes voluntarios"
    " volunteers inquilinos tenants vizinhos vecinos neighbours"
)
_FIRMS = stems("empresas negocios lojas companies businesses firms stores shops tiendas comercios marcas brands")
_HOMES = stems("lares casas hogares homes households residencias viviendas domicilios")
_OPINIONS = stems(
    "avaliacoes opinioes opiniones resenas reviews ratings depoimentos testimonios testimonials comentarios"
)
_WARES = stems("produtos itens pecas productos articulos piezas items products pieces designs modelos models")
_GROUPS = (_PEOPLE, _FIRMS, _HOMES, _OPINIONS, _WARES)
_PAIRS = frozenset(("duplas", "pares", "pairs", "couples", "casais", "parejas"))
_WEEKENDS = frozenset(("weekends", "findes", "fins", "finais"))
_KARATS = frozenset(("quilates", "quilate", "karat", "karats", "carat", "carats"))
_UNITS = frozenset(("unit", "units"))
_ANYTHING = wordset("unidades pecas piezas pieces itens items articulos units unidades opcoes opciones options")
_LARGE = 200  # a number this high is a boast: it must count the very thing that evidence counts
FEW = 3  # "dois dedos de prosa": so few of what no evidence counts is a way of speaking
_AND = re.compile(r"(?:,|\+|\b(?:e|y|and|plus|mais|mas))\s?\Z")
_DOZENS, _DOZEN = ("duzias", "docenas", "dozen"), 12
_PARTICIPLES = ("ados", "adas", "idos", "idas")
_ROOT = 4  # letters, of fewer of which nobody can say whose they are
_ROUNDED = (Decimal("0.5"), Decimal("0.05"))  # by which a percentage told whole, or with a digit more, may be off
_RATED = re.compile(
    r"\b(?:rated|reviewed|scored|avaliad[oa]s?|avaliaram|calificad[oa]s?|calificaron|valorad[oa]s?|opinaron)\b"
)


class Ground(Sizes):
    """What sources count and measure, and the numbers of things that they support."""

    def counts(self, wanted: Counted, said: Stated, copy: Copy) -> list[Support]:
        """Whether so many of that are told, in stock, or come of what is told."""
        if found := (self._same(wanted) or self._about(wanted, said) or self._several(wanted) or self._metered(wanted)):
            return found
        if part := out_of(said, wanted):
            return self._share(part, wanted)
        if found := self._regular(wanted, said) or self._rated(wanted, said):
            return found
        for source, stock in self.stock:
            if stock == wanted.value:
                return [fact_support(source, "stock", stock)]
        if (loose := self._other(wanted, said)) or wanted.value >= _LARGE:
            return (
                loose
                or self._arithmetic(wanted.value, known=self.known(wanted))
                or self._reckoned(wanted, said)
                or by_hundred(copy, self.given, wanted, said)
            )
        return (
            self._arithmetic(wanted.value, known=self.known(wanted))
            or self._reckoned(wanted, said)
            or explains(copy, self.given, wanted.value)
            or self._dozens(wanted, said)
        )

    def _dozens(self, wanted: Counted, said: Stated) -> list[Support]:
        """What makes so many dozens cost an amount in copy."""
        told = said.reading.text[wanted.numeral.start : wanted.numeral.end]
        by_twelve = told.endswith(_DOZENS) and not wanted.value % _DOZEN
        return explains(self.copy, self.given, wanted.value / _DOZEN) if by_twelve else []

    def _regular(self, wanted: Counted, said: Stated) -> list[Support]:
        """What happens so many times a week, or so many times in all."""
        if is_times(wanted):
            weekly = is_weekly(said.reading.text, wanted.numeral.end)
            return self.weekly(wanted.value, each_week=True) if weekly else []
        if wanted.noun in _WEEKENDS:
            return self._listed(wanted.value * 2)  # a Saturday and a Sunday each
        return (self.weekly(wanted.value) or self._listed(wanted.value)) if wanted.noun in SESSIONS else []

    def _rated(self, wanted: Counted, said: Stated) -> list[Support]:
        """What counts so many reviews, where copy says that so many people rated it."""
        return [
            support(source, one.start, one.end, derived=True)
            for source, phrases in self.sources if wanted.value > FEW and _RATED.search(said.reading.text)
            for one in phrases.counted
            if one.value == wanted.value and not one.stems.isdisjoint(_OPINIONS)
        ]  # fmt: skip

    def known(self, wanted: Counted) -> bool:
        """Whether any source counts the same thing, in whatever number."""
        return any(not wanted.stems.isdisjoint(one.stems) for _, phrases in self.sources for one in phrases.counted)

    def _same(self, wanted: Counted) -> list[Support]:
        return [
            support(source, one.start, one.end)
            for source, one in self._index.counted.get(wanted.value, ())
            if not wanted.stems.isdisjoint(one.stems)
        ]

    def _about(self, wanted: Counted, said: Stated) -> list[Support]:
        """Whether `more than 600 reviews` or `almost 50,000 readers` tells how many there are."""
        hedge = hedged(said.reading.text, wanted.start, wanted.numeral.end)
        return [
            support(source, one.start, one.end, derived=True)
            for source, phrases in self.sources if hedge
            for one in phrases.counted
            if hedge and hedge.holds(wanted.value, one.value)
            and (not wanted.stems.isdisjoint(one.stems) or _alike(wanted.stems, one.stems))
        ]  # fmt: skip

    def _several(self, wanted: Counted) -> list[Support]:
        """What counts them in one box, where copy tells of so many boxes."""
        numerals = (one.value for name in self.copy.fields for one in spoken(self.copy, name).reading.numerals)
        boxes = {value for value in numerals if 1 < value <= MOST}
        return [
            support(source, one.start, one.end, derived=True)
            for source, phrases in self.sources if boxes
            for one in phrases.counted
            if one.value and wanted.value / one.value in boxes and not wanted.stems.isdisjoint(one.stems)
        ]  # fmt: skip

    def _metered(self, wanted: Counted) -> list[Support]:
        """What tells twice as many for pairs, so many karats in one letter, or so much energy for units of it."""
        if wanted.noun in _PAIRS:
            twice = self._index.counted.get(wanted.value * 2, ())
            return [support(source, one.start, one.end, derived=True) for source, one in twice]
        if wanted.noun in _KARATS:
            letter = f"{wanted.value:f}k"
            places = ((source, phrases.reading.text.find(letter)) for source, phrases in self.sources)
            return [support(source, at, at + len(letter)) for source, at in places if at >= 0][:1]
        return [
            support(source, one.start, one.end, derived=True)
            for source, phrases in self.sources if wanted.noun in _UNITS
            for one in phrases.measured
            if one.dimension == "energy" and one.value == wanted.value
        ]  # fmt: skip

    def _share(self, part: Decimal, wanted: Counted) -> list[Support]:
        """What tells nine of ten, or 90%."""
        for source, phrases in self.sources:
            for one in phrases.percents:
                if wanted.value and abs(one.value - part * 100 / wanted.value) < _ROUNDED[bool(one.value % 1)]:
                    return [support(source, one.start, one.end, derived=True)]
            for whole, some in permutations(phrases.counted[:MOST], 2):
                if whole.value and wanted.value and some.value * wanted.value == whole.value * part:
                    return [support(source, min(whole.start, some.start), max(whole.end, some.end), derived=True)]
            for several in phrases.counted:
                if several.value == wanted.value and out_of(phrases, several) == part:
                    return [support(source, several.start, several.end)]
        return []

    def _reckoned(self, wanted: Counted, said: Stated) -> list[Support]:
        for source, phrases in self.sources:
            place = comes_to(wanted.value, phrases, said) or as_often(
                wanted.value, said.reading.text, wanted.numeral.end, phrases
            )
            place = place or one_a_day(
                wanted.value, phrases, len(agenda_of(wording_of(source), self.copy.locale).weekdays)
            )
            place = place or times_each(wanted, said, phrases) or part_of(wanted.value, phrases, said)
            place = place or counted_up(wanted, phrases) or one_for_each(wanted, said, phrases)
            if not place and is_more(wanted, said):
                place = more(wanted, phrases)
            if not place and not self.known(wanted):
                text = phrases.reading.text
                named = listed_after(text, wanted.noun) or listed_in(text)
                place = next((at for count, at in named if count == wanted.value), None)
            if place:
                return [support(source, *place, derived=True)]
        return self._apart(wanted) if is_more(wanted, said) else []

    def _apart(self, wanted: Counted) -> list[Support]:
        """Two sources of which one counts so many more of them: a basket of 8 pieces, and one of 12."""
        there = [
            (source, one) for source, phrases in self.sources for one in phrases.counted
            if not one.stems.isdisjoint(wanted.stems)
        ]  # fmt: skip
        for (source, one), (_, other) in combinations(there[:MOST], 2):
            if abs(one.value - other.value) == wanted.value:
                return [support(source, one.start, one.end, derived=True)]
        return []

    def _other(self, wanted: Counted, said: Stated) -> list[Support]:
        """The same number under another name: `42 inscritos` for `42 concorrentes`."""
        found: list[Support] = []
        noun = frozenset({stem(wanted.noun)})
        for source, phrases in self.sources:
            if place := _same_doing(wanted, said, phrases):
                return [support(source, *place, derived=True)]
            if any(one.value != wanted.value and stem(one.noun) in noun for one in phrases.counted):
                return []
            for one in phrases.counted:
                if one.value == wanted.value and (
                    _alike(wanted.stems, one.stems) or (wanted.value < _LARGE and _may_be(wanted, phrases))
                ):
                    found.append(support(source, one.start, one.end, derived=True))
            if wanted.value < _LARGE or is_times(wanted):
                found += [
                    support(source, number.start, number.end, derived=True)
                    for number in phrases.loose
                    if number.value == wanted.value and not _is_clock(number, phrases)
                ]
        return found

    def _arithmetic(self, value: Decimal, *, known: bool) -> list[Support]:
        """Whether it is the product, or the sum, of what one source counts."""
        for source, phrases in self.sources:
            values = [one for one in phrases.counted if one.value > 1][:MOST]
            stock = source.facts.stock if source.facts else None
            if each := next((one for one in values if stock and one.value * stock == value), None):
                return [support(source, each.start, each.end, derived=True)]  # nine tables, each of four seats
            for first, second in combinations(values, 2):
                added = value == first.value + second.value and (not known or _together(phrases, first, second))
                if added or (value == first.value * second.value and not _alike(first.stems, second.stems)):
                    return [support(source, first.start, first.end, derived=True)]
        return []


def _together(phrases: Stated, first: Counted, second: Counted) -> bool:
    """Whether the second goes on counting what the first counted, as `10 pockets outside and 5 inside`."""
    return _AND.search(phrases.reading.text, first.end, second.start) is not None


def _same_doing(wanted: Counted, said: Stated, phrases: Stated) -> tuple[int, int] | None:
    """Where the text tells the same number after the same verb: `entram oito pratos` of `saem 5 e entram 8`."""
    first = wanted.numeral.first
    before = said.reading.words.texts[first - 1] if first else ""
    if not before.endswith(("am", "em", "an", "en")) or before not in phrases.reading.vocabulary:
        return None
    for one in phrases.loose:
        if one.value == wanted.value and one.first and phrases.reading.words.texts[one.first - 1] == before:
            return one.start, one.end
    return None


def _may_be(wanted: Counted, phrases: Stated) -> bool:
    """Whether so many things of another name may be those: few are, and many where the text speaks of them, or where
    the number stands alone."""
    if wanted.value <= MOST or wanted.noun in _ANYTHING or not wanted.noun.endswith("s"):
        return True
    root = wanted.noun[:-4] if wanted.noun.endswith(_PARTICIPLES) else ""
    roots = {*wanted.stems, root} if len(root) >= _ROOT else wanted.stems  # "92 formados" are 92 "que se formaram"
    return any(word.startswith(stem_) for word in phrases.reading.vocabulary for stem_ in roots)


def _is_clock(number: Numeral, phrases: Stated) -> bool:
    return any(one.kind == "time" and one.start == number.start and one.end > number.end for one in phrases.moments)


def _alike(first: frozenset[str], second: frozenset[str]) -> bool:
    return any(not first.isdisjoint(group) and not second.isdisjoint(group) for group in _GROUPS)
