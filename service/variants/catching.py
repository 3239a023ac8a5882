"""What accepted rules find in copy that is kept, noted in the transaction that keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.inserts import insert_missing
from service.db.tables import catches, rules
from service.review.rules import catches as is_caught
from service.review.rules import may_be_caught


class Found(NamedTuple):
    """A revision with what the checks found in it."""

    workspace: UUID
    variant: UUID
    revision: str
    findings: Sequence[Mapping[str, Any]]
    at: datetime


async def note_catches(connection: AsyncConnection, found: Sequence[Found]) -> None:
    """One a rule, revision and field. Where no finding could be a rule's, as mostly, nothing is asked."""
    telling = [(one, told) for one in found for told in one.findings if may_be_caught(told["code"])]
    if not telling:
        return
    accepted: dict[UUID, list[tuple[UUID, Any, str]]] = {}
    wanted = sa.select(rules.c.workspace_id, rules.c.id, rules.c.kind, rules.c.value).where(
        rules.c.workspace_id.in_({one.workspace for one, _ in telling}), rules.c.status == "accepted"
    )
    for workspace, id_, kind, value in await connection.execute(wanted):
        accepted.setdefault(workspace, []).append((id_, kind, value))
    rows = [
        {
            "workspace_id": one.workspace, "rule_id": id_, "variant_id": one.variant, "revision": one.revision,
            "field": told["field"], "quote": told["quote"], "at": one.at,
        }
        for one, told in telling
        for id_, kind, value in accepted.get(one.workspace, ())
        if is_caught(kind, value, told["code"], told["quote"])
    ]  # fmt: skip
    await insert_missing(connection, catches, rows, catches.c.rule_id)
