"""What cases have to show, made ready for readers: copy as it is read, its claims, their sources, and what was found.

Cases come from files that other runs, and other people's content, have written: whatever has not the expected shape is
left out rather than trusted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from evaluation.figures import Better, CaseResult

_UNREAD = ("_id", "_url")
"""Fields that nobody reads: links."""
_FAULTS = (".false", ".missed")
_POLICIES = (".ips", ".snips", ".dr", ".ess")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text. It is part of a claim where `marked`, of one without a source where not `held`; `ends` are
    the numbers of the claims that end with it."""

    text: str
    marked: bool = False
    held: bool = True
    ends: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A claim under its number: what kind it is, and where its source says so; no `quote` or `title` without one."""

    number: int
    text: str
    kind: str
    title: str = ""
    quote: str = ""
    held: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A finding."""

    code: str
    severity: str
    message: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """A variant as it is read: its fields in pieces, its claims, its findings."""

    angle: str
    fields: Mapping[str, Sequence[Piece]]
    claims: Sequence[Said] = ()
    findings: Sequence[Found] = ()

    @property
    def text(self) -> dict[str, str]:
        """Its fields as plain text."""
        return {name: "".join(piece.text for piece in pieces) for name, pieces in self.fields.items()}


def copies(shown: Mapping[str, Any]) -> list[Copy]:
    """The variants that a case shows."""
    evidence = [*_maps(shown.get("evidence")), *_maps(shown.get("sources"))]
    return [_copy(one, evidence) for one in _maps(shown.get("variants"))]


def swapped(shown: Mapping[str, Any]) -> tuple[str, list[Copy]]:
    """Which lead was put in the place of this one, and what it got; nothing where none was."""
    swap = shown.get("swap")
    if not isinstance(swap, Mapping):
        return "", []
    return _text(swap.get("lead")), copies(swap)


def ways(metrics: Mapping[str, tuple[Better, str]], case: CaseResult) -> dict[str, tuple[Better, str]]:
    """Of what a case was scored for, what says by itself whether the case did well: which way is good, and the unit.
    Figures that are no means have their parts in cases, whose names say which are faults; what a policy is worth is no
    case's fault."""
    found = {name: way for name, way in metrics.items() if not name.endswith(_POLICIES)}
    parts: dict[str, tuple[Better, str]] = {
        name: ("lower", "") for name in case.scores if name not in metrics and name.endswith(_FAULTS)
    }
    return found | parts


def number(value: float | None) -> str:
    """A value with the digits that tell."""
    return "–" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def gain(value: float | None) -> str:
    """A difference, with its sign."""
    return "–" if value is None else f"{value:+,.0f}" if abs(value) >= 1000 else f"{value:+.4g}"


def arrow(better: Better) -> str:
    """Which way is good."""
    return "↑" if better == "higher" else "↓"


def _copy(variant: Mapping[str, Any], evidence: Sequence[Mapping[str, Any]]) -> Copy:
    raw, read = _map(variant.get("fields")), _map(variant.get("preview"))
    shown = {str(name): text for name, text in (read or raw).items() if isinstance(text, str) and text}
    shown = {name: text for name, text in shown.items() if not name.endswith(_UNREAD)}
    sources = {_text(one.get("id")): one for one in [*evidence, *_maps(variant.get("evidence"))]}
    placed = _placed(_maps(variant.get("claims")), shown)
    claims = [_said(at, claim, sources) for at, (claim, _) in enumerate(placed, start=1)]
    places = {name: [(said, place[1], place[2]) for said, (_, place) in zip(claims, placed, strict=True)
                     if place is not None and place[0] == name] for name in shown}  # fmt: skip
    return Copy(
        _text(variant.get("angle")), {name: _pieces(text, places[name]) for name, text in shown.items()}, claims,
        [Found(_text(one.get("code")), _text(one.get("severity")), _text(one.get("message")), _text(one.get("quote")))
         for one in _maps(variant.get("findings"))],
    )  # fmt: skip


Place = tuple[str, int, int]


def _placed(
    claims: Sequence[Mapping[str, Any]], shown: Mapping[str, str]
) -> list[tuple[Mapping[str, Any], Place | None]]:
    """The claims in the order in which they are read, each with its field and where it begins and ends in the text as
    it is read, which is not the text that was checked: tokens are bound. Last those that stand nowhere."""
    taken: set[Place] = set()
    found: list[tuple[Mapping[str, Any], Place | None]] = []
    for claim in claims:
        name, text = _text(claim.get("field")), _text(claim.get("text"))
        start = shown.get(name, "").find(text) if text else -1
        while start >= 0 and (name, start, start + len(text)) in taken:
            start = shown[name].find(text, start + 1)
        place = (name, start, start + len(text)) if start >= 0 else None
        taken |= {place} if place else set()
        found.append((claim, place))
    order = {name: at for at, name in enumerate(shown)}
    return sorted(found, key=lambda one: (order[one[1][0]], one[1][1], -one[1][2]) if one[1] else (len(order), 0, 0))


def _said(number_: int, claim: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]) -> Said:
    support = _maps(claim.get("support"))
    first = support[0] if support else {}
    source = sources.get(_text(first.get("evidence")), {})
    return Said(
        number_, _text(claim.get("text")), _text(claim.get("kind")),
        _text(source.get("title")) or _text(first.get("title")) or _text(first.get("content_id")),
        _text(first.get("quote")) or _text(first.get("fact")), bool(support),
    )  # fmt: skip


def _pieces(text: str, places: Sequence[tuple[Said, int, int]]) -> list[Piece]:
    """The text cut wherever a claim begins or ends: claims lie in each other."""
    cuts = sorted({0, len(text), *(end for _, *ends in places for end in ends)})
    pieces = []
    for begin, end in pairwise(cuts):
        over = [said for said, start, stop in places if start <= begin and end <= stop]
        ends = [said.number for said, _, stop in places if stop == end]
        pieces.append(Piece(text[begin:end], bool(over), all(said.held for said in over), ends))
    return pieces


def _maps(value: Any) -> Sequence[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def dropped(shown: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Drafts that a case shows as not kept: why, and the codes of what was found in each."""
    return [
        (_text(one.get("reason")), ", ".join(dict.fromkeys(filter(None, map(_text, one.get("codes") or ())))))
        for one in _maps(shown.get("dropped"))
    ]


def reasons(shown: Mapping[str, Any]) -> list[str]:
    """What a judge gave as its reasons, each once."""
    said = [_text(_map(vote.get("straight")).get("reason")) for vote in _maps(shown.get("votes"))]
    return list(dict.fromkeys(filter(None, said)))


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
