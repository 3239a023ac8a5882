"""Text to passages: whole sentences, up to a number of words, with the heading they stand under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

Span = tuple[int, int]

# About 130 tokens in Portuguese: half of what the default model reads, so the heading and title fit as well.
WORDS = 90

# Words whose full stop does not end a sentence, in Portuguese, English and Spanish, without that stop.
ABBREVIATIONS = frozenset(
    """
    sr sra srs sras srta dr dra drs dras prof profa exmo exma ilmo ilma eng arq av r al trav pça rod
    art arts inc fig figs tab cap caps ed vol pág págs pag pags p pp fl fls obs ex n no núm num nº tel cel apto
    cia ltda s.a aprox máx mín max min séc cf jan fev mar abr mai jun jul ago set out nov dez
    mr mrs ms jr st mt vs e.g i.e al approx dept est ext feb apr aug sept sep oct dec
    ud uds d dña lic ing gral avda c pza pto núms ej p.ej sto sta ene vid
    """.split()  # noqa: SIM905 - a list of 150 quoted words is harder to read
)

_STOP = re.compile(r"""[.!?…]+["'”’»)\]]*(?=\s|$)""")
_PARAGRAPH = re.compile(r"\n\s*\n")
_HEADING = re.compile(r"^[ ]{0,3}#{1,6}[ \t]+(?P<text>[^\n]*?)[ \t#]*$", re.MULTILINE)
_ITEM = re.compile(r"\n(?=[ \t]*(?:[-*+•]|\d+[.)])[ \t])")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: the `ordinal`-th of its text, `text[start:end]` of it, under `heading` ("" before the first)."""

    ordinal: int
    text: str
    heading: str
    start: int
    end: int


def chunks(text: str, words: int = WORDS, *, longest: int | None = None) -> list[Chunk]:
    """Passages of at most `words` words, which together hold all of the text but its Markdown headings.

    A passage is made of whole sentences; one of more than `longest` words, else of more than `words`, is cut between
    words, and its pieces stay apart. A whole sentence may be longer than `words` then, and is a passage by itself.
    Raises ValueError where `words` is less than 1.
    """
    if words < 1:
        raise ValueError(f"a passage needs at least one word, not {words}")
    longest = longest or words
    found = [
        (span, heading) for heading, section in _sections(text) for span in _passages(text, section, words, longest)
    ]
    return [
        Chunk(ordinal, text[start:end], heading, start, end) for ordinal, ((start, end), heading) in enumerate(found)
    ]


def sentences(text: str) -> list[str]:
    """The sentences of a text, trimmed."""
    return [text[start:end] for start, end in _sentences(text, (0, len(text)))]


def _sections(text: str) -> Iterator[tuple[str, Span]]:
    """Each heading with the span of the text under it."""
    heading, start = "", 0
    for mark in _HEADING.finditer(text):
        yield heading, (start, mark.start())
        heading, start = mark["text"].strip("*_ "), mark.end()
    yield heading, (start, len(text))


def _passages(text: str, section: Span, words: int, longest: int) -> Iterator[Span]:
    """Sentences joined while they fit."""
    current: Span | None = None
    held = 0
    for sentence in _sentences(text, section):
        for place, (start, end) in enumerate(_cut(text, sentence, longest)):
            size = len(_WORD.findall(text, start, end))
            if current is not None and place == 0 and held + size <= words:
                current, held = (current[0], end), held + size
                continue
            if current is not None:
                yield current
            current, held = (start, end), size
    if current is not None:
        yield current


def _sentences(text: str, within: Span) -> Iterator[Span]:
    """Spans between stops, list items and blank lines, trimmed of space."""
    edges = [within[0], *sorted(_edges(text, within)), within[1]]
    for start, end in pairwise(edges):
        stripped = text[start:end].strip()
        if stripped:
            begin = start + text[start:end].index(stripped)
            yield begin, begin + len(stripped)


def _edges(text: str, within: Span) -> set[int]:
    breaks = {mark.end() for pattern in (_PARAGRAPH, _ITEM) for mark in pattern.finditer(text, *within)}
    return breaks | {mark.end() for mark in _STOP.finditer(text, *within) if _ends_sentence(text, mark, within)}


def _ends_sentence(text: str, stop: re.Match[str], within: Span) -> bool:
    """Whether a stop is one: not after an abbreviation or an initial, nor before a small letter."""
    following = text[stop.end() : within[1]].lstrip()[:1]
    if following.islower():
        return False
    if stop.group() != ".":
        return True
    before = re.search(r"(\S*)$", text[max(within[0], stop.start() - 30) : stop.start()])
    word = before.group(1).strip("([\"'“‘«*_").lower() if before else ""
    if word in ABBREVIATIONS:
        return False
    return not (len(word) == 1 and word.isalpha())


def _cut(text: str, sentence: Span, words: int) -> Iterator[Span]:
    """The sentence itself, or pieces of it of `words` words."""
    found = list(_WORD.finditer(text, *sentence))
    for first in range(0, len(found), words):
        piece = found[first : first + words]
        yield piece[0].start(), piece[-1].end()
