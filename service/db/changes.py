"""The one sequence of changes, and who has followed it how far."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import changes, cursors

ChangeKind = Literal[
    "content", "lead", "consent", "event", "contract", "rule", "audience", "membership", "campaign", "placement",
    "variant", "key", "job", "subscription",
]  # fmt: skip
"""`event`: what a lead did, or what was done to it, changed what is known of it. `membership`: of a lead, in whatever
audiences. `rule`: the workspace's own terms or rules, which the workspace itself names. `job`: one has ended.
`subscription`: it was changed, or has a message to send that nothing else tells of."""

_APPEND_LOCK = 7_310_001
_APPENDED = "appended"
_LATEST = sa.select(sa.func.max(changes.c.seq).label("latest"))
_NEWS = (
    sa.select(changes.c.kind, sa.func.max(changes.c.seq).label("latest"))
    .where(changes.c.seq > sa.bindparam("seq"))
    .group_by(changes.c.kind)
)
_PROGRESS = sa.select(
    sa.select(cursors.c.seq).where(cursors.c.follower == sa.bindparam("follower")).scalar_subquery().label("followed"),
    _LATEST.scalar_subquery().label("latest"),
)


class Change(NamedTuple):
    """What changed: the entity is named, its new state is read from the records."""

    seq: int
    workspace: UUID
    kind: ChangeKind
    entity: UUID


async def append(
    connection: AsyncConnection, workspace: UUID, kind: ChangeKind, entities: Iterable[UUID], at: datetime
) -> None:
    """Append one change an entity, in the caller's own transaction.

    On PostgreSQL a sequence is not handed out in commit order, so a follower could step over a number that commits
    later; the lock, held until the transaction ends, makes the two orders one.
    """
    rows = [{"workspace_id": workspace, "kind": kind, "entity_id": entity, "at": at} for entity in entities]
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_APPEND_LOCK)))
    await connection.execute(sa.insert(changes), rows)
    connection.info.setdefault(_APPENDED, set()).add(kind)


def appended(connection: AsyncConnection) -> frozenset[ChangeKind]:
    """The kinds of changes that were appended through this connection since this was asked last."""
    return frozenset(connection.info.pop(_APPENDED, ()))


async def since(
    connection: AsyncConnection, seq: int, limit: int, kinds: Collection[ChangeKind] = ()
) -> Sequence[Change]:
    """The next changes after `seq`, oldest first, of all workspaces: only followers, which serve none, may ask."""
    wanted = sa.select(changes.c.seq, changes.c.workspace_id, changes.c.kind, changes.c.entity_id)
    wanted = wanted.where(changes.c.seq > seq).order_by(changes.c.seq).limit(limit)
    if kinds:
        wanted = wanted.where(changes.c.kind.in_(kinds))
    return [Change(*row) for row in await connection.execute(wanted)]


async def latest(connection: AsyncConnection) -> int:
    """The newest number of the sequence, 0 when nothing ever changed."""
    return int(await connection.scalar(_LATEST) or 0)


async def news(connection: AsyncConnection, seq: int) -> dict[ChangeKind, int]:
    """The kinds of changes after `seq`, each with its newest number."""
    rows = await connection.execute(_NEWS, {"seq": seq})
    return {row.kind: row.latest for row in rows}


async def followed(connection: AsyncConnection, follower: str) -> int:
    """How far that follower is."""
    return int(await connection.scalar(sa.select(cursors.c.seq).where(cursors.c.follower == follower)) or 0)


async def progress(connection: AsyncConnection, follower: str) -> tuple[int, int]:
    """How far that follower is, and the newest number of the sequence."""
    row = (await connection.execute(_PROGRESS, {"follower": follower})).one()
    return int(row.followed or 0), int(row.latest or 0)


async def lease(connection: AsyncConnection, follower: str, owner: str, now: datetime, hold: timedelta) -> bool:
    """Become or stay the one process that follows under this name; False while another one holds it."""
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(cursors)
    await connection.execute(insert.values(follower=follower, seq=0).on_conflict_do_nothing())
    free = sa.or_(cursors.c.owner.is_(None), cursors.c.owner == owner, cursors.c.leased_until < now)
    taken = await connection.execute(
        sa.update(cursors).where(cursors.c.follower == follower, free).values(owner=owner, leased_until=now + hold)
    )
    return taken.rowcount == 1


async def advance(connection: AsyncConnection, follower: str, owner: str, seq: int) -> None:
    """Note that everything up to `seq` is done, if the lease is still ours; give it up with `release`."""
    await connection.execute(
        sa.update(cursors).where(cursors.c.follower == follower, cursors.c.owner == owner).values(seq=seq)
    )


async def release(connection: AsyncConnection, follower: str, owner: str) -> None:
    """Let another process follow."""
    await connection.execute(
        sa.update(cursors).where(cursors.c.follower == follower, cursors.c.owner == owner).values(owner=None)
    )
