"""Keys in memory: who may ask for copy. A hot path cannot ask the database for each."""

from __future__ import annotations

from collections.abc import Mapping

from service.db.engine import Database
from service.errors import Unauthorized
from service.types import Clock
from service.workspaces.models import ActiveKey, prefix_of
from service.workspaces.store import all_keys

Door = ActiveKey
"""What a key opens."""


class Doors:
    """All keys that were not revoked, as they were when they were last read."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._keys: Mapping[str, ActiveKey] = {}

    async def renew(self) -> None:
        """Read all keys again."""
        async with self._database.read() as connection:
            self._keys = {key.prefix: key for key in await all_keys(connection)}

    def open(self, token: str | None) -> Door:
        """What that key opens. Raises `Unauthorized` for none, an unknown, a revoked and an expired one."""
        if not token:
            raise Unauthorized("Send a key, as `Authorization: Bearer ...` or as `key=`.", code="key.missing")
        key = self._keys.get(prefix_of(token) or "")
        if key is None or not key.opened_by(token):
            raise Unauthorized("The key is unknown or was revoked.")
        if key.expired(self._clock()):
            raise Unauthorized("The key has expired.", code="key.expired")
        return key


def token_of(authorization: str | None, query: str | None = None) -> str | None:
    """The key in an `Authorization` header, else the one in the address."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else query
