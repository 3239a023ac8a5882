"""Users and their sessions in the records."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import sessions, users
from service.errors import Conflict, NotFound
from service.types import Locale
from service.users.models import LASTS, RESTS, Role, Session, SignedIn, User
from service.workspaces.models import hash_of
from service.workspaces.store import WorkspaceStore

NOTED_AFTER = timedelta(minutes=5)
"""How stale `seen_at` may be: it is not worth a write at each request."""


class UserStore:
    """The users of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def create(
        self, email: str, name: str, role: Role, now: datetime, *,
        password_hash: str | None = None, subject: str | None = None, locale: Locale | None = None,
    ) -> User:  # fmt: skip
        """One more user. Raises `Conflict` where the address is taken."""
        user = User(uuid4(), self._workspace, email.lower(), name, role, password_hash, subject, locale, now, None)
        try:
            await self._connection.execute(
                sa.insert(users).values(
                    id=user.id, workspace_id=self._workspace, email=user.email, name=name, role=role,
                    password_hash=password_hash, subject=subject, locale=locale, created_at=now,
                )
            )  # fmt: skip
        except IntegrityError:
            raise Conflict(f"There is a user {user.email!r} already.", code="user.exists") from None
        return user

    async def all(self) -> Sequence[User]:
        """Everybody, by address."""
        rows = await self._connection.execute(
            sa.select(*_USER).where(users.c.workspace_id == self._workspace).order_by(users.c.email)
        )
        return [User(*row) for row in rows]

    async def get(self, email: str) -> User:
        """Whoever has that address. Raises `NotFound`."""
        found = (
            await self._connection.execute(
                sa.select(*_USER).where(users.c.workspace_id == self._workspace, users.c.email == email.lower())
            )
        ).first()
        if found is None:
            raise NotFound(f"There is no user {email!r} in this workspace.", code="user.unknown")
        return User(*found)

    async def update(self, user: User, values: dict[str, Any]) -> User:
        """Change what is given. Raises `NotFound`."""
        await self._connection.execute(
            sa.update(users).where(users.c.workspace_id == self._workspace, users.c.id == user.id).values(**values)
        )
        return await self.get(user.email)


class SessionStore:
    """The sessions of one workspace's users."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def open(self, user: User, agent: str, now: datetime) -> tuple[str, Session]:
        """A new session and its secret, which is nowhere else. Those of this user that are over are forgotten."""
        over = sa.or_(sessions.c.expires_at <= now, sessions.c.seen_at <= now - RESTS)
        await self._connection.execute(sa.delete(sessions).where(sessions.c.user_id == user.id, over))
        secret = secrets.token_urlsafe(32)
        session = Session(uuid4(), user.id, agent[:200], now, now, now + LASTS)
        await self._connection.execute(
            sa.insert(sessions).values(
                id=session.id, workspace_id=self._workspace, user_id=user.id, secret_hash=hash_of(secret),
                agent=session.agent, created_at=now, seen_at=now, expires_at=session.expires_at,
            )
        )  # fmt: skip
        return secret, session

    async def of(self, user: UUID, now: datetime) -> Sequence[Session]:
        """That user's sessions which still open something, the last used first."""
        rows = await self._connection.execute(
            sa.select(*_SESSION)
            .where(sessions.c.workspace_id == self._workspace, sessions.c.user_id == user)
            .order_by(sessions.c.seen_at.desc())
        )
        return [session for row in rows if not (session := Session(*row)).over(now)]

    async def close(self, user: UUID, session: UUID | None = None) -> int:
        """End one session of that user, or all; how many there were."""
        wanted = [sessions.c.workspace_id == self._workspace, sessions.c.user_id == user]
        if session is not None:
            wanted.append(sessions.c.id == session)
        return (await self._connection.execute(sa.delete(sessions).where(*wanted))).rowcount

    async def note(self, session: UUID, now: datetime) -> None:
        """Remember that it was used."""
        await self._connection.execute(
            sa.update(sessions)
            .where(sessions.c.workspace_id == self._workspace, sessions.c.id == session)
            .values(seen_at=now)
        )


async def signed_in_with(connection: AsyncConnection, secret: str, now: datetime) -> SignedIn | None:
    """Whoever holds that session's secret, None where it opens nothing (any more)."""
    row = (
        await connection.execute(
            sa.select(*_USER, *_SESSION)
            .join(users, users.c.id == sessions.c.user_id)
            .where(sessions.c.secret_hash == hash_of(secret), users.c.disabled_at.is_(None))
        )
    ).first()
    if row is None:
        return None
    user, session = User(*row[: len(_USER)]), Session(*row[len(_USER) :])
    if session.over(now):
        return None
    return SignedIn(user, session, await WorkspaceStore(connection).by_id(user.workspace))


async def user_of(connection: AsyncConnection, id_: UUID) -> User | None:
    """That user, of whatever workspace: only links that we signed, which name them, may ask."""
    row = (await connection.execute(sa.select(*_USER).where(users.c.id == id_))).first()
    return User(*row) if row else None


async def users_at(connection: AsyncConnection, email: str) -> Sequence[User]:
    """Whoever has that address, in any workspace: only signing in, which does not know the workspace yet, may ask."""
    rows = await connection.execute(sa.select(*_USER).where(users.c.email == email.lower()))
    return [User(*row) for row in rows]


_USER: tuple[sa.Column[Any], ...] = (
    users.c.id, users.c.workspace_id, users.c.email, users.c.name, users.c.role, users.c.password_hash,
    users.c.subject, users.c.locale, users.c.created_at, users.c.disabled_at,
)  # fmt: skip
_SESSION: tuple[sa.Column[Any], ...] = (
    sessions.c.id, sessions.c.user_id, sessions.c.agent, sessions.c.created_at, sessions.c.seen_at,
    sessions.c.expires_at,
)  # fmt: skip
