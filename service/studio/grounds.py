"""What a value was computed from, taken apart so that a page can say it in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import NamedTuple

_DAY = r"\d{4}-\d\d-\d\d"
_WHAT = r"(?P<what>page views|orders|e-mail clicks)"
_LESS = r"(?P<less>, refunds taken off)?"
_FORMS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(form)
    for name, form in (
        ("tally", rf"(?P<count>\d+) {_WHAT} since (?P<first>{_DAY}), last on (?P<last>{_DAY}){_LESS}"),
        ("window", rf"{_WHAT} of the last (?P<days>\d+) days{_LESS}"),
        ("received", r"e-mails delivered in the last (?P<days>\d+) days"),
        ("last", rf"last (?P<what>visit|order|e-mail click) on (?P<day>{_DAY})"),
        ("cart", rf"cart last changed on (?P<day>{_DAY})"),
        ("here", rf"known here since (?P<day>{_DAY})"),
        ("created", rf"created on (?P<day>{_DAY}), says the trait created_at"),
        ("interest", r"seen, put into the cart and bought; counts half after 30 days"),
        ("hours", r"(?P<count>\d+) of (?P<all>\d+) e-mail clicks"),
        ("ordered", rf"ordered on (?P<day>{_DAY})"),
        ("told", rf"stated on (?P<day>{_DAY})"),
        ("stated", r"trait (?P<trait>\w+)"),
        ("agreed", rf"(?P<basis>\w+) of (?P<day>{_DAY}) from (?P<source>.+)"),
        ("silent", r"nothing on (?P<purpose>\S+) in the ledger"),
        ("refused", rf"(?P<status>\w+), on record since (?P<day>{_DAY}) from (?P<source>.+)"),
    )
}  # fmt: skip


class Ground(NamedTuple):
    """A form, none of which is `other`, and what is filled in; days as moments."""

    form: str
    told: Mapping[str, str | datetime]


def ground_of(basis: str) -> Ground:
    """What that basis says."""
    for form, pattern in _FORMS.items():
        if found := pattern.fullmatch(basis):
            return Ground(form, {name: _value(text or "") for name, text in found.groupdict().items()})
    return Ground("other", {"text": basis})


def _value(text: str) -> str | datetime:
    """Noon is on the same day in every time zone that people live in, but for a few islands."""
    if re.fullmatch(_DAY, text):
        return datetime.combine(date.fromisoformat(text), time(12), UTC)
    return text
