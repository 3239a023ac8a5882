"""What a variant with tokens looks like with the hardest values that they may have. Pure.

An approval is for all of those values, so whoever approves should see the worst. Names are made up: one as long as the
longest that a lead has reads just as badly, and tells nothing of that lead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from service.channels.base import Channel, Fields, Linked
from service.checks.agreement import agreement
from service.checks.copy import Copy
from service.checks.limits import empty, repeats, too_long
from service.checks.models import Finding
from service.generation.tokens import tokens_in
from service.leads.contract import Attribute
from service.leads.domains import Enumeration, PersonName, shown
from service.leads.names import LONGEST_NAME
from service.review.narrow import crowded, lines_of
from service.types import Locale

Kind = Literal[
    "longest", "longest_seen", "missing", "one_missing", "shortest", "accents", "apostrophe", "emoji", "arabic",
    "feminine", "masculine",
]  # fmt: skip
MOST_CASES = 12

_NAMES: Mapping[Kind, str] = {
    "shortest": "Li", "accents": "Conceição Antônia", "apostrophe": "Sant'Anna d'Ávila", "emoji": "Ana 🌻",
    "arabic": "محمد عبد الرحمن", "feminine": "Antônia", "masculine": "José",
}  # fmt: skip
_LONG_NAME = "Maximiliana Wandercleide Montenegro Magalhães Guimarães"
_NAME_KINDS = frozenset(("accents", "apostrophe", "emoji", "arabic", "feminine", "masculine"))


class Token(BaseModel):
    """A token of the copy, its fallback and how long its values are: at most, and among the leads."""

    name: str
    fallback: str
    domain: str
    longest: int
    longest_seen: int | None


class OverLimit(BaseModel):
    """A field that is longer than it may be with these values."""

    field: str
    length: int
    limit: int


class CrowdedField(BaseModel):
    """A field that takes more lines than look well at 320 pixels, or a word that no line there holds."""

    field: str
    lines: int
    most: int | None
    word: str = ""


class Case(BaseModel):
    """The copy with some values. `given` is what a lead would have, null where it has none, and `values` what is shown
    of that: what is no name is not shown, and the fallback stands. `lines` are estimates for 320 pixels."""

    kinds: list[Kind]
    given: dict[str, str | None]
    values: dict[str, str]
    preview: dict[str, Any]
    over: list[OverLimit]
    findings: list[Finding]
    lines: dict[str, int]
    crowded: list[CrowdedField]

    @property
    def badness(self) -> tuple[int, int, int, int]:
        """The worse the higher."""
        blocking = sum(one.severity == "block" for one in self.findings)
        return (
            len(self.over), blocking, len(self.findings) - blocking + len(self.crowded), sum(self.lines.values())
        )  # fmt: skip


class Coverage(BaseModel):
    """Which values a variant is approved for, and how it looks with the hardest of them: the worst dozen of `of`."""

    contract_version: int
    tokens: list[Token]
    cases: list[Case]
    of: int


@dataclass(frozen=True, slots=True)
class Covered:
    """A variant's copy with all that the values of its tokens depend on. `seen` is the length of the longest value that
    any lead has, by token."""

    channel: Channel
    fields: Fields
    locale: Locale
    evidence: Sequence[Linked]
    attributes: Mapping[str, Attribute]
    fallbacks: Mapping[str, str]
    contract_version: int
    now: datetime
    seen: Mapping[str, int] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The tokens in the copy that the contract knows."""
        found = (token.name for text in self.channel.texts(self.fields).values() for token in tokens_in(text or ""))
        return [name for name in dict.fromkeys(found) if name in self.fallbacks]


