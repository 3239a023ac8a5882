"""The audience that a trigger waits for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.adopting import adopt
from service.audiences.store import AudienceStore
from service.errors import Fault, Invalid
from service.workspaces.models import Workspace


async def needed(connection: AsyncConnection, workspace: Workspace, slug: str, now: datetime) -> None:
    """See to it that the audience is there: a ready-made one is adopted, with its parents.

    Raises `Invalid` for one that neither is there nor is ready-made.
    """
    if slug in {audience.slug for audience in await AudienceStore(connection, workspace.id).all()}:
        return
    try:
        await adopt(connection, workspace, [slug], [], now)
    except Invalid as error:
        if error.code != "audience.not_ready_made":
            raise
        detail = f"There is no audience {slug!r}, and no ready-made one of that name. Make it first."
        raise Invalid(detail, code="trigger.audience", faults=[Fault("/settings/audience", detail)]) from None
