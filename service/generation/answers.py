"""An answer to a question, in whole sentences of the evidence, or none where no sentence answers it.

Nothing here understands the question. A passage answers where it has most of the question's telling words; a word that
stands nowhere in the evidence counts more against it, for it is often what the question is about.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from service.generation.brief import Words
from service.generation.material import Item, Quote
from service.generation.models import Task
from service.generation.offers import offer_words
from service.generation.sentences import Sentence, leans, stems, troubling
from service.generation.wording import CONDITION

_ENOUGH = 0.6  # of the question's weight
_MISSING = 1.6  # how much a word that no evidence has weighs
_LONGEST = 60  # words
_ENDING = re.compile(r"(?<=...)[aeio]+[rs]?$")
_ASIDE = stems(
    """devo deve voces você quero queria gostaria posso podem pode preciso tenho temos existe favor saber dizer algum
    alguma nenhum quanto quantos quantas qual quais quando porque ola boa bom dia tarde noite muito obrigado obrigada
    fica ficam funciona would could should does have there please know tell which when where much many work works hello
    thanks about debo ustedes quiero quisiera puedo pueden puede necesito tengo tienen hay hola favor saber decir cuanto
    cuantos cuanta cual cuales cuando donde gracias funciona"""
)
_COST = re.compile(
    r"\b(?:quanto (?:custa|é|sai|fica|est[áa])|pre[çc]os?|valor(?:es)?|desconto|promo[çc][ãa]o|oferta|cupom|parcel\w+"
    r"|pix|how much|prices?|costs?|discount|coupon|instal?lments?|cu[áa]nto (?:cuesta|sale|vale|es)|precios?|descuento"
    r"|cup[óo]n|cuotas)\b",
    re.I,
)
_COST_WORDS = stems(
    """quanto custa custam preco precos valor valores desconto promocao oferta cupom parcelas parcelar parcelado
    price prices cost costs discount coupon instalments installments cuanto cuesta cuestan sale vale precio precios
    descuento cupon cuotas"""
)
# A sentence that gives a figure in these units speaks of what these words ask for, though it has none of them.
_UNITS = {
    re.compile(r"\d\s?°"): stems("temperatura temperature"),
    re.compile(r"\d\s?(?:kg|g|lb)\b"): stems("peso pesa pesam weight weighs"),
    re.compile(r"\d\s?(?:cm|mm|m)\b"): stems(
        "tamanho medida medidas dimensoes altura largura size height width medidas"
    ),
    re.compile(r"\d\s?(?:ml|l|litros?|litres?)\b", re.I): stems("capacidade volume tamanho capacity capacidad"),
    re.compile(r"\b(?:dias?|horas?|minutos?|days?|hours?|minutes?|d[íi]as?)\b", re.I): stems(
        "prazo tempo leva levam demora dura time long take takes plazo tarda tardan tiempo"
    ),
    re.compile(r"\b(?:seman\w+|vez(?:es)? por|di[áa]ri\w+|weekly|daily|(?:once|twice|times) an?)\b", re.I): stems(
        "frequencia vezes often frecuencia veces"
    ),
}
_MEANT = frozenset[str]().union(*_UNITS.values())  # `tempo` and `temperatura` must not become one


@dataclass(frozen=True, slots=True)
class _Answer:
    quotes: Sequence[Quote]
    fit: float


def answered(task: Task, found: Sequence[Item], attempt: int) -> Words:
    """What the templates get of an answer: `answer`, or an offer's facts where the question is what it costs."""
    chosen = Words({"sender": task.sender.strip() or None, "answer": None, "tried": attempt})
    wanted = stems(task.objective) - _ASIDE
    item = _priced(_roots(wanted - _COST_WORDS), found) if _COST.search(task.objective) else None
    values, sources = offer_words(task, item)
    chosen.values |= values
    chosen.sources += sources
    best = None if item else max(_answers(_roots(wanted), found), key=lambda one: one.fit, default=None)
    if best is not None:
        chosen.values["answer"] = " ".join(quote.text for quote in best.quotes)
        chosen.sources += [Quote(quote.text.rstrip("."), quote.evidence) for quote in best.quotes]
    return chosen


def _priced(wanted: Collection[str], found: Sequence[Item]) -> Item | None:
    """The offer that is asked about: the one with all its words in its title, or the only one where none is named."""
    offers = [item for item in found if item.facts]
    named = [item for item in offers if wanted and len(_told(item.any.title) & set(wanted)) >= _ENOUGH * len(wanted)]
    if named:
        return named[0]
    return offers[0] if not wanted and len(offers) == 1 else None


def _answers(wanted: frozenset[str], found: Sequence[Item]) -> Iterator[_Answer]:
    """Every passage that answers, with how well it does."""
    known: set[str] = set()
    for item in found:
        known |= _told("\n".join([item.any.title, item.text, *(one.heading for one in item.passages)]))
    weights = {stem: 1.0 if stem in known else _MISSING for stem in wanted}
    whole = sum(weights.values())
    for item in found:
        title = _told(item.any.title)
        for sentence, id_ in item.pool:
            asked = sentence.heading.endswith("?")
            if (sentence.listed and not asked) or (
                leans(sentence.text, item.language) and not (asked and sentence.first)
            ):
                continue
            own, heading = _told(sentence.text), _told(sentence.heading)
            said = sum(weights[stem] for stem in wanted if stem in own | heading)
            covered = said + sum(weights[stem] for stem in wanted if stem in title - own - heading)
            if said and covered >= _ENOUGH * whole:
                exact = sum(weights[stem] for stem in wanted if stem in own)
                # a FAQ's heading is the question itself, and a question for a figure wants one
                titled = sum(weights[stem] for stem in wanted if stem in heading) if asked and sentence.first else 0.0
                figure = any(meant & wanted and unit.search(sentence.text) for unit, meant in _UNITS.items())
                fit = (covered + 0.4 * said + 0.2 * exact + 0.6 * titled) / whole + 0.4 * figure + 0.1 * item.score
                yield _Answer(_run(item, sentence, id_, wanted), fit)


def _roots(words: Collection[str]) -> frozenset[str]:
    """Without the ending, as far as it is vowels: `troco` and `trocas` are both `troc`."""
    return frozenset(word if word in _MEANT else _ENDING.sub("", word) for word in words)


@lru_cache(maxsize=8_192)
def _told(text: str) -> frozenset[str]:
    """The roots of what a text says, in words or by the unit of a figure."""
    return _roots(stems(text).union(*(meant for unit, meant in _UNITS.items() if unit.search(text))))


def _run(item: Item, start: Sentence, id_: str, wanted: frozenset[str]) -> list[Quote]:
    """The sentence and those after it in its paragraph, but for what ends it and has nothing to do with the question.

    Conditions and exceptions come last, so none is left out.
    """
    chosen, total = [start], start.words
    for sentence, from_ in item.pool:
        if from_ == id_ and sentence.block == start.block and sentence.place > start.place:
            total += sentence.words
            if total > _LONGEST:
                break
            chosen.append(sentence)
    topics = wanted.union(*(meant for meant in _UNITS.values() if meant & wanted))
    while len(chosen) > 1 and not _belongs(chosen[-1], item, topics):
        chosen.pop()
    return [Quote(sentence.text, id_) for sentence in chosen]


def _belongs(sentence: Sentence, item: Item, topics: frozenset[str]) -> bool:
    return (
        sentence.heading.endswith("?")
        or bool(_told(sentence.text) & topics)
        or troubling(sentence.text)
        or leans(sentence.text, item.language)
        or CONDITION.search(sentence.text) is not None
    )
