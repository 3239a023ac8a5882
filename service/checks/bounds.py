"""Whom, what, when and where evidence gives a benefit for: `gratuito nas consultas da manhã`, `with the Feast Box`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from service.checks.phrases import known_text
from service.checks.wordings import alternatives, wordings, words
from service.checks.words import words_of, wordset

UNIVERSAL = wordings("scope", "all")
_FREE = alternatives("scope", "free")
FREE = re.compile(rf"\b(?:{_FREE})\b")
_INCLUDED = r"inclu[iysd]\w*|comes? with|vem com|ganh\w+|ilimitad\w*|unlimited"
_GIVES = re.compile(rf"\b(?:{_FREE}|{_INCLUDED})\b")
OF_WHOLE = r"(?! (?:do|da|dos|das|del|of the|of your) (?!segund|second|valor|preco|precio|price))"
"""`40% of the speed` gives nothing."""
_KINDS = {
    "shipping": r"\b(?:frete|envio|entrega|domicilio|shipping|deliver|postage|ships?\b|(?:chegam? de|llegan?) gra)",
    "discount": r"\b(?:descont|descuent|discount|off\b|rebaja|menos\b(?! de\b)|less\b|cupo[mn]|coupon|promo"
    rf"|meia-entrada|half[ -]price|pela metade|metade do preco|mitad de precio)|\d ?%{OF_WHOLE}",
    "gift": r"\b(?:brinde|regalo|gift|presente)",
    "parts": r"\b(?:parcel|cuotas|juros|interes|installment|meses sin|sem juros)",
    "warranty": r"\b(?:garantia|warrant)",
    "returns": r"\b(?:devolu|devoluc|return|troca|cambio|refund)",
    "cashback": r"\bcashback",
    "free": rf"\b(?:{_FREE}|{_INCLUDED}|lev[ae]m?)\b",
    "waived": r"\b(?:sem|sin|no|without|nenhum|none|ningun\w*|nao|never|nunca) (?:\w+ ){0,3}?\w{4,}",
}
_KIND = {name: re.compile(words) for name, words in _KINDS.items()}
_NO = re.compile(r"(?:\A| )no ")
_PAYS = re.compile(r"\b(?:pag[ao]\w*|pays?|charged?|cobra\w*)\b")
_NEED_THE_THING = frozenset(("free", "waived", "gift"))
"""Kinds of which one is not the other: a free drink is no free bed."""
_NEED_TO_BE_FREE = frozenset(("shipping", "returns", "waived"))

_BREAKFAST = re.compile(r"\bcafe da manha\b")  # is of no time of day
_TIME = re.compile(rf"\b(?:{alternatives('scope', 'time')})\b")
_PERSON = re.compile(
    r"(?<!all )(?<!every )(?<!any )(?<!todos os )(?<!todas as )(?<!todos los )(?<!cada )(?<!qualquer )"
    rf"\b(?:{alternatives('scope', 'person')})\b"
)
_WORD_BEFORE = re.compile(r"(\w{1,20}) \Z")
_NEW = re.compile(r"\b(?:(?:nov[oa]s?|nuev[oa]s?|new) \w+|\w+ nov[oa]s)\b")
_AGE = re.compile(
    r"\b(?:under|below|over|menores de|maiores de|mayores de|ate|hasta|up to|de \d+ [ae])"
    r"[ -](?:os |the age of )?(\d{1,2})s?(?= anos| years|\b)"
)
_COIN = r"(?:r\$|us\$|\$|€|£|s/)"
_SUM = re.compile(
    r"\b(?:compras?|pedidos?|orders?|purchases?|spend\w*|gast\w+|consumo)\b[^.;\d]{0,24}?"
    rf"(?:over|above|acima|partir|from|desde|mas|superior\w*|minim\w+|least)[^.;\d$€£]{{0,8}}?(?:{_COIN} ?)?(\d[\d.,]*)"
    rf"|\b(?:acima|over|above|superior\w*|mas|minim\w+|at least|por encima)(?: de| a| of)? ?{_COIN} ?(\d[\d.,]*)"
)
_FIRST = re.compile(r"\b(primeir|primer|first)(?:[ao]s?)? (?!come|lugar|dia)\w+")
_ONLY = re.compile(r"\b(?:only|apenas|somente|so|solo|solamente|unicamente|exclusiv\w*|just)\b")
_IN_FRONT = re.compile(r"(?:\A|: |, )\s*\Z")
_TO_ONLY = re.compile(r"\bto ([^,;:]{1,60}?) only\b")
_EXCEPT = re.compile(
    r"\b(?:exceto|excepto|except|salvo|excluding|menos n[oa]s?|but not|nao inclui|nao vale|not valid)\b"
)
_SELECTED = re.compile(
    r"\b(?:selecionad|seleccionad|selected|participa|eligible|elegive|limited to|limitad|indicad[oa]s? no site)\w*"
)
_UNTIL = re.compile(
    r"\b(?:ate|hasta|until|within|dentro de|up to) (?!\d+x\b)(?:\w+ ){0,2}?(\d+)"
    r" (dias?|days?|horas?|hours?|mes\w*|months?)\b"
)
_GOODS = "with|com|con|on|off"
_SPOT = "em|no|na|nos|nas|en|in|at"
_PHRASE = re.compile(rf"\b(?P<to>{_GOODS}|{_SPOT}|para|for)\b(?P<what>(?: [\w'-]+){{1,6}})")
_PHRASE_ENDS = re.compile(
    rf" (?:{_GOODS}|{_SPOT}|para|for|ate|until|hasta|por|from|desde|by|e|and|y|ou|or|costs?|custa|cuesta|is|are|es|sao"
    r"|only)\b"
)
_EVERY = re.compile(
    r"\b(?:tod[oa]s?|all|every|any|each|cada|cualquier|qualquer|everything|everyone|whole|entire"
    r"|nenhuma?|ningun[oa]?|none)\b"
)
_INCLUDES = re.compile(rf" (?:inclu[iysd]\w*|{_FREE})\b")
_VENUES = words("scope", "venues")
_MONTHS = re.compile(
    r"(?:janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|january|february|march"
    r"|april|may|june|july|august|september|october|november|december|enero|febrero|mayo|junio|julio|septiembre|octubre"
    r"|noviembre|diciembre|\d{4})\Z"
)
_OTHERS = re.compile(rf"\b(?:{alternatives('scope', 'others')})\b(?P<what>(?: \w+){{0,3}})")
_COSTS = re.compile(rf"(?:r\$|\$|€|£|s/) ?\d|\b(?:{alternatives('scope', 'costs')})\b")
_CUT = re.compile(
    r"[;\n]|(?:(?<=[a-z]{3})|(?<=[\d)%€£”])|(?<= h))\.(?= )"
    r"|, (?=(?:a|na|no|em|en|por|on|in|at) (?:\w+ )?(?:tardes?|noites?|noches?|mananas?|other)\b)"
)
_SMALL = words("scope", "small")
_ENDINGS = wordset("s es a o as os e is m n ns r ed ing") | {""}
_PLURAL = {"l", "is"}  # `hotel`, `hotéis`
_LEAST_STEM = 5  # letters that two words share
_LEAST_SHORT = 3
_MOST_WORDS = 60  # of a clause, far more than any has that is no list


class Bound(NamedTuple):
    """One limit: the words that name it, of what sort it is, and whether evidence says outright that others differ."""

    words: Sequence[str]
    sort: str
    strict: bool


class Given(NamedTuple):
    """A clause of evidence that gives something: where it stands, what it gives, within which bounds, what is said of
    all others, and whether it says that it is for all."""

    start: int
    end: int
    kinds: frozenset[str]
    things: Sequence[str]
    bounds: Sequence[Bound]
    others: Sequence[str]
    free: bool
    every: bool
    universals: Sequence[str]


def kinds_of(folded: str, *, portuguese: bool) -> frozenset[str]:
    """The kinds of benefit that a sentence speaks of. Where it is `portuguese`, `no` is "in the" and denies nothing."""
    folded = _NO.sub(" na ", folded) if portuguese else folded
    kinds = frozenset(name for name, words in _KIND.items() if words.search(folded))
    return kinds | {"free"} if "waived" in kinds and _PAYS.search(folded) else kinds


def telling(folded: str) -> Sequence[str]:
    """The words of a text that say something, and its numbers."""
    said = _BREAKFAST.sub("cafedamanha  ", folded) if "cafe da m" in folded else folded
    return [one for one in words_of(said) if (len(one) >= _LEAST_SHORT or one.isdigit()) and one not in _SMALL]


def same(one: str, other: str) -> bool:
    """Whether two words are forms of one: `homes` and `home`, `terças` and `terça`, `under-16s` and `16`."""
    if one == other:
        return True
    if one[:1] != other[:1]:
        return False
    short, long = sorted((one, other), key=len)
    if short.isdigit():
        return long.removesuffix("s") == short
    shared = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if shared < _LEAST_STEM:
        ends = {short[shared:], long[shared:]}
        return shared >= _LEAST_SHORT and (ends <= _ENDINGS or ends == _PLURAL)
    return True


def meet(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether a word of the one stands in the other, in whatever form."""
    initials = {one[:1] for one in some}
    return any(same(one, other) for other in others if other[:1] in initials for one in some)


