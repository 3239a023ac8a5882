"""Audiences in the records of one workspace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.models import SLUG, Audience, AudienceBody, AudienceInput
from service.db import changes
from service.db.inserts import insert_missing
from service.db.tables import audiences, workspaces
from service.errors import Conflict, Fault, Invalid, NotFound

MOST_AUDIENCES = 500


class AudienceStore:
    """The audiences of one workspace. Whoever writes has checked the condition."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def get(self, slug: str) -> Audience:
        """That audience. Raises `NotFound`."""
        found = await self._found(audiences.c.slug.in_(_real([slug])))
        if not found:
            raise NotFound(f"There is no audience {slug[:63]!r} in this workspace.", code="audience.unknown")
        return found[0]

    async def names(self) -> dict[str, str]:
        """What each audience is called, by its slug."""
        mine = sa.select(audiences.c.slug, audiences.c.name).where(audiences.c.workspace_id == self._workspace)
        return {row.slug: row.name for row in await self._connection.execute(mine)}

    async def all(self) -> list[Audience]:
        """Every audience, by slug; there are at most 500."""
        return await self._found()

    async def by_slugs(self, slugs: Sequence[str]) -> list[Audience]:
        """Those audiences in that order. Raises `NotFound` naming one that is not there."""
        found = {one.slug: one for one in await self._found(audiences.c.slug.in_(_real(slugs)))}
        return [found[slug] if slug in found else await self.get(slug) for slug in slugs]

    async def ladder(self, slug: str) -> list[Audience]:
        """That audience, its parent and so on to the broadest. Raises `NotFound`."""
        by_slug = {one.slug: one for one in await self.all()}
        rungs = [await self.get(slug)]
        while (parent := rungs[-1].parent) is not None:
            rungs.append(by_slug[parent])
        return rungs

    async def create(self, given: AudienceInput, now: datetime) -> Audience:
        """A new audience. Raises `Conflict` where the slug is taken, `Invalid` for a parent that is not there."""
        await self._take_turns()
        if await self._count() >= MOST_AUDIENCES:
            raise Conflict(f"This workspace has {MOST_AUDIENCES} audiences already.", code="audience.too_many")
        row = {
            "id": uuid4(), "workspace_id": self._workspace, "slug": given.slug, "origin": given.origin,
            "created_at": now, **await self._values(given, now),
        }  # fmt: skip
        if not await insert_missing(self._connection, audiences, [row], audiences.c.id):
            raise Conflict(f"There is an audience {given.slug!r} already.", code="audience.exists")
        await self._changed(row["id"], now)
        return await self.get(given.slug)

    async def update(self, slug: str, given: AudienceBody, now: datetime) -> Audience:
        """Replace what it says of itself. Raises `NotFound`, `Invalid` for a parent that would make a loop."""
        await self._take_turns()
        kept = await self.get(slug)
        if given.parent is not None:
            await self._no_loop(slug, given.parent)
        values = await self._values(given, now)
        await self._connection.execute(
            sa.update(audiences)
            .where(audiences.c.id == kept.id, audiences.c.workspace_id == self._workspace)
            .values(values)
        )
        if kept.condition != given.condition:
            await self._changed(kept.id, now)
        return await self.get(slug)

    async def delete(self, slug: str, now: datetime) -> None:
        """Forget it with its memberships. Raises `NotFound`, and `Conflict` where it is a parent."""
        await self._take_turns()
        kept = await self.get(slug)
        children = [one.slug for one in await self.all() if one.parent == slug]
        if children:
            told = ", ".join(children[:5])
            raise Conflict(f"{slug!r} is the parent of: {told}. Change those first.", code="audience.has_children")
        await self._connection.execute(
            sa.delete(audiences).where(audiences.c.id == kept.id, audiences.c.workspace_id == self._workspace)
        )
        await self._changed(kept.id, now)

    async def _values(self, given: AudienceBody, now: datetime) -> dict[str, Any]:
        parent = None
        if given.parent is not None:
            parent = await self._connection.scalar(
                sa.select(audiences.c.id).where(
                    audiences.c.workspace_id == self._workspace, audiences.c.slug == given.parent
                )
            )
            if parent is None:
                raise _bad_parent(f"There is no audience {given.parent!r} to be the parent.", "audience.parent")
        return {"name": given.name, "condition": given.condition, "parent_id": parent, "updated_at": now}

    async def _no_loop(self, slug: str, parent: str) -> None:
        by_slug = {one.slug: one for one in await self.all()}
        way, at = [slug], parent
        while at in by_slug:
            way.append(at)
            if at == slug:
                raise _bad_parent(f"It would be its own ancestor: {' -> '.join(way)}.", "audience.loop")
            at = by_slug[at].parent or ""

    async def _take_turns(self) -> None:
        """Two that change parents at once could make a loop together."""
        await self._connection.execute(
            sa.select(workspaces.c.id).where(workspaces.c.id == self._workspace).with_for_update(key_share=True)
        )

    async def _changed(self, id_: UUID, now: datetime) -> None:
        await changes.append(self._connection, self._workspace, "audience", [id_], now)

    async def _count(self) -> int:
        mine = sa.select(sa.func.count()).select_from(audiences).where(audiences.c.workspace_id == self._workspace)
        return int(await self._connection.scalar(mine) or 0)

    async def _found(self, *where: sa.ColumnElement[bool]) -> list[Audience]:
        rows = await self._connection.execute(
            sa.select(audiences, _PARENTS.c.slug.label("parent"))
            .outerjoin(_PARENTS, audiences.c.parent_id == _PARENTS.c.id)
            .where(audiences.c.workspace_id == self._workspace, *where)
            .order_by(audiences.c.slug)
        )
        return [
            Audience(
                id=row.id, slug=row.slug, name=row.name, condition=row.condition, parent=row.parent,
                origin=row.origin, created_at=row.created_at, updated_at=row.updated_at,
            )
            for row in rows
        ]  # fmt: skip


_PARENTS = audiences.alias()


def _real(slugs: Iterable[str]) -> list[str]:
    """What may be a slug at all: PostgreSQL takes no NUL in a text, not even to find nothing."""
    return [slug for slug in slugs if re.fullmatch(SLUG, slug)]


def _bad_parent(detail: str, code: str) -> Invalid:
    return Invalid(detail, code=code, faults=[Fault("/parent", detail)])
