"""The leads' keys: one each, whoever asks first, and gone with the lead."""

from __future__ import annotations

import asyncio
import os
from uuid import UUID, uuid4

import sqlalchemy as sa

from service.db.engine import Database
from service.db.tables import lead_keys, leads
from service.delivery import lead_keys as keys_room
from service.delivery.lead_keys import LeadKeyStore
from tests.service.delivery.shelves import NOW, WORKSPACE
from tests.service.delivery.test_taking import casa


async def crowd(database: Database, count: int) -> list[UUID]:
    """Leads of the workspace."""
    await casa(database)
    made = [uuid4() for _ in range(count)]
    async with database.write() as connection:
        await connection.execute(
            sa.insert(leads),
            [
                {
                    "id": lead, "workspace_id": WORKSPACE, "external_id": str(lead), "traits": {}, "locale": "pt-BR",
                    "created_at": NOW, "updated_at": NOW,
                }
                for lead in made
            ],
        )  # fmt: skip
    return made


async def test_every_lead_has_one_key_of_its_own(database: Database) -> None:
    made = await crowd(database, keys_room.AT_ONCE + 10)

    async def ensured() -> dict[UUID, tuple[UUID, bytes]]:
        async with database.write() as connection:
            return dict(await LeadKeyStore(connection, WORKSPACE).ensure(made, NOW, os.urandom))

    first, second = await asyncio.gather(ensured(), ensured())
    assert first == second and first.keys() == set(made)
    assert len({key for _, key in first.values()}) == len(made) and {len(key) for _, key in first.values()} == {32}
    async with database.read() as connection:
        store, ids = LeadKeyStore(connection, WORKSPACE), [id_ for id_, _ in first.values()]
        assert await store.by_ids(ids) == dict(first.values())
        assert await LeadKeyStore(connection, uuid4()).by_ids(ids) == {}
        assert await LeadKeyStore(connection, uuid4()).of(made) == {}


async def test_a_key_goes_with_its_lead_and_none_is_made_for_a_lead_that_is_gone(database: Database) -> None:
    gone, stays = await crowd(database, 2)
    async with database.write() as connection:
        store = LeadKeyStore(connection, WORKSPACE)
        had = await store.ensure([gone, stays], NOW, os.urandom)
        await connection.execute(sa.delete(leads).where(leads.c.id == gone))
        assert await store.ensure([gone, stays, uuid4()], NOW, os.urandom) == {stays: had[stays]}
        assert await store.by_ids([had[gone].id]) == {}
        assert (await connection.scalars(sa.select(lead_keys.c.lead_id))).all() == [stays]
