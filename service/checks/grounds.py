"""Where rivals are: on the market, in the country, in a town that is named; and what they sell."""

from __future__ import annotations

import re
from functools import lru_cache

from service.checks.copy import Copy
from service.checks.names import LANDS
from service.checks.phrases import Text, known_text
from service.checks.wordings import words

OWN = words("superlatives", "own")
"""What is the best of its kind without a rival being meant: "the best time", "a melhor parte do dia"."""
SOLD = words("superlatives", "sold")
"""What is sold, so that calling it the best says something of the market."""

_WHERE = (
    r"mundo|mercado|brasil|pais|planeta|universo|cidade|regiao|estado|setor|ramo|segmento|categoria|internet|historia"
    r"|concorrencia|bairro|continente|web|praca|galaxia|america|europa|sudamerica|latinoamerica|centroamerica"
    r"|norteamerica|world|market|country|planet|universe|town|city|region|state|industry|sector|business|category|class"
    r"|internet|web|history|uk|us|usa|britain|england|america|europe|nation|neighbou?rhood|county|high street|ciudad"
    r"|region|sector|rubro|ramo|gremio|barrio|continente|competencia|zona|serra|litoral|nordeste|sierra|coast"
)
GROUND = re.compile(rf"\b(?:{_WHERE})\b")
_TO = (
    r" (?:d[oae]s?|n[oae]s?|del|de|en|em|in|on|of|around|across|at)"
    r"(?: (?:the|o|a|el|la|los|las|os|as|this|our|all|of|your|whole|entire|tod[oa]s?|seu|sua|noss[oa]|nuestr[oa]|tu"
    r"|south|north|latin|central|western|eastern|northern|southern))*"
)
_GROUNDED = re.compile(
    rf"(?: \w+){{0,6}}?{_TO} (?:{_WHERE}|all time|anywhere)\b|(?: \w+)? (?:anywhere|ever|ever made|around"
    rf"|que existe|que existem|que hay)\b|(?: \w+){{0,2}}? (?:que (?:voce|vc|tu) (?:ja|jamais|nunca|has|hayas)"
    rf"|(?:that )?you(?:'ve| have|'ll| will) (?:ever|never))\b"
)
_TO_NAME = re.compile(rf"{_TO} (?=\w)")
_FARTHEST = 48
_SHORT, _STEM = 3, 5
_PLACED = r"\b(?:in|em|en|no|na|nos|nas|at|from|near|around|across|throughout|e|y|and) (?:the |el |la |o |a )?"


def ground(text: Text, at: int) -> int | None:
    """To where it says that the market, the town or all of the kind is meant, if it does so right behind a place."""
    match = _GROUNDED.match(text.folded, at)
    return match.end() if match else None


def named_ground(copy: Copy, field: str, text: Text, at: int) -> int | None:
    """To where a place is named with its capital within the next words, as in `the best bakery in Leith`."""
    folded, raw = text.folded, copy.fields[field]
    for match in _TO_NAME.finditer(folded, at, min(len(folded), at + _FARTHEST)):
        between = folded[at : match.start()]
        if between and (between[0] != " " or not between.replace(" ", "").isalnum()):
            return None
        end = match.end()
        while end < len(folded) and folded[end].isalnum():
            end += 1
        if _is_rivals_place(copy, folded[match.end() : end], raw[match.end() : end]):
            return end
    return None


def is_place(copy: Copy, name: str, raw: str) -> bool:
    """Whether a name is that of a place: a land, or what evidence puts something in."""
    if not raw[:1].isupper():
        return False
    return name in LANDS or _is_placed(name, copy.wordings)


@lru_cache(maxsize=1_024)
def _is_placed(name: str, wordings: tuple[str, ...]) -> bool:
    place = re.compile(rf"(?:{_PLACED}|, ){re.escape(name)}\b")
    return any(place.search(known_text(wording).folded) for wording in wordings)


def is_sold(noun: str) -> bool:
    """Whether it is such a thing, in the singular or the plural."""
    return noun in SOLD or noun.removesuffix("s") in SOLD or noun.removesuffix("es") in SOLD


def is_offered(copy: Copy, noun: str) -> bool:
    """Whether evidence speaks of such a thing."""
    if len(noun) <= _SHORT:
        return False
    forms = {noun[:_STEM], noun.removesuffix("s")[:_STEM], f"{noun}s"[:_STEM]}
    return any(not forms.isdisjoint(known_text(wording).stems) for wording in copy.wordings)


def is_thing(copy: Copy, noun: str) -> bool:
    """Whether it is sold, or evidence speaks of such a thing, by whatever short word."""
    return is_sold(noun) or is_offered(copy, noun) or any(noun in known_text(one).words for one in copy.wordings)


def _is_rivals_place(copy: Copy, name: str, raw: str) -> bool:
    """Whether it is a name and not that of the shop itself: what evidence names is a place only where it says so."""
    if not raw[:1].isupper() or (raw.isupper() and len(raw) > 1):
        return False
    return is_place(copy, name, raw) or not any(name in known_text(one).words for one in copy.wordings)