def coverage(covered: Covered) -> Coverage:
    """Its hardest cases, worst first. Copy without tokens has one case: itself."""
    names = covered.names
    by_values: dict[tuple[tuple[str, str], ...], Case] = {}
    for kind, given in _given(covered, names):
        values = {name: text for name in names if (text := _shown(covered, name, given[name])) is not None}
        known = by_values.get(key := tuple(sorted(values.items())))
        if known is None:
            by_values[key] = _case(covered, kind, given, values)
        elif kind not in known.kinds:
            known.kinds.append(kind)
    cases = sorted(by_values.values(), key=lambda case: case.badness, reverse=True)
    return Coverage(
        contract_version=covered.contract_version, tokens=[_token(covered, name) for name in names],
        cases=cases[:MOST_CASES], of=len(cases),
    )  # fmt: skip


def _given(covered: Covered, names: Sequence[str]) -> Iterator[tuple[Kind, dict[str, str | None]]]:
    """Each case as what a lead would have for each token."""
    longest = {name: _value(covered, name, "longest") for name in names}
    if names:
        yield "longest", longest
    if covered.seen:
        yield "longest_seen", {name: _value(covered, name, "longest_seen") for name in names}
    yield "missing", dict.fromkeys(names)
    if len(names) > 1:
        for name in names:
            yield "one_missing", {**longest, name: None}
    if names:
        yield "shortest", {name: _value(covered, name, "shortest") for name in names}
    if any(isinstance(covered.attributes[name].domain, PersonName) for name in names):
        for kind in _NAMES:
            if kind in _NAME_KINDS:
                yield kind, {name: _value(covered, name, kind) for name in names}


def _value(covered: Covered, name: str, kind: Kind) -> str | None:
    domain = covered.attributes[name].domain
    if isinstance(domain, Enumeration):
        said = {value: len(domain.labels.get(value) or value) for value in domain.values}
        by_length = sorted(said, key=said.__getitem__)
        if kind == "longest_seen":
            known = [value for value in by_length if said[value] <= covered.seen.get(name, 0)]
            return known[-1] if known else None
        return by_length[0] if kind == "shortest" else by_length[-1]
    if not isinstance(domain, PersonName):
        return None
    if kind == "longest":
        return stand_in(LONGEST_NAME)
    if kind == "longest_seen":
        return stand_in(covered.seen[name]) if name in covered.seen else None
    return _NAMES[kind]


def stand_in(length: int) -> str:
    """A made-up name of that length."""
    name = _LONG_NAME[: min(length, LONGEST_NAME)]
    return name if not name.endswith(" ") else f"{name[:-1]}s"


def _shown(covered: Covered, name: str, given: str | None) -> str | None:
    return None if given is None else shown(covered.attributes[name].domain, given)


def _case(covered: Covered, kind: Kind, given: dict[str, str | None], values: dict[str, str]) -> Case:
    preview = covered.channel.preview(covered.fields, values, covered.evidence)
    texts = {name: str(preview[name] or "") for name in covered.channel.limits}
    narrow = [found for name, text in texts.items() if (found := crowded(name, text))]
    return Case(
        kinds=[kind], given=given, values=values, preview=preview,
        over=[OverLimit(**one._asdict()) for one in covered.channel.over(preview)],
        findings=list(_findings(covered, texts, values)),
        lines={name: lines_of(name, text) for name, text in texts.items() if text},
        crowded=[CrowdedField(**one._asdict()) for one in narrow],
    )  # fmt: skip


def _findings(covered: Covered, texts: Mapping[str, str], values: Mapping[str, str]) -> Iterator[Finding]:
    """What the checks say of the copy with the values in it, and of words that take the gender of a name."""
    bound = _copy(covered, texts)
    for check in (empty, too_long, repeats):
        yield from check(bound)
    if values:
        yield from agreement(_copy(covered, covered.channel.texts(covered.fields)))


def _copy(covered: Covered, texts: Mapping[str, str]) -> Copy:
    return Copy(covered.channel.name, covered.locale, texts, (), covered.fallbacks, covered.now)


def _token(covered: Covered, name: str) -> Token:
    attribute = covered.attributes[name]
    longest = _shown(covered, name, _value(covered, name, "longest"))
    return Token(
        name=name, fallback=covered.fallbacks[name], domain=attribute.domain.kind, longest=len(longest or ""),
        longest_seen=covered.seen.get(name),
    )  # fmt: skip
