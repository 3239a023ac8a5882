"""Signing in: who it is, a session for their browser, and links with which people set their password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from service.db.engine import Database
from service.errors import NotFound, Unauthorized
from service.privacy.signing import Signer
from service.types import Clock
from service.users.models import User
from service.users.passwords import Passwords, check_password
from service.users.store import SessionStore, UserStore, user_of, users_at
from service.users.throttling import Gate, check_gates, forget, note_failure

WELCOME, CHOICE = "welcome", "sign-in-choice"
INVITED_FOR = timedelta(days=7)
CHOSEN_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SignIn:
    """The door of the studio."""

    database: Database
    signer: Signer
    passwords: Passwords
    clock: Clock

    async def known(self, email: str, password: str, place: str) -> Sequence[User]:
        """Whoever has that address and password: one user, or one a workspace. `place` is where the request comes from.
        Raises `Unauthorized`, and `TooMany` after many failures."""
        email, now = email.strip().lower(), self.clock()
        pair, *others = gates = [
            Gate(self.signer.digest("throttle", f"{email} {place}"), 5),
            Gate(self.signer.digest("throttle", email), 25),
            Gate(self.signer.digest("throttle", f" {place}"), 50),
        ]
        async with self.database.read() as connection:
            await check_gates(connection, gates, now)
            candidates = [user for user in await users_at(connection, email) if user.disabled_at is None]
        right = [user for user in candidates if await self.passwords.right(user.password_hash, password)]
        if not candidates:
            await self.passwords.right(None, password)
        async with self.database.write() as connection:
            await (forget(connection, pair) if right else note_failure(connection, [pair, *others], now))
        if not right:
            raise Unauthorized("The address or the password is not right.", code="sign_in.failed")
        return [await self._renewed(user, password) for user in right]

    async def enter(self, user: User, agent: str) -> str:
        """A session of theirs; its secret goes into the browser's cookie."""
        async with self.database.write() as connection:
            return (await SessionStore(connection, user.workspace).open(user, agent, self.clock()))[0]

    def choice(self, users: Sequence[User]) -> str:
        """What says for some minutes that somebody is each of these users, so that they can choose one."""
        until = (self.clock() + CHOSEN_WITHIN).timestamp()
        return self.signer.token(CHOICE, {"users": [str(user.id) for user in users], "until": until})

    async def chosen(self, token: str, id_: str) -> User:
        """The user they chose. Raises `NotFound`."""
        told = self.signer.read(CHOICE, token)
        if self.clock().timestamp() > told["until"] or id_ not in told["users"]:
            raise NotFound("This choice is over; sign in again.", code="link.unknown")
        return await self._there(id_)

    def invitation(self, user: User) -> tuple[str, datetime]:
        """What lets whoever has it set that user's password, once, and until when."""
        until = self.clock() + INVITED_FOR
        token = self.signer.token(
            WELCOME, {"user": str(user.id), "until": until.timestamp(), "before": self._stamp(user)}
        )
        return token, until

    async def invited(self, token: str) -> User:
        """Whoever that invitation is for. Raises `NotFound` where it is over or was used."""
        told = self.signer.read(WELCOME, token)
        user = await self._there(told["user"])
        if self.clock().timestamp() > told["until"] or told["before"] != self._stamp(user):
            raise NotFound("This link was used or is over; ask an admin for another one.", code="link.unknown")
        return user

    async def set_password(self, user: User, password: str) -> User:
        """From now on that is the password; whoever is signed in as them is not any more. Raises `Invalid`."""
        hashed = await self.passwords.hashed(check_password(password, user.email))
        async with self.database.write() as connection:
            await SessionStore(connection, user.workspace).close(user.id)
            return await UserStore(connection, user.workspace).update(user, {"password_hash": hashed})

    async def _renewed(self, user: User, password: str) -> User:
        if user.password_hash is None or not self.passwords.outdated(user.password_hash):
            return user
        values: dict[str, Any] = {"password_hash": await self.passwords.hashed(password)}
        async with self.database.write() as connection:
            return await UserStore(connection, user.workspace).update(user, values)

    async def _there(self, id_: str) -> User:
        async with self.database.read() as connection:
            user = await user_of(connection, UUID(id_))
        if user is None or user.disabled_at is not None:
            raise NotFound("This link is not, or no longer, valid.", code="link.unknown")
        return user

    def _stamp(self, user: User) -> str:
        return self.signer.digest(WELCOME, user.password_hash or "none")
