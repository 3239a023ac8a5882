"""Promises of a result, of money back or of safety, which evidence has to make as well."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy, Source, support, wording_of
from service.checks.models import Claim, Support
from service.checks.phrases import Text, known_text, stems
from service.checks.refunds import refunded
from service.checks.wordings import wordings, words

# A guarantee by its own name: evidence has to give one for the same thing.
_NAMED = wordings("guarantees", "named")

# Money back: evidence has to give it as well, in whatever words.
_REFUND = wordings("guarantees", "refund")

# For as long as somebody lives: a warranty of some years is none.
_LIFELONG = wordings("guarantees", "lifelong")
_FOR_LIFE = re.compile(r"\b(?:vitalici|lifetime|for life|de por vida|para toda (?:la|a) vida|a vida (?:toda|inteira))")

# No risk, no failure: evidence has to use words of the same family.
_SAFE = wordings("guarantees", "safe")
_SAFETY = re.compile(
    r"\b(?:risco|riesgo|risk|segur|safe|secure|efeito|side effect|efecto|contraindica|infal|falha|fail|fall"
    r"|perder|lose)"
)

_PROVEN = wordings("guarantees", "proven")
_PROOF = re.compile(
    r"comprov|comprob|prov(?:en|ad)|\bprobad|test(?:ad|ed|ead)|demostr|estud|study|studies|trial|ensai|ensay|clinic"
)

# What will happen, or never again: evidence has to speak of the same thing.
_RESULT = wordings("guarantees", "result")

_NOT = re.compile(
    r"(?<!\bse )(?<!\bsi )(?<!\bif )(?<!\bif you )(?<!\bif it )(?<!\bse voce )(?<!\bcaso )"
    # which says when: "if you don't like it, we pay"
    r"\b(?:nao|no|not|nem|never|nunca|sem|sin|without|cannot|isn't|aren't|don't|nenhuma?|ningun[oa]?"
    r"|ni)\b(?: \w+){0,3} ?$"
)
_NEAR = 80  # signs, in which a word that denies a promise stands before it
_UNTIL = re.compile(r" (?:by|in|within|before|until|em|ate|en|hasta|antes|dentro) ")
_GUARANTEE = re.compile(r"garant|guarant|warrant|assegur|asegur|assur|promis|promet")
_COMMON = words("guarantees", "common")
_FAMILIES = (
    (_LIFELONG, _FOR_LIFE), (_NAMED, _GUARANTEE), (_REFUND, None), (_SAFE, _SAFETY), (_PROVEN, _PROOF),
    (_RESULT, None),
)  # fmt: skip


def guarantees(copy: Copy) -> Iterator[Claim]:
    """What copy promises, with the evidence that makes the same promise."""
    for name, text in copy.worded.items():
        taken = -1
        for family, needed in _FAMILIES:
            for match in family.find(text, copy.locale):
                if match.start() < taken or _denied(text, match):
                    continue
                taken = max(taken, match.end())
                yield _claim(copy, name, text, match, needed, refund=family is _REFUND)


def _denied(text: Text, match: re.Match[str]) -> bool:
    return _NOT.search(text.folded, _near(text, match.start()), match.start()) is not None


def _near(text: Text, start: int) -> int:
    """Where the words of its sentence that stand right before a place begin."""
    return max(text.sentence(start)[0], start - _NEAR)


def _claim(
    copy: Copy, name: str, text: Text, match: re.Match[str], needed: re.Pattern[str] | None, *, refund: bool
) -> Claim:
    start, end = match.span()
    if needed is _GUARANTEE:
        start = _object(text, start)
    quote = copy.fields[name][start:end].rstrip(" ,;:")
    said, asked = stems(text.folded[start:end]), _asked(text, start, end)

    def found(source: Source) -> Support | None:
        return refunded(source, text, start, end) if refund else _promised(source, said, asked, needed)

    supports = [one for source in copy.valid if (one := found(source))]
    expired = not supports and any(found(source) for source in copy.lapsed)
    return Claim(
        kind="guarantee", field=name, start=start, end=start + len(quote), text=quote, value=match[0].strip(),
        support=supports, expired=expired,
    )  # fmt: skip


def _object(text: Text, start: int) -> int:
    """From the thing that is guaranteed, where it stands before: `resultado garantido`."""
    before = re.search(
        r"(?:\w+ )?(?:(?:e|is|are|esta|estan|com|with|con) )?$",
        text.folded[_near(text, start) : start],
    )
    return start - len(before[0]) if before else start


def _asked(text: Text, start: int, end: int) -> frozenset[str]:
    """The words that say what is promised; those of the whole sentence where the promise itself has none."""
    said = text.folded[start:end]
    # By when it happens is no part of what does: "you'll be fluent by Easter".
    return (stems(_UNTIL.split(said)[0]) or stems(said)) - _COMMON


def _promised(
    source: Source, said: frozenset[str], asked: frozenset[str], needed: re.Pattern[str] | None
) -> Support | None:
    """The sentence of evidence that promises it too, and does not deny it."""
    wording = known_text(wording_of(source))
    for start, end in wording.sentences:
        sentence = wording.folded[start:end]
        word = needed.search(sentence) if needed else None
        if needed and (word is None or (needed is _GUARANTEE and _NOT.search(sentence[: word.start()]))):
            continue
        if needed is None and not _makes_it_too(wording, start, end, said):
            continue
        if asked & stems(sentence) or (word and not asked):
            return support(source, start, end)
    return None


def _makes_it_too(wording: Text, start: int, end: int, said: frozenset[str]) -> bool:
    """Whether a sentence of evidence promises a result as well, or has all the words of the promise."""
    if len(said) > 1 and said <= stems(wording.folded[start:end]):
        return True
    return any(start <= match.start() < end for match in _RESULT.among(wording))
