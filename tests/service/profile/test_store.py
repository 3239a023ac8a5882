"""Leads with what belongs to them, one at a time and all of them by pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from service.db.engine import Database
from service.db.tables import histories, scores
from service.errors import NotFound
from service.leads.arrivals import Arrival
from service.leads.models import LeadInput
from service.leads.store import LeadStore
from service.profile.store import Subject, SubjectStore
from service.workspaces.store import WorkspaceStore
from tests.service.profile.people import NOW as THEN
from tests.service.profile.people import consent, event, folded

FUTURE = [event("Product Viewed", THEN + timedelta(days=30_000), product_id="p1"), event("page")]


async def workspace(database: Database, slug: str, now: datetime, leads: int) -> UUID:
    """With that many leads, whose consent was given and then revoked; the first has a history and a score."""
    rows = [consent(), consent(status="revoked", collected_at=THEN), consent("train_ai_system", status="denied")]
    async with database.write() as connection:
        made = await WorkspaceStore(connection).create(slug, now)
        arrivals = [Arrival(LeadInput(external_id=f"c-{n}", traits={"n": n}, consents=rows), n) for n in range(leads)]
        store = LeadStore(connection, made.id)
        await store.put_many(arrivals, now, default_locale="pt-BR")
        first = (await store.get("c-0")).id
        data = folded(FUTURE).data()
        await connection.execute(sa.insert(histories).values(lead_id=first, workspace_id=made.id, data=data))
        await connection.execute(
            sa.insert(scores).values(
                lead_id=first, workspace_id=made.id, kind="fit", value=61.5, reasons=[], at=now, model_version=None
            )
        )
    return made.id


def told(subject: Subject) -> tuple[object, ...]:
    lead = subject.lead
    return (lead.id, lead.model_dump(), subject.history.data(), dict(subject.scores))


async def test_a_lead_has_its_history_and_scores(database: Database, now: datetime) -> None:
    id_ = await workspace(database, "casa", now, 2)
    async with database.read() as connection:
        store = SubjectStore(connection, id_)
        first, second = await store.get("c-0"), await store.get("c-1")
        with pytest.raises(NotFound):
            await store.get("c-2")
    assert first.history.data() == folded(FUTURE).data() and first.scores == {"fit": 61.5}
    assert second.history.data() == {} and second.scores == {}
    assert {one.purpose: one.status for one in first.lead.consents} == {
        "personalize.content.profiling": "revoked", "train_ai_system": "denied",
    }  # fmt: skip


async def test_pages_show_everyone_once_and_as_they_are(database: Database, now: datetime) -> None:
    id_ = await workspace(database, "casa", now, 7)
    await workspace(database, "outra", now, 3)
    async with database.read() as connection:
        store = SubjectStore(connection, id_)
        found: list[Subject] = []
        while page := await store.pages(found[-1].lead.id if found else None, 3):
            found += page
        alone = await store.by_ids([subject.lead.id for subject in found])
    assert [subject.lead.external_id for subject in found] != [] and len(found) == 7
    assert list(map(told, found)) == list(map(told, alone))
