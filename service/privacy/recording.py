"""What a caller says that a lead agreed to or refused, judged by the workspace's policy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import get_args

from service.errors import Fault, Invalid
from service.leads.models import COMMUNICATIONS, Channel, Consent
from service.privacy.models import ConsentBody
from service.privacy.policy import Policy

_TOLERANCE = timedelta(minutes=5)  # of clocks
_REFUSALS = ("denied", "revoked", "expired")


def recorded(body: ConsentBody, policy: Policy, ledger: Sequence[Consent], now: datetime) -> Consent:
    """The row to append. Raises `Invalid` where the policy does not know the purpose, or not on that legal basis.

    A refusal is taken on any basis, and also for a purpose that only the lead's own ledger knows.
    """
    refusal = body.status in _REFUSALS
    accepted = policy.purposes.get(body.purpose)
    if accepted is None and not (refusal and any(row.purpose == body.purpose for row in ledger)):
        known = ", ".join(sorted(policy.purposes))
        raise _invalid("consent.purpose", "/purpose", f"is not one of the workspace's purposes: {known}")
    if accepted and not refusal and body.basis not in accepted.bases:
        raise _invalid("consent.basis", "/basis", f"must be one that its purpose allows: {', '.join(accepted.bases)}")
    if body.collected_at and body.collected_at > now + _TOLERANCE:
        raise _invalid("consent.future", "/collected_at", "lies in the future, where it would outdo every later row")
    channel = body.channel or channel_of(body.purpose)
    if body.purpose.startswith(f"{COMMUNICATIONS}.") and channel not in ("*", channel_of(body.purpose)):
        raise _invalid("consent.channel", "/channel", "is not the channel of that purpose")
    return Consent(**body.model_dump(exclude={"channel", "collected_at"}), channel=channel,
                   collected_at=body.collected_at or now)  # fmt: skip


def channel_of(purpose: str) -> Channel | str:
    """The channel that a purpose is about, `*` for those that are about none."""
    last = purpose.rpartition(".")[2]
    return last if purpose.startswith(f"{COMMUNICATIONS}.") and last in get_args(Channel) else "*"


def _invalid(code: str, pointer: str, detail: str) -> Invalid:
    return Invalid(f"{pointer.removeprefix('/')} {detail}.", code=code, faults=[Fault(pointer, detail)])
