"""Being the best, the first or the cheapest, and comparisons with rivals, which evidence has to say as well."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.called import is_called
from service.checks.copy import Copy
from service.checks.grounds import OWN, SOLD, ground, is_offered, is_thing, named_ground
from service.checks.models import Claim
from service.checks.phrases import Text
from service.checks.ranked import claim
from service.checks.rivals import rivals
from service.checks.wordings import wordings
from service.checks.words import wordset

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
_NO_NOUN = wordset(
    "fora dentro perto longe antes depois quando onde com sem assim ainda frio quente fresco gelado se que cada por sob"
    " fuera dentro cerca lejos antes despues cuando donde con sin asi aun caliente frio fresco si"
    " served kept eaten enjoyed stored when with without if cold warm hot fresh outside inside before after left used"
)
"""What follows "best" where it says how something is done: `ficam melhor fora da geladeira`."""
_NO_BOAST = OWN | _NO_NOUN
_BEST = re.compile(r"\b(?:best|melhor(?:es)?|mejor(?:es)?|maior(?:es)?|mayor(?:es)?|\w+est)\b")
_ONLY = re.compile(r"\b(?:unic[oa]s?|only|primeir[oa]s?|primer[oa]?s?)\b")
_FIRST = re.compile(r"\b(?:primeir[oa]s?|primer[oa]?s?)\b")
_TO = wordset("do da dos das no na nos nas del de en em in on of around across at")
_RELATIVE = re.compile(
    r"\b(?:avo|vovo|mae|mamae|pai|tia|abuel[ao]|mama|tu madre|su madre|mum|mom|dad|nan|gran"
    r"|grandma|grandmother|granny)\b"
)
"""Who bakes the best cake of all, and is no shop."""
_IS_THE_ONE = re.compile(
    r" (?:e|is|are|sao|es|son|sera) (?:[oa]s?|the|el|l[oa]s?|aquel[ae]|aquel|those|your|seu|sua|tuy[oa])\b"
    r"(?: (?:que|one|ones|you|that|with|de|seu|sua|mais|made)\b|[.!])"
)
"""What the best is to whoever likes it: `the best paint is the one you like`."""
_OWN_RANGE = re.compile(r"our (?!best\b)")  # `our longest walk` is longer than our others
_OF_OURS = re.compile(
    r" (?:that )?(?:we|i) \w+|,? (?:in|on|of) our \w+"
    r"|(?: \w+)? que (?:a gente )?(?:temos|fazemos|vendemos|oferecemos|damos|faz|hacemos|tenemos|ofrecemos)\b"
)
"""What is longest or best of all that the shop has."""
_IN_RANGE = re.compile(r"\b(?:barat|complet|maior|menor|mayor|(?!best)\w{3,}est\b)")
_SAYS_WHAT = re.compile(
    r" (?:custa|cuesta|costs?|sai por|sale|comporta|acomoda|recebe|recibe|mede|mide|measures|pesa|weighs|sleeps|seats"
    r"|holds|tem (?=\d)|tiene (?=\d)|has (?=\d)|inclui|incluye|includes|comeca|empieza|starts|dura|lasts|leva|lleva"
    r"|(?:e|es|is) (?:(?:de|para|for) )?(?=(?:r\$|us\$|[$€£])? ?\d))"
)
"""What the largest or cheapest of one's own is said to be: `o quarto mais barato custa R$ 200`."""
_NEAR = 80  # signs
_ASKS_WHICH = re.compile(r"[¿\s]*(?:e )?(?:qual|quais|quem|cual|cuales|quien|which|what|what's|who|whose)\b")


def superlatives(copy: Copy) -> Iterator[Claim]:
    """What copy says is better than all others, with the evidence that says so too."""
    for name, text in copy.worded.items():
        taken = bytearray(len(text.folded))  # a sign each
        for start, end in _told(copy, name, text):
            if not any(taken[start:end]) and not is_called(copy, name, start, end):
                taken[start:end] = b"\1" * (end - start)
                yield claim(copy, name, text, start, end)


def _told(copy: Copy, name: str, text: Text) -> Iterator[tuple[int, int]]:
    for match in _OUTRIGHT.find(text, copy.locale):
        if match.end() > match.start() and not _own(text, match):
            yield match.span()
    yield from rivals(copy, name, text)
    for match in _GRADED.find(text, copy.locale):
        if _own(text, match) or not _NO_BOAST.isdisjoint(filter(None, match.groups())):
            continue
        at = match.end()
        if (word := next(filter(None, match.groups()), "")) in _TO:
            at -= len(word) + 1
        placed = ground(text, at)
        named = None if placed else named_ground(copy, name, text, at)
        of_range = not (placed or named) and _IN_RANGE.search(match[0]) and _SAYS_WHAT.match(text.folded, match.end())
        if not of_range and _meant(copy, text, match, placed, named):
            yield match.start(), placed or named or match.end()


def _own(text: Text, match: re.Match[str]) -> bool:
    """Whether it is the reader's own best."""
    return _OWNED.search(text.folded, max(0, match.start() - 8), match.end()) is not None


def _meant(copy: Copy, text: Text, match: re.Match[str], placed: int | None, named: int | None) -> bool:
    """Whether the market is meant: the thing is sold, or the place is where rivals are."""
    noun, said = next(filter(None, match.groups()), ""), match[0]
    if _ONLY.search(said):
        if placed:
            return noun not in ("vez", "time", "lugar")
        return (noun in SOLD and not _FIRST.search(said)) or (named is not None and is_thing(copy, noun))
    if placed or _STRONG.search(said):
        return True
    if named:
        return _BEST.search(said) is not None or is_thing(copy, noun)
    if _OWN_RANGE.match(said) or not _BEST.search(said) or _is_explained(text.folded, match.end()):
        return False
    return (noun in SOLD or is_offered(copy, noun)) and not _of_somebody(text, match.start())


def _is_explained(folded: str, at: int) -> bool:
    """Whether it is said of what whoever likes it finds best, or of which among one's own."""
    return _IS_THE_ONE.match(folded, at) is not None or _OF_OURS.match(folded, at) is not None


def _of_somebody(text: Text, at: int) -> bool:
    """Whether a relative makes the best, or copy only asks which it is."""
    start, end = text.sentence(at)
    if text.folded.endswith("?", start, end) and _ASKS_WHICH.match(text.folded, start):
        return True
    return _RELATIVE.search(text.folded, max(start, at - _NEAR), min(end, at + _NEAR)) is not None
