"""Which regular expressions a condition may have: none that takes longer than a glance at any text.

Python's engine tries every way to match. Repeats within repeats, or many of them in a row, make that ages for a short
text, and nothing can stop it meanwhile. So what is refused here is refused by its form, before anything is matched.
"""

from __future__ import annotations

import re
import warnings

LONGEST = 200
MOST_REPEATS = 8
MOST_OPEN_REPEATS = 2  # `.*x.*y`: each one more multiplies the time by the length of the text

_COUNTED = re.compile(r"\{(\d*)(,?)(\d*)\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_MOST_TIMES = 1_000


def pattern_fault(pattern: str) -> str | None:
    """Why that pattern may not be used, None where it may."""
    if len(pattern) > LONGEST:
        return f"is {len(pattern)} characters long; at most {LONGEST} are allowed"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # such as "[[a]": what later versions of Python may read otherwise
            re.compile(pattern)
    except (re.error, Warning, OverflowError, RecursionError) as error:
        return f"is no regular expression: {error}"
    return _Scan(pattern).fault()


class _Scan:
    """One walk over a pattern that compiles. `_busy` says of each open group whether it repeats or chooses inside."""

    def __init__(self, pattern: str) -> None:
        self._rest = pattern
        self._busy = [False]
        self._atom_busy = False
        self._repeats = 0
        self._open_repeats = 0

    def fault(self) -> str | None:
        while self._rest:
            if told := self._step():
                return told
        if self._repeats > MOST_REPEATS or self._open_repeats > MOST_OPEN_REPEATS:
            return f"repeats too often: at most {MOST_OPEN_REPEATS} of *, + and {{1,9}}, and {MOST_REPEATS} with ?"
        return None

    def _step(self) -> str | None:
        head = self._rest[0]
        if head == "\\":
            if self._rest[1:2].isdigit() and self._rest[1] != "0":
                return "refers back to a group, which cannot be matched quickly"
            self._take(2)
        elif head == "[" and (found := _CLASS.match(self._rest)):
            self._take(found.end())
        elif head == "(":
            if self._rest[1:2] == "?" and self._rest[2:3] != ":":
                return "has a group other than ( ) and (?: )"
            self._busy.append(False)
            self._take(3 if self._rest[1:2] == "?" else 1)
        elif head == ")":
            self._close()
        elif head == "|":
            self._busy[-1] = True
            self._take(1)
        elif head in "*+?" or (head == "{" and _COUNTED.match(self._rest)):
            return self._repeat(head)
        else:
            self._take(1)
        return None

    def _take(self, length: int) -> None:
        self._rest = self._rest[length:]
        self._atom_busy = False

    def _close(self) -> None:
        inner = self._busy.pop()
        self._busy[-1] = self._busy[-1] or inner
        self._rest = self._rest[1:]
        self._atom_busy = inner

    def _repeat(self, head: str) -> str | None:
        found = _COUNTED.match(self._rest) if head == "{" else None
        least, comma, most = found.groups() if found else ("", "", "")
        if max(int(least or 0), int(most or 0)) > _MOST_TIMES:
            return f"repeats more than {_MOST_TIMES} times"
        if self._atom_busy and head != "?":
            return "repeats a group that itself repeats or chooses, which takes ages for some texts"
        self._repeats += 1
        self._open_repeats += head in "*+" or (bool(comma) and least != most)
        self._busy[-1] = True
        self._take(found.end() if found else 1)
        if self._rest[:1] in ("?", "+") and self._rest[:1]:  # lazy or possessive
            self._take(1)
        return None
