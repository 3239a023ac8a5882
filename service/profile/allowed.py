"""What a lead's ruling consents allow."""

from __future__ import annotations

from collections.abc import Callable

from service.leads.models import COMMUNICATIONS, PROFILING
from service.profile.models import Known
from service.profile.view import Computed, View, known

MESSAGES = ("email", "sms", "whatsapp", "push")


def allows(view: View, purpose: str) -> Known:
    """Whether the purpose is allowed, and until when."""
    rows = [consent for consent in view.subject.lead.consents if consent.purpose == purpose]
    granting = [consent for consent in rows if consent.allows(view.at.now)]
    if granting:
        ends = [consent.expires_at for consent in granting]
        until = max(end for end in ends if end) if all(ends) else None
        first = granting[0]
        return known(True, f"{first.basis} of {view.at.date_of(first.collected_at)} from {first.source}", until)
    if not rows:
        return known(False, f"nothing on {purpose} in the ledger")
    newest = max(rows, key=lambda consent: consent.collected_at)
    status = "expired" if newest.status == "granted" else newest.status
    return known(False, f"{status}, on record since {view.at.date_of(newest.collected_at)} from {newest.source}")


def _asks(purpose: str) -> Callable[[View], Known | None]:
    return lambda view: allows(view, purpose)


ATTRIBUTES = (
    Computed("may_profile", "boolean", _asks(PROFILING)),
    *(Computed(f"may_{channel}", "boolean", _asks(f"{COMMUNICATIONS}.{channel}")) for channel in MESSAGES),
)
