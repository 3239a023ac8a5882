"""The retrieval suite: figures of single questions as counted by hand, and what came past a filter."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from math import log2
from pathlib import Path
from typing import Any

import pytest

from evaluation.datasets.ranking import read_judged
from evaluation.figures import CaseResult, figures
from evaluation.lab import NOW, Lab, Parts, content_lab
from evaluation.neighbours import SLUG
from evaluation.ranking import by_rank, per_query
from evaluation.runs import Config
from evaluation.suites.base import CannotRun
from evaluation.suites.retrieval import METRICS, SAMPLE, known_ids, retrieval_suite
from retrieval.embedding import HashEmbedder
from retrieval.search import Mode, Search
from retrieval.types import Filter, Hit, Language
from service.commands.api import Api
from service.errors import CannotRead
from service.sample.loader import DATA
from service.wiring import Services
from service.workspaces.store import WorkspaceStore

CONTENT = {
    "coador": ("pt-BR", "Coador de cerâmica", "O coador usa filtros de papel número 102."),
    "cafe": ("pt-BR", "Café em grãos", "Torramos o café às terças-feiras."),
    "press": ("en", "French press", "A filter of steel, filtros no."),
}
QUERIES = [
    {"id": "filtro", "text": "filtros de papel número 102", "split": "development"},
    {"id": "torra", "text": "torramos o café"},
    {"id": "press", "text": "steel filter", "locale": "en"},
    {"id": "none", "text": "aluguel"},
]
QRELS = ["filtro\tcoador\t3", "torra\tcafe\t2", "torra\tcoador\t1", "press\tpress\t1", "none\tcoador\t0"]


def judged(folder: Path, *more: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "queries.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in QUERIES))
    (folder / "qrels.tsv").write_text("\n".join(["query_id\tdoc_id\trelevance", *QRELS, *more]) + "\n")
    return str(folder)


def content(folder: Path) -> Path:
    folder.mkdir()
    for id_, (locale, title, body) in CONTENT.items():
        text = f"---\nid: {id_}\nkind: article\ntitle: {title}\nlocale: {locale}\n---\n\n{body}\n"
        (folder / f"{id_}.md").write_text(text)
    over = "---\nid: velho\nkind: article\ntitle: Filtros\nlocale: pt-BR\nvalid_until: 2026-11-01\n---\n"
    (folder / "velho.md").write_text(f"{over}\nFiltros de papel número 102.\n")
    return folder


async def measured(lab: Lab, *folders: str) -> list[CaseResult]:
    suite = retrieval_suite(Config(source="content", suites=["retrieval"], judged=list(folders)))
    plan = await suite.plan(lab)
    found = [one async for one in suite.measure(lab, plan.cases)]
    assert [one.result.id for one in found] == list(plan.cases)
    assert all(one.milliseconds["search"] > 0 for one in found)
    return [one.result for one in found]


class Counting(Api):
    """Asks another, and notes what of."""

    def __init__(self, within: Api) -> None:
        self._within, self.asked = within, list[str]()

    async def call(self, method: str, path: str, **options: Any) -> Any:
        self.asked.append(f"{method} {path}")
        return await self._within.call(method, path, **options)


class Careless(Search):
    """A search that forgot one thing of what was asked for."""

    def __init__(self, within: Search, forget: Callable[[Filter], Filter]) -> None:
        self._within, self._forget = within, forget

    async def search(
        self, text: str, where: Filter, limit: int = 10, mode: Mode = "hybrid", query_language: Language = "pt"
    ) -> list[Hit]:
        return await self._within.search(text, self._forget(where), limit, mode, query_language)


def test_figures_of_a_question_are_those_of_the_textbook() -> None:
    relevance = {"q": {"a": 3, "b": 1, "c": 1}, "silent": {"a": 1}}
    found = per_query(relevance, {"q": by_rank(["x", "b", "b", "a"])})
    # by first places the order is x, b, a: gains 1 and 3 at places 2 and 3, while the best order is 3, 1, 1
    dcg, best = 1 / log2(3) + 3 / log2(4), 3 + 1 / log2(3) + 1 / log2(4)
    # ranks of what was found: x 0, b 1, a 2
    assert found["q"] == {"ndcg@10": pytest.approx(dcg / best), "recall@10": pytest.approx(2 / 3), "mrr": 1 / 2}
    assert found["silent"] == {"ndcg@10": 0.0, "recall@10": 0.0, "mrr": 0.0}


async def test_questions_about_content_are_asked_of_the_service(tmp_path: Path) -> None:
    folder = judged(tmp_path / "perguntas")
    async with content_lab(tmp_path, Parts(HashEmbedder(64)), content(tmp_path / "content"), now=NOW) as lab:
        cases = await measured(lab, folder)
        with pytest.raises(CannotRun, match="no judged questions"):
            await retrieval_suite(Config(source="content", suites=["retrieval"])).plan(lab)
        wrong = judged(tmp_path / "wrong", "filtro\tcoado\t1")
        with pytest.raises(CannotRead, match=r"qrels\.tsv, line 7: there is no content item 'coado'"):
            await measured(lab, wrong)
    by_id = {one.id: one for one in cases}
    assert list(by_id) == ["perguntas/filtro", "perguntas/torra", "perguntas/press"]  # "none" has no answer
    assert [one.locale for one in cases] == ["pt-BR", "pt-BR", "en"]
    assert by_id["perguntas/filtro"].split == "development"
    for mode in ("lexical", "dense", "hybrid"):
        assert by_id["perguntas/filtro"].shown[mode][0] == "coador"
        assert by_id["perguntas/filtro"].value(f"{mode}.ndcg@10") == 1.0
        assert by_id["perguntas/press"].shown[mode] == ["press"]  # the other language is no hit
    torra = by_id["perguntas/torra"]
    assert torra.shown["lexical"] == ["cafe"]  # "coador" shares no word
    assert torra.value("lexical.ndcg@10") == pytest.approx(2 / (2 + 1 / log2(3)))
    assert torra.value("lexical.recall@10") == 1 / 2
    assert [one.value("outside") for one in cases] == [0.0, 0.0, 0.0]
    found = figures(METRICS, cases, 7)
    assert found["lexical.recall@10"].value == pytest.approx((1 + 1 / 2 + 1) / 3)


async def test_the_content_is_listed_once_for_all_sets(tmp_path: Path) -> None:
    async with content_lab(tmp_path, Parts(HashEmbedder(64)), content(tmp_path / "content"), now=NOW) as lab:
        api = Counting(lab.api)
        await measured(replace(lab, api=api), judged(tmp_path / "perguntas"), judged(tmp_path / "outras"))
    assert api.asked.count("GET /v1/content") == 1


@pytest.mark.parametrize(
    ("forget", "told"),
    [
        (lambda where: replace(where, language=None), "press (in en)"),
        (lambda where: replace(where, valid_at=None), "velho (expired)"),
    ],
)
async def test_what_came_past_the_filter_is_counted(
    tmp_path: Path, forget: Callable[[Filter], Filter], told: str
) -> None:
    def amend(services: Services) -> Services:
        return replace(services, search=Careless(services.search, forget))

    parts = Parts(HashEmbedder(64), amend=amend)
    async with content_lab(tmp_path, parts, content(tmp_path / "content"), now=NOW) as lab:
        cases = await measured(lab, judged(tmp_path / "perguntas"))
    first = cases[0].scores["outside"]
    assert first.value is not None and first.value > 0
    assert told in first.explanation


async def test_the_neighbours_content_is_there_to_be_kept_out(tmp_path: Path) -> None:
    instead = dict[str, str]()

    def amend(services: Services) -> Services:
        def forget(where: Filter) -> Filter:
            return replace(where, workspace=instead.get("workspace", where.workspace))

        return replace(services, search=Careless(services.search, forget))

    parts = Parts(HashEmbedder(64), amend=amend)
    async with content_lab(tmp_path, parts, content(tmp_path / "content"), now=NOW) as lab:
        folder = judged(tmp_path / "perguntas")
        await measured(lab, folder)
        assert lab.services is not None
        async with lab.services.database.read() as connection:
            instead["workspace"] = str((await WorkspaceStore(connection).get(SLUG)).id)
        cases = await measured(lab, folder)
    assert [one.value("outside") for one in cases] == [1.0, 1.0, 1.0]
    assert "(of another workspace)" in cases[0].scores["outside"].explanation


async def test_a_set_with_a_corpus_is_searched_apart(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    judged(folder)
    rows = [{"id": id_, "title": title, "text": body} for id_, (_, title, body) in CONTENT.items()]
    (folder / "corpus.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in rows))
    async with content_lab(tmp_path, Parts(HashEmbedder(64)), content(tmp_path / "content"), now=NOW) as lab:
        cases = await measured(lab, f"pt={folder}")
    assert cases[0].value("hybrid.ndcg@10") == 1.0
    assert cases[0].value("outside") is None


def test_the_samples_own_questions_are_about_its_content() -> None:
    data = read_judged(SAMPLE)
    with (DATA / "offers.csv").open(encoding="utf-8") as file:
        items = {row["id"] for row in csv.DictReader(file)}
    items |= {path.stem for path in (DATA / "content").glob("*.md")}
    known_ids(data, items)
    assert len(data.answered) >= 40
    assert set(data.locales.values()) == {"pt-BR", "en", "es"}
    assert set(data.queries) == set(data.answered) == set(data.locales) == set(data.splits)
