"""What waits for a reviewer, in the records: told apart and put in order there, since it may be thousands."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import variants
from service.review.queue import CONTROL, Waiting
from service.variants.store import Wanted, conditions


@lru_cache(4096)
def _known(value: object) -> UUID:
    return UUID(str(value))


class _Known(sa.TypeDecorator[UUID]):
    """The id of one of a few things, made once of the same text: else it takes longer than the rest of a row."""

    impl = sa.String
    cache_ok = True

    def process_result_value(self, value: object, dialect: sa.Dialect) -> UUID | None:
        """The id."""
        return None if value is None else _known(value)


_KEY, _SINCE = (sa.type_coerce(variants.c[name], sa.String()) for name in ("id", "created_at"))
_BLOCKING, _WARNINGS = variants.c.blocking, variants.c.warnings
_IS_CONTROL = sa.and_(variants.c.campaign_id.is_not(None), variants.c.audience_slug.is_(None))
_AUDIENCE = sa.case((_IS_CONTROL, CONTROL), (variants.c.campaign_id.is_not(None), variants.c.audience_slug))
_FINDINGS = sa.case((_BLOCKING > 0, "blocked"), (_WARNINGS > 0, "warned"), else_="none")
_WAITS = sa.or_(variants.c.status == "in_review", variants.c.campaign_id.is_not(None))


class QueueStore:
    """The queue of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def waiting(self, wanted: Wanted, actor: str, now: datetime) -> list[Waiting]:
        """Of those variants what is in review, and the drafts of campaigns, worst first. `actor` is who looks."""
        missing = self._missing()
        query = self._told(missing, actor, now).where(*conditions(self._workspace, wanted), _WAITS)
        order = (_BLOCKING.desc(), _WARNINGS.desc(), missing.desc(), variants.c.created_at, variants.c.id)
        return [Waiting._make(row) for row in await self._connection.execute(query.order_by(*order))]

    async def one(self, variant: UUID, actor: str, now: datetime) -> Waiting:
        """A variant that is there as it waits, or as it would."""
        query = self._told(self._missing(), actor, now).where(
            *conditions(self._workspace, Wanted()), variants.c.id == variant
        )
        return Waiting._make((await self._connection.execute(query)).one())

    async def words(self, wanted: Wanted) -> list[tuple[object, dict[str, Any]]]:
        """The keys of those variants, and the fields to look for words in."""
        query = sa.select(_KEY, variants.c.fields).where(*conditions(self._workspace, wanted))
        return [(row[0], row[1]) for row in await self._connection.execute(query)]

    def _told(self, missing: sa.Label[bool], actor: str, now: datetime) -> sa.Select[Any]:
        """What `Waiting` tells of each, in its order."""
        at_work = sa.case((variants.c.claimed_by == actor, "mine"), else_="others")
        return sa.select(
            _KEY, _SINCE, sa.type_coerce(variants.c.campaign_id, _Known()), _AUDIENCE, variants.c.channel,
            variants.c.locale, variants.c.status, sa.case((variants.c.claimed_until > now, at_work), else_="unclaimed"),
            _FINDINGS, variants.c.generator, _BLOCKING, _WARNINGS, missing,
        )  # fmt: skip

    def _missing(self) -> sa.Label[bool]:
        """Whether it would be a control where a campaign has none that is approved."""
        other = variants.alias("control")
        there = sa.select(other.c.campaign_id, other.c.channel, other.c.locale).where(
            other.c.workspace_id == self._workspace, other.c.campaign_id.is_not(None), other.c.audience_slug.is_(None),
            other.c.serving.is_not(None),
        )  # fmt: skip
        place = sa.tuple_(variants.c.campaign_id, variants.c.channel, variants.c.locale)
        return sa.and_(_IS_CONTROL, place.not_in(there)).label("missing")
