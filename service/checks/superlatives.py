"""Being the best, the first or the cheapest, and comparisons with rivals, which evidence has to say as well."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy, Source, support, wording_of
from service.checks.models import Claim, Support
from service.checks.phrases import Text, known_text, stems
from service.checks.wordings import wordings, words

# What is the best of its kind without a rival being meant: "the best time", "a melhor parte do dia".
_OWN = words("superlatives", "own")
# What is sold, so that calling it the best says something of the market.
_SOLD = words("superlatives", "sold")
_WHERE = (  # the rivals' ground
    r"mundo|mercado|brasil|pais|planeta|universo|cidade|regiao|estado|setor|ramo|segmento|categoria|internet|historia"
    r"|concorrencia|bairro|continente|web|praca|galaxia|america|europa|world|market|country|planet|universe|town|city"
    r"|region|state|industry|sector|business|category|class|internet|web|history|uk|us|usa|britain|england|america"
    r"|europe|nation|neighbou?rhood|ciudad|region|sector|rubro|ramo|gremio|barrio|continente|competencia|zona"
)
_GROUND = re.compile(rf"\b(?:{_WHERE})\b")
_TO = (
    r" (?:d[oae]s?|n[oae]s?|del|de|en|em|in|on|of|around|across)"
    r"(?: (?:the|o|a|el|la|los|las|os|as|this|our|all|of|your|whole|entire|tod[oa]s?|seu|sua|noss[oa]|nuestr[oa]|tu))*"
)
_GROUNDED = re.compile(
    rf"(?: \w+){{0,6}}?{_TO} (?:{_WHERE}|all time|anywhere)\b|(?: \w+)? (?:anywhere|ever|ever made|around"
    rf"|que existe|que existem|que hay)\b"
)
_NAMED = re.compile(rf"(?: \w+){{0,3}}?{_TO} (?P<name>\w+)")

# Said outright: no harmless reading, wherever it stands.
_OUTRIGHT = wordings("superlatives", "outright")

# The best of something: whether it is a claim depends on what of, and where.
_GRADED = wordings("superlatives", "graded")
_STRONG = re.compile(
    r"(?:vendid|barat|premiad|bem avaliad|bem cotad|recomendad|cheapest|lowest|leading|trusted|popular"
    r"|recommended|awarded"
    r"|galardonad|valorad|solicitad|complet|completo|procurad|buscad|confiav|confiab|fiable|avancad|avanzad"
    r"|advanced|inovador|innov)"
)
_OWNED = re.compile(
    r"\b(?:your|seu|sua|seus|suas|tu|tus|teu|tua|my|meu|minha|at (?:its|their)|their) (?:\w+ )?"
    r"(?:best|melhor|mejor|melhores|mejores|maior|mayor)\b"
)
_BEST = re.compile(r"\b(?:best|melhor(?:es)?|mejor(?:es)?|maior(?:es)?|mayor(?:es)?|\w+est)\b")
_ONLY = re.compile(r"\b(?:unic[oa]s?|only|primeir[oa]s?|primer[oa]?s?)\b")

_KINDS = {
    "best": r"campe|champion|melhor|mejor|\bbest\b|1[oº]|1st|primeiro lugar|primer lugar|first place"
    r"|numero (?:um|uno|1)|number one|n[o.º°]+ ?1\b|#1|lider|leader|leading|top spot|first prize"
    r"|vence\w+|ganador\w*|winner",
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
_SMALL = frozenset(
    [
        "melho",
        "mejor",
        "maior",
        "mayor",
        "menor",
        "menos",
        "most",
        "mais",
        "que",
        "qualq",
        "cualq",
        "outro",
        "otro",
        "todos",
        "todas",
        "algum",
    ]
)


def superlatives(copy: Copy) -> Iterator[Claim]:
    """What copy says is better than all others, with the evidence that says so too."""
    for name, text in copy.worded.items():
        taken: list[tuple[int, int]] = []
        for match in _OUTRIGHT.find(text, copy.locale):
            if match.end() > match.start() and not _own(text, match):
                taken.append(match.span())
                yield _claim(copy, name, text, match.start(), match.end())
        for match in _GRADED.find(text, copy.locale):
            if any(match.start() < end and start < match.end() for start, end in taken) or _own(text, match):
                continue
            placed = _GROUNDED.match(text.folded, match.end())
            named = None if placed else _NAMED.match(text.folded, match.end())
            if _meant(copy, name, match, placed, named):
                last = placed or (named if named and _capital(copy, name, named) else None) or match
                yield _claim(copy, name, text, match.start(), last.end())


def _own(text: Text, match: re.Match[str]) -> bool:
    """Whether it is the reader's own best."""
    return _OWNED.search(text.folded, max(0, match.start() - 8), match.end()) is not None


