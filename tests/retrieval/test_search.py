from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from retrieval.edge import EdgeIndex
from retrieval.embedding import HashEmbedder
from retrieval.lexical import Lexical
from retrieval.search import Mode, Search
from retrieval.types import Filter, Point

EMBEDDER = HashEmbedder(64)
LEXICAL = Lexical()
TEXTS = {
    "tenis": "Tênis de corrida com desconto até sexta.",
    "curso": "Curso de marketing digital para iniciantes.",
    "bolo": "Receita de bolo de cenoura com cobertura.",
}


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[EdgeIndex]:
    opened = await EdgeIndex.open(tmp_path, EMBEDDER.name, EMBEDDER.dimensions)
    for content_id, text in TEXTS.items():
        [vector] = await EMBEDDER.embed([text])
        payload = {"content_id": content_id, "language": "pt", "text": text}
        point = Point(uuid4(), "a", vector, payload, LEXICAL.document(text, "pt"))
        await opened.upsert("passages", [point])
    yield opened
    await opened.close()


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
async def test_the_passage_that_fits_comes_first(index: EdgeIndex, mode: Mode) -> None:
    hits = await Search(index, EMBEDDER, LEXICAL).search("desconto em tênis", Filter("a", "pt"), 2, mode)

    assert hits[0].payload["content_id"] == "tenis"
    assert hits[0].payload["text"] == TEXTS["tenis"]
    assert len(hits) <= 2
    assert all(0 <= hit.score <= 1 for hit in hits)


async def test_hits_say_which_half_found_them_and_how_well(index: EdgeIndex) -> None:
    best, *rest = await Search(index, EMBEDDER, LEXICAL).search("curso de marketing", Filter("a"), 3)

    assert best.score == 1
    assert set(best.halves) == {"dense", "lexical"}
    assert all(set(hit.halves) == {"dense"} for hit in rest)


async def test_stop_words_alone_are_searched_by_meaning(index: EdgeIndex) -> None:
    search = Search(index, EMBEDDER, LEXICAL)

    assert len(await search.search("de com", Filter("a"), 3)) == 3
    assert await search.search("de com", Filter("a"), 3, "lexical") == []


@pytest.mark.parametrize(("text", "limit"), [("", 5), (" \n", 5), ("tênis", 0)])
async def test_nothing_asked_is_nothing_found(index: EdgeIndex, text: str, limit: int) -> None:
    assert await Search(index, EMBEDDER, LEXICAL).search(text, Filter("a"), limit) == []


async def test_an_empty_workspace_has_no_hits(index: EdgeIndex) -> None:
    assert await Search(index, EMBEDDER, LEXICAL).search("tênis", Filter("b")) == []


async def test_similar_leads_are_the_nearest_others_of_the_workspace(index: EdgeIndex) -> None:
    texts = ["corre e pedala", "corre e nada", "cozinha bolos"]
    runner, swimmer, cook = [Point(uuid4(), "a", vector, {}) for vector in await EMBEDDER.embed(texts)]
    stranger = Point(uuid4(), "b", runner.dense, {})
    await index.upsert("leads", [runner, swimmer, cook, stranger])
    search = Search(index, EMBEDDER, LEXICAL)

    assert [hit.id for hit in await search.similar(runner.id, Filter("a"), 1)] == [swimmer.id]
    assert await search.similar(stranger.id, Filter("a"), 5) == []


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
async def test_equals_come_in_the_order_of_their_content_whatever_their_ids(index: EdgeIndex, mode: Mode) -> None:
    [vector] = await EMBEDDER.embed(["Vaso de barro."])
    sparse = LEXICAL.document("Vaso de barro.", "pt")
    names = [f"vaso-{number}" for number in range(10, 22)]
    for name in reversed(names):
        payload = {"content_id": name, "language": "pt", "text": "Vaso de barro."}
        await index.upsert("passages", [Point(uuid4(), "a", vector, payload, sparse)])
    search = Search(index, EMBEDDER, LEXICAL)
    hits = await search.search("vaso de barro", Filter("a", "pt"), 12, mode)
    assert [hit.payload["content_id"] for hit in hits] == names
    if mode == "hybrid":  # what writers are given: of equals at the end the same ones are taken, too
        assert [hit.payload["content_id"] for hit in await search.search("vaso", Filter("a", "pt"), 3)] == names[:3]
