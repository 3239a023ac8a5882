"""Keeps memberships current as leads, events, consents, contracts and audiences change, and as time passes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.changes import Change
from service.db.engine import Database
from service.db.following import Follower
from service.profile.models import Profile
from service.profile.store import Subject
from service.types import Clock

Entered = Callable[[AsyncConnection, UUID, str, Sequence[tuple[Subject, Profile]]], Awaitable[None]]
"""Told, in the transaction that makes them members, who has just entered that workspace's audience of that slug."""


async def nobody_cares(
    connection: AsyncConnection, workspace: UUID, audience: str, members: Sequence[tuple[Subject, Profile]]
) -> None:
    """For whoever has no triggers."""


class AudienceFollower(Follower):
    """Reads changes and makes memberships agree with them."""

    def __init__(self, database: Database, clock: Clock, entered: Entered = nobody_cares) -> None:
        super().__init__(database, clock)
        self._entered = entered

    async def name(self) -> str:
        return "audiences"

    async def take(self, batch: Sequence[Change]) -> None:
        """Look again at who changed."""
