"""What the inbox shows: filters as the address has them, and rows with what their variants are known by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel, BeforeValidator

from service.campaigns.store import Title
from service.channels.registry import CHANNELS
from service.generation.tokens import Part, parse
from service.leads.models import CleanText
from service.review.grouping import Group
from service.review.queue import Asked, Claimed, Facets, Findings, Waiting
from service.variants.models import Listed

ADDRESS = "/studio/inbox"

CHOICES = ("campaign", "audience", "channel", "locale", "generator")

_LONGEST_SEARCH = 200
_MOST_CHOICES = 200
_TITLE, _SNIPPET = 120, 160
_NOWHERE = UUID(int=0)

_Said = BeforeValidator(lambda value: value or None)  # a form sends what is not chosen as nothing
_Chosen = Annotated[CleanText | None, _Said]


class Filters(BaseModel):
    """What the address says of what to show."""

    search: CleanText = ""
    campaign: _Chosen = None
    audience: _Chosen = None
    channel: _Chosen = None
    locale: _Chosen = None
    status: _Chosen = None
    findings: Annotated[Findings | None, _Said] = None
    claimed: Annotated[Claimed | None, _Said] = None
    generator: _Chosen = None
    missing_control: Annotated[bool | None, _Said] = None

    @property
    def any(self) -> bool:
        """Whether something is left out."""
        return bool(self._said())

    @property
    def chosen(self) -> int:
        """How many choices of the form say something."""
        return sum(getattr(self, name) is not None for name in CHOICES)

    def but(self, **other: str) -> str:
        """The address with that said otherwise."""
        said = {name: value for name, value in {**self._said(), **other}.items() if value}
        return ADDRESS + (f"?{urlencode(said)}" if said else "")

    def asked(self, titles: Mapping[UUID, Title]) -> Asked:
        """The same for the queue. A campaign that is gone has nothing that waits."""
        campaign = next((id_ for id_, one in titles.items() if one.slug == self.campaign), _NOWHERE)
        return Asked(
            campaign if self.campaign else None, self.audience, self.channel, self.locale, self.status, self.claimed,
            self.findings, self.generator, self.missing_control, self.search[:_LONGEST_SEARCH],
        )  # fmt: skip

    def _said(self) -> dict[str, str]:
        return {name: "true" if value is True else str(value) for name, value in self if value}


@dataclass(frozen=True, slots=True)
class Names:
    """What campaigns, audiences and people are called."""

    campaigns: Mapping[UUID, Title]
    audiences: Mapping[str, str]
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A variant in the list: how it begins, and who is at work on it."""

    one: Waiting
    stored: Listed
    title: Sequence[Part]
    text: Sequence[Part]
    holder: str


@dataclass(frozen=True, slots=True)
class Section:
    """A group with the rows of it that are shown."""

    group: Group
    rows: Sequence[Row]


class Choice(NamedTuple):
    """One of what a filter may be, and how much there is of it."""

    value: str
    label: str
    number: int


def row(one: Waiting, stored: Listed, names: Names, now: datetime) -> Row:
    """That variant as a row: the first of its texts, and the longest of the others."""
    ladder = CHANNELS[stored.channel].ladder if stored.channel in CHANNELS else tuple(stored.fields)
    title, *rest = [text for name in ladder if (text := stored.fields.get(name))] or [""]
    held = stored.claimed_by if stored.claimed_until is not None and stored.claimed_until > now else None
    return Row(
        one, stored, _begun(title, _TITLE), _begun(max(rest, key=len, default=""), _SNIPPET),
        names.people.get(held, held) if held else "",
    )  # fmt: skip


def choices(facets: Facets, shows: Filters, names: Names) -> dict[str, list[Choice]]:
    """What the form offers, the most first; what is chosen stays on offer."""
    offered = {
        "campaign": [
            Choice(title.slug, title.name, facets["campaign"][id_])
            for id_, title in names.campaigns.items()
            if id_ in facets["campaign"] or title.slug == shows.campaign
        ]
    }
    for name in CHOICES[1:]:
        counts, chosen = facets[name], getattr(shows, name)
        found = dict.fromkeys([*filter(None, counts), *filter(None, [chosen])])
        offered[name] = [Choice(value, names.audiences.get(value, value), counts[value]) for value in found]
    return {
        name: sorted(found, key=lambda one: (-one.number, one.label))[:_MOST_CHOICES] for name, found in offered.items()
    }


def _begun(text: str, most: int) -> list[Part]:
    """How the text begins: tokens whole, words cut."""
    found, room = list[Part](), most
    for one in parse(text):
        if room <= 0:
            break
        found.append(one if not isinstance(one, str) or len(one) <= room else f"{one[:room].rstrip()}…")
        room -= len(one) if isinstance(one, str) else len(one.name)
    return found
