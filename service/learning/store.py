"""Score models and scores in the records of one workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db import changes
from service.db.tables import leads, score_models, scores
from service.errors import NotFound
from service.learning.models import KINDS, ModelReport, ModelView, ScoreKind, Scores
from service.learning.predictor import Predictor
from service.learning.scoring import Models, Serving

MOVED = 1.0
"""By how many points a score must move before those who follow changes hear of it."""


class ModelStore:
    """The score models of one workspace. Versions count up over both kinds; none is ever changed."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def add(self, id_: UUID, kind: ScoreKind, artefact: bytes, report: ModelReport, now: datetime) -> ModelView:
        """Keep a model as the next version; it does not serve yet."""
        newest = await self._connection.scalar(
            sa.select(sa.func.max(score_models.c.version)).where(score_models.c.workspace_id == self._workspace)
        )
        await self._connection.execute(
            sa.insert(score_models).values(
                id=id_, workspace_id=self._workspace, kind=kind, version=(newest or 0) + 1, active=False,
                artefact=artefact, report=report.model_dump(mode="json"), created_at=now,
            )
        )  # fmt: skip
        return await self.get((newest or 0) + 1)

    async def find(self, id_: UUID) -> ModelView | None:
        """The model that a job made, if it came so far."""
        row = (await self._connection.execute(self._mine().where(score_models.c.id == id_))).first()
        return _view(row) if row else None

    async def all(self) -> list[ModelView]:
        """Newest first."""
        return [_view(row) for row in await self._connection.execute(self._mine())]

    async def get(self, version: int) -> ModelView:
        """That version. Raises `NotFound`."""
        return _view(await self._row(version))

    async def report(self, version: int) -> ModelReport:
        """How good that version is. Raises `NotFound`."""
        return ModelReport.model_validate((await self._row(version)).report)

    async def activate(self, version: int) -> ModelView:
        """Let that version give its kind's score. Raises `NotFound`."""
        model = await self.get(version)
        await self.deactivate(model.kind)
        await self._connection.execute(
            sa.update(score_models)
            .where(score_models.c.workspace_id == self._workspace, score_models.c.id == model.id)
            .values(active=True)
        )
        return await self.get(version)

    async def deactivate(self, kind: ScoreKind) -> None:
        """Go back to rules."""
        await self._connection.execute(
            sa.update(score_models)
            .where(score_models.c.workspace_id == self._workspace, score_models.c.kind == kind)
            .values(active=False)
        )

    async def serving(self) -> Models:
        """The models that give scores now, by kind."""
        active = sa.select(score_models.c.id, score_models.c.kind, score_models.c.version).where(
            score_models.c.workspace_id == self._workspace, score_models.c.active
        )
        rows = (await self._connection.execute(active)).all()
        return {row.kind: Serving(row.version, await self._predictor(row.id)) for row in rows if row.kind in KINDS}

    async def _predictor(self, id_: UUID) -> Predictor:
        if (known := _KNOWN.get(id_)) is None:
            artefact = await self._connection.scalar(
                sa.select(score_models.c.artefact).where(
                    score_models.c.workspace_id == self._workspace, score_models.c.id == id_
                )
            )
            known = Predictor.load(artefact or b"")
            if len(_KNOWN) >= _MOST_KNOWN:
                _KNOWN.clear()
            _KNOWN[id_] = known
        return known

    async def _row(self, version: int) -> Any:
        row = (await self._connection.execute(self._mine().where(score_models.c.version == version))).first()
        if row is None:
            raise NotFound(f"There is no score model {version} in this workspace.", code="scores.unknown_model")
        return row

    def _mine(self) -> sa.Select[Any]:
        columns = [column for column in score_models.c if column.name != "artefact"]
        mine = sa.select(*columns).where(score_models.c.workspace_id == self._workspace)
        return mine.order_by(score_models.c.version.desc())


class ScoreStore:
    """The scores of one workspace's leads."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def put(self, scored: Mapping[UUID, Scores], now: datetime) -> int:
        """Keep scores, drop those of leads that have none any more, and tell followers whose moved by a point or more.

        Leads that are gone by now are left out; the others stay until the transaction ends. Gives how many moved.
        """
        here = await self._here(list(scored))
        before = await self._before(here)
        rows, gone, moved = [], [], set()
        for lead in here:
            for kind in KINDS:
                given, old = getattr(scored[lead], kind), before.get((lead, kind))
                if given.value is None:
                    gone += [(lead, kind)] if old is not None else []
                else:
                    rows.append(
                        {
                            "workspace_id": self._workspace, "lead_id": lead, "kind": kind, "value": given.value,
                            "model_version": None if given.model == "rules" else given.model,
                            "reasons": [reason.model_dump() for reason in given.reasons], "at": scored[lead].at,
                        }
                    )  # fmt: skip
                if (given.value is None) != (old is None) or abs((given.value or 0) - (old or 0)) >= MOVED:
                    moved.add(lead)
        await self._upsert(rows)
        await self._drop(gone)
        await changes.append(self._connection, self._workspace, "event", sorted(moved), now)
        return len(moved)

    async def _here(self, ids: Sequence[UUID]) -> list[UUID]:
        mine = sa.select(leads.c.id).where(leads.c.workspace_id == self._workspace, leads.c.id.in_(ids))
        return list(
            await self._connection.scalars(mine.order_by(leads.c.id).with_for_update(read=True, key_share=True))
        )

    async def _before(self, ids: Sequence[UUID]) -> dict[tuple[UUID, str], float]:
        rows = await self._connection.execute(
            sa.select(scores.c.lead_id, scores.c.kind, scores.c.value).where(
                scores.c.workspace_id == self._workspace, scores.c.lead_id.in_(ids)
            )
        )
        return {(row.lead_id, row.kind): row.value for row in rows}

    async def _upsert(self, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        insert = (postgresql if self._connection.dialect.name == "postgresql" else sqlite).insert(scores)
        changed = {name: insert.excluded[name] for name in ("value", "model_version", "reasons", "at")}
        await self._connection.execute(
            insert.on_conflict_do_update(index_elements=["lead_id", "kind"], set_=changed), list(rows)
        )

    async def _drop(self, gone: Sequence[tuple[UUID, str]]) -> None:
        for kind in KINDS:
            ids = [lead for lead, of in gone if of == kind]
            await self._connection.execute(
                sa.delete(scores).where(
                    scores.c.workspace_id == self._workspace, scores.c.kind == kind, scores.c.lead_id.in_(ids)
                )
            )


def _view(row: sa.Row[Any]) -> ModelView:
    measures = row.report["measures"]
    return ModelView(
        id=row.id, version=row.version, kind=row.kind, active=row.active, target=row.report["target"],
        auc=round(measures["auc"], 4), ece=round(measures["ece"], 4), created_at=row.created_at,
    )  # fmt: skip


_MOST_KNOWN = 64
_KNOWN: dict[UUID, Predictor] = {}
"""Models read before: none ever changes."""
