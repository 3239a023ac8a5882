"""What every index must do, on Qdrant Edge and on a server (the client's in-memory mode stands for one)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
from qdrant_client import AsyncQdrantClient

from retrieval.edge import EdgeIndex
from retrieval.embedding import HashEmbedder
from retrieval.index import Index
from retrieval.lexical import Lexical
from retrieval.server import ServerIndex
from retrieval.types import Filter, Language, Point

EMBEDDER = HashEmbedder(16)
LEXICAL = Lexical()
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["edge", "server"])
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Index]:
    opened: Index
    if request.param == "edge":
        opened = await EdgeIndex.open(tmp_path / "index", EMBEDDER.name, EMBEDDER.dimensions)
    else:
        opened = await ServerIndex.open(AsyncQdrantClient(":memory:"), EMBEDDER.name, EMBEDDER.dimensions)
    yield opened
    await opened.close()


async def point(text: str, workspace: str = "a", language: Language = "pt", **payload: object) -> Point:
    return Point(
        id=uuid4(),
        workspace=workspace,
        dense=(await EMBEDDER.embed([text]))[0],
        sparse=LEXICAL.document(text, language),
        payload={"text": text, "language": language, **payload},
    )


async def found(index: Index, where: Filter, text: str = "tênis azul") -> set[UUID]:
    """Ids that each of the ways to search gives, which must agree."""
    vector, sparse = (await EMBEDDER.embed([text]))[0], LEXICAL.query(text, "pt")
    dense, words = await index.halves(vector, sparse, where, 10)
    assert [hit.id for hit in dense] == [hit.id for hit in await index.nearest("passages", vector, where, 10)]
    assert {hit.id for hit in words} == {hit.id for hit in await index.lexical(sparse, where, 10)}
    assert {hit.id for hit in words} == {hit.id for hit in dense}
    return {hit.id for hit in dense}


async def test_the_nearest_comes_first_with_its_payload_as_given(index: Index) -> None:
    shoe = await point(
        "tênis azul", tags=["moda"], version=3, price=199.9, valid_until="2027-01-01T00:00:00Z", url=None
    )
    course = await point("curso de marketing")
    await index.upsert("passages", [course, shoe])

    hits = await index.nearest("passages", shoe.dense, Filter("a"), 2)

    assert [hit.id for hit in hits] == [shoe.id, course.id]
    assert hits[0].score == pytest.approx(1, abs=1e-4)
    assert hits[0].payload == shoe.payload
    assert (await index.payloads("passages", "a", [shoe.id])) == {shoe.id: shoe.payload}


async def test_a_point_that_comes_again_replaces_the_old_one(index: Index) -> None:
    old = await point("tênis azul")
    new = Point(old.id, "a", old.dense, {"text": "novo"}, old.sparse)
    await index.upsert("passages", [old])
    await index.upsert("passages", [new])

    assert await index.count("passages", "a") == 1
    assert (await index.payloads("passages", "a", [old.id]))[old.id] == {"text": "novo"}


async def test_workspaces_do_not_see_each_other(index: Index) -> None:
    mine, theirs = await point("tênis azul", "a"), await point("tênis azul", "b")
    await index.upsert("passages", [mine, theirs])

    assert await found(index, Filter("a")) == {mine.id}
    assert await found(index, Filter("c")) == set()
    assert set(await index.retrieve("passages", "a", [mine.id, theirs.id, uuid4()])) == {mine.id}
    assert set(await index.payloads("passages", "a", [mine.id, theirs.id])) == {mine.id}
    assert await index.count("passages", "b") == 1


async def test_workspaces_do_not_touch_each_other(index: Index) -> None:
    theirs = await point("tênis azul", "b")
    await index.upsert("passages", [theirs])
    await index.upsert("passages", [Point(theirs.id, "a", theirs.dense, {"text": "roubado"}, theirs.sparse)])
    await index.delete("passages", "a", [theirs.id, uuid4()])

    assert (await index.payloads("passages", "b", [theirs.id]))[theirs.id] == theirs.payload


async def test_deleted_points_are_gone(index: Index) -> None:
    kept, gone = await point("tênis azul"), await point("tênis azul")
    await index.upsert("passages", [kept, gone])
    await index.delete("passages", "a", [gone.id])
    await index.delete("passages", "a", [])

    assert await found(index, Filter("a")) == {kept.id}
    assert await index.count("passages", "a") == 1


async def test_filters_narrow_and_combine(index: Index) -> None:
    offer = await point("tênis azul", kind="offer", tags=["moda", "verão"], content_id="1")
    page = await point("tênis azul", kind="page", tags=["casa"], content_id="2")
    spanish = await point("tênis azul", language="es", kind="offer", tags=[], content_id="3")
    await index.upsert("passages", [offer, page, spanish])

    assert await found(index, Filter("a", language="pt")) == {offer.id, page.id}
    assert await found(index, Filter("a", kinds=["offer"])) == {offer.id, spanish.id}
    assert await found(index, Filter("a", kinds=["offer", "page"], language="pt")) == {offer.id, page.id}
    assert await found(index, Filter("a", tags=["casa", "verão"])) == {offer.id, page.id}
    assert await found(index, Filter("a", content_ids=["2", "3"])) == {page.id, spanish.id}
    assert await found(index, Filter("a", kinds=["page"], tags=["moda"])) == set()


@pytest.mark.parametrize(
    ("start", "end", "valid"),
    [
        (None, None, True),
        (NOW, None, True),
        (NOW + timedelta(seconds=1), None, False),
        (None, NOW, False),
        (None, NOW + timedelta(seconds=1), True),
        (NOW - timedelta(days=1), NOW + timedelta(days=1), True),
        (NOW - timedelta(days=2), NOW - timedelta(days=1), False),
    ],
)
async def test_a_passage_holds_from_its_start_until_before_its_end(
    index: Index, start: datetime | None, end: datetime | None, valid: bool
) -> None:
    times = {"valid_from": start, "valid_until": end}
    one = await point("tênis azul", "a", "pt", **{key: time.isoformat() for key, time in times.items() if time})
    await index.upsert("passages", [one])

    assert await found(index, Filter("a", valid_at=NOW)) == ({one.id} if valid else set())
    assert await found(index, Filter("a")) == {one.id}


async def test_another_workspace_or_language_changes_no_score(index: Index) -> None:
    await index.upsert("passages", [await point("tênis azul de corrida"), await point("tênis verde")])
    query = LEXICAL.query("tênis azul", "pt")
    before = await index.lexical(query, Filter("a", "pt"), 5)

    await index.upsert("passages", [await point("tênis azul", "b") for _ in range(20)])
    await index.upsert("passages", [await point("tênis azul", "a", "es") for _ in range(20)])

    after = await index.lexical(query, Filter("a", "pt"), 5)
    assert [hit.score for hit in after] == pytest.approx([hit.score for hit in before])
    assert before[0].score > before[1].score > 0


async def test_no_terms_find_nothing_by_words(index: Index) -> None:
    one = await point("tênis azul")
    await index.upsert("passages", [one])
    nothing = LEXICAL.query("de", "pt")

    dense, words = await index.halves(one.dense, nothing, Filter("a"), 5)

    assert [hit.id for hit in dense] == [one.id]
    assert words == []
    assert await index.lexical(nothing, Filter("a"), 5) == []


async def test_leads_are_kept_apart_from_passages(index: Index) -> None:
    lead = Point(uuid4(), "a", (await EMBEDDER.embed(["corrida"]))[0], {})
    await index.upsert("leads", [lead])

    assert await index.count("passages", "a") == 0
    assert [hit.id for hit in await index.nearest("leads", lead.dense, Filter("a"), 5)] == [lead.id]
    assert (await index.retrieve("leads", "a", [lead.id]))[lead.id] == pytest.approx(lead.dense, abs=1e-5)


async def test_a_batch_with_a_bad_point_leaves_nothing_behind(index: Index) -> None:
    good = await point("tênis azul")
    for bad in (np.ones(3, np.float32), np.full(16, np.nan, np.float32)):
        with pytest.raises(ValueError, match="vector"):
            await index.upsert("passages", [good, Point(uuid4(), "a", bad, {})])
    with pytest.raises(ValueError, match="ISO 8601"):
        await index.upsert("passages", [await point("x", valid_from="amanhã")])

    assert await index.count("passages", "a") == 0


async def test_a_rebuild_keeps_what_is_there(index: Index) -> None:
    kept, gone, theirs = await point("tênis azul"), await point("tênis azul"), await point("tênis azul", "b")
    before = await index.identity()
    await index.upsert("passages", [kept, gone, theirs])
    await index.delete("passages", "a", [gone.id])

    await index.rebuild("passages")

    assert await index.identity() == before
    assert await found(index, Filter("a")) == {kept.id}
    assert (await index.payloads("passages", "b", [theirs.id]))[theirs.id] == theirs.payload
    assert (await index.retrieve("passages", "a", [kept.id]))[kept.id] == pytest.approx(kept.dense, abs=1e-5)


async def test_reset_begins_empty_under_another_identity(index: Index) -> None:
    before = await index.identity()
    await index.upsert("passages", [await point("tênis azul")])
    await index.reset()

    assert await index.identity() != before
    assert await index.count("passages", "a") == 0
    await index.upsert("passages", [await point("tênis azul")])
    assert await index.count("passages", "a") == 1
