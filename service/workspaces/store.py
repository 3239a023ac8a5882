"""Workspaces and API keys in the records.

These are the only rows looked up without a workspace at hand: they are what tells which workspace a caller has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from service.checks.models import Terms
from service.db import changes
from service.db.tables import api_keys, campaigns, workspaces
from service.delivery.policy import DeliveryPolicy
from service.errors import NotFound, Unauthorized
from service.privacy.policy import Policy
from service.review.policy import ReviewPolicy
from service.types import Locale
from service.workspaces.models import (
    ActiveKey,
    ApiKey,
    KeyKind,
    Principal,
    Scope,
    Workspace,
    check_slug,
    checked_key,
    hash_of,
    new_secret,
    prefix_of,
)
from service.workspaces.style import Style


class WorkspaceStore:
    """Tenants by their slug."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def create(
        self,
        slug: str,
        now: datetime,
        *,
        name: str | None = None,
        default_locale: Locale = "pt-BR",
        timezone: str = "America/Sao_Paulo",
        voice: str = "",
    ) -> Workspace:
        """A new workspace. Raises `Invalid` for a slug that is none."""
        workspace = Workspace(uuid4(), check_slug(slug), name or slug, default_locale, timezone, voice)
        await self._connection.execute(
            sa.insert(workspaces).values(
                id=workspace.id, slug=workspace.slug, name=workspace.name, default_locale=default_locale,
                timezone=timezone, voice=voice, created_at=now,
            )
        )  # fmt: skip
        return workspace

    async def find(self, slug: str) -> Workspace | None:
        """The workspace of that slug, if there is one."""
        row = (await self._connection.execute(_BY_SLUG, {"slug": slug})).first()
        return _workspace(row) if row else None

    async def by_id(self, id_: UUID) -> Workspace:
        """The workspace of that id, which is one of ours: for followers and jobs, which work for every tenant."""
        return _workspace((await self._connection.execute(sa.select(*_COLUMNS).where(workspaces.c.id == id_))).one())

    async def get(self, slug: str) -> Workspace:
        """The workspace of that slug. Raises `NotFound`."""
        if (workspace := await self.find(slug)) is None:
            known = ", ".join(await self.slugs()) or "none yet"
            raise NotFound(f"There is no workspace {slug!r}. Known ones: {known}.", code="workspace.unknown")
        return workspace

    async def update(self, workspace: Workspace, changes: Mapping[str, Any]) -> Workspace:
        """The workspace with those of its values changed, the others as they are in the records by then."""
        if changes:
            values = {name: _plain(value) for name, value in changes.items()}
            await self._connection.execute(
                sa.update(workspaces).where(workspaces.c.id == workspace.id).values(**values)
            )
        return await self.get(workspace.slug)

    async def slugs(self) -> Sequence[str]:
        """All slugs, in order."""
        return (await self._connection.scalars(sa.select(workspaces.c.slug).order_by(workspaces.c.slug))).all()

    async def all(self) -> Sequence[Workspace]:
        """All workspaces: for followers, which work for every tenant and answer to none."""
        return [_workspace(row) for row in await self._connection.execute(sa.select(*_COLUMNS))]


