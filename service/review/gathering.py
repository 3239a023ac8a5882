"""What waits for a reviewer, read from the records: all of it at a glance, and the copy of what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from service.review.queue import CONTROL, Asked, Facets, Waiting, folded, has_words, narrowed
from service.review.queue_store import QueueStore
from service.variants.models import StoredVariant
from service.variants.states import Status
from service.variants.store import VariantStore, Wanted

_WAITING: tuple[Status, ...] = ("in_review", "draft")


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits and was asked for, worst first."""

    shown: Sequence[Waiting]
    facets: Facets


async def gather(
    connection: AsyncConnection, workspace: UUID, actor: str, now: datetime, asked: Asked, *, everything: bool = False
) -> Queue:
    """What is in review, and the drafts of campaigns, as far as they were asked for. The facets know of what other
    filters would show only where `everything` is read for them."""
    store = QueueStore(connection, workspace)
    wanted = Wanted(_WAITING) if everything else _wanted(asked)
    found = await store.waiting(wanted, actor, now)
    if words := folded(asked.search).split():
        said = {key for key, fields in await store.words(wanted) if has_words(fields, words)}
        found = [one for one in found if one.key in said]
    return Queue(*narrowed(found, asked))


async def with_copy(
    connection: AsyncConnection, workspace: UUID, shown: Sequence[Waiting]
) -> Mapping[UUID, StoredVariant]:
    """The copy of those that are still there."""
    found = await VariantStore(connection, workspace).by_ids([one.id for one in shown])
    return {one.id: one for one in found}


def _wanted(asked: Asked) -> Wanted:
    """As much of it as the database can tell."""
    statuses = [one for one in _WAITING if asked.status in (None, one)]
    control = asked.audience == CONTROL
    return Wanted(
        statuses, asked.campaign, None if control else asked.audience, control, channel=asked.channel,
        locale=asked.locale,
    )  # fmt: skip