def _meant(
    copy: Copy, name: str, match: re.Match[str], placed: re.Match[str] | None, named: re.Match[str] | None
) -> bool:
    """Whether the market is meant: the thing is sold, or the place is where rivals are."""
    noun, said = next(filter(None, match.groups()), ""), match[0]
    if noun in _OWN:
        return False
    if _ONLY.search(said):
        return (placed is not None and noun not in ("vez", "time", "lugar")) or noun in _SOLD
    if placed or _STRONG.search(said):
        return True
    if not _BEST.search(said):
        return named is not None and _capital(copy, name, named) and (noun in _SOLD or _named_in(copy, noun))
    if named and _capital(copy, name, named):
        return True
    return noun in _SOLD or _offered(copy, noun)


def _capital(copy: Copy, name: str, placed: re.Match[str]) -> bool:
    """Whether the place is a name, as in `the best bakery in Leith`."""
    start, end = placed.span("name")
    named = copy.fields[name][start:end]
    return named[:1].isupper() and not named.isupper()


def _offered(copy: Copy, noun: str) -> bool:
    stem = noun[:5]
    return len(noun) > 3 and any(stem in known_text(wording_of(source)).stems for source in copy.evidence)


def _named_in(copy: Copy, noun: str) -> bool:
    """Whether evidence speaks of such a thing, by whatever short word."""
    return _offered(copy, noun) or any(noun in known_text(wording).words for wording in copy.wordings)


def _claim(copy: Copy, name: str, text: Text, start: int, end: int) -> Claim:
    supports = [one for source in copy.valid if (one := _said(source, text, start, end))]
    expired = not supports and any(_said(source, text, start, end) for source in copy.lapsed)
    quote = copy.fields[name][start:end].rstrip(" ,;:")
    return Claim(
        kind="superlative", field=name, start=start, end=start + len(quote), text=quote,
        value=text.folded[start:end].strip(), support=supports, expired=expired,
    )  # fmt: skip


def _said(source: Source, text: Text, start: int, end: int) -> Support | None:
    """The sentence of evidence that ranks it in the same way, on the same ground and the same subject."""
    said = text.folded[start:end]
    wording = known_text(wording_of(source))
    kinds = [pattern for pattern in _KIND if pattern.search(said)]
    degrees = {next(filter(None, match.groups())) for match in _DEGREE.finditer(said)}
    grounds = {match[0] for match in _GROUND.finditer(said)} - {"class"}
    for first, last in wording.sentences:
        sentence = wording.folded[first:last]
        if kinds:
            ranked = any(pattern.search(sentence) for pattern in kinds)
        else:
            there = {next(filter(None, match.groups())) for match in _DEGREE.finditer(sentence)}
            ranked = bool(degrees & there) if degrees else bool(there)
        if not ranked and "que" not in said and "than" not in said:
            continue
        if not ranked and not _DEGREE.search(sentence):
            continue
        told = known_text(wording_of(source)).stems
        if all(ground in sentence or ground[:5] in told for ground in grounds) and _shared(said, text, start, sentence):
            return support(source, first, last)
    return None


def _shared(said: str, text: Text, start: int, sentence: str) -> bool:
    """Whether both speak of the same: a word of the claim, or else of its sentence, stands in the evidence."""
    mine = stems(said) - _SMALL
    theirs = stems(sentence)
    return bool(mine & theirs) or bool((stems(text.said(start)) - _SMALL) & theirs)
