"""Settings of retrieval take effect: in what is found, in how content is cut, and in what a writer is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.chunking import chunks
from retrieval.tuning import Tuning, read_weights, write_weights
from service.db.engine import Database
from tests.support import running

BODY = "# Café\n\n" + " ".join(f"A frase {n} fala de café coado e de água a {n} graus." for n in range(1, 13))
ITEM = {"kind": "article", "title": "Café coado", "locale": "pt-BR", "body": BODY}


def test_weights_are_read_and_written_back() -> None:
    text = "pt=0.5,en@all-MiniLM-L6-v2=1"
    assert read_weights(text) == {("", "pt"): 0.5, ("all-MiniLM-L6-v2", "en"): 1.0}
    assert write_weights(read_weights(f" {text} , ")) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fr=1", "'fr=1' does not begin with one of pt, en, es"),
        ("pt", "does not begin with"),
        ("pt=much", "'pt=much' has no number after the ="),
        ("pt=11", "a weight is from 0 to 10"),
        ("pt=-1", "a weight is from 0 to 10"),
        ("pt=nan", "a weight is from 0 to 10"),
        ("pt=1,pt=2", "'pt' is there twice"),
    ],
)
def test_wrong_weights_are_told(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_weights(text)


def test_a_weight_for_the_model_counts_before_one_for_any_and_that_before_ours() -> None:
    weights = Tuning(dense_weights="pt=0.3,es=0.2,pt@all-MiniLM-L6-v2=0.1,en@other=4").weights("all-MiniLM-L6-v2@53aa")
    assert [weights["all-MiniLM-L6-v2", one] for one in ("pt", "es", "en")] == [0.1, 0.2, 1.0]
    assert Tuning(dense_weights="pt=0.3").weights("mine")["mine", "pt"] == 0.3


def test_no_sentence_is_cut_to_fit_and_pieces_of_a_long_one_are_the_same_whatever_the_size() -> None:
    long = " ".join(["palavra"] * 200) + "."
    text = f"Curta uma. {' '.join(['Termo'] * 40)}. {long.capitalize()}"
    for words in (30, 90, 300):
        found = [one.text for one in Tuning(passage_words=words).cut(text)]
        assert any(f"{' '.join(['Termo'] * 40)}." in one for one in found)
        assert [one.lower().count("palavra") for one in found if "palavra" in one] == [90, 90, 20]
    assert [one.text for one in Tuning().cut(BODY)] == [one.text for one in chunks(BODY)]


async def test_content_is_cut_as_set_and_a_rebuild_cuts_what_is_there_anew(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path, tuning=Tuning(passage_words=60)) as service, service.client() as http:
        await http.put("/v1/content/cafe", json=ITEM)
        await service.indexed()
        small = (await http.get("/v1/index")).json()["passages"]
    async with (
        running(database, tmp_path, tuning=Tuning(passage_words=200), keys=service.keys) as again,
        again.client() as http,
    ):
        await http.put("/v1/content/cafe", json=ITEM)  # nothing has changed, so nothing is cut
        await again.indexed()
        assert (await http.get("/v1/index")).json()["passages"] == small == 3
        await http.post("/v1/index:rebuild")
        await again.indexed()
        assert (await http.get("/v1/index")).json()["passages"] == 1
        item = (await http.get("/v1/content/cafe")).json()
        assert (item["version"], item["body"]) == (2, BODY)
        await http.post("/v1/index:rebuild")  # now there is nothing to cut
        assert (await http.get("/v1/content/cafe")).json()["version"] == 2
        assert (await http.put("/v1/content/cafe", json=ITEM)).json()["version"] == 2


async def test_a_writer_is_given_as_many_passages_as_set(database: Database, tmp_path: Path) -> None:
    two = Tuning(passage_words=30, passages=2)
    async with running(database, tmp_path, tuning=two) as service, service.client() as http:
        await http.put("/v1/content/cafe", json=ITEM)
        await service.indexed()
        body = {"brief": {"objective": "café coado"}, "channel": "email", "audience": {}, "writer": "composer"}
        answer = (await http.post("/v1/generate", json=body)).json()
    assert [one["kind"] for one in answer["variants"][0]["evidence"]] == ["passage", "passage"]


async def test_weights_decide_what_is_found_first(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path, tuning=Tuning(dense_weights="pt=0")) as service, service.client() as http:
        for n in range(6):
            await http.put(f"/v1/content/{n}", json=ITEM | {"title": f"Item {n}", "body": f"Texto {n} de café."})
        await service.indexed()
        query = {"query": "texto 3", "locale": "pt-BR"}
        lexical = (await http.post("/v1/search", json=query | {"mode": "lexical"})).json()["items"]
        hybrid = (await http.post("/v1/search", json=query)).json()["items"]
    assert [one["score"] for one in hybrid[: len(lexical)]] == [one["score"] for one in lexical]
