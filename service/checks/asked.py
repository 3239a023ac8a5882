"""An amount that copy tells, and what its sentence and the one before let be done to prices to find it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from service.checks.arithmetic import cents
from service.checks.counts import times
from service.checks.hedges import Hedge, hedged
from service.checks.items import names_in
from service.checks.notes import change, is_note, notes
from service.checks.numbers import Amount
from service.checks.stated import Stated
from service.checks.tariffs import spans
from service.checks.telling import Telling, around
from service.checks.words import words_of, wordset

_MOST = 8  # numbers of one sentence that are reckoned with
_ROUND, _FEW = 50, 5  # cents
_NEAREST, _FARTHEST = 0.75, 1.25  # what "less than" and "over" leave open of a price
CENT = 0.999999  # up or down

_SHARED = re.compile(
    r"\b(?:cada|each|every|per|apiece|split|shar(?:e|ed|ing)|divid\w+|rach\w+|entre|between|among|por (?:pessoa|cabeca"
    r"|persona|cabeza|unidade|unidad)|a (?:head|piece)|pacotes?|packs?|bonos?|pass|caixas?|cajas?|box)\b"
)
_AT = re.compile(r"[^\W\d]{2} (?:at|a|de|por) \Z")
_APART = re.compile(
    r"\b(?:econom\w+|poup\w+|sav(?:e|es|ed|ing|ings)|ahorr\w+|diferen\w+|difference|troco|change|vuelto|cambio|vuelta"
    r"|sobra\w*|upgrade|bolsos?|bolsillos?|pockets?|wallets?|better off|(?:deix|dej)\w+ de|evita\w*"
    r"|(?:not|never|don't|won't) (?:\w+ )?(?:spend|pay)|(?:nao|no) (?:\w+ )?(?:gast|pag)\w+|back|left|away|keep\w*"
    r"|falta[mn]?|resta[mn]?|remaining|restos?|saldo|balance|the rest|add|acrescent\w+|adicion\w+|agreg\w+|suma"
    r"|anad\w+)\b|\bsome r\$"
)
_DEPOSIT = re.compile(
    r"\b(?:to book|book|reserv\w+|sen(?:a|al|as)|sinal|deposit\w*|entrada|anticipo|adelanto|down|holds?|up ?front)\b"
    r"|\b(?:segund[oa]|second) [^\W\d]+ "
)
_MORE = re.compile(r"\b(?:mais|mas|more|another|extra|further) (?:so )?\Z")
_MORE_AFTER = re.compile(
    r"\s(?:a mais|de mas|mas|mais|more|extra|on top|adiciona\w+|additional)\b(?! (?:de|than) \d)"
    r"|\s(?:(?:de|em|in|of|en) )?(?:juros|interest|interes(?:es)?)\b"
)
_LESS_EACH = re.compile(
    r" (?:less|off|cheaper|(?:a )?menos|mais barat[oa]|mas barat[oa]|de desconto|de descuento|saved)"
    r" (?:each|every|an?|per|cada|por|em cada|en cada|a cada)\b"
)
_AND_ONE = re.compile(r"[^\W\d]+[^.;\d]{0,20}? (?:e|y|and|com|con|with|plus|mais|mas|&|\+) (?:um|uma|an?|one|una?)\b")
_OF_WEIGHT = re.compile(r"[^\W_]+(?: (?:pounds|libras) (?:of|de)|[ -]pound) [^\W\d]")
_TWO = wordset("casal couple pareja matrimonio pair par dupla both ambos")
_EXTRA = re.compile(
    r"\b(?:frete|envio|entrega|shipping|delivery|postage|taxas?|tasas?|fees?|tax|instalacao|instalacion|installation"
    r"|montage[mn]|montaje|assembly|setup|embalagem|gift wrap\w*|tip|gorjeta|propina|servico|service|iva|vat)\b"
)
_DEARER = re.compile(
    r"\b(?:mais|mas|more|plus|tax\w*|tasas?|iva|vat|service|servic\w+|juros|interest|interes(?:es)?|tip|gorjeta|propina"
    r"|acresc\w+|recarg\w+|surcharge|fees?|comiss\w+|comision\w*|up|subi\w*|dearer)\b"
)
_WITH = re.compile(
    r"\b(?:com|con|with|plus|mais|mas|including|incluindo|incluyendo) (?:(?:[oa]s?|the|el|l[oa]s?|an?|uma?|una?) )?"
    r"([^\W\d]{3,})"
)
_FRACTIONS = tuple(
    (re.compile(rf"\b(?:{words})\b"), float(Fraction(*parts)))
    for words, *parts in (
        (r"metade|mitad|half|mei[oa]", 1, 2),
        (r"um terco|a third|one third|un tercio|(?:a|una|la) terce(?:ir|r)a parte", 1, 3),
        (r"dois tercos|two[ -]thirds|dos tercios", 2, 3),
        (r"um quarto (?:d[aeo]s?|agora|hoje|ja|n[ao])|a quarter|one quarter|(?:un )?cuarto", 1, 4),
        (r"(?:a|una|la) (?:quarta|cuarta) parte", 1, 4),
        (r"tres quartos|three[ -]quarters|tres cuartos", 3, 4),
        (r"um quinto|a fifth|one fifth|un quinto", 1, 5),
        (r"dobro|doble|double|twice", 2),
        (r"triplo|triple|treble|three times", 3),
    )
)


class Task:
    """The amount to be found, and what may be done to find it, as its sentence and the one before let it."""

    def __init__(self, said: Stated, amount: Amount, how: Telling) -> None:
        text = said.reading.text
        self.text = text[slice(*around(text, amount))]
        start, end = around(text, amount, before=True)
        self.target = cents(amount.value)
        self._as_told(hedged(text, amount.start))
        self.parts = how.parts if not how.whole else None
        self.percents = frozenset(one.value for one in said.percents if start <= one.start < end)
        self.measured = [one for one in said.measured if start <= one.start < end]
        self.counted = [one for one in said.counted if start <= one.start < end]
        self.counts = sorted(times(said, start, end).union(spans(text[start:end]), _pounds(said, start, end)))[:_MOST]
        self.names = names_in(text[start:end])
        self.extra = names_in(" ".join([*_EXTRA.findall(self.text), *_WITH.findall(self.text)]))
        self.several = _are_several(said, amount, (start, end))
        self.shared = how.each or bool(_SHARED.search(self.text) or _AT.search(text, start, amount.start))
        self.dearer = _DEARER.search(self.text) is not None
        self.apart = bool(
            how.saved
            or how.left
            or _APART.search(self.text)
            or _MORE.search(text, max(0, amount.start - 24), amount.start)
            or _MORE_AFTER.match(text, amount.end)
        )
        self.less_each = _LESS_EACH.match(text, amount.end) is not None
        self.deposit = _DEPOSIT.search(self.text) is not None
        self.notes = notes(said, start, end)
        self.note = self.target if change(text[start:end]) and is_note(text, amount) else 0
        self.total, self.beside = how.total, how.beside
        self.others = {cents(one.value) for one in said.amounts if start <= one.start < end and one != amount}
        self.factors = sorted(self._factors(more=how.more))

    def _as_told(self, hedge: Hedge | None) -> None:
        """Between what true values lie: to the cent up or down, or as nearly as words such as "almost" tell it."""
        self.low, self.high = self.target - CENT, self.target + CENT
        self.wide = hedge is not None and hedge.most > _FARTHEST
        if hedge:
            least, most = max(_NEAREST, float(hedge.least)), min(_FARTHEST, float(hedge.most))
            few = _FEW if self.target % _ROUND else self.target  # who tells odd cents leaves little open
            self.low = min(self.low, max(self.target * least, self.target - few))
            self.high = max(self.high, min(self.target * most, self.target + few))

    def _factors(self, *, more: bool) -> set[float]:
        """By what any price may be multiplied."""
        if self.parts:
            return {1 / self.parts, 1 / (self.parts + more)}
        counts = self.counts
        found = {1.0, *counts, *(one * other for one, other in combinations(counts[:5], 2))}
        if self.shared:
            found.update(1 / one for one in counts)
        for words, part in _FRACTIONS:
            if words.search(self.text):
                found.update((part, 1 - part) if part < 1 else (part,))
        return found


def _are_several(said: Stated, amount: Amount, place: tuple[int, int]) -> bool:
    """Whether the numbers of at least two things are told: `two teas and a scone`."""
    numerals = [
        one
        for one in said.reading.numerals
        if place[0] <= one.start < place[1] and not any(each.start <= one.start < each.end for each in said.amounts)
    ]
    pairs = not _TWO.isdisjoint(words_of(said.reading.text[slice(*place)]))
    return len(numerals) + pairs > 1 or any(
        _AND_ONE.match(said.reading.text, one.end + 1, place[1]) for one in numerals
    )


def _pounds(said: Stated, start: int, end: int) -> Iterator[int]:
    """How many pounds of something are told, which read like money: `two pounds of brisket`."""
    for one in said.amounts:
        whole = start <= one.start < end and one.value > 1 and one.value % 1 == 0
        if whole and _OF_WEIGHT.match(said.reading.text, one.start, end):
            yield int(one.value)
