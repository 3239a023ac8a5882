"""Comments in the records."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.channels.registry import channel as channel_named
from service.db.tables import comments
from service.errors import Conflict, Fault, Invalid, NotFound
from service.review.comment_models import MOST_COMMENTS, Comment, CommentBody
from service.variants.models import StoredVariant


class CommentStore:
    """The comments on one workspace's variants."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def of(self, variant: UUID) -> list[Comment]:
        """All on that variant, the oldest first."""
        wanted = self._mine().where(comments.c.variant_id == variant).order_by(comments.c.created_at, comments.c.id)
        return [Comment(*row) for row in await self._connection.execute(wanted)]

    async def add(self, variant: StoredVariant, body: CommentBody, author: str, now: datetime) -> Comment:
        """One more. Raises `Invalid` for a field that the channel has not, `Conflict` where there are too many."""
        if body.field is not None and body.field not in channel_named(variant.channel).limits:
            known = ", ".join(channel_named(variant.channel).limits)
            told = f"{variant.channel} has no text {body.field!r}; it has: {known}"
            raise Invalid(f"{told}.", code="comment.field", faults=[Fault("/field", told)])
        of_variant = (comments.c.workspace_id == self._workspace, comments.c.variant_id == variant.id)
        count = sa.select(sa.func.count()).select_from(comments).where(*of_variant)
        if int(await self._connection.scalar(count) or 0) >= MOST_COMMENTS:
            raise Conflict(f"This variant has {MOST_COMMENTS} comments already.", code="comment.too_many")
        made = Comment(uuid4(), variant.id, variant.revision, body.field, author, body.text, now, None, None)
        await self._connection.execute(sa.insert(comments).values(workspace_id=self._workspace, **made._asdict()))
        return made

    async def resolve(self, id_: UUID, by: str, now: datetime) -> Comment:
        """Say that nothing is left to do; the first to say so is remembered. Raises `NotFound`."""
        found = await self._get(id_)
        return found if found.resolved_at else await self._set(found, {"resolved_at": now, "resolved_by": by})

    async def reopen(self, id_: UUID) -> Comment:
        """Say that something is. Raises `NotFound`."""
        return await self._set(await self._get(id_), {"resolved_at": None, "resolved_by": None})

    async def _get(self, id_: UUID) -> Comment:
        row = (await self._connection.execute(self._mine().where(comments.c.id == id_))).first()
        if row is None:
            raise NotFound(f"There is no comment {id_} in this workspace.", code="comment.unknown")
        return Comment(*row)

    async def _set(self, found: Comment, values: dict[str, Any]) -> Comment:
        this = (comments.c.workspace_id == self._workspace, comments.c.id == found.id)
        await self._connection.execute(sa.update(comments).where(*this).values(values))
        return found._replace(**values)

    def _mine(self) -> sa.Select[Any]:
        return sa.select(*_COLUMNS).where(comments.c.workspace_id == self._workspace)


_COLUMNS: tuple[sa.Column[Any], ...] = tuple(comments.c[name] for name in Comment._fields)
