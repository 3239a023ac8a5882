"""Comparisons with rivals, told by grammar: more `than any other`, `no bakery bakes like`, `that sells most`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy
from service.checks.grounds import OWN, ground, is_offered, is_place, is_sold, is_thing, named_ground
from service.checks.phrases import Text
from service.checks.wordings import wordings
from service.checks.words import wordset

_THAN = wordings("rivals", "than")
_NONE = wordings("rivals", "none")
_NOBODY = wordings("rivals", "nobody")
_MOST = wordings("rivals", "most")
_GREATEST = wordings("rivals", "greatest")
_FAVOURITE = wordings("rivals", "favourite")

_MORE = re.compile(
    r"\b(?!rather|other|later|sooner|older|younger|never|ever\b|whether|(?:mais|mas) (?:um|uma|de)\b)"
    r"(?:more|less|fewer|better|worse|\w{3,}er|mais|menos|melhor(?:es)?|pior(?:es)?|maior(?:es)?|menor(?:es)?"
    r"|mas|mejor(?:es)?|peor(?:es)?|mayor(?:es)?|superior(?:es)?)(?: [\w'-]+){0,6}? (?:do )?\Z"
)
_FARTHEST = 56
_KNOWS = re.compile(
    r"\b(?:you|voce|vc|tu|vos|usted|quem|quien|who)(?:'ve)? (?:\w+ )?(?:know|knows|deserve|deserves|need|sabe|sabes"
    r"|conhece|conoces|conoce|entende|entiende|entiendes|merece|mereces|precisa|necesitas)\w*\b[^.!?]{0,20}\Z"
)
"""What the reader does more than others, before the comparative."""
_OUTRIGHT = re.compile(
    r"\b(?:concorr\w+|compet\w+|rival\w*|(?:any|every|all|each|one) others?|qualquer outr\w+|cualquier otr\w+"
    r"|todas? as outras|todos? os outros|tod[oa]s l[oa]s demas|tod[oa]s l[oa]s otr[oa]s|the rest|demais|demas|el resto"
    r"|anywhere|elsewhere|anyone|everyone|anything|nadie|todo mundo|todo el mundo"
    r"|(?:qualquer|cualquier|ningun|nenhum) (?:outro |otro )?(?:lugar|sitio|lado|parte)"
    r"|the others|mercado|leading|ningun[oa]? otr\w+|nenhum[a]? outr\w+|the high street)\b"
)
_OUR_RANGE = re.compile(
    r" (?:model(?:o|os|s)?|sizes?|tamanhos?|tamanos?|version(?:s|es)?|vers(?:ao|oes)|one|ones|two"
    r"|pair|people|of us|of you|things|days|dias|day|dia|person|pessoa|persona)\b"
    r"| (?:\w+ )?(?:of ours|in (?:our|the) (?:range|line|collection|shop)|da (?:linha|casa|colecao|loja)"
    r"|de (?:la )?(?:linea|casa|coleccion)|noss[oa]s?|nuestr[oa]s?)\b"
)
_RIVALS = wordset(
    "brand brands shop shops store stores supermarket supermarkets bank banks loja lojas marca marcas banco bancos"
    " tienda tiendas supermercado supermercados competitor rival otro otra outro outra"
)
_SPOTS = wordset("lugar lugares sitio lado place part parte")
_ONLY_MORE = re.compile(r"(?:more|mais|mas) (?:do )?\Z")
_TO_READER = re.compile(
    r"\b(?:like|as|than|como|que|quanto|igual a|mejor que|melhor que) (?:you|your|yours|voce|vc|tu|vos|usted|mum|mom"
    r"|grandma|nan|vovo|quem|quien|(?:a |la |o |el )?(?:sua |tua |tu |su |seu )?(?:avo|vovo|mae|abuela|mama|madre))\b"
)
_NO_THING = wordset("nada coisa cosa nothing dois duas dos two better")
_OURS = re.compile(
    r"\b(?:que|than|como|like|as|quanto|beats|compares to|a)"
    r" (?:est[ea]s?|ess[ea]s?|(?:o |a |os |as |el |la |los |las )?(?:noss|nuestr)[oa]s?|this|these|our|ours|us"
    r"|a gente|nos)\b"
    r"|\b(?:aqui|por aqui|here)\b"
)
_AS_WHAT = re.compile(r" (?:do )?(?:que|than|as|como|quanto|for|para)\b")
_PHRASE_BEFORE = re.compile(
    r"\b(?:o|a|os|as|el|la|los|las|no|na|do|da|ao|del|al) (\w+) (?:d[eao]s?|del|de la|para|com|con|em|en|sem|sin)"
    r" (?:\w+ ){0,2}?\w+ \Z"
)
_NOUN_BEFORE = re.compile(r"(?:(?:o|a|os|as|el|la|los|las|the|our|un|una|um|uma) )?(\w+) \Z")


def rivals(copy: Copy, name: str, text: Text) -> Iterator[tuple[int, int]]:
    """Where copy compares what it sells with what others do."""
    yield from _compared(copy, text)
    for match in _NONE.find(text, copy.locale):
        if end := _boast(copy, name, text, match):
            yield match.start(), end
    for match in _NOBODY.find(text, copy.locale):
        if not _TO_READER.search(text.folded, match.start(), text.sentence(match.start())[1]):
            yield match.span()
    yield from _greatest(copy, name, text)
    for match in _FAVOURITE.find(text, copy.locale):
        if (span := _favourite(copy, name, text, match)) is not None:
            yield span


def _compared(copy: Copy, text: Text) -> Iterator[tuple[int, int]]:
    for match in _THAN.find(text, copy.locale):
        more = _MORE.search(text.folded, max(0, match.start() - _FARTHEST), match.start())
        if more and _is_rival(copy, text.folded, more, match):
            yield more.start(), match.end()


def _greatest(copy: Copy, name: str, text: Text) -> Iterator[tuple[int, int]]:
    """What does most of all somewhere: `a tinta que mais rende no Brasil`, `la casa de música más grande del país`."""
    for family, before in ((_MOST, _NOUN_BEFORE), (_GREATEST, _PHRASE_BEFORE)):
        for match in family.find(text, copy.locale):
            noun = before.search(text.folded, max(0, match.start() - _FARTHEST), match.start())
            if noun is None or noun[1] in OWN:
                continue
            thing = is_thing(copy, noun[1])
            wide = ground(text, match.end()) if thing or family is _GREATEST else None
            if end := wide or (named_ground(copy, name, text, match.end()) if thing else None):
                yield noun.start(), end


def _is_rival(copy: Copy, folded: str, more: re.Match[str], match: re.Match[str]) -> bool:
    """Whether what stands behind `than` is a rival, and no other day or size."""
    said = match[0].split()
    if _KNOWS.search(folded, max(0, more.start() - 40), more.start()) or OWN.intersection(said[1:5]) - _SPOTS:
        return False
    if _OUR_RANGE.search(match[0]):
        return False
    if _OUTRIGHT.search(match[0]):
        return not ("anything" in said and _ONLY_MORE.fullmatch(more[0]))
    return any(one in _RIVALS or is_sold(one) or is_offered(copy, one) for one in said[2:6])


def _boast(copy: Copy, name: str, text: Text, match: re.Match[str]) -> int | None:
    """To where it is said that nothing of the kind that is sold is like it: `nenhuma ótica cobra tão pouco`."""
    end = text.sentence(match.start())[1]
    if _TO_READER.search(text.folded, match.start(), end):
        return None
    noun = next(filter(None, match.groups()), "") or match[0].split()[0]
    if noun in OWN:
        return None
    if here := ground(text, match.end()) or named_ground(copy, name, text, match.end()):
        return here
    if noun in _NO_THING:
        does = noun == match[0].split()[0] and not _AS_WHAT.match(text.folded, match.end())  # "nothing cleans better"
        meant = does or _OURS.search(text.folded, match.start(), end) is not None
    else:
        meant = is_thing(copy, noun) or noun in _RIVALS
    return match.end() if meant else None


def _favourite(copy: Copy, name: str, text: Text, match: re.Match[str]) -> tuple[int, int] | None:
    """Whether a whole place is said to like it best, or to have nothing bigger: `Leeds's favourite bakery`."""
    raw, start = copy.fields[name], match.start()
    if match.re.groups:  # whose favourite it is stands behind it
        first, last = match.span(1)
        return match.span() if is_place(copy, match[1], raw[first:last]) else None
    before = re.search(r"(\w+)'s? \Z", text.folded[max(0, start - 32) : start])
    if before is None:
        return None
    first = max(0, start - 32) + before.start()
    return (first, match.end()) if is_place(copy, before[1], raw[first : first + len(before[1])]) else None