def is_only_so(given: Given, said: Sequence[str], whole: str) -> bool:
    """Whether a clause of evidence says of what copy tells that it is only so within bounds: `Pets are allowed in
    ground-floor flats only`."""
    if "only" not in given.kinds:
        return False
    if not given.things:
        return any(bound.sort == "subject" and len(told_of(bound, said, whole)) > 1 for bound in given.bounds)
    met = [one for one in given.things if meet((one,), said)]
    return len(met) >= max(len(given.things) - (len(met) > 1), 1) and any(not same(one, whole) for one in met)


def told_of(bound: Bound, said: Sequence[str], whole: str) -> Sequence[str]:
    """What copy says as well of what evidence says of some only, to the end of its clause: `só o Lar Completo cobre
    enchente`."""
    at = len(bound.words)
    while at and not same(bound.words[at - 1], whole) and meet(bound.words[at - 1 : at], said):
        at -= 1
    return bound.words[at:]


def is_of(given: Given, kinds: frozenset[str], said: Sequence[str], *, free: bool) -> bool:
    """Whether a clause of evidence gives what copy of those kinds and words speaks of."""
    shared = given.kinds & kinds
    if not shared or (free and not given.free and shared <= _NEED_TO_BE_FREE):
        return False
    return bool(shared - _NEED_THE_THING) or not given.things or meet(given.things, said)


