"""Links by which a lead reaches its own choices without an account: signed, and good for 400 days.

A token names a workspace and a lead's random id, nothing that tells who the lead is.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, cast
from uuid import UUID

from service.errors import NotFound
from service.leads.models import Channel
from service.privacy.models import PreferenceLink
from service.privacy.signing import Signer

LIFETIME = timedelta(days=400)
ONE_CLICK = "List-Unsubscribe=One-Click"
Page = Literal["preferences", "unsubscribe"]


class Holder(NamedTuple):
    """Whose link it is; `channel` is the one to unsubscribe from."""

    workspace: str
    lead: UUID
    channel: Channel | None = None


def link_of(signer: Signer, base_url: str, holder: Holder, channel: Channel, now: datetime) -> PreferenceLink:
    """The lead's page, and one-click unsubscribing from that channel (RFC 8058)."""
    preferences = f"{base_url}/p/{_token(signer, 'preferences', holder, now)}"
    unsubscribe = unsubscribe_url(signer, base_url, holder, channel, now)
    headers = {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": ONE_CLICK}
    return PreferenceLink(url=preferences, unsubscribe_url=unsubscribe, headers=headers, expires_at=now + LIFETIME)


def unsubscribe_url(signer: Signer, base_url: str, holder: Holder, channel: Channel, now: datetime) -> str:
    """Where one click unsubscribes the lead from that channel."""
    return f"{base_url}/u/{_token(signer, 'unsubscribe', holder._replace(channel=channel), now)}"


def holder_of(signer: Signer, page: Page, token: str, now: datetime) -> Holder:
    """Whose link it is. Raises `NotFound` for one that is not ours, for another page, or too old."""
    told = signer.read(page, token)
    try:
        made = datetime.fromtimestamp(told["t"], UTC)
        holder = Holder(told["w"], UUID(told["l"]), cast("Channel | None", told.get("c")))
    except (KeyError, ValueError, TypeError, OverflowError):
        raise _expired() from None
    if not made <= now < made + LIFETIME:
        raise _expired()
    return holder


def _token(signer: Signer, page: Page, holder: Holder, now: datetime) -> str:
    told = {"w": holder.workspace, "l": holder.lead.hex, "t": int(now.timestamp())}
    return signer.token(page, told | ({"c": holder.channel} if holder.channel else {}))


def _expired() -> NotFound:
    return NotFound("This link is not, or no longer, valid.", code="link.unknown")
