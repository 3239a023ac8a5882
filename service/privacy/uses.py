"""Whether a lead's ledger allows a use right now: asked once more whenever something is about to be used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from service.leads.contract import permits
from service.leads.models import COMMUNICATIONS, PROFILING, Channel, Consent
from service.leads.store import LeadStore
from service.privacy.policy import REPORTING, TRAINING, Policy
from service.workspaces.models import Workspace

Use = Literal["contact", "profile", "report", "train"]
"""`contact`: write to the lead in a channel; the others are what its data may serve."""


def allowed(consents: Sequence[Consent], policy: Policy, use: Use, channel: Channel | None, now: datetime) -> bool:
    """Whether the ruling rows let that use go on, on a legal basis that the workspace's policy accepts for it.

    `contact` needs a channel. A purpose that the policy does not name is allowed to nobody.
    """
    purpose = _purpose(use, channel)
    accepted = policy.purposes.get(purpose)
    if accepted is None:
        return False
    return permits([consent for consent in consents if consent.basis in accepted.bases], purpose, now)


async def still_allowed(
    connection: AsyncConnection, workspace: Workspace, lead: UUID, channel: Channel, now: datetime
) -> bool:
    """Whether copy made for that lead alone may be bound and sent in the channel now: it rests on the lead's profile,
    so both purposes must hold. False for a lead that is gone. Ask in the moment of use, not when the copy is made."""
    found = await LeadStore(connection, workspace.id).by_ids([lead])
    return bool(found) and all(
        allowed(found[0].consents, workspace.policy, use, channel, now) for use in ("contact", "profile")
    )


def _purpose(use: Use, channel: Channel | None) -> str:
    if use == "contact":
        if channel is None:
            raise ValueError("to contact a lead is to do so in a channel")
        return f"{COMMUNICATIONS}.{channel}"
    return {"profile": PROFILING, "report": REPORTING, "train": TRAINING}[use]
