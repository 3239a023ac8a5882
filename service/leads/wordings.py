"""Words that a contract brings into prompts and copy: short, plain, and never an instruction."""

from __future__ import annotations

import re
import unicodedata

LONGEST_WORDING = 60
LONGEST_FALLBACK = 40
_MOST_WORDS = 8

_ODD = re.compile(r"[{}<>\[\]|\\`~^*=@;!?\"“”#]")
_ORDER = re.compile(
    r"https?:|www\.|\b(?:system|assistant|user|human)\s*:|\b(?:prompt|instru[cç]\w+|ignor\w+|disregard|forget|override"
    r"|desconsider\w+|esque[cç]a\w*|olvid[ae]\w*|jailbreak|you (?:are|must|will|should)|voc[eê] (?:é|e|deve|agora)"
    r"|(?:act|aja|actua|responda?|reply|answer|write|escrev[ae]|escrib[ae]) (?:as|como|only|s[oó]|com|with|con)"
    r"|do not|n[aã]o (?:diga|mencione|siga)|no (?:digas|menciones|sigas))\b",
    re.IGNORECASE,
)
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def stripped(value: object) -> object:
    """The value without spaces around it, where it is text."""
    return value.strip() if isinstance(value, str) else value


def plain_word(text: str) -> str:
    """A value or a label of an enumeration, which reaches prompts as it is. Raises ValueError for what is none."""
    if not text:
        raise ValueError("must not be empty")
    if len(text) > LONGEST_WORDING:
        raise ValueError(f"{text[:20]!r}... is longer than {LONGEST_WORDING} characters")
    if hidden(text):
        raise ValueError(f"{text!r} holds line ends or characters that do not show")
    if found := _ODD.search(text):
        raise ValueError(f"{text!r} holds {found[0]!r}; use letters, digits and plain punctuation")
    if len(text.split()) > _MOST_WORDS or _ORDER.search(unicodedata.normalize("NFKC", text).replace("_", " ")):
        raise ValueError(f"{text!r} reads like an instruction or a sentence; name a value in a few words")
    return text


def plain_fallback(text: str) -> str:
    """What stands for a missing value in copy. Raises ValueError for what cannot stand in a token."""
    if not text:
        raise ValueError("a fallback must not be empty")
    if len(text) > LONGEST_FALLBACK:
        raise ValueError(f"a fallback has at most {LONGEST_FALLBACK} characters; {text[:20]!r}... has {len(text)}")
    if hidden(text) or any(sign in text for sign in "{}|<>"):
        raise ValueError(f"the fallback {text!r} holds braces, a bar, line ends or characters that do not show")
    return text


def one_line(text: str) -> str:
    """The text. Raises `ValueError` where it holds anything that does not show."""
    if hidden(text):
        raise ValueError("must be one line, without characters that do not show")
    return text


def hidden(text: str) -> bool:
    """Whether a text holds line ends, control, bidirectional or other characters that do not show."""
    return any(unicodedata.category(char) in _HIDDEN for char in text)