@lru_cache(maxsize=2_048)
def givens(wording: str, *, portuguese: bool) -> Sequence[Given]:
    """Every clause of evidence that gives something."""
    return tuple(_givens(wording, portuguese))


def _givens(wording: str, portuguese: bool) -> Iterator[Given]:
    text = known_text(wording)
    folded = _BREAKFAST.sub("cafedamanha  ", text.folded)
    universals = [(match.start(), match[0]) for match in UNIVERSAL.among(text)]
    cuts = [0, *(match.end() for match in _CUT.finditer(folded)), len(folded)]
    clauses = [(start, end) for start, end in pairwise(cuts) if folded[start:end].strip()]
    for place, (start, end) in enumerate(clauses):
        clause = folded[start:end]
        kinds = kinds_of(clause, portuguese=portuguese)
        kinds = kinds if _GIVES.search(clause) else kinds - {"free"}
        if (only := _ONLY.search(clause)) and not clause.endswith(", ", 0, only.start()):
            kinds |= {"only"}
        if kinds:
            after = folded[end : clauses[place + 1][1]] if place + 1 < len(clauses) else ""
            said = telling(clause)[:_MOST_WORDS]
            others = _others(clause, after, said)
            strict = bool(others) or _ONLY.search(clause) is not None
            bounds = tuple(_bounds(clause, wording[start:end], strict=strict, portuguese=portuguese))
            yield Given(
                start=start, end=end, kinds=kinds, bounds=bounds, others=others, free=FREE.search(clause) is not None,
                things=_things(clause, said, [one for bound in bounds for one in bound.words]),
                every=any(start <= at < end for at, _ in universals),
                universals=tuple(said for at, said in universals if start <= at < end),
            )  # fmt: skip


def _others(clause: str, after: str, said: Sequence[str]) -> Sequence[str]:
    """What evidence says differs: what stands behind "other" or "the rest", or what the next clause has a price for;
    empty where it says no such thing."""
    others = [one for match in _OTHERS.finditer(f"{clause} | {after}") for one in ("", *telling(match["what"]))]
    again = [one for one in telling(after)[:_MOST_WORDS] if meet((one,), said)]
    joined = not clause.endswith((".", "\n"))
    if others or (_COSTS.search(after) and (joined or again)):
        return ["", *others, *again]
    return ()