class KeyStore:
    """The keys of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def create(
        self,
        name: str,
        scopes: Sequence[Scope],
        now: datetime,
        *,
        kind: KeyKind = "secret",
        origins: Sequence[str] = (),
        campaign: str | None = None,
        expires_at: datetime | None = None,
    ) -> tuple[str, ApiKey]:
        """A new key and its secret, which is shown now and never again. Raises `Invalid` for what its kind cannot be
        bound to, `NotFound` for a campaign that is not there."""
        checked_key(kind, scopes, origins, campaign)
        if campaign is not None:
            await self._there(campaign)
        secret, prefix = new_secret(kind)
        key = ApiKey(
            uuid4(), self._workspace, prefix, name, tuple(scopes), now, None, kind, tuple(origins), campaign, expires_at
        )
        await self._connection.execute(
            sa.insert(api_keys).values(
                id=key.id, workspace_id=self._workspace, prefix=prefix, secret_hash=hash_of(secret), name=name,
                scopes=list(scopes), created_at=now, kind=kind, origins=list(origins), campaign=campaign,
                expires_at=expires_at,
            )
        )  # fmt: skip
        await self._changed(now)
        return secret, key

    async def all(self) -> Sequence[ApiKey]:
        """All keys, the oldest first."""
        rows = await self._connection.execute(
            sa.select(*_KEY_COLUMNS).where(api_keys.c.workspace_id == self._workspace).order_by(api_keys.c.created_at)
        )
        return [ApiKey(*row) for row in rows]

    async def revoke(self, prefix: str, now: datetime) -> None:
        """Make a key useless from now on. Raises `NotFound`."""
        done = await self._connection.execute(
            sa.update(api_keys)
            .where(api_keys.c.workspace_id == self._workspace, api_keys.c.prefix == prefix)
            .values(
                revoked_at=sa.func.coalesce(api_keys.c.revoked_at, sa.bindparam("now", now, api_keys.c.revoked_at.type))
            )
        )
        if done.rowcount == 0:
            raise NotFound(f"There is no key with the prefix {prefix!r} in this workspace.", code="key.unknown")
        await self._changed(now)

    async def _there(self, campaign: str) -> None:
        known = sa.select(campaigns.c.slug).where(
            campaigns.c.workspace_id == self._workspace, campaigns.c.slug == campaign
        )
        if await self._connection.scalar(known) is None:
            raise NotFound(f"There is no campaign {campaign!r} in this workspace.", code="campaign.unknown")

    async def _changed(self, now: datetime) -> None:
        await changes.append(self._connection, self._workspace, "key", [self._workspace], now)


async def principal_of(connection: AsyncConnection, secret: str, now: datetime) -> Principal | None:
    """Whoever holds that secret key, None when it is malformed, unknown, revoked or of another kind. Raises
    `Unauthorized` where its time is over."""
    prefix = prefix_of(secret)
    row = (await connection.execute(_BY_PREFIX, {"prefix": prefix})).first() if prefix else None
    if row is None or not (key := _active(row)).opened_by(secret) or key.kind != "secret":
        return None
    if key.expired(now):
        raise Unauthorized(f"The API key {key.prefix} expired on {key.expires_at:%Y-%m-%d}.", code="key.expired")
    return Principal(_workspace(row), key.scopes, key.name)


async def all_keys(connection: AsyncConnection) -> Sequence[ActiveKey]:
    """Every key of every workspace that was not revoked: only serving, which looks a key's workspace up in them, may
    ask. Whether their time is over is told when they are used."""
    return [_active(row) for row in await connection.execute(_ACTIVE)]


def _active(row: sa.Row[*tuple[Any, ...]]) -> ActiveKey:
    return ActiveKey(
        row.prefix, row.secret_hash, row.workspace_id, row.key_name, row.kind, frozenset(row.scopes),
        frozenset(row.origins), row.campaign, row.expires_at,
    )  # fmt: skip


def _plain(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value


def _workspace(row: sa.Row[*tuple[Any, ...]]) -> Workspace:
    return Workspace(
        id=row.id, slug=row.slug, name=row.name, default_locale=row.default_locale, timezone=row.timezone,
        voice=row.voice, terms=Terms.model_validate(row.terms), daily_budget=row.daily_budget,
        smallest_audience=row.smallest_audience, policy=Policy.model_validate(row.policy),
        review=ReviewPolicy.model_validate(row.review), delivery=DeliveryPolicy.model_validate(row.delivery),
        style=Style.model_validate(row.style),
    )  # fmt: skip


_COLUMNS: tuple[sa.Column[Any], ...] = (
    workspaces.c.id, workspaces.c.slug, workspaces.c.name, workspaces.c.default_locale, workspaces.c.timezone,
    workspaces.c.voice, workspaces.c.terms, workspaces.c.daily_budget, workspaces.c.smallest_audience,
    workspaces.c.policy, workspaces.c.review, workspaces.c.delivery, workspaces.c.style,
)  # fmt: skip
_KEY_COLUMNS: tuple[sa.Column[Any], ...] = (
    api_keys.c.id, api_keys.c.workspace_id, api_keys.c.prefix, api_keys.c.name, api_keys.c.scopes,
    api_keys.c.created_at, api_keys.c.revoked_at, api_keys.c.kind, api_keys.c.origins, api_keys.c.campaign,
    api_keys.c.expires_at,
)  # fmt: skip
_OPENING = (
    api_keys.c.prefix, api_keys.c.secret_hash, api_keys.c.workspace_id, api_keys.c.name.label("key_name"),
    api_keys.c.kind, api_keys.c.scopes, api_keys.c.origins, api_keys.c.campaign, api_keys.c.expires_at,
)  # fmt: skip
_BY_SLUG = sa.select(*_COLUMNS).where(workspaces.c.slug == sa.bindparam("slug"))
_ACTIVE = sa.select(*_OPENING).where(api_keys.c.revoked_at.is_(None))
_BY_PREFIX = (
    sa.select(*_COLUMNS, *_OPENING)
    .join(api_keys, api_keys.c.workspace_id == workspaces.c.id)
    .where(api_keys.c.prefix == sa.bindparam("prefix"), api_keys.c.revoked_at.is_(None))
)
