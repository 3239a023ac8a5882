"""However a variant gets there: nothing is served but a revision that was approved as it stands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import hypothesis.strategies as st
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings

from service.db import changes
from service.db.engine import Database
from service.db.tables import campaigns
from service.errors import Conflict, PreconditionFailed
from service.generation.models import Brief, Provenance, Variant
from service.variants.history import HistoryStore
from service.variants.living import act, launch_campaign, pause_campaign, quarantine, reinstate
from service.variants.models import Place, StoredVariant, Written
from service.variants.states import Action
from service.variants.store import NewVariant, VariantStore, insert_many
from tests.conftest import new_workspace

BLOCK = {"code": "claim.price", "severity": "block", "field": "title", "message": "no source says so"}
DECISIONS: tuple[Action, ...] = ("submit", "approve", "reject", "reopen", "request_change", "retire")
STEPS = st.lists(
    st.one_of(
        st.sampled_from(DECISIONS),
        st.tuples(st.just("edit"), st.integers(0, 3), st.booleans()),
        st.sampled_from(("launch", "pause", "quarantine", "reinstate")),
        st.tuples(st.just("bring_back"), st.integers(0, 3)),
    ),
    min_size=4,
    max_size=16,
)


def written(stored: StoredVariant, number: int, blocked: bool) -> Written:
    now = {name: getattr(stored, name) for name in Written._fields}
    fields = {"title": f"Café {number}", "body": "Venha provar.", "link_content_id": None}
    changed = {"revision": f"{number}{int(blocked)}" * 32, "fields": fields, "findings": [BLOCK] if blocked else []}
    return Written(**{**now, **changed})


async def new_campaign(database: Database, workspace: UUID, now: datetime, status: str = "draft") -> UUID:
    row = {
        "id": uuid4(), "workspace_id": workspace, "slug": uuid4().hex, "name": "Café", "brief": {}, "channels": [],
        "audiences": [], "locale": "pt-BR", "status": status, "settings": {}, "version": 1, "created_at": now,
        "updated_at": now,
    }  # fmt: skip
    async with database.write() as connection:
        await connection.execute(sa.insert(campaigns).values(row))
    return UUID(str(row["id"]))


async def new_variant(database: Database, workspace: UUID, campaign: UUID | None, now: datetime) -> UUID:
    made = Provenance(generator="human", model=None, prompt="", contract_version=0, created_at=now)
    fields = {"title": "Café", "body": "Venha provar.", "link_content_id": None}
    variant = Variant(
        id=uuid4(), angle="human", channel="push", locale="pt-BR", fields=fields, preview={}, claims=[], evidence=[],
        provenance=made,
    )  # fmt: skip
    place = Place(campaign, None) if campaign else None
    new = NewVariant(workspace, None, Brief(objective="Café"), {}, variant, place, "rui")
    async with database.write() as connection:
        await insert_many(connection, [new])
    return variant.id


class Life:
    """A variant in a campaign, and beside it what a person would say may be served of it."""

    def __init__(self, database: Database, workspace: UUID, campaign: UUID, variant: UUID, now: datetime) -> None:
        self.database, self.workspace, self.campaign, self.variant, self.now = (
            database,
            workspace,
            campaign,
            variant,
            now,
        )
        self.approved: dict[str, Any] = {}
        self.replaced: str | None = None
        self.live = False

    async def step(self, step: Any) -> None:
        async with self.database.write() as connection:
            stored = await VariantStore(connection, self.workspace).get(self.variant)
            match step:
                case "launch" | "pause":
                    self.live = step == "launch"
                    await connection.execute(
                        sa.update(campaigns)
                        .where(campaigns.c.id == self.campaign)
                        .values(status="live" if self.live else "paused")
                    )
                    move = launch_campaign if self.live else pause_campaign
                    await move(connection, self.workspace, self.campaign, "ana", self.now)
                case "quarantine":
                    await quarantine(connection, self.workspace, stored, [{"what": "price"}], "keeper", self.now)
                case "reinstate":
                    await reinstate(connection, self.workspace, stored, "keeper", self.now)
                case ("bring_back", number):
                    named = f"{number}0" * 32
                    await reinstate(connection, self.workspace, stored, "keeper", self.now, revision=named)
                case ("edit", number, blocked):
                    new = written(stored, number, blocked)
                    await act(connection, self.workspace, stored, "edit", "rui", self.now, written=new)
                case decision:
                    done = await act(connection, self.workspace, stored, decision, "ana", self.now)
                    if decision == "approve":
                        self.approved[stored.revision] = stored.fields
                        self.replaced = stored.serving
                    elif decision == "reopen" and stored.status in ("approved", "live"):
                        assert done.serving == self.replaced
                        if done.serving != stored.revision:
                            self.approved.pop(stored.revision)
                    elif decision in ("reject", "request_change") and stored.serving and done.serving is None:
                        self.approved.pop(stored.revision, None)

    async def holds(self) -> None:
        async with self.database.read() as connection:
            stored = await VariantStore(connection, self.workspace).get(self.variant)
            kept = {one.revision: one for one in await HistoryStore(connection, self.workspace).revisions(stored.id)}
            entries = await HistoryStore(connection, self.workspace).entries(stored.id)
        if stored.status == "live":
            assert self.live
            assert stored.serving == stored.revision
        if stored.status in ("quarantined", "retired"):
            assert stored.serving is None
        if stored.serving is not None:
            assert stored.serving in self.approved
            assert kept[stored.serving].fields == self.approved[stored.serving]
            assert kept[stored.serving].findings == []
            assert kept[stored.serving].approved_by == "ana"
        assert entries[-1].to_status == stored.status
        assert all(one.to_status == two.from_status for one, two in pairwise(entries))


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    await database.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@example(steps=[("edit", 1, False), "approve", "reject", ("edit", 2, False), ("bring_back", 1)])
@example(steps=["approve", "launch", "quarantine", "reject", ("edit", 1, False), "reinstate", ("bring_back", 1)])
@example(steps=["launch", ("edit", 1, False), "approve", ("edit", 2, False), "approve", "reopen", "approve", "reject"])
@example(
    steps=[
        ("edit", 1, False), "approve", "reopen", ("edit", 2, False), "approve", ("edit", 3, False), "quarantine",
        ("bring_back", 1),
    ]
)  # fmt: skip
@example(steps=[("edit", 1, False), "approve", "launch", ("edit", 2, True), "approve", "pause", "launch", "quarantine"])
def test_only_a_revision_that_was_approved_as_it_stands_is_served(
    steps: Sequence[Any], sqlite_url: str, now: datetime
) -> None:
    async def run() -> None:
        async with opened(sqlite_url) as database:
            workspace = await new_workspace(database, now, uuid4().hex)
            campaign = await new_campaign(database, workspace, now)
            life = Life(database, workspace, campaign, await new_variant(database, workspace, campaign, now), now)
            for step in steps:
                with suppress(Conflict):
                    await life.step(step)
                await life.holds()

    asyncio.run(run())


async def test_a_step_is_told_to_whoever_follows_and_of_two_at_once_one_wins(
    database: Database, workspace: UUID, now: datetime
) -> None:
    variant = await new_variant(database, workspace, None, now)
    async with database.read() as connection:
        stored = await VariantStore(connection, workspace).get(variant)
        before = await changes.latest(connection)

    async def approve(actor: str) -> str:
        try:
            async with database.write() as connection:
                await act(connection, workspace, stored, "approve", actor, now)
        except PreconditionFailed:
            return "late"
        return "done"

    assert sorted(await asyncio.gather(approve("ana"), approve("rui"))) == ["done", "late"]
    async with database.read() as connection:
        found = await changes.since(connection, before, 10)
    assert [(one.kind, one.entity) for one in found] == [("variant", variant)]


async def test_those_who_move_several_variants_at_once_do_not_wait_for_each_other_for_ever(
    database: Database, workspace: UUID, now: datetime
) -> None:
    campaign = await new_campaign(database, workspace, now, "live")
    ids = [await new_variant(database, workspace, campaign, now) for _ in range(6)]

    async def approve(order: Sequence[UUID]) -> None:
        with suppress(PreconditionFailed, Conflict):  # the other one was faster
            async with database.write() as connection:
                store = VariantStore(connection, workspace)
                for stored in [await store.get(variant) for variant in order]:
                    await act(connection, workspace, stored, "approve", "ana", now)

    await asyncio.gather(approve(ids), approve(ids[::-1]))
    async with database.write() as connection:
        moved = await pause_campaign(connection, workspace, campaign, "ana", now)
    assert {one.id for one in moved} == set(ids)
