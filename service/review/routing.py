"""What has just been handed in goes where the workspace's review policy says."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from service.checks.models import Finding
from service.errors import Conflict, Forbidden
from service.review.policy import route
from service.variants.living import ROUTING, act
from service.variants.models import StoredVariant
from service.workspaces.models import Workspace


async def routed(
    connection: AsyncConnection, workspace: Workspace, submitted: StoredVariant, now: datetime
) -> StoredVariant:
    """Approve it, turn it down, or leave it to the reviewers."""
    policy, findings = workspace.review, [Finding.model_validate(one) for one in submitted.findings]
    to = route(policy, submitted.channel, findings)
    if to == "never":
        return await act(connection, workspace.id, submitted, "reject", ROUTING, now, note="never approved here")
    if to == "auto_approve":
        with suppress(Conflict, Forbidden):  # raised before anything is written: people look at it
            return await act(connection, workspace.id, submitted, "approve", ROUTING, now, policy=policy)
    return submitted
