"""Names as tokens may show them.

A name that is no name ("50% OFF evil.com", a number, a flood of accents) is not shown at all: the fallback stands. One
in capitals or in small letters alone is shown in name case; nothing else about a name is changed.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 40
_MOST_RAW = 200  # what is longer is no name in any spelling, and is not worth normalising
_MOST_WORDS = 6
_FILLERS = "\u115f\u1160"  # letters that do not show
_PARTICLES = frozenset("da de do das dos e di del della la las los y van von der den bin ibn al el".split())  # noqa: SIM905
_NOBODY = frozenset(
    ("null", "none", "undefined", "unknown", "sem nome", "no name", "sin nombre", "test", "teste", "desconhecido",
     "nao informado", "não informado", "desconocido", "anonymous", "anonimo", "anônimo")
)  # fmt: skip
# Letters are `l` and marks `m` here; scripts stack one or two marks on a letter, a flood stacks dozens.
# A period ends a word or an initial: "Ana P. Reis", "J.R.", and never "evil.com".
_WORD = r"(?:l\.){1,4}|(?:lm{0,2})+(?:['’·-](?:lm{0,2})+)*\.?"
_SHAPE = re.compile(rf"(?:{_WORD})(?:[ -](?:{_WORD}))*")


def shown_name(text: str) -> str | None:
    """The name as it is shown, None where the text is no name."""
    if len(text) > _MOST_RAW:
        return None
    name = re.sub(r" {2,}", " ", unicodedata.normalize("NFC", text).strip())
    if len(name) > LONGEST_NAME or name.casefold() in _NOBODY or name.count(" ") >= _MOST_WORDS:
        return None
    # what NFKC would change is a letter in disguise: full-width, mathematical, a ligature
    if not unicodedata.is_normalized("NFKC", name) or any(char in _FILLERS for char in name):
        return None
    if not _SHAPE.fullmatch(_shape(name)):
        return None
    cased = unicodedata.normalize("NFC", _cased(name))
    return cased if len(cased) <= LONGEST_NAME else None


def _shape(name: str) -> str:
    return "".join({"L": "l", "M": "m"}.get(unicodedata.category(char)[0], char) for char in name)


def _cased(name: str) -> str:
    if name not in (name.upper(), name.lower()) or name.upper() == name.lower():
        return name
    words = name.lower().split(" ")
    return " ".join(word if number and word in _PARTICLES else _capital(word) for number, word in enumerate(words))


def _capital(word: str) -> str:
    return re.sub(r"(^|[-'’.])(\w)", lambda found: found[1] + _upper(found[2]), word)


def _upper(letter: str) -> str:
    big = letter.upper()
    return big if len(big) == 1 else letter
