"""What no text may hold that readers are shown, whoever wrote it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence

from evaluation.metrics.said import stands
from service.generation.tokens import find

_MARKUP = re.compile(r"<\s*[/!a-z]|&(?:lt|#\d+|#x[0-9a-f]+);|javascript:|\bon[a-z]{3,12}\s*=", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:https?:|www\.)[^\s)]+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|br|ly|io|example|me)\b[^\s)]*", re.IGNORECASE
)
_BRACES = re.compile(r"\{\{|\}\}|\*\||%%|\[\[|\$\{")
_KEPT = "\n\t\u00ad"


def unsafe(text: str, *, tokens: Collection[str], known: str, unwanted: Sequence[str]) -> list[str]:
    """What is wrong with it: markup, addresses that `known` texts do not hold, signs that nobody sees, braces that are
    none of the `tokens`, and whatever is `unwanted`."""
    return list(_wrong(text, tokens, known, unwanted))


def _wrong(text: str, tokens: Collection[str], known: str, unwanted: Sequence[str]) -> Iterator[str]:
    if match := _MARKUP.search(text):
        yield f"markup {match[0]!r}"
    for match in _ADDRESS.finditer(text):
        if match[0].rstrip(".,;:!?") not in known:
            yield f"address {match[0]!r}"
    if odd := {f"U+{ord(sign):04X}" for sign in text if _hidden(sign)}:
        yield f"hidden signs {', '.join(sorted(odd))}"
    for name in sorted({found.token.name for found in find(text)} - set(tokens)):
        yield f"token {name!r}"
    bare = text
    for found in reversed(list(find(text))):
        bare = bare[: found.start] + bare[found.end :]
    if match := _BRACES.search(bare):
        yield f"braces {match[0]!r}"
    yield from (f"says {one!r}" for one in unwanted if one in text or stands(one, text))


def _hidden(sign: str) -> bool:
    return sign not in _KEPT and unicodedata.category(sign) in ("Cf", "Cc", "Co", "Cs")
