"""Evidence that ranks something in the same way as copy does."""

from __future__ import annotations

import re

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
    "sold": r"vendid|bestsell|best-sell|best sell|top-selling",
    "only": r"\bunic|\bonly\b|primeir|primer|\bfirst\b",
}
_KIND = [re.compile(words) for words in _KINDS.values()]
_DEGREE = re.compile(
    r"\b(?:mais|mas|most) (?:bem )?(\w{3})|\b(\w{3})\w*est\b|\b(melhor|mejor|best|maior|mayor|lider|leader"
    r"|premiad|award|first|primeiro|primer)"
)
_AWARDED = re.compile(
    r"premi|award|eleit|eleg|voted|prize|rank|guia|guide|pesquisa|survey|encuesta|winner|venc|ganad|won\b|segundo"
    r"|according|segun|campe|champion|medal"
)
"""Beside such words even a capital is no more than that of a title that was won."""
_COUNTRY = wordset("pais country nation")
_TOWN = wordset("cidade ciudad city town")
_OF_TOWN = re.compile(r"\b(?:de|do|da|in|em|en|of) [A-ZÀ-Þ]")
_CAPITAL = re.compile(r" ([A-ZÀ-Þ][^\W_]+)")
_COMPARED = re.compile(r"\b(?:que|than)\b")
_SMALL = wordset(
    "melho mejor maior mayor menor menos most mais que qualq cualq outro otro todos todas algum high highe best"
)
_OF_WHAT = re.compile(r" (?:de|do|da|del|of|in|for|em|en) (?:(?:a|o|el|la|the) )?(\w{4,})")


def claim(copy: Copy, name: str, text: Text, start: int, end: int) -> Claim:
    """The claim that something is the best, with the evidence that says so too."""
    elsewhere = _is_elsewhere(copy, copy.fields[name][start:end])
    supports = [] if elsewhere else [one for source in copy.valid if (one := _said(source, text, start, end))]
    expired = not elsewhere and not supports and any(_said(source, text, start, end) for source in copy.lapsed)
    quote = copy.fields[name][start:end].rstrip(" ,;:")
    return Claim(
        kind="superlative", field=name, start=start, end=start + len(quote), text=quote,
        value=text.folded[start:end].strip(), support=supports, expired=expired,
    )  # fmt: skip


def _is_elsewhere(copy: Copy, quote: str) -> bool:
    """Whether it names a place that no evidence has."""
    names = [fold(match[1]) for match in _CAPITAL.finditer(quote)]
    return any(not any(name in known_text(one).words for one in copy.wordings) for name in names)


def _said(source: Source, text: Text, start: int, end: int) -> Support | None:
    """The sentence of evidence that ranks it in the same way, on the same ground and the same subject."""
    said = text.folded[start:end]
    wording = known_text(wording_of(source))
    kinds = [pattern for pattern in _KIND if pattern.search(said)]
    degrees = {next(filter(None, match.groups())) for match in _DEGREE.finditer(said)}
    grounds = {match[0] for match in GROUND.finditer(said)} - {"class"}
    compared = _COMPARED.search(said) is not None
    for first, last in wording.sentences:
        sentence = wording.folded[first:last]
        if not all(_is_there(ground, wording, wording_of(source)[first:last], sentence) for ground in grounds):
            continue
        if not compared and _RANKED_FIRST.search(sentence) and _in_that(text, start, end, sentence):
            return support(source, first, last)
        if kinds:
            words = [word for pattern in kinds for word in pattern.finditer(sentence)]
            ranked = any(not _is_name(wording_of(source), first, word) for word in words) or (
                bool(words) and _AWARDED.search(sentence) is not None
            )
        else:
            there = {next(filter(None, match.groups())) for match in _DEGREE.finditer(sentence)}
            ranked = bool(degrees & there) if degrees else bool(there)
        if not ranked and not (compared and _DEGREE.search(sentence)):
            continue
        if _shared(said, text, start, sentence):
            return support(source, first, last)
    return None


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


def _in_that(text: Text, start: int, end: int, sentence: str) -> bool:
    """Whether a first place is one in what the claim is about, as `em 1º lugar em velocidade` is for `a maior
    velocidade`; of what follows it the evidence speaks as well."""
    theirs = stems(sentence)
    mine = stems(text.folded[start:end]) - _SMALL
    of_what = _OF_WHAT.match(text.folded, end)
    if of_what and of_what[1][:5] not in theirs and GROUND.fullmatch(of_what[1]) is None:
        return bool(mine & theirs) and len((stems(text.said(start)) - _SMALL) & theirs) > 2
    return bool(mine & theirs)


def _shared(said: str, text: Text, start: int, sentence: str) -> bool:
    """Whether both speak of the same: a word of the claim, or else of its sentence, stands in the evidence."""
    mine = stems(said) - _SMALL
    theirs = stems(sentence)
    return bool(mine & theirs) or bool((stems(text.said(start)) - _SMALL) & theirs)
