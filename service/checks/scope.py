"""A benefit that holds for some, told as if it held for all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from service.checks.bounds import (
    FREE,
    OF_WHOLE,
    UNIVERSAL,
    Bound,
    Given,
    givens,
    is_of,
    is_only_so,
    kinds_of,
    meet,
    same,
    telling,
    told_of,
)
from service.checks.copy import Copy, Source, support, wording_of
from service.checks.models import Claim, Support
from service.checks.phrases import Text, known_text
from service.checks.some import is_of_some
from service.checks.wordings import alternatives, words
from service.checks.words import fold

_BENEFIT = re.compile(rf"\b(?:{alternatives('scope', 'benefit')})\b|\d ?%{OF_WHOLE}")
_NARROWED = re.compile(rf"\b(?:{alternatives('scope', 'narrowed')})\b")
_REGION = re.compile(rf"\b(?:{alternatives('scope', 'region')})\b")
_PLACED = re.compile(rf"\b(?:{alternatives('scope', 'placed')})\b")

_EVER = re.compile(r"always|sempre|siempre|nunca.*|never.*|tudo|.*(?:ilimitad|unlimited).*")
"""Of all orders and of all customers it is as much: only words that name whom it is for must be those of evidence."""
_NO_LEAST = re.compile(r"(?:no|sem|sin) (?:\w+ )?minim\w*|no minimum\b")
_OF_ITS_OWN = re.compile(r"; |, (?:and|e|y|but|mas|pero) ")
_YEAR_ROUND = re.compile(
    r"\b(?:o ano (?:todo|inteiro)|todo o ano|todo el ano|all year|the whole year|year[- ]round|all through the year"
    r"|em qualquer epoca|en cualquier epoca)\b"
)
_SEASON = re.compile(
    r"\b(?:em|durante|n?o mes de|en|in|during|throughout|until|ate|hasta) (?:todo )?(?:o |el |the )?"
    r"(?:mes de |month of |dia |\d+ (?:de |of )?)?"
    r"(?:janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|january|february|march"
    r"|april|may|june|july|august|september|october|november|december|enero|febrero|marzo|mayo|junio|julio|septiembre|octubre"
    r"|noviembre|diciembre)\b"
)
_HANDLING = re.compile(
    r"\b(?:shipping|delivery|returns?|warranty) (?:tickets?|labels?|address(?:es)?|quer(?:y|ies)"
    r"|questions?|teams?|forms?"
    r"|notes?|slips?|details|desks?|emails?|claims?|requests?|issues?|problems?|calls?)\b"
    r"|\b(?:etiquetas?|enderecos?|direccion(?:es)?|equipes?|equipos?|dados|datos|chamados?|tickets?|duvidas?|dudas?"
    r"|formularios?|consultas?|reclama\w+) (?:de|da|del) (?:entregas?|envios?|frete|trocas?|devoluc\w+|garantia)\b"
)
"""What is done about deliveries and the like, which is no benefit."""
_IN_PLACE = re.compile(
    r"(?:[Gg]r[aá]tis|[Ff]ree|[Gg]ratuit[oa]s?|[Ee]nv[ií]os?|[Ff]rete|[Ee]ntregas?|[Ss]hipping|[Dd]elivery)\b[^.;\n]{0,16}?"
    r"\b(?:en|em|in|within|to|para|no|na|nos|nas|a)(?: (?:the|la|el|los|las|o|a|todo|toda))? ([A-ZÁÉÍÓÚÂÊÔÃÕÇ][^\W_]+)"
)
"""A delivery to a place that is named, as in `Frete grátis em Recife`."""
_ALONE = re.compile(
    r"(?:everyone|everybody|everything|everywhere|anywhere|anyone|anything|anytime|always|whenever|wherever|nationwide"
    r"|worldwide|sitewide|storewide|countrywide|whatever|never|nunca|sempre|siempre|tudo)\b"
)
_ALL_OF_IT = re.compile(r"(?:tod[oa] (?:a|o|la|el|nuestra|nossa) |(?:the |our )?(?:whole|entire) )\w+[^s]\Z")
_WORD = re.compile(r"[^\W\d_]+")
_NEXT = 32  # signs, in which the next word begins
_TRIES = 6  # words of a sentence that could say of what it is all
_ASKED = tuple(words("scope", "asked"))
_TIMELY = words("scope", "timely")
_BUYING = words("scope", "buying")
_HOURLY = words("scope", "hourly")
_PEOPLE = words("scope", "people")
_EVERYTHING = words("scope", "everything")
_PLACES = words("scope", "places")


class _Said(NamedTuple):
    """A sentence of copy that gives something to all: what of all it says, and its words."""

    whole: str
    said: str
    of_all: str
    next_word: str
    brand: str
    named: bool
    ever: bool
    words: Sequence[str]
    copy_words: Sequence[str]
    kinds: frozenset[str]
    region: bool


def stretched(copy: Copy) -> Iterator[Claim]:
    """Universal benefits, with the evidence that gives them to all."""
    for name, text in copy.worded.items():
        seen, tries = -1, 0
        for match in UNIVERSAL.find(text, copy.locale):
            if (begin := text.sentence(match.start())[0]) != seen:
                seen, tries = begin, _TRIES
            if (tries := tries - 1) < 0:
                continue
            start, end = _clause(text, match.start())
            sentence = _HANDLING.sub(" ", text.folded[start:end])
            if copy.locale == "pt-BR":
                sentence = sentence.replace(" no ", " na ")  # which denies nothing, as it does in the other two
            sentence = sentence if _BENEFIT.search(sentence) else _benefit_told(copy, sentence)
            if match[0].endswith(_ASKED):
                continue
            gives = bool(sentence)
            sentence = sentence or _HANDLING.sub(" ", text.folded[start:end])
            region = _REGION.search(sentence.replace("todo mundo", "todos")) is not None
            if not region and _NARROWED.search(sentence):
                continue
            said = _read(copy, sentence, copy.fields[name][start:end], match[0], region=region)
            place = start, end
            claim = (_claim(copy, name, place, said) if gives else None) or _only_so(copy, name, place, said)
            if claim or (not said.named and is_of_some(copy.valid, said.of_all, said.words, said.copy_words)):
                claim = claim or _told(copy, name, start, end, said, [])
                tries = 0
                yield claim


def _clause(text: Text, at: int) -> tuple[int, int]:
    """The sentence round a place, or the part of it that has a subject of its own: `..., and bread is free`."""
    start, end = text.sentence(at)
    for cut in _OF_ITS_OWN.finditer(text.folded, start, end):
        start, end = (cut.end(), end) if cut.end() <= at else (start, min(end, cut.start()))
    return start, end


def _benefit_told(copy: Copy, sentence: str) -> str:
    """The benefit that another field tells, where a sentence says no more than that there is no minimum."""
    if not _NO_LEAST.fullmatch(sentence.strip(" .!\n")):
        return ""
    told = next((text.folded for text in copy.texts.values() if _BENEFIT.search(text.folded)), "")
    return f"{told} {sentence}" if told else ""


def _read(copy: Copy, sentence: str, raw: str, said: str, *, region: bool) -> _Said:
    alone = _ALONE.match(said)  # more words behind such a one do not tell of what it is all
    of_all = alone[0] if alone else said.rsplit(maxsplit=1)[-1]
    at = sentence.find(said) + len(of_all if alone else said)
    after = telling(sentence[at : at + _NEXT])
    ever = _EVER.fullmatch(of_all) is not None or _NO_LEAST.match(said) is not None
    return _Said(
        whole=sentence, said=said, of_all=of_all, next_word=after[0] if after else "", ever=ever,
        named=_is_capital(raw, of_all),
        brand=after[0] if after and _is_capital(raw, after[0]) else "",
        words=telling(sentence), copy_words=[one for text in copy.texts.values() for one in telling(text.folded)],
        kinds=kinds_of(sentence, portuguese=copy.locale == "pt-BR"), region=region,
    )  # fmt: skip


def _is_capital(raw: str, word: str) -> bool:
    """Whether a word stands there with a capital, as names do."""
    return any(one[0].isupper() and fold(one) == word for one in _WORD.findall(raw))


def _claim(copy: Copy, name: str, place: tuple[int, int], said: _Said) -> Claim | None:
    """The claim, if any evidence gives that benefit and holds it within bounds."""
    start, end = place
    free = FREE.search(said.whole) is not None
    seasonal = _YEAR_ROUND.search(said.whole) is not None
    things = [one for one in said.words if not same(one, said.of_all)]
    bounded, wide = False, list[Support]()
    for source in copy.valid:
        told = [
            one
            for one in givens(wording_of(source), portuguese=copy.locale == "pt-BR")
            if is_of(one, said.kinds, things, free=free)
        ]
        every = [one for one in told if one.every and not _is_bounded(source, [one], said)]
        if (_is_bounded(source, told, said) and not every) or (told and seasonal and _ends(source)):
            bounded = True
        else:
            wide += [support(source, one.start, one.end) for one in every]
    return _told(copy, name, start, end, said, wide) if bounded or wide else None


def _only_so(copy: Copy, name: str, place: tuple[int, int], said: _Said) -> Claim | None:
    """The claim that something is always so of which evidence says that it is only so within bounds: where pets may
    stay, or a shop delivers."""
    start, end = place
    for source in copy.valid:
        for one in givens(wording_of(source), portuguese=copy.locale == "pt-BR"):
            if is_only_so(one, said.words, said.of_all) and any(
                _bounds_that(bound, one, said) and not _kept(bound, said) for bound in one.bounds
            ):
                return _told(copy, name, start, end, said, [])
    return None


def _bounds_that(bound: Bound, given: Given, said: _Said) -> bool:
    """Whether it is that very thing which the limit is one of, or one of the hours, the people, the places."""
    if meet((*bound.words, *given.things), (said.of_all,)):
        return True
    if bound.sort == "subject":
        return True
    special = any(said.of_all in ones for ones in (_TIMELY, _PEOPLE, _PLACES, _EVERYTHING))
    return special and _fits(bound._replace(strict=False), said)


def _told(copy: Copy, name: str, start: int, end: int, said: _Said, supports: list[Support]) -> Claim:
    while end > start and copy.fields[name][end - 1] in " .!?\n":
        end -= 1
    return Claim(
        kind="scope", field=name, start=start, end=end, text=copy.fields[name][start:end], value=said.of_all,
        support=supports,
    )  # fmt: skip


def _ends(source: Source) -> bool:
    """Whether it holds for a month or until a day."""
    return source.valid_until is not None or _SEASON.search(known_text(wording_of(source)).folded) is not None


def _is_bounded(source: Source, told: Sequence[Given], said: _Said) -> bool:
    facts = source.facts
    if said.region:
        if facts and facts.free_shipping_region and "shipping" in said.kinds:
            return not _REGION.search(known_text(facts.free_shipping_region).folded)
        return any(_is_placed(wording_of(source), one, said) for one in told)
    return any(_exceeds(one, said) for one in told)


def _is_placed(wording: str, given: Given, said: _Said) -> bool:
    """Whether it is given in a place only which copy does not name."""
    clause = known_text(wording).folded[given.start : given.end]
    if _REGION.search(clause) and not _PLACED.search(clause):
        return False
    names = _places(wording[given.start : given.end])
    if names:
        return not meet(names, said.words)
    return any(not meet((match[0],), said.words) for match in _PLACED.finditer(clause))


@lru_cache(maxsize=2_048)
def _places(clause: str) -> tuple[str, ...]:
    return tuple(name for match in _IN_PLACE.finditer(clause) for name in telling(known_text(match[1]).folded))


def _exceeds(given: Given, said: _Said) -> bool:
    """Whether copy says it of more than the clause does."""
    if said.said in given.universals:
        pass  # evidence gives it to all of those in the very same words
    elif given.others and (
        said.ever or said.of_all in _EVERYTHING or meet(given.others, (said.of_all, said.next_word))
    ):
        return True
    return any(_fits(bound, said) and not _kept(bound, said) for bound in given.bounds)


def _kept(bound: Bound, said: _Said) -> bool:
    """Whether copy tells the limit as well: its sentence where evidence is strict, or else any of its words."""
    subject = bound.sort == "subject"
    least = len(bound.words) - (len(told_of(bound, said.words, said.of_all)) if subject else 0)
    words = tuple(
        one for one in bound.words[:least]
        if not same(one, said.of_all) and one not in _BUYING and not (said.brand and same(one, said.brand))
    )  # fmt: skip
    words = words[-1:] if subject else words  # of a name, the last is its own: `Lar Completo`
    return not words or meet(words, said.words if bound.strict and bound.sort != "sum" else said.copy_words)


def _fits(bound: Bound, said: _Said) -> bool:
    """Whether the limit is one of what copy calls all: of hours where it says at all hours."""
    if bound.strict or said.ever:
        return True
    if meet(bound.words, (said.of_all, said.next_word)):
        return True
    if said.of_all in _TIMELY:
        # On every day it may be from 7 to 10.
        hours = said.of_all not in _HOURLY and all(one[0].isdigit() or one in ("am", "pm") for one in bound.words)
        return bound.sort in ("time", "day") and not hours
    if said.of_all in _PEOPLE:
        return bound.sort in ("person", "sum", "first")
    if said.of_all in _PLACES and not _ALL_OF_IT.match(said.said):
        return bound.sort in ("place", "sum", "first")
    return bound.sort in ("thing", "sum", "first", "person", "day")
