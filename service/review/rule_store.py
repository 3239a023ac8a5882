"""Rules from edits in the records of one workspace, and what they have caught."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.inserts import insert_missing
from service.db.tables import catches, rules, variant_history
from service.errors import NotFound
from service.review.noticing import Traces
from service.review.rules import Because, Catch, Caught, Proposal, Rule, RuleStatus, in_force
from service.workspaces.models import Workspace

MOST_REASONS = 5
MOST_LATEST = 3
_EDITS = 300  # the last ones tell what a team does not want; a year of them would tell what it once did not


class RuleStore:
    """The rules of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def all(self, status: RuleStatus | None = None, variant: UUID | None = None) -> list[Rule]:
        """Rules, the newest first: of that status, or proposed because of that variant."""
        query = sa.select(*_RULE).where(self._mine).order_by(rules.c.proposed_at.desc(), rules.c.id)
        if status is not None:
            query = query.where(rules.c.status == status)
        if variant is not None:
            query = query.where(rules.c.variant_id == variant)
        return [Rule(*row) for row in await self._connection.execute(query)]

    async def get(self, id_: UUID) -> Rule:
        """That rule. Raises `NotFound`."""
        row = (await self._connection.execute(sa.select(*_RULE).where(self._mine, rules.c.id == id_))).first()
        if row is None:
            raise NotFound(f"There is no rule {id_} in this workspace.", code="rule.unknown")
        return Rule(*row)

    async def propose(self, found: Sequence[Proposal], because: Because) -> None:
        """Keep what is proposed for the first time. What was decided on before is not proposed again."""
        for one in found:
            told = because.model_copy(update={"was": one.was, "now": one.now}).model_dump(mode="json")
            row = {
                "id": uuid4(), "workspace_id": self._workspace, "kind": one.kind, "value": one.value[:200],
                "status": "proposed", "variant_id": because.variant, "because": [told], "proposed_by": because.by,
                "proposed_at": because.at,
            }  # fmt: skip
            if not await insert_missing(self._connection, rules, [row], rules.c.id):
                await self._again(one, told, because.variant)

    async def decide(self, rule: Rule, status: RuleStatus, actor: str, now: datetime) -> Rule:
        """The rule as somebody decided."""
        values: dict[str, Any] = {"status": status, "decided_by": actor, "decided_at": now}
        await self._connection.execute(sa.update(rules).where(self._mine, rules.c.id == rule.id).values(values))
        return rule._replace(**values)

    async def settle(self, workspace: Workspace, actor: str, now: datetime) -> None:
        """What somebody changed in the settings themselves: rules that hold no more are retired, and what was proposed
        and holds by now is accepted."""
        for rule in await self.all():
            holds = in_force(workspace, rule.kind, rule.value)
            if rule.status == "accepted" and not holds:
                await self.decide(rule, "retired", actor, now)
            elif rule.status == "proposed" and holds:
                await self.decide(rule, "accepted", actor, now)

    async def caught(self, found: Sequence[Rule]) -> dict[UUID, Caught]:
        """What each of them has caught."""
        told = {rule.id: Caught() for rule in found}
        ranked = sa.func.row_number().over(partition_by=catches.c.rule_id, order_by=catches.c.at.desc())
        counted = sa.func.count().over(partition_by=catches.c.rule_id)
        inner = sa.select(*_CATCH, ranked.label("place"), counted.label("total")).where(
            catches.c.workspace_id == self._workspace, catches.c.rule_id.in_(list(told))
        )
        newest = inner.subquery()
        wanted = sa.select(newest).where(newest.c.place <= MOST_LATEST).order_by(newest.c.place)
        for row in await self._connection.execute(wanted):
            one = told[row.rule_id]
            one.count = row.total
            one.latest.append(
                Catch(variant=row.variant_id, revision=row.revision, field=row.field, quote=row.quote, at=row.at)
            )
        return told

    async def traces(self, variant: UUID) -> list[Traces]:
        """What the last edits took out of other variants, together for each."""
        rows = await self._connection.execute(
            sa.select(variant_history.c.variant_id, variant_history.c.details)
            .where(
                variant_history.c.workspace_id == self._workspace, variant_history.c.action == "edit",
                variant_history.c.variant_id != variant,
            )
            .order_by(variant_history.c.id.desc())
            .limit(_EDITS)
        )  # fmt: skip
        found: dict[UUID, Traces] = {}
        for of, details in rows:
            one = found.setdefault(of, Traces([], []))
            one.removed.extend(details.get("removed", ()))
            one.replaced.extend(details.get("replaced", ()))
        return list(found.values())

    async def _again(self, one: Proposal, because: dict[str, Any], variant: UUID) -> None:
        row = (
            await self._connection.execute(
                sa.select(*_RULE).where(
                    self._mine, rules.c.kind == one.kind, rules.c.value == one.value[:200], rules.c.status == "proposed"
                )
            )
        ).first()
        if row is not None:
            told = [because, *row.because][:MOST_REASONS]
            await self._connection.execute(
                sa.update(rules).where(rules.c.id == row.id).values(because=told, variant_id=variant)
            )

    @property
    def _mine(self) -> sa.ColumnElement[bool]:
        return rules.c.workspace_id == self._workspace


_RULE: tuple[sa.Column[Any], ...] = tuple(rules.c[name] for name in Rule._fields)
_CATCH: tuple[sa.Column[Any], ...] = (
    catches.c.rule_id, catches.c.variant_id, catches.c.revision, catches.c.field, catches.c.quote, catches.c.at,
)  # fmt: skip
