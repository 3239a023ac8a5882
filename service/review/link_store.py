"""Links for others to read copy by, in the records."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import review_links
from service.errors import Conflict, NotFound
from service.review.link_models import LASTS, ReviewLink
from service.workspaces.models import hash_of

MOST_LINKS = 500


class LinkStore:
    """The links of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def create(self, name: str, variants: Sequence[UUID], actor: str, now: datetime) -> tuple[str, ReviewLink]:
        """A new link and its secret, which is nowhere else. Raises `Conflict` where there are too many."""
        if len(await self.all()) >= MOST_LINKS:
            raise Conflict(f"This workspace has {MOST_LINKS} review links already.", code="review_link.too_many")
        secret = secrets.token_urlsafe(32)
        id_ = uuid4()
        row = {
            "id": id_, "workspace_id": self._workspace, "secret_hash": hash_of(secret), "name": name,
            "variants": [str(one) for one in variants], "created_by": actor, "created_at": now,
            "expires_at": now + LASTS,
        }  # fmt: skip
        await self._connection.execute(sa.insert(review_links).values(row))
        return secret, await self.get(id_)

    async def get(self, id_: UUID) -> ReviewLink:
        """That link. Raises `NotFound`."""
        row = (await self._connection.execute(self._mine().where(review_links.c.id == id_))).first()
        if row is None:
            raise _unknown()
        return _link(row)

    async def all(self) -> list[ReviewLink]:
        """All of them, the newest first."""
        wanted = self._mine().order_by(review_links.c.created_at.desc(), review_links.c.id)
        return [_link(row) for row in await self._connection.execute(wanted)]

    async def revoke(self, id_: UUID, now: datetime) -> ReviewLink:
        """Let it open nothing from now on. Raises `NotFound`."""
        link = await self.get(id_)
        if link.revoked_at is None:
            await self._connection.execute(
                sa.update(review_links).where(review_links.c.id == link.id).values(revoked_at=now)
            )
        return await self.get(id_)

    def _mine(self) -> sa.Select[Any]:
        return sa.select(*_COLUMNS).where(review_links.c.workspace_id == self._workspace)


async def link_with(connection: AsyncConnection, secret: str) -> ReviewLink:
    """The link of that secret, open or not: whoever has it names no workspace. Raises `NotFound`."""
    row = (await connection.execute(sa.select(*_COLUMNS).where(review_links.c.secret_hash == hash_of(secret)))).first()
    if row is None:
        raise _unknown()
    return _link(row)


async def looked_at(connection: AsyncConnection, link: ReviewLink, now: datetime) -> None:
    """Count that somebody opened it."""
    await connection.execute(
        sa.update(review_links)
        .where(review_links.c.id == link.id)
        .values(opened=review_links.c.opened + 1, opened_at=now)
    )


def _link(row: Any) -> ReviewLink:
    link = ReviewLink(*row)
    return replace(link, variants=[UUID(str(one)) for one in link.variants])


def _unknown() -> NotFound:
    return NotFound("There is no such review link.", code="review_link.unknown")


_COLUMNS = (
    review_links.c.id, review_links.c.workspace_id, review_links.c.name, review_links.c.variants,
    review_links.c.created_by, review_links.c.created_at, review_links.c.expires_at, review_links.c.revoked_at,
    review_links.c.opened, review_links.c.opened_at,
)  # fmt: skip