def _things(clause: str, said: Sequence[str], bounds: Sequence[str]) -> Sequence[str]:
    """What is given: the words that are no limit, and not the shop's name before a colon."""
    own = telling(clause.rsplit(": ", 1)[-1])[:_MOST_WORDS] or said
    return [one for one in own if not meet((one,), bounds)]


def _bounds(clause: str, raw: str, *, strict: bool, portuguese: bool) -> Iterator[Bound]:
    for match in _SUM.finditer(clause):
        figures = [one for one in re.split(r"\D", match[1] or match[2]) if one and one != "00"]
        yield Bound(figures[-1:], "sum", strict=True)
    for match in _FIRST.finditer(clause):
        yield Bound((match[1],), "first", strict=True)
    for match in _SELECTED.finditer(clause):
        yield Bound((match[0],), "first", strict=True)
    for match in _EXCEPT.finditer(clause):
        yield Bound(telling(clause[match.end() :]), "first", strict=True)
    for match in _UNTIL.finditer(clause):
        yield Bound((match[1], match[2]), "time", strict)
    only = _ONLY.search(clause)
    if only and _IN_FRONT.search(clause, 0, only.start()) and not _PHRASE.match(clause, only.end() + 1):
        yield Bound(telling(clause[only.end() :]), "subject", strict=True)
    elif only and (after := telling(clause[only.end() : only.end() + 48])):
        yield Bound(after, "only" if _PHRASE.match(clause, only.end() + 1) else "thing", strict=True)
    elif last := _TO_ONLY.search(clause):
        yield Bound(telling(last[1]), "place", strict=True)
    yield from _times(clause, raw, strict=strict, portuguese=portuguese)
    yield from _persons(clause, strict=strict)
    yield from _phrases(clause, raw, strict=strict, portuguese=portuguese)


def _times(clause: str, raw: str, *, strict: bool, portuguese: bool) -> Iterator[Bound]:
    """When it is given: on the `day` that stands beside the benefit, or at a `time` told in another part."""
    at = 0
    for part in clause.split(", "):
        named = [match for match in _TIME.finditer(part) if not _is_name(match, raw[at:])]
        at += len(part) + 2
        if named:
            times = [match[0].rsplit(" ", 1)[-1] for match in named]
            yield Bound(times, "day" if kinds_of(part, portuguese=portuguese) else "time", strict)


def _is_name(time: re.Match[str], raw: str) -> bool:
    """Whether it is part of a name, as in a `Kit Manhã`; weekdays have capitals in English anyway."""
    return time.start() > 0 and raw[time.start()].isupper() and "day" not in time[0]


def _persons(clause: str, *, strict: bool) -> Iterator[Bound]:
    if _NEW.search(clause):
        yield Bound(("novo", "novos", "novas", "nuevo", "nuevos", "new"), "person", strict)
    for match in _AGE.finditer(clause):
        yield Bound((match[1],), "person", strict)
    for match in _PERSON.finditer(clause):
        before = _WORD_BEFORE.search(clause, max(0, match.start() - 24), match.start())
        yield Bound([*(telling(before[1]) if before else ()), match[0]], "person", strict)


def _phrases(clause: str, raw: str, *, strict: bool, portuguese: bool) -> Iterator[Bound]:
    """What stands behind a preposition: `no plano anual`, `with the Feast Box`, `on filter coffee`."""
    end = clause.find(": ") + 1
    while match := _PHRASE.search(clause, end):
        start, end = match.span("what")
        if match["to"] == "no" and not portuguese:
            end = start
            continue
        if stop := _PHRASE_ENDS.search(clause, start, end):
            end = stop.start()
        said = clause[start:end]
        if _INCLUDES.match(clause, end) or _INCLUDES.search(said):
            continue  # `com material incluído` tells what is given
        named = [one for one in telling(said) if not _MONTHS.match(one)]
        if not named or _VENUES.issuperset(named) or _EVERY.search(said) or _TIME.fullmatch(said.strip()):
            continue
        sort = "person" if match["to"] in ("for", "para") else "thing"
        if raw[clause.find(named[0], start)].isupper() and match["to"] in _SPOT.split("|"):
            sort = "place"
        yield Bound(named, sort, strict)
