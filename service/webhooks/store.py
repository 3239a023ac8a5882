"""Which providers may call, and how we know them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import hooks
from service.errors import NotFound
from service.webhooks.models import Hook, HookSettings


class HookStore:
    """The webhooks of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def find(self, provider: str) -> Hook | None:
        """That provider's, if it is set up."""
        row = (await self._connection.execute(self._mine().where(hooks.c.provider == provider))).first()
        return _hook(row) if row else None

    async def all(self) -> Sequence[Hook]:
        """All, by name."""
        return [_hook(row) for row in await self._connection.execute(self._mine().order_by(hooks.c.provider))]

    async def put(self, hook: Hook) -> None:
        """Set a provider up, or anew: an earlier secret is good no longer."""
        insert = (postgresql if self._connection.dialect.name == "postgresql" else sqlite).insert(hooks)
        values = {"secret": hook.secret, "settings": _plain(hook.settings), "created_at": hook.created_at}
        await self._connection.execute(
            insert.values(workspace_id=self._workspace, provider=hook.provider, **values).on_conflict_do_update(
                index_elements=[hooks.c.workspace_id, hooks.c.provider], set_=values
            )
        )

    async def note(self, hook: Hook, confirm_url: str | None) -> None:
        """Keep the link that waits to be opened, or forget it."""
        settings = hook.settings.model_copy(update={"confirm_url": confirm_url})
        await self._connection.execute(
            sa.update(hooks)
            .where(hooks.c.workspace_id == self._workspace, hooks.c.provider == hook.provider)
            .where(hooks.c.created_at == hook.created_at)
            .values(settings=_plain(settings))
        )

    async def delete(self, provider: str) -> None:
        """Its calls are refused from now on. Raises `NotFound`."""
        done = await self._connection.execute(
            sa.delete(hooks).where(hooks.c.workspace_id == self._workspace, hooks.c.provider == provider)
        )
        if done.rowcount == 0:
            raise NotFound(f"No webhook is set up for {provider!r}.", code="hook.unknown")

    def _mine(self) -> sa.Select[Any]:
        columns = (hooks.c.provider, hooks.c.secret, hooks.c.settings, hooks.c.created_at)
        return sa.select(*columns).where(hooks.c.workspace_id == self._workspace)


def _hook(row: sa.Row[*tuple[Any, ...]]) -> Hook:
    return Hook(row.provider, row.secret, HookSettings.model_validate(row.settings), row.created_at)


def _plain(settings: HookSettings) -> dict[str, Any]:
    return settings.model_dump(mode="json", exclude_none=True)
