"""What of a lead scores and groups may use, or why nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from service.leads.contract import Contract, permits
from service.leads.models import PROFILING
from service.privacy.policy import Policy
from service.profile.computed import profile_of, visible
from service.profile.models import Value
from service.profile.store import Subject

NO_CONSENT = "no profiling consent"
MINOR = "under age, or of no known age: nothing may be used"


class Usable(NamedTuple):
    """The values that may choose for a lead. None where `why_not` says why."""

    values: Mapping[str, Value] | None
    why_not: str | None = None


def usable(
    subject: Subject, contract: Contract, policy: Policy, now: datetime, as_of: datetime | None = None
) -> Usable:
    """What is known of the lead `as_of` a moment, as far as its consents of now allow: both in the workspace's zone."""
    if not permits(subject.lead.consents, PROFILING, now):
        return Usable(None, NO_CONSENT)
    profile = profile_of(subject, as_of or now)
    if policy.minors == "contextual":
        minor = profile.values.get("is_minor")
        if minor is True or (minor is None and policy.unknown_age_is_minor):
            return Usable(None, MINOR)
    return Usable(visible(profile, contract, subject, now))
