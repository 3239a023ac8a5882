"""What waits, by campaign and audience: the group with the worst comes first, and in a group the worst. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from service.review.queue import Rank, Waiting, rank_from

Place = tuple[Rank, Rank]
"""Where a variant stands in that order: the rank of the worst of its group, and its own."""


@dataclass(frozen=True, slots=True)
class Group:
    """What waits for one audience of a campaign, worst first; never nothing."""

    campaign: UUID | None
    audience: str | None
    members: Sequence[Waiting]

    @property
    def rank(self) -> Rank:
        """That of its worst."""
        return self.members[0].rank


@dataclass(frozen=True, slots=True)
class Shown:
    """A group as far as a part of the page holds it."""

    group: Group
    members: Sequence[Waiting]


def grouped(found: Iterable[Waiting]) -> list[Group]:
    """Those variants, worst first, in their groups."""
    groups: dict[tuple[UUID | None, str | None], list[Waiting]] = {}
    for one in found:
        groups.setdefault((one.campaign, one.audience), []).append(one)
    return [Group(campaign, audience, members) for (campaign, audience), members in groups.items()]


def part(groups: Iterable[Group], limit: int, after: Place | None = None) -> tuple[list[Shown], Place | None]:
    """The next so many, and where they end; None where nothing is left.

    Who has seen a part may deal with its worst, which moves a group back: it is then shown again rather than left out.
    """
    shown, last, left = list[Shown](), None, limit
    for group in groups:
        members = group.members if after is None else _following(group, after)
        if not members:
            continue
        if not left:
            return shown, last
        shown.append(Shown(group, members[:left]))
        last = group.rank, shown[-1].members[-1].rank
        if len(members) > left:
            return shown, last
        left -= len(members)
    return shown, None


def _following(group: Group, place: Place) -> Sequence[Waiting]:
    """Those of the group that come after that place."""
    of, own = place
    if group.rank != of:
        return group.members if group.rank > of else ()
    return [one for one in group.members if one.rank > own]


def place_of(text: str) -> Place:
    """A place as a cursor holds it. Raises `ValueError`."""
    match orjson.loads(text):
        case [group, own]:
            return rank_from(group), rank_from(own)
    raise ValueError("not a place")
