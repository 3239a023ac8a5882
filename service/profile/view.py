"""What computed attributes are computed from: a lead's traits by attribute, its history and the moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from service.imports.cells import day
from service.leads.traits import attribute_of
from service.profile.history import Cart, Stage, Tally
from service.profile.models import Known, Value
from service.profile.moment import Moment
from service.profile.store import Subject

Kind = Literal["number", "text", "boolean", "list"]
MOST_TOPS = 5
_LONGEST_DATE = 40


class View:
    """A lead at a moment: its traits by the names of their attributes, and its history, of which each thing is read
    once, when it is first asked for."""

    def __init__(self, subject: Subject, traits: Mapping[str, object], at: Moment) -> None:
        self.subject = subject
        self.traits = traits
        self.at = at

    @cached_property
    def visits(self) -> Tally | None:
        """Page views, and when the lead was last seen."""
        return self.subject.history.tally("visits")

    @cached_property
    def orders(self) -> Tally | None:
        """Orders."""
        return self.subject.history.tally("orders")

    @cached_property
    def money(self) -> Tally | None:
        """What orders came to, in cents, refunds taken off."""
        return self.subject.history.tally("money")

    @cached_property
    def clicks(self) -> Tally | None:
        """Clicks in e-mails."""
        return self.subject.history.tally("clicks")

    @cached_property
    def emails(self) -> Tally | None:
        """E-mails delivered."""
        return self.subject.history.sent("email")

    @cached_property
    def cart(self) -> Cart | None:
        """What lies in the cart."""
        return self.subject.history.cart()

    @cached_property
    def stage(self) -> Stage | None:
        """The funnel stage that was stated last."""
        return self.subject.history.stage()

    @cached_property
    def categories(self) -> Sequence[str]:
        """Those of most interest, strongest first."""
        return self.subject.history.strongest("categories", MOST_TOPS)

    @cached_property
    def products(self) -> Sequence[str]:
        """Those of most interest, strongest first."""
        return self.subject.history.strongest("products", MOST_TOPS)

    @property
    def tonight(self) -> datetime:
        """When today ends: day counts change then."""
        return self.at.midnight

    def days(self, trait_names: tuple[str, ...]) -> tuple[str, date] | None:
        """The first of those traits that is a day, with its name."""
        for name in trait_names:
            if name in self.traits and (found := day_of(self.traits[name])) is not None:
                return name, found
        return None


class Computed(NamedTuple):
    """An attribute that is computed: its name, what kind of value it has, and how."""

    name: str
    kind: Kind
    compute: Callable[[View], Known | None]


def known(value: Value, basis: str, changes_at: datetime | None = None) -> Known:
    """A computed value."""
    return Known(value, "computed", basis, changes_at)


@lru_cache(maxsize=16_384)  # few names, and as many leads as there are
def named(trait: str) -> str:
    """The attribute that a trait is."""
    return attribute_of(trait)


def day_of(value: object) -> date | None:
    """The day that a trait names, as ISO 8601 or as dd/mm/yyyy; a time of day is left out."""
    return _day(value) if isinstance(value, str) and len(value) <= _LONGEST_DATE else None


@lru_cache(maxsize=16_384)
def _day(value: str) -> date | None:
    try:
        return day(value.strip()[:10].strip())
    except ValueError:
        return None


def anniversary(first: date, year: int) -> date:
    """The day in that year; that of 29 February is 1 March in other years."""
    try:
        return first.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def years_between(first: date, today: date) -> int:
    """Whole years."""
    return today.year - first.year - ((today.month, today.day) < (first.month, first.day))


def next_anniversary(first: date, today: date) -> date:
    """The next day on which the years change, today where it is today. The calendar must go on for two years."""
    this = anniversary(first, today.year)
    return this if this >= today else anniversary(first, today.year + 1)


def tomorrow(today: date) -> date:
    """The day after."""
    return today + timedelta(days=1)
