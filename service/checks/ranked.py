"""Evidence that ranks something in the same way as copy does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from service.checks.copy import Copy, Source, support, wording_of
from service.checks.grounds import GROUND
from service.checks.models import Claim, Support
from service.checks.names import LANDS
from service.checks.phrases import Text, known_text, stems
from service.checks.words import fold, wordset

_FIRST = (
    r"(?:1[oaºª.]+|1st|primeir[oa]|primer|first) (?:lugar|posto|puesto|posicao|posicion|colocad\w+|place)"
    r"|(?:em|en) 1[oº.]+|(?:first|1st|top) (?:out )?(?:of|among) (?!all\b)\w+"
    r"|(?:ranked|rated|came|finished|placed|ficou|termin\w+|quedo|qued\w+)(?: (?:in|em|en|como))?"
    r" (?:#?1\b|1st|first|top|primer[oa]?|primeir[oa]|1[oº])"
)
_RANKED_FIRST = re.compile(rf"(?<!\w)(?:{_FIRST})")
_KINDS = {
    "best": r"campe|champion|melhor|mejor|\bbest\b|\b1[oº]|1st|primeiro lugar|primer lugar|first place"
    r"|numero (?:um|uno|1)|number one|n[o.º°]+ ?1\b|#1|lider|leader|leading|top spot|first prize"
    r"|vence\w+|ganador\w*|winner|\bwon\b|ganhou|gano\b",
    "cheap": r"barat|menor preco|menores preco|mais baix|mas baj|mais em conta|cheapest|lowest|melhor preco"
    r"|mejor precio|best price|economic",
    "large": r"maior|mayor|larges|bigges",
    "sold": r"vendid|bestsell|best-sell|best sell|top-selling|campe\w+ (?:de|en|em) (?:vent|vend)"
    r"|(?:sells?|sold) (?:the )?(?:most|best)|vend\w+ mais\b|mas vend|lider\w* (?:de|en|em) (?:vent|vend)|top sell",
    "only": r"\bunic|\bonly\b|primeir|primer|\bfirst\b",
}
_KIND = {name: re.compile(words) for name, words in _KINDS.items()}
_DEGREE = re.compile(
    r"\b(?:mais|mas|most) (?:bem )?(\w{3})|\b(\w{3})\w*est\b|\b(melhor|mejor|best|maior|mayor|lider|leader"
    r"|premiad|award|first|primeiro|primer)"
)
_AWARDED = re.compile(
    r"premi|award|eleit|eleg|voted|prize|rank|guia|guide|pesquisa|survey|encuesta|winner|venc|ganad|won\b|segundo"
    r"|according|segun|campe|champion|medal"
)
"""Beside such words even a capital is no more than that of a title that was won."""
_OWN_HISTORY = re.compile(r"\b(?:sua|nossa|su|nuestra|its|our|their) (?:historia|history)\b")
_COUNTRY = wordset("pais country nation")
_TOWN = wordset("cidade ciudad city town")
_OF_TOWN = re.compile(r"\b(?:de|do|da|in|em|en|of) [A-ZÀ-Þ]")
_MOST_OF_IT = 2  # words
_FARTHEST = 400  # signs; a sentence that goes on for longer is none
_CAPITAL = re.compile(r" ([A-ZÀ-Þ][^\W_]+)")
_COMPARED = re.compile(r"\b(?:que|than)\b")
_SMALL = wordset(
    "melho mejor maior mayor menor menos most mais que qualq cualq outro otro todos todas algum high highe best"
)
_OF_WHAT = re.compile(r" (?:de|do|da|del|of|in|for|em|en) (?:(?:a|o|el|la|the) )?(\w{4,})")


def claim(copy: Copy, name: str, text: Text, start: int, end: int) -> Claim:
    """The claim that something is the best, with the evidence that says so too."""
    elsewhere = _is_elsewhere(copy, copy.fields[name][start:end])
    supports = [] if elsewhere else [one for source in copy.valid if (one := _said(copy, source, text, start, end))]
    expired = not elsewhere and not supports and any(_said(copy, source, text, start, end) for source in copy.lapsed)
    quote = copy.fields[name][start:end].rstrip(" ,;:")
    return Claim(
        kind="superlative", field=name, start=start, end=start + len(quote), text=quote,
        value=text.folded[start:end].strip(), support=supports, expired=expired,
    )  # fmt: skip


def _is_elsewhere(copy: Copy, quote: str) -> bool:
    """Whether it names a place that no evidence has."""
    names = [fold(match[1]) for match in _CAPITAL.finditer(quote)]
    return any(not any(name in known_text(one).words for one in copy.wordings) for name in names)


class _Sentence(NamedTuple):
    """A sentence of evidence: where it stands, whether it tells of a first place, what kinds of rank and which degrees
    it names, and its words."""

    start: int
    end: int
    folded: str
    first: bool
    kinds: frozenset[str]
    degrees: frozenset[str]
    stems: frozenset[str]


@lru_cache(maxsize=2_048)
def _sentences(wording: str) -> Sequence[_Sentence]:
    text, found = known_text(wording), []
    for start, end in text.sentences:
        said = text.folded[start:end]
        awarded = _AWARDED.search(said) is not None
        kinds = frozenset(
            kind for kind, pattern in _KIND.items()
            if any(awarded or not _is_name(wording, start, word) for word in pattern.finditer(said))
        )  # fmt: skip
        first = _RANKED_FIRST.search(said) is not None
        found.append(_Sentence(start, end, said, first, kinds, _degrees(said), stems(said)))
    return found


def _degrees(said: str) -> frozenset[str]:
    return frozenset(next(filter(None, match.groups())) for match in _DEGREE.finditer(said))


def _said(copy: Copy, source: Source, text: Text, start: int, end: int) -> Support | None:
    """The sentence of evidence that ranks it in the same way, on the same ground and the same subject."""
    said, wording = text.folded[start:end], wording_of(source)
    kinds = {kind for kind, pattern in _KIND.items() if pattern.search(said)}
    degrees = _degrees(said)
    grounds = {match[0] for match in GROUND.finditer(said)} - {"class"}
    if _OWN_HISTORY.search(said):
        grounds -= {"historia", "history"}
    compared = _COMPARED.search(said) is not None
    for one in _sentences(wording):
        if not all(
            _is_there(ground, known_text(wording), wording[one.start : one.end], one.folded) for ground in grounds
        ):
            continue
        if not compared and one.first and _in_that(text, start, end, one.stems):
            return support(source, one.start, one.end)
        ranked = not kinds.isdisjoint(one.kinds) if kinds else bool(degrees & one.degrees if degrees else one.degrees)
        if (ranked or (compared and one.degrees)) and _shared(said, text, start, one.stems):
            return support(source, one.start, one.end)
        if "sold" in kinds & one.kinds and len(_of_copy(copy) & one.stems) > 1:
            return support(source, one.start, one.end)  # `Campeã de vendas` as a headline, above what sells so well
    return None


def _of_copy(copy: Copy) -> frozenset[str]:
    return frozenset[str]().union(*(text.stems for text in copy.texts.values())) - _SMALL


def _is_there(ground: str, wording: Text, raw: str, sentence: str) -> bool:
    """Whether evidence speaks of that ground too, if need be by its name: `el más antiguo de Uruguay` is so of the
    country, and `a melhor de Olinda` of the town."""
    if ground in sentence or ground[:5] in wording.stems:
        return True
    if ground in _COUNTRY:
        return not LANDS.isdisjoint(wording.words)
    return ground in _TOWN and _OF_TOWN.search(raw) is not None


def _is_name(wording: str, start: int, word: re.Match[str]) -> bool:
    """Whether a word inside a sentence has a capital, as in a tea that is called `Melhor do Mundo`."""
    return (
        word.start() > 0 and wording[start + word.start()].isupper() and not wording[start + word.start() :].isupper()
    )


def _in_that(text: Text, start: int, end: int, theirs: frozenset[str]) -> bool:
    """Whether a first place is one in what the claim is about, as `em 1º lugar em velocidade` is for `a maior
    velocidade`; of what follows it the evidence speaks as well, or of most of its sentence."""
    mine = stems(text.folded[start:end]) - _SMALL
    of_what = _OF_WHAT.match(text.folded, end)
    if of_what and of_what[1][:5] not in theirs and GROUND.fullmatch(of_what[1]) is None:
        return not mine.isdisjoint(theirs) and len(_around(text, start) & theirs) > _MOST_OF_IT
    return not mine.isdisjoint(theirs)


def _shared(said: str, text: Text, start: int, theirs: frozenset[str]) -> bool:
    """Whether both speak of the same: a word of the claim, or else of its sentence, stands in the evidence."""
    return not (stems(said) - _SMALL).isdisjoint(theirs) or not _around(text, start).isdisjoint(theirs)


def _around(text: Text, start: int) -> frozenset[str]:
    """The words of the sentence round a place, or of its nearer part."""
    begin, end = text.sentence(start)
    return stems(text.folded[max(begin, start - _FARTHEST) : min(end, start + _FARTHEST)]) - _SMALL
