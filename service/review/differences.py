"""What has changed between two texts, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

_PIECE = re.compile(r"\{\{.*?\}\}|\w+(?:[.,]\d+)*|\s+|[^\w\s]", re.DOTALL)  # a token is one word, and so is a price
_MOST = 3_000  # words of both; comparing takes the product of their numbers at worst


class Piece(NamedTuple):
    """A part of a text that is in both, or only in the earlier or the later one."""

    kind: Literal["same", "gone", "new"]
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The two texts in one: what stayed, what went and what came. Texts too long to compare are told as a whole."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if len(old) + len(new) > _MOST:
        whole = [Piece("gone", before), Piece("new", after)] if before != after else [Piece("same", after)]
        return [piece for piece in whole if piece.text]
    return list(_joined(_pieces(old, new)))


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, list[Piece]]:
    """The differences of each field that is not the same in both, in the order of the later ones."""
    names = dict.fromkeys((*after, *before))
    texts = {name: (str(before.get(name) or ""), str(after.get(name) or "")) for name in names}
    return {name: differences(old, new) for name, (old, new) in texts.items() if old != new}


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for _, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = "".join(old[start:end]), "".join(new[new_start:new_end])
        if gone == came:
            yield Piece("same", gone)
        else:
            yield Piece("gone", gone)
            yield Piece("new", came)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Without the single spaces that two changed words have between them: they read as one change."""
    kept = [piece for piece in pieces if piece.text]
    gone, new = "", ""
    for place, piece in enumerate(kept):
        between = piece.kind == "same" and piece.text == " " and (gone or new) and place + 1 < len(kept)
        if piece.kind == "gone" or between:
            gone += piece.text
        if piece.kind == "new" or between:
            new += piece.text
        if piece.kind == "same" and not between:
            yield from _flushed(gone, new)
            gone, new = "", ""
            yield piece
    yield from _flushed(gone, new)


def _flushed(gone: str, new: str) -> Iterator[Piece]:
    if gone:
        yield Piece("gone", gone)
    if new:
        yield Piece("new", new)
