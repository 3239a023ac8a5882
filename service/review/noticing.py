"""What edits and rejections have in common: rules that a writer follows without having said so. Pure.

A word counts as unwanted where somebody quotes it in a reason, or where it was taken out of two variants. Signs,
address and instalments speak for themselves at the first edit: they change everywhere in the copy or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from service.checks.brand import EMOJI, EXCLAMATION, INSTALLMENTS, PRICE, TU, VOCE
from service.checks.words import fold, wordset
from service.common_words import COMMON_WORDS
from service.review.rules import JOINT, Proposal
from service.types import Locale

MOST_NOTED = 30
MOST_PROPOSED = 4
TWICE = 2

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_QUOTED = re.compile(r"[“\"«*‘']([^“”\"«»*‘’'\n]{2,60})[”\"»*’']")
_SINGLE = r"[“\"«*‘']?(?P<{0}>[^\W\d_][\w-]{{2,40}})[”\"»*’']?"
_PAIRED = (
    re.compile(
        rf"{_SINGLE.format('say')}\s+(?:em vez de|no lugar de|ao inv[eé]s de|instead of|rather than|en vez de"
        rf"|en lugar de)\s+{_SINGLE.format('instead')}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:tro[cq]\w+|substitu\w+|replace|cambi\w+|reemplaz\w+)\s+{_SINGLE.format('instead')}\s+"
        rf"(?:por|with|by)\s+{_SINGLE.format('say')}",
        re.IGNORECASE,
    ),
)
_AVOIDED = re.compile(
    r"\b(?:nunca|jamais|evit\w+|n[aã]o (?:us\w+|diz\w*|diga\w*|escrev\w+|gost\w+ d[eo])|sem|tire|retire|corte"
    r"|never(?: say| use)?|avoid|do not (?:say|use)|don['’]t (?:say|use)|without|no (?:us\w+|dig\w+)|evita\w*|quita)"
    r"\s+(?:(?:usar|dizer|escrever|a|o|as|os|la|el|the|de|palavra|termo|word|palabra|t[eé]rmino)\s+){0,3}"
    + _SINGLE.format("word"),
    re.IGNORECASE,
)
_SAYS_INSTALLMENTS = re.compile(r"parcel|vezes|\d ?x\b|cuota|installment|instalment|plazos")
_SAYS_EXCLAMATION = re.compile(r"exclama")
_SAYS_EMOJI = re.compile(r"emoji|figurinha|emotic")
_SAYS_VOCE = re.compile(r"(?<!\w)(?:voce|usted)(?!\w)")
_SAYS_TU = re.compile(r"(?<!\w)tu(?!\w)")
_COMMON = COMMON_WORDS | wordset(  # and what reasons call the parts of copy
    "palavra termo frase texto palabra word copy assunto titulo subject body corpo campo nome preco price precio emoji"
    " emojis exclamacao exclamacoes exclamation exclamacion pontos ponto parcelas parcelamento"
)


class Traces(NamedTuple):
    """Words that an edit took out, and those that it put in the place of one."""

    removed: list[str]
    replaced: list[list[str]]


def traces(before: Mapping[str, str], after: Mapping[str, str]) -> Traces:
    """The telling words that stand nowhere in the copy any more."""
    left = {fold(word) for text in after.values() for word in _WORD.findall(text or "")}
    gone: dict[str, str] = {}
    pairs: list[list[str]] = []
    for name, text in before.items():
        old, new = _WORD.findall(text or ""), _WORD.findall(after.get(name) or "")
        for word in old:
            if _telling(word) and fold(word) not in left:
                gone.setdefault(fold(word), word.lower())
        pairs += [[old[i].lower(), new[j].lower()] for i, j in _swapped(old, new) if fold(old[i]) in gone]
    return Traces([*gone.values()][:MOST_NOTED], pairs[:MOST_NOTED])


def of_edit(
    before: Mapping[str, str], after: Mapping[str, str], note: str, locale: Locale, earlier: Sequence[Traces] = ()
) -> list[Proposal]:
    """What an edit suggests; `earlier` are the traces of other variants' edits, one a variant."""
    was, now = _all(before), _all(after)
    found = [one for one in of_reason(before, note, locale) if not _stands(one, now)]
    found += _signs(was, now)
    if PRICE.search(was) and PRICE.search(now) and not _in_parts(was) and _in_parts(now):
        found.append(Proposal("companion", f"price{JOINT}installments", _round(was, PRICE), _round(now, PRICE)))
    found += _address(was, now, locale)
    found += _repeated(traces(before, after), earlier)
    return _once(found)


