"""What a lead may choose on its page, and the rows that its choices append to the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from service.leads.contract import permits
from service.leads.models import COMMUNICATIONS, PROFILING, Channel, Consent, ConsentStatus
from service.privacy.policy import Policy
from service.privacy.recording import channel_of

PAGE = "preference_page"
ONE_CLICK = "one_click_unsubscribe"
GPC = "gpc"


class Choice(NamedTuple):
    """One thing to allow or not. `label` is the workspace's own words, if it has some; `by_signal` where the browser
    has said no already."""

    purpose: str
    label: str | None
    on: bool
    by_signal: bool = False


class Notice(NamedTuple):
    """How a choice was made: from where, under which version of the text, and when."""

    source: str
    version: str
    at: datetime

    def row(self, policy: Policy, purpose: str, channel: str, status: ConsentStatus) -> Consent:
        """The row that notes it. What a person chooses is consent, unless the purpose allows other bases only."""
        known = policy.purposes.get(purpose)
        bases = known.bases if known else ["consent"]
        version = (known and known.notice_version) or self.version
        return Consent(
            purpose=purpose, channel=cast("Channel", channel), status=status, source=self.source, collected_at=self.at,
            basis="consent" if "consent" in bases else bases[0], notice_version=version,
            proof=f"{self.source}, notice {version}, {self.at.isoformat(timespec='seconds')}",
        )  # fmt: skip


def choices(policy: Policy, consents: Sequence[Consent], now: datetime, *, gpc: bool = False) -> list[Choice]:
    """What the page shows, by name. With `gpc`, the Global Privacy Control signal, profiling is off."""
    found = []
    for name, purpose in sorted(policy.purposes.items()):
        by_signal = gpc and name == PROFILING
        found.append(Choice(name, purpose.label, permits(consents, name, now) and not by_signal, by_signal))
    return found


def chosen(
    policy: Policy, consents: Sequence[Consent], wanted: Collection[str], notice: Notice, *, gpc: bool = False
) -> list[Consent]:
    """The rows that lead from what holds to what is wanted; none for a purpose that stays as it is.

    The browser's signal outdoes a tick, since a page that was open before it came may still send one.
    """
    found: list[Consent] = []
    for choice in choices(policy, consents, notice.at):
        if gpc and choice.purpose == PROFILING:
            found += refused(policy, consents, choice.purpose, notice._replace(source=GPC), "denied")
        elif choice.purpose in wanted and not choice.on:
            found.append(notice.row(policy, choice.purpose, channel_of(choice.purpose), "granted"))
        elif choice.purpose not in wanted and choice.on:
            found += refused(policy, consents, choice.purpose, notice)
    return found


def stopped(policy: Policy, consents: Sequence[Consent], notice: Notice) -> list[Consent]:
    """The rows that refuse everything: also what was never asked, so that no later import takes it for granted."""
    purposes = dict.fromkeys([*policy.purposes, *(consent.purpose for consent in consents)])
    return [row for purpose in purposes for row in refused(policy, consents, purpose, notice)]


def unsubscribed(policy: Policy, consents: Sequence[Consent], channel: Channel, notice: Notice) -> list[Consent]:
    """The rows that end messages in one channel."""
    return list(refused(policy, consents, f"{COMMUNICATIONS}.{channel}", notice))


def refused(
    policy: Policy, consents: Sequence[Consent], purpose: str, notice: Notice, status: ConsentStatus = "revoked"
) -> Iterator[Consent]:
    """A refusal of that purpose for each channel it was allowed for; none where all that is there refuses already."""
    ruling = {consent.channel: consent for consent in consents if consent.purpose == purpose}
    for channel in {channel_of(purpose): None} | dict.fromkeys(ruling):
        row = ruling.get(cast("Channel", channel))
        if row is None or row.status == "granted":
            yield notice.row(policy, purpose, channel, status)
