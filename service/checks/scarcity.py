"""Urgency and scarcity, which need a deadline or a stock in evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache

from service.checks.copy import Copy, Source, fact_support, support, wording_of
from service.checks.models import Claim, Support
from service.checks.moment import WEEKDAYS
from service.checks.phrases import known_text
from service.checks.wordings import wordings, words

_FEW = 200  # more than that in stock is not "the last ones"
_SOON = timedelta(days=31)


_STOCK = wordings("scarcity", "stock")

_TIME = wordings("scarcity", "time")

_NEAR = wordings("scarcity", "near")

_LAST = re.compile(r"\b(?:ultim[oa]s (\w{4,})|last (?:few )?(\w{4,}))")
_SCHEDULED = re.compile(
    r"(?: [^\W\d]+){0,3}? (?:is|are|will be|e|sao|sera|serao|es|son|seran|sai|saem|parte|chega|leaves?|departs?"
    r"|salen?|comecam?|starts?|begins?|empiezan?|arranca|termina|acaban?|ends?|finish(?:es)?|terminan)"
    r" (?:(?:ja|so|sempre|ya|always|at|on|in|em|en|n[ao]s?|aos?|as|a|las?|el|los?|the|dias?|para|from|about|just) )*"
    r"(?:\d|noon|midnight|half|quarter|meio|meia|mediodia|medianoche|amanha|manana|tomorrow|today|hoje|hoy"
    rf"|{'|'.join(name for names in WEEKDAYS.values() for name in names)}|(?:this|next|nest[ae]|est[ae]|proxim[oa]) )"
    r"|,? (?:at|as|a las|on|n[ao]s?|el|em|dia) \d{1,2}(?:[h:.]\d\d|h| ?[ap]m| de )"
)
"""What follows the last one of a series where it is told when that is: nothing of it need run short."""
_OF_TIME = re.compile(r"\b(?:days?|nights?|hours?|weeks?|minutes?|dias?|noites?|noches?|horas?|semanas?|minutos?)\b")
_OF_DAY = re.compile(r"\b(?:horarios?|turnos?|entrada|datas?|fechas?|dates?|slots?|entry|admission|tables?)\b")
_OWN_SUPPLY = re.compile(r"\b(?:your|you|you're|you've|never|ever|without|are you|battery|bateria)\b[^.!?,;]{0,40}\Z")
_NOBODY = re.compile(r"\b(?:ninguem|nadie|nobody|no one|nem voce) (?:\w+ )?\Z")  # is left out: `ninguém fica de fora`
_VANISHES = re.compile(r"(?:some|evapor|desaparec|disappear|vanish|se esfum)")
_GLADLY_GONE = re.compile(
    r"(?:r\$|us\$|[$€£]) ?\d[^.!?;]*\Z"
    r"|\b(?:taxas?|juros|tarifas?|custos?|frete|entregas?|filas?|dor(?:es)?|manchas?|rugas?|duvidas?|medos?|pressa|marcas?"
    r"|fees?|charges?|costs?|interest|delivery|worries|doubts?|stains?|lines|queues?"
    r"|tasas?|intereses|costos?|gastos|envios?|dudas?|dolor(?:es)?|arrugas?|prisas?)\b[^.!?;,]{0,24}\Z"
)
"""What is gladly seen to go: fees, doubts, stains."""
_RUNS = re.compile(r"runn?(?:ing|s)? (?:low|out)\b")
_NUMBER = re.compile(r"(?<![\w.,%])[0-9]{1,4}(?![\w.,%])")
_REMAIN = re.compile(r"only|just|rest|sobr|falt|fic|qued")
_NO_GOODS = words("scarcity", "unlimited")
_STOCKED = re.compile(
    r"\b\d[\d.,]* (?:\w+ )?(?:em estoque|no estoque|en stock|in stock|left|disponive|disponib|unidades|vagas"
    r"|plazas|cupos"
    r"|seats|spots|lugares|exemplares|ejemplares|pecas|units|copies|assentos|ingressos|cotas|tickets|boletos|rooms)"
)
_DEADLINE = re.compile(
    r"\b(?:ate|until|through|by|before|hasta|antes de|del|de|ends?|termina\w*|acaba\w*|encerra\w*|vence\w*"
    r"|valid\w*|vigente"
    r"|deadline|prazo|plazo)\b[^.\n]{0,40}?(?:\b\d{1,2}[/-]\d{1,2}\b|\b\d{1,2}(?:st|nd|rd|th|o|º)? (?:de "
    r"|of )?[a-z]{3,}"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december) \d)"
)


def urgency(copy: Copy) -> Iterator[Claim]:
    """What presses the reader, with the stock or the deadline in evidence that would make it true."""
    for name, text in copy.texts.items():
        last = "ultim" in text.folded or "last " in text.folded
        if not last and name not in copy.worded:
            continue
        taken = -1
        stocks = _STOCK.find(text, copy.locale)
        for match in stocks:
            if not _is_of_goods(text.folded, match):
                continue
            taken = match.end()
            number = _NUMBER.search(match[0])
            if number and _REMAIN.match(match[0]) and any(one.facts and one.facts.stock for one in copy.valid):
                continue  # how many are left is a quantity like any other
            yield _claim(
                copy, name, match,
                [one for source in copy.valid if _as_many(source, number) and (one := _stock(source))],
            )  # fmt: skip
        for match in _LAST.finditer(text.folded) if last else ():
            if _SCHEDULED.match(text.folded, match.end()):
                continue
            if match.start() > taken and _sold(copy, match[1] or match[2]):
                yield _claim(copy, name, match, [one for source in copy.valid if (one := _stock(source))])
        days = [one for one in stocks if _OF_TIME.search(one[0])]  # "only five days left" has a deadline, and no stock
        for match in (*days, *_TIME.find(text, copy.locale)):
            yield _claim(copy, name, match, [one for source in copy.valid if (one := _deadline(source))])
        for match in _NEAR.find(text, copy.locale):
            near = [one for source in copy.valid if _soon(copy, source) and (one := _deadline(source))]
            near += [one for source in copy.valid if (one := _stock(source))]
            yield _claim(copy, name, match, near)


def _is_of_goods(folded: str, match: re.Match[str]) -> bool:
    """Whether it is what is sold that runs short, and no time, no series and nothing of the reader's."""
    start, end, said = match.start(), match.end(), match[0]
    if _OF_TIME.search(said) or _NOBODY.search(folded, max(0, start - 24), start):
        return False
    if _VANISHES.match(said) and _GLADLY_GONE.search(folded, max(0, start - 60), start):
        return False
    if _OF_DAY.search(said) and _SCHEDULED.match(folded, end):
        return False
    return not (_RUNS.match(said) and _is_readers(folded, match))


