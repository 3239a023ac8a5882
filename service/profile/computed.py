"""What is computed of a lead: pure functions over its traits and its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from service.leads.contract import Contract
from service.profile.models import Profile, Value
from service.profile.store import Subject


def profile_of(subject: Subject, now: datetime, context: Mapping[str, Value] | None = None) -> Profile:
    """Everything known of that lead at `now`, which is in the workspace's time zone: days begin and end there."""
    raise NotImplementedError


def visible(profile: Profile, contract: Contract, subject: Subject, now: datetime) -> dict[str, Value]:
    """What of a profile may choose for its lead: what the contract lets select, and the lead's consents allow."""
    raise NotImplementedError
