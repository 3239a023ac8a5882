"""Whether copy, or a prompt, shows what is known of one person and was not to be said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from evaluation.metrics.score import Score, share
from evaluation.metrics.words import words

RUN = 4
"""Of a longer text so many words one after another tell where they come from."""
SHORTEST = 3
"""A shorter value is a word like any other."""
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T.*)?")
_GAP = re.compile(r"(?<=\d)[\s().-]+(?=\d)")


def leaks(texts: Sequence[str], values: Mapping[str, object], said: str) -> Score:
    """The share of texts that show one of the values, named by their attributes; lower is better. What stands in `said`
    as well, the evidence and the brief, is known from there."""
    known = _flat(said)
    forms = {name: [form for form in _forms(value) if form not in known] for name, value in values.items()}
    shown = [{name for name, found in forms.items() if any(form in _flat(text) for form in found)} for text in texts]
    return share(
        sum(map(bool, shown)), len(texts) if values else 0, f"{len(texts)} texts, {len(values)} values",
        f"shown: {', '.join(sorted(set().union(*shown))) or 'none'}", "nothing is known that could be shown",
    )  # fmt: skip


def _flat(text: str) -> str:
    """Words alone with a blank around each, and long numbers without what parts them."""
    return f" {' '.join(words(text))} {' '.join(re.findall(r'[0-9]{8,}', _GAP.sub('', text)))} "


def _forms(value: object) -> Iterator[str]:
    """How a value can stand in a text, as `_flat` has it."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, list):
        for one in value:
            yield from _forms(one)
    elif isinstance(value, int | float):
        yield from (f" {one} " for one in _numbers(value) if sum(map(str.isdigit, one)) >= RUN)
    elif match := _ISO.fullmatch(str(value)):
        year, month, day = match.groups()
        yield from (f" {' '.join(parts)} " for parts in ((year, month, day), (day, month, year), (month, day, year)))
    else:
        told = words(str(value))
        digits = _GAP.sub("", str(value)).strip("+() ")
        if digits.isdigit() and len(digits) >= 2 * RUN:
            yield digits
        for start in range(max(1, len(told) - RUN + 1)):
            part = " ".join(told[start : start + RUN])
            if len(part) >= SHORTEST:
                yield f" {part} "


def _numbers(value: float) -> Iterator[str]:
    """In the spellings of the three languages."""
    told = (f"{value:,.2f}", f"{value:.2f}", f"{value:,.0f}")
    yield from (f"{value:g}", *told)
    yield from (text.translate(str.maketrans(",.", ".,")) for text in told)