def _is_readers(folded: str, match: re.Match[str]) -> bool:
    """Whether it is the reader who runs out of something: `running low on coffee?`, `so you never run out`."""
    of_theirs = folded.startswith((" on ", " of "), match.end()) and "stock" not in match[0]
    return of_theirs or _OWN_SUPPLY.search(folded, max(0, match.start() - 60), match.start()) is not None


def _claim(copy: Copy, name: str, match: re.Match[str], supports: list[Support]) -> Claim:
    return Claim(
        kind="scarcity", field=name, start=match.start(), end=match.end(),
        text=copy.fields[name][match.start() : match.end()], value=match[0], support=supports,
    )  # fmt: skip


def _sold(copy: Copy, noun: str) -> bool:
    """Whether evidence speaks of such things, in the singular or the plural, and they are things one can run out of."""
    stem = noun[:5]
    if stem in _NO_GOODS or noun in _NO_GOODS or not noun.endswith("s") or noun.endswith("ss"):
        return False
    return any(stem in known_text(wording_of(source)).stems for source in copy.evidence)


def _as_many(source: Source, number: re.Match[str] | None) -> bool:
    """Whether a stock that is known to the piece is the number that is told: `últimas 3 unidades` of 42 are not."""
    if number is None or source.facts is None or source.facts.stock is None:
        return True
    return int(number[0]) == source.facts.stock


def _stock(source: Source) -> Support | None:
    if source.facts and source.facts.stock is not None:
        few = source.facts.stock <= _FEW
        return fact_support(source, "stock", source.facts.stock, derived=True) if few else None
    place = _stocked(wording_of(source))
    return support(source, *place) if place else None


@lru_cache(maxsize=2_048)
def _stocked(wording: str) -> tuple[int, int] | None:
    text = known_text(wording)
    match = next(_STOCK.among(text), None) or _STOCKED.search(text.folded)
    return match.span() if match else None


def _deadline(source: Source) -> Support | None:
    if source.valid_until is not None:
        return fact_support(source, "valid_until", source.valid_until.isoformat(), derived=True)
    place = _ending(wording_of(source))
    return support(source, *place, derived=True) if place else None


@lru_cache(maxsize=2_048)
def _ending(wording: str) -> tuple[int, int] | None:
    text = known_text(wording)
    match = next(_TIME.among(text), None) or next(_NEAR.among(text), None) or _DEADLINE.search(text.folded)
    return match.span() if match else None


def _soon(copy: Copy, source: Source) -> bool:
    return source.valid_until is None or source.valid_until - copy.now <= _SOON
