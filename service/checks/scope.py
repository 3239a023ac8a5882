"""A benefit that holds for some, told as if it held for all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from service.checks.copy import Copy, Source, support, wording_of
from service.checks.models import Claim, Support
from service.checks.phrases import Text, known_text, stems
from service.checks.wordings import alternatives, wordings

_ALL = wordings("scope", "all")

_OF_WHOLE = (
    r"(?! (?:do|da|dos|das|del|of the|of your) (?!segund|second|valor|preco|precio|price))"  # "40% of the speed"
)
# "40% of the speed" gives nothing.
_OF_WHOLE = r"(?! (?:do|da|dos|das|del|of the|of your) (?!segund|second|valor|preco|precio|price))"
_BENEFIT = re.compile(rf"\b(?:{alternatives('scope', 'benefit')})\b|\d ?%{_OF_WHOLE}")
_OF_WHOLE = (
    r"(?! (?:do|da|dos|das|del|of the|of your) (?!segund|second|valor|preco|precio|price))"  # "40% of the speed"
)
_KINDS = (
    r"frete|envio|entrega|domicilio|shipping|deliver|postage",
    rf"descont|descuent|discount|\boff\b|\d+ ?%{_OF_WHOLE}|rebaja|\bmenos\b(?! de\b)|\bless\b|cupo[mn]|coupon|promo",
    r"brinde|regalo|gift|presente",
    r"parcel|cuotas|juros|interes|installment|meses sin|sem juros",
    r"garantia|warrant",
    r"devolu|return|troca|cambio|refund",
    r"cashback",
    (
        r"gratis|gratuit|free|de graca|sem custo|sin cost|cortesia|complimentary|on us|on the house|inclu[iysd]"
        r"|comes? with|vem com|isent|sem taxa|no fee|sin comision|nao paga"
    ),
)  # fmt: skip
_KIND = [re.compile(rf"\b(?:{words})") if not words.startswith(r"\b") else re.compile(words) for words in _KINDS]

_LIMITED = re.compile(rf"\b(?:{alternatives('scope', 'limited')})\b")
_SPENT = re.compile(
    r"(?:acima|partir|minim\w+|over|above|from|superior\w*|least|mas|desde|mayor\w*|pedidos|compras"
    r"|orders) (?:de |of |a |que |or )?(?:r\$|us\$|\$|€|£|s/)? ?\d"
)
_NARROWED = re.compile(rf"\b(?:{alternatives('scope', 'narrowed')})\b")
_REGION = re.compile(rf"\b(?:{alternatives('scope', 'region')})\b")
_PLACED = re.compile(rf"\b(?:{alternatives('scope', 'placed')})\b")


_EVER = re.compile(r"always|sempre|siempre")
"""Of all orders and of all customers it is as much: only words that name whom it is for must be those of evidence."""
_NO_LEAST = re.compile(r"(?:no|sem|sin) (?:\w+ )?minim\w*|no minimum\b")
_YEAR_ROUND = re.compile(
    r"\b(?:o ano (?:todo|inteiro)|todo o ano|todo el ano|all year|the whole year|year[- ]round|all through the year"
    r"|em qualquer epoca|en cualquier epoca)\b"
)
_SEASON = re.compile(
    r"\b(?:em|durante|n?o mes de|en|in|during|throughout|until|ate|hasta) (?:todo )?(?:o |el |the )?"
    r"(?:mes de |month of |dia |\d+ (?:de |of )?)?"
    r"(?:janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|january|february|march|april"
    r"|may|june|july|august|september|october|november|december|enero|febrero|marzo|mayo|junio|julio|septiembre|octubre"
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
    r"\b(?:en|em|in|within|to|para|no|na|nos|nas|a)(?: (?:the|la|el|los|o|a|todo|toda))? [A-ZÁÉÍÓÚÂÊÔÃÕÇ]"
)
"""A delivery to a place that is named, as in `Frete grátis em Recife`."""
_Kinds = tuple[re.Pattern[str], ...]


def stretched(copy: Copy) -> Iterator[Claim]:
    """Universal benefits, with the evidence that gives them to all."""
    for name, text in copy.worded.items():
        seen = -1
        for match in _ALL.find(text, copy.locale):
            start, end = text.sentence(match.start())
            if start <= seen:
                continue
            sentence = _HANDLING.sub(" ", text.folded[start:end])
            sentence = sentence if _BENEFIT.search(sentence) else _benefit_told(copy, sentence)
            if not sentence:
                continue
            region = _REGION.search(sentence) is not None
            if not region and _NARROWED.search(sentence):
                continue
            seen = start
            if claim := _claim(copy, name, text, match, (start, end), sentence, region=region):
                yield claim


def _benefit_told(copy: Copy, sentence: str) -> str:
    """The benefit that another field tells, where a sentence says no more than that there is no minimum."""
    if not _NO_LEAST.fullmatch(sentence.strip(" .!\n")):
        return ""
    told = next((text.folded for text in copy.texts.values() if _BENEFIT.search(text.folded)), "")
    return f"{told} {sentence}" if told else ""


def _claim(
    copy: Copy, name: str, text: Text, match: re.Match[str], place: tuple[int, int], sentence: str, *, region: bool
) -> Claim | None:
    """The claim, if any evidence speaks of that benefit and holds it within bounds."""
    start, end = place
    kinds = tuple(kind for kind in _KIND if kind.search(sentence))
    told = [source for source in copy.valid if _speaks(source, kinds)]
    seasonal = _YEAR_ROUND.search(sentence) is not None
    bounded = [source for source in told if _bounded(source, kinds, region=region) or (seasonal and _ends(source))]
    wide = [one for source in told if (one := _universal(source, kinds, match[0], region=region))]
    if not bounded and not wide:
        return None
    while end > start and copy.fields[name][end - 1] in " .!?\n":
        end -= 1
    return Claim(
        kind="scope", field=name, start=start, end=end, text=copy.fields[name][start:end], value=match[0], support=wide,
    )  # fmt: skip


def _speaks(source: Source, kinds: _Kinds) -> bool:
    if source.facts and source.facts.free_shipping_region and _KIND[0] in kinds:
        return True
    return _names(wording_of(source), kinds)


@lru_cache(maxsize=4_096)
def _names(wording: str, kinds: _Kinds) -> bool:
    return any(kind.search(known_text(wording).folded) for kind in kinds)


def _ends(source: Source) -> bool:
    """Whether it holds for a month or until a day."""
    return source.valid_until is not None or _SEASON.search(known_text(wording_of(source)).folded) is not None


def _bounded(source: Source, kinds: _Kinds, *, region: bool) -> bool:
    facts = source.facts
    if facts and facts.free_shipping_region and _KIND[0] in kinds and region:
        return not _REGION.search(known_text(facts.free_shipping_region).folded)
    return _is_bounded(wording_of(source), kinds, region)


@lru_cache(maxsize=4_096)
def _is_bounded(wording: str, kinds: _Kinds, region: bool) -> bool:
    text = known_text(wording)
    said = [text.folded[start:end] for start, end in text.sentences]
    about = [place for place, one in enumerate(said) if any(kind.search(one) for kind in kinds)]
    # Terms stand in the same sentence, or in the one after it.
    near = {place + step for place in about for step in (0, 1) if place + step < len(said)}
    bounds = _PLACED if region else _LIMITED
    if region and any(_IN_PLACE.search(wording[slice(*text.sentences[place])]) for place in about):
        return True
    return any(bounds.search(said[place]) or (not region and _SPENT.search(said[place])) for place in near)


def _universal(source: Source, kinds: _Kinds, said: str, *, region: bool) -> Support | None:
    """The sentence of evidence that gives the benefit to all in the same words."""
    for start, end, universal, sentence in _universals(wording_of(source)):
        if any(kind.search(sentence) for kind in kinds):
            if region and _REGION.search(sentence) and not _PLACED.search(sentence):
                return support(source, start, end)
            if not region and (_EVER.fullmatch(said) or stems(said) & stems(universal) or not stems(said)):
                return support(source, start, end)
    return None


@lru_cache(maxsize=2_048)
def _universals(wording: str) -> tuple[tuple[int, int, str, str], ...]:
    text = known_text(wording)
    found = []
    for match in _ALL.among(text):
        start, end = text.sentence(match.start())
        found.append((start, end, match[0], text.folded[start:end]))
    return tuple(found)