def of_reason(texts: Mapping[str, str], reason: str, locale: Locale) -> list[Proposal]:
    """What the reason of a rejection or the note of a change says of words and signs that stand in the copy."""
    said, told = _all(texts), fold(reason)
    found = list(_words(said, reason))
    if _SAYS_INSTALLMENTS.search(told) and PRICE.search(said) and not _in_parts(said):
        found.append(Proposal("companion", f"price{JOINT}installments", _round(said, PRICE)))
    if _SAYS_EMOJI.search(told) and EMOJI.search(said):
        found.append(Proposal("emoji", "never", _round(said, EMOJI)))
    if _SAYS_EXCLAMATION.search(told) and EXCLAMATION.search(said):
        found.append(Proposal("exclamations", "never", _round(said, EXCLAMATION)))
    if locale in TU and _SAYS_VOCE.search(told) and TU[locale].search(fold(said)):
        found.append(Proposal("address", "voce"))
    elif locale in VOCE and _SAYS_TU.search(told) and VOCE[locale].search(fold(said)):
        found.append(Proposal("address", "tu"))
    return _once(found)


def _words(said: str, reason: str) -> Iterator[Proposal]:
    """Words of the copy that the reason names: to be said otherwise, or never."""
    wanted = set[str]()
    for pattern in _PAIRED:
        for match in pattern.finditer(reason):
            instead, say = match["instead"].lower(), match["say"].lower()
            if _has(said, instead) and fold(instead) != fold(say):
                wanted |= {fold(instead), fold(say)}
                yield Proposal("preferred", f"{instead}{JOINT}{say}", instead, say)
    for phrase in [*_QUOTED.findall(reason), *(match["word"] for match in _AVOIDED.finditer(reason))]:
        word = phrase.strip(" .,;:!?").lower()
        if fold(word) not in wanted and len(word) > 1 and fold(word) not in _COMMON and _has(said, word):
            wanted.add(fold(word))
            yield Proposal("banned", word, word)


def _signs(was: str, now: str) -> Iterator[Proposal]:
    """Signs that stood there and do not any more."""
    if EMOJI.search(was) and not EMOJI.search(now):
        yield Proposal("emoji", "never", _round(was, EMOJI))
    if EXCLAMATION.search(was) and not EXCLAMATION.search(now):
        yield Proposal("exclamations", "never", _round(was, EXCLAMATION))


def _address(was: str, now: str, locale: Locale) -> Iterator[Proposal]:
    if locale not in TU:
        return
    tu, voce = TU[locale], VOCE[locale]
    before, after = fold(was), fold(now)
    if tu.search(before) and not tu.search(after) and voce.search(after):
        yield Proposal("address", "voce", _round(was, tu, before), _round(now, voce, after))
    if voce.search(before) and not voce.search(after) and tu.search(after):
        yield Proposal("address", "tu", _round(was, voce, before), _round(now, tu, after))


def _repeated(done: Traces, earlier: Sequence[Traces]) -> Iterator[Proposal]:
    """Words that were taken out of another variant too; said otherwise where it was the same word both times."""
    for word in done.removed:
        others = [one for one in earlier if any(fold(word) == fold(gone) for gone in one.removed)]
        if len(others) + 1 < TWICE:
            continue
        every = [_instead(word, one) for one in (done, *others)]
        if every[0] and all(one and fold(one) == fold(every[0]) for one in every):
            yield Proposal("preferred", f"{word}{JOINT}{every[0]}", word, every[0])
        else:
            yield Proposal("banned", word, word)


def _instead(word: str, done: Traces) -> str | None:
    return next((new for old, new in done.replaced if fold(old) == fold(word)), None)


def _swapped(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Places where one word stands for another, with what is round it as it was."""
    matcher = SequenceMatcher(None, [fold(one) for one in old], [fold(one) for one in new], autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "replace" and last - first == end - start == 1:
            yield first, start


def _telling(word: str) -> bool:
    """Whether a word may be one that somebody does not want: no name, and not one that every sentence has."""
    return len(word) > 3 and word[1:].islower() and fold(word) not in _COMMON


def _stands(one: Proposal, now: str) -> bool:
    """Whether the unwanted word is there still."""
    return one.kind in ("banned", "preferred") and _has(now, one.value.partition(JOINT)[0])


def _has(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(fold(word))}(?:e?s)?(?!\w)", fold(text)) is not None


def _in_parts(text: str) -> bool:
    return INSTALLMENTS.search(fold(text)) is not None


def _all(texts: Mapping[str, str]) -> str:
    return "\n".join(filter(None, texts.values()))


def _round(text: str, pattern: re.Pattern[str], searched: str | None = None) -> str:
    """The words round the first place."""
    match = pattern.search(text if searched is None else searched)
    if match is None:
        return ""
    return " ".join(text[max(0, match.start() - 30) : match.end() + 30].split())


def _once(found: Sequence[Proposal]) -> list[Proposal]:
    known: dict[tuple[str, str], Proposal] = {}
    for one in found:
        known.setdefault((one.kind, fold(one.value)), one)
    return list(known.values())[:MOST_PROPOSED]
