from pathlib import Path

import pytest

from evaluation.datasets.ranking import Document, RankingSet, named_folder, read_ranking_set, split_of
from evaluation.ranking import evaluate, score
from retrieval.embedding import HashEmbedder

CORPUS = '{"id": "d1", "title": "", "text": "tênis azul"}\n{"id": "d2", "title": "Curso", "text": "marketing"}\n'
QUERIES = '{"id": "q1", "text": "tênis"}\n\n{"id": "q2", "text": "curso"}\n'
QRELS = "query_id\tdoc_id\trelevance\nq1\td1\t1\nq2\td2\t1\n"


def folder(path: Path, **changed: str) -> Path:
    for name, content in {"corpus.jsonl": CORPUS, "queries.jsonl": QUERIES, "qrels.tsv": QRELS, **changed}.items():
        (path / name).write_text(content, encoding="utf-8")
    return path


def test_a_set_is_read(tmp_path: Path) -> None:
    found = read_ranking_set(folder(tmp_path))

    assert found.documents == [Document("d1", "", "tênis azul"), Document("d2", "Curso", "marketing")]
    assert found.queries == {"q1": "tênis", "q2": "curso"}
    assert found.relevance == {"q1": {"d1": 1}, "q2": {"d2": 1}}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("corpus.jsonl", '{"id": "d1", "text": "x"}\n{', "corpus.jsonl, line 2: not JSON"),
        ("corpus.jsonl", '{"id": "d1"}', "corpus.jsonl, line 1: 'text' is missing"),
        ("queries.jsonl", "\n[1]", "queries.jsonl, line 2: expected an object"),
        ("qrels.tsv", "q1\td1\t1\n", "qrels.tsv, line 1: expected the header"),
        ("qrels.tsv", "query_id\tdoc_id\trelevance\nq1 d1 1\n", "qrels.tsv, line 2: expected query_id"),
        ("qrels.tsv", "query_id\tdoc_id\trelevance\nq1\td9\t1\n", "qrels.tsv, line 2: no document has the id 'd9'"),
        ("qrels.tsv", "query_id\tdoc_id\trelevance\nq9\td1\t1\n", "qrels.tsv, line 2: no query has the id 'q9'"),
        ("qrels.tsv", "query_id\tdoc_id\trelevance\n", "qrels.tsv: no relevance judgements"),
        (
            "queries.jsonl",
            '{"id": "q1", "text": "x"}\n{"id": "q1", "text": "y"}',
            "line 2: the id 'q1' is there already",
        ),
        ("queries.jsonl", '{"id": "q1", "text": "x", "locale": "fr"}', "line 1: 'locale' is 'fr' and none of pt-BR"),
        ("queries.jsonl", '{"id": "q1", "text": "x", "split": "test"}', "line 1: 'split' is 'test' and none of"),
    ],
)
def test_a_bad_set_names_the_file_and_line(tmp_path: Path, name: str, content: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_ranking_set(folder(tmp_path, **{name: content}))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"corpus\.jsonl"):
        read_ranking_set(tmp_path)


def test_measures_are_means_over_queries_with_an_answer() -> None:
    relevance = {"q1": {"d1": 1}, "q2": {"d1": 1}, "q3": {"d1": 1}}
    run = {"q1": {"d1": 0.0, "d2": -1.0}, "q2": {"d2": 0.0, "d1": -1.0}}

    found = score(relevance, run)

    assert found["recall@10"] == pytest.approx((1 + 1 + 0) / 3)
    assert found["mrr"] == pytest.approx((1 + 1 / 2 + 0) / 3)
    assert found["ndcg@10"] == pytest.approx((1 + 0.6309 + 0) / 3, abs=1e-4)  # 1 / log2(3) = 0.6309


async def test_the_real_search_is_measured_in_its_three_modes() -> None:
    data = RankingSet(
        "tiny",
        [Document("d1", "", "tênis azul"), Document("d2", "", "curso de marketing")],
        {"q1": "tênis", "q2": "um curso"},
        {"q1": {"d1": 1}, "q2": {"d2": 1}},
    )
    steps: list[tuple[int, int]] = []

    found = await evaluate(data, HashEmbedder(), progress=lambda done, total: steps.append((done, total)))

    assert set(found) == {"hybrid", "dense", "lexical"}
    assert found["hybrid"] == {"ndcg@10": 1.0, "recall@10": 1.0, "mrr": 1.0}
    assert steps[-1] == (8, 8)


def test_half_of_the_ids_are_held_back_the_same_ones_every_time() -> None:
    found = [split_of(str(number)) for number in range(1_000)]
    assert found == [split_of(str(number)) for number in range(1_000)]
    assert 450 < found.count("held-back") < 550


def test_a_folder_may_name_its_language() -> None:
    assert named_folder("es=casa/perguntas") == ("es", Path("casa/perguntas"))
    assert named_folder("a=b") == (None, Path("a=b"))
