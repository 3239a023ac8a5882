"""The content store on both databases."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from retrieval.chunking import chunks
from service.content.models import ContentInput, ContentItem, Facts
from service.content.store import ContentStore
from service.db import changes
from service.db.engine import Database
from service.errors import Invalid, NotFound
from tests.conftest import new_workspace

BODY = "## Preparo\n\nA água a 92 °C extrai bem.\n\n## Filtro\n\nMolhe o papel antes."


def item(external_id: str = "cafe", **fields: Any) -> ContentInput:
    return ContentInput.model_validate({"external_id": external_id, "title": "Café", "body": BODY, **fields})


class Content:
    """The store with a transaction around each call."""

    def __init__(self, database: Database, workspace: UUID, now: datetime) -> None:
        self.database, self.workspace, self.now = database, workspace, now

    async def put(self, *given: ContentInput) -> list[str]:
        async with self.database.write() as connection:
            store = ContentStore(connection, self.workspace)
            return list(await store.put_many(given, self.now, default_locale="pt-BR", chunker=chunks))

    async def get(self, external_id: str = "cafe") -> ContentItem:
        async with self.database.read() as connection:
            return await ContentStore(connection, self.workspace).get(external_id)

    async def delete(self, external_id: str = "cafe") -> None:
        async with self.database.write() as connection:
            await ContentStore(connection, self.workspace).delete(external_id, self.now)

    async def latest(self) -> int:
        async with self.database.read() as connection:
            return await changes.latest(connection)


@pytest.fixture
def stored(database: Database, workspace: UUID, now: datetime) -> Content:
    return Content(database, workspace, now)


async def test_an_item_comes_back_as_it_was_put(stored: Content, now: datetime) -> None:
    given = item(
        kind="offer", tags=["cafe"], url="https://x.example/a", image_alt="Café", valid_until=now,
        facts={"price": "170.10", "stock": 3},
    )  # fmt: skip
    assert await stored.put(given) == ["created"]
    found = await stored.get()
    assert found.model_dump(exclude={"id", "version", "created_at", "locale"}) == given.model_dump(exclude={"locale"})
    assert (found.version, found.locale, found.created_at) == (1, "pt-BR", now)
    assert found.facts == Facts.model_validate({"price": "170.10", "stock": 3, "currency": "BRL"})
    async with stored.database.read() as connection:
        followed = await changes.since(connection, 0, 10)
    assert [(change.kind, change.entity) for change in followed] == [("content", found.id)]


async def test_an_unchanged_item_leaves_no_trace(stored: Content) -> None:
    await stored.put(item())
    seq = await stored.latest()
    assert await stored.put(item()) == ["unchanged"]
    assert ((await stored.get()).version, await stored.latest()) == (1, seq)


async def test_a_changed_item_is_a_new_version_and_the_old_one_stays(stored: Content) -> None:
    await stored.put(item())
    assert await stored.put(item(body="Outro texto.")) == ["updated"]
    found = await stored.get()
    assert (found.version, found.body) == (2, "Outro texto.")
    async with stored.database.read() as connection:
        store = ContentStore(connection, stored.workspace)
        old, new = await store.passages(found.id, 1), await store.passages(found.id, 2)
        assert [passage.heading for passage in old] == ["Preparo", "Filtro"]
        assert [BODY[passage.start : passage.end] for passage in old] == [passage.text for passage in old]
        assert [passage.text for passage in new] == ["Outro texto."]
        assert [source.passage_id for source in await store.current_passages([found.id])] == [new[0].id]
        assert set(await store.stale_passage_ids([found.id])) == {passage.id for passage in old}
        sources = await store.sources([passage.id for passage in (*old, *new)])
    assert list(sources) == [new[0].id]
    assert (sources[new[0].id].version, sources[new[0].id].external_id) == (2, "cafe")


async def test_a_deleted_item_is_gone_and_may_come_back(stored: Content) -> None:
    await stored.put(item())
    id_ = (await stored.get()).id
    seq = await stored.latest()
    await stored.delete()
    with pytest.raises(NotFound) as error:
        await stored.get()
    assert error.value.code == "content.unknown"
    with pytest.raises(NotFound):
        await stored.delete()
    async with stored.database.read() as connection:
        store = ContentStore(connection, stored.workspace)
        old = await store.passages(id_, 1)
        assert await store.current_passages([id_]) == []
        assert await store.sources([passage.id for passage in old]) == {}
        assert await store.by_ids([id_]) == []
        assert len(await store.stale_passage_ids([id_])) == len(old) == 2
        assert [change.entity for change in await changes.since(connection, seq, 9)] == [id_]
    assert await stored.put(item()) == ["updated"]
    assert ((await stored.get()).version, (await stored.get()).id) == (2, id_)


async def test_an_offer_without_a_description_is_found_by_its_title(stored: Content) -> None:
    await stored.put(item(kind="offer", body="", title="Kit Café", facts={"price": 10}))
    async with stored.database.read() as connection:
        passages = await ContentStore(connection, stored.workspace).current_passages([(await stored.get()).id])
    assert [passage.text for passage in passages] == ["Kit Café"]


async def test_an_item_twice_in_one_chunk_has_two_versions(stored: Content) -> None:
    assert await stored.put(item(), item("b"), item(body="x"), item(body="x")) == [
        "created", "created", "updated", "unchanged",
    ]  # fmt: skip
    assert ((await stored.get()).version, (await stored.get()).body) == (2, "x")


async def test_pages_go_by_external_id(stored: Content) -> None:
    await stored.put(*(item(f"i{n}") for n in (3, 1, 2, 5, 4)))
    await stored.delete("i2")
    async with stored.database.read() as connection:
        store = ContentStore(connection, stored.workspace)
        first, cursor = await store.page(3)
        second, end = await store.page(3, cursor)
        assert [found.external_id for found in (*first, *second)] == ["i1", "i3", "i4", "i5"]
        assert (len(first), end) == (3, None)
        for foreign in ("ação", "AA"):
            with pytest.raises(Invalid):
                await store.page(3, foreign)


async def test_another_workspace_sees_nothing(stored: Content, now: datetime) -> None:
    await stored.put(item())
    other = Content(stored.database, await new_workspace(stored.database, now, "other"), now)
    id_ = (await stored.get()).id
    with pytest.raises(NotFound):
        await other.get()
    with pytest.raises(NotFound):
        await other.delete()
    async with stored.database.read() as connection:
        mine, theirs = (ContentStore(connection, one.workspace) for one in (stored, other))
        passages = [passage.id for passage in await mine.passages(id_, 1)]
        assert not await theirs.passages(id_, 1)
        assert not await theirs.current_passages([id_])
        assert not await theirs.by_ids([id_])
        assert (await theirs.sources(passages), await theirs.stale_passage_ids([id_])) == ({}, [])
        assert await theirs.sources([uuid4()]) == {}
    assert await other.put(item()) == ["created"]


async def test_the_same_items_put_at_once_have_one_version_each(stored: Content) -> None:
    given = [item(f"i{n}") for n in range(10)]
    outcomes = await asyncio.gather(*(stored.put(*(given if n % 2 else given[::-1])) for n in range(6)))
    assert sum(outcome == "created" for one in outcomes for outcome in one) == 10
    assert {outcome for one in outcomes for outcome in one} == {"created", "unchanged"}


async def test_edits_at_once_each_have_a_version(stored: Content) -> None:
    await stored.put(item())
    await asyncio.gather(*(stored.put(item(body=f"texto {n}")) for n in range(8)))
    assert (await stored.get()).version == 9
