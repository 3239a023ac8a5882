"""Passwords: Argon2id, computed away from the event loop."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.errors import Fault, Invalid

SHORTEST, LONGEST = 10, 200


class Passwords:
    """Hashes and compares them. `hasher` says how dear a guess is."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    async def hashed(self, password: str) -> str:
        """What is stored of it."""
        return await asyncio.to_thread(self._hasher.hash, password)

    async def right(self, stored: str | None, password: str) -> bool:
        """Whether that is the password. It takes as long where there is none, so that nobody learns who is known."""
        if stored is None:
            await self.hashed(password)
            return False
        return await asyncio.to_thread(self._same, stored, password)

    def outdated(self, stored: str) -> bool:
        """Whether it was hashed with less effort than is asked for now."""
        return self._hasher.check_needs_rehash(stored)

    def _same(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def check_password(password: str, email: str) -> str:
    """A new password. Raises `Invalid` for one that is too short, too long or the address itself."""
    told = None
    if not SHORTEST <= len(password) <= LONGEST:
        told = f"needs {SHORTEST} to {LONGEST} characters"
    elif password.strip().lower() in (email, email.partition("@")[0]) or len(set(password)) < 4:
        told = "is too easy to guess"
    if told:
        raise Invalid(f"The password {told}.", code="password.weak", faults=[Fault("/password", told)])
    return password
