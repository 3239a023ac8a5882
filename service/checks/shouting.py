"""Emphasis by capitals and repeated marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from service.checks.copy import Copy
from service.checks.models import Finding
from service.checks.phrases import Text
from service.checks.words import fold, wordset

_CAPITALS = r"[^\W\d_a-zß-öø-ÿ]"
_LOUD = re.compile(rf"[!?¡¿]{{2,}}|{_CAPITALS}{{3}}")  # every shout has this, and most copy has not
_KINDS = bytes(
    ord("A") if re.match(_CAPITALS, chr(code)) else ord("!") if chr(code) in "!?¡¿" else 32 for code in range(256)
)
_RUN = re.compile(
    rf"[¡¿]*(?<![\w&]){_CAPITALS}{{2,}}(?:[ ,;:'’.&-]{{1,2}}{_CAPITALS}+(?![^\W\d_]|\d))*(?!\w)[!?]*|[¡¿]{{2,}}"
    rf"|[!?]{{2,}}"
)
_WORD = re.compile(r"[^\W\d_]+")
_EMPHASIS = wordset(
    "gratis hoje agora ja ultima ultimo ultimas ultimos oferta promocao desconto corra aproveite so nao"
    " urgente imperdivel"
    " novo nova free now sale today only new last hurry save buy stop urgent not never off wow huge big best all must"
    " hoy ahora ya oferta descuento corre aprovecha solo nuevo nueva urgente nunca tudo todo todos mega super"
)

_LETTERS = frozenset("BCDFGHIJKLMNPQRSTUVWXZ")  # alone they are sizes and the like; A, E, O and Y are words


def shouting(copy: Copy) -> Iterator[Finding]:
    """Words in capitals that are no names or abbreviations, and marks set twice."""
    for name, read in copy.texts.items():
        text = copy.fields[name]
        if not _may_be_loud(read, text):
            continue
        known = _known(copy.wordings, copy.terms.required)
        for match in _RUN.finditer(text):
            if any(start <= match.start() < end for start, end in copy.braces[name].strays):
                continue
            words = [word for word in _WORD.findall(match[0]) if word not in known]
            # Letters of sizes and the joints of names, as in `P, M e G` or `A & B`, are no words.
            loud = [word for word in words if len(word) > 1]
            marks = len(re.findall(r"[!?]", match[0])) > 1 or len(re.findall(r"[¡¿]", match[0])) > 1
            if marks or _shouted(loud):
                yield copy.finding("style.shouting", name, *match.span(), "warn", replacement=_calm(text, match, known))


def _may_be_loud(read: Text, text: str) -> bool:
    """Whether three capitals or two marks stand together. Bytes tell it ten times as fast as a pattern."""
    if not read.latin:
        return _LOUD.search(text) is not None
    kinds = read.raw.translate(_KINDS)
    return b"AAA" in kinds or b"!!" in kinds


def _shouted(words: list[str]) -> bool:
    if any(fold(word) in _EMPHASIS for word in words):
        return True
    if len(words) > 1:
        return sum(map(len, words)) > 7 and any(len(word) > 3 for word in words)
    # A short word alone is an abbreviation as often as not.
    return bool(words) and len(words[0]) > 6


def _calm(text: str, match: re.Match[str], known: frozenset[str]) -> str:
    """The same in small letters, with a capital where a sentence begins, and each mark once."""
    calm = _WORD.sub(lambda word: word[0] if word[0] in known or word[0] in _LETTERS else word[0].lower(), match[0])
    calm = re.sub(r"([!?¡¿])[!?¡¿]*", r"\1", calm)
    before = text[: match.start()].rstrip(' ¡¿"“')
    if not before or before[-1] in ".!?…\n:":
        first = re.search(r"[^\W\d_]", calm)
        if first:
            calm = calm[: first.start()] + first[0].upper() + calm[first.end() :]
    return calm


@lru_cache(maxsize=256)
def _known(wordings: tuple[str, ...], required: tuple[str, ...]) -> frozenset[str]:
    return frozenset[str]().union(required, *(_capitals(wording) for wording in wordings))


@lru_cache(maxsize=2_048)
def _capitals(wording: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(wording) if len(word) > 1 and word.isupper())
