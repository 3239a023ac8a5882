import shutil
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from evaluation.benchmarks.peers import bm25, running, table
from evaluation.benchmarks.peers.child import Figures, measure
from evaluation.benchmarks.peers.model import Settable
from evaluation.benchmarks.peers.running import Run, Sizes
from evaluation.benchmarks.peers.sobmedida import SobMedida
from evaluation.benchmarks.peers.sobmedida_local import local_index
from evaluation.benchmarks.peers.work import Judged, Mode, Opener, Passage, Peer, Where, Work, evidence, passages, query
from evaluation.commands import bench
from evaluation.datasets.ranking import Document, RankingSet
from evaluation.loopback import served
from retrieval.edge import EdgeIndex
from retrieval.embedding import HashEmbedder
from service.db.engine import Database
from service.errors import SobMedidaError
from service.generation.spending import Ledger
from service.metrics import Metrics
from service.settings import Settings
from service.wiring import Services, model_client, open_services, system_clock, wire


def work(url: str, **changed: object) -> Work:
    """Little to do."""
    small = {
        "passages": passages(40), "queries": 3, "generations": 2, "callers": 3, "seconds": 0.0, "latency": 0.0,
        "model_url": url, **changed,
    }  # fmt: skip
    return running.work_of(url, Sizes(), "float32").model_copy(update=small)


@asynccontextmanager
async def light_services(settings: Settings) -> AsyncIterator[Services]:
    """The service over an embedder without a model."""
    database, metrics, embedder = Database(settings.database_url), Metrics(), HashEmbedder()
    index = await EdgeIndex.open(settings.storage.data_dir / "index", embedder.name, embedder.dimensions)
    ledger = Ledger(database, system_clock)
    client = model_client(settings, ledger, metrics)
    yield wire(database, embedder, index, client, settings.storage.data_dir / "decisions", ledger=ledger)
    if client is not None:
        await client.close()
    await ledger.close()
    await index.close()
    await database.close()


@pytest.fixture
def open_light(sqlite_template: Path) -> Opener:
    """The service over records that are migrated already."""

    async def opened(given: Work, folder: Path) -> Peer:
        folder.mkdir()
        shutil.copy(sqlite_template, folder / "sobmedida.db")
        return await SobMedida.open(given, folder, light_services)

    return opened


class Careless:
    """A system that knows no filter, and whose every second generation fails."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._asked = 0

    async def fill(self, given: Sequence[Passage]) -> None:
        self._ids += [one.id for one in given]

    async def retrieve(self, text: str, mode: Mode, where: Where | None, limit: int) -> list[str]:
        return self._ids[:limit]

    async def generate(self, objective: str, where: Where) -> None:
        self._asked += 1
        if self._asked % 2:
            raise RuntimeError("no words")

    async def close(self) -> None:
        self._ids.clear()


async def open_careless(given: Work, folder: Path) -> Peer:
    return Careless()


async def test_the_service_itself_goes_through_the_whole_work(open_light: Opener, tmp_path: Path) -> None:
    judged = Judged(
        passages=[
            Passage(id=id_, title="", text=text, language="pt", stage="lead")
            for id_, text in (("d1", "Tênis azul para corrida."), ("d2", "Curso de marketing digital."))
        ],
        queries={"q1": "tênis", "q2": "um curso"},
    )
    asked = time.time()
    async with served(Settable()) as url:
        found = await measure(work(f"{url}/v1", judged=judged), open_light, tmp_path, asked)

    assert found.errors == 0, found.error
    assert found.outside == {"dense": 0, "hybrid": 0}
    assert [len(found.retrieval_ms[mode]) for mode in ("dense", "hybrid")] == [3, 3]
    assert len(found.generation_ms) == 2 and min(found.generation_ms) > 0
    assert min(found.ready_s, found.indexed_per_second, found.per_second, found.cpu_ms, found.peak_mb) > 0
    assert found.rankings is not None
    assert {id_: best[0] for id_, best in found.rankings["hybrid"].items()} == {"q1": "d1", "q2": "d2"}


async def test_hits_outside_the_filter_and_errors_are_counted(tmp_path: Path) -> None:
    where = Where(language="pt", stage="lead")
    given = [
        Passage(id=str(number), title="", text="x", language="pt" if number < 3 else "en", stage="lead")
        for number in range(5)
    ]
    async with served(Settable()) as url:
        found = await measure(work(f"{url}/v1", passages=given, where=where), open_careless, tmp_path, time.time())

    assert found.outside == {"dense": 2 * 3, "hybrid": 2 * 3}  # two of the five hits, in each of three searches
    assert found.errors >= 3 and found.error == "RuntimeError: no words"
    assert found.rankings is None


async def test_the_local_column_is_the_service_over_another_store(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOBMEDIDA_DATA_DIR", str(tmp_path))
    shutil.copy(sqlite_template, tmp_path / "sobmedida.db")
    async with open_services(Settings(), warm=False, index=local_index) as services:
        assert await services.index.identity()
        assert not (tmp_path / "index").exists()
    with pytest.raises(RuntimeError, match="closed"):
        await services.index.identity()


def figures(**changed: object) -> Figures:
    usual = {
        "ready_s": 5.0, "indexed_per_second": 100.0, "generation_ms": [7.0], "generation_cpu_ms": 6.0,
        "retrieval_ms": {"dense": list(range(1, 201)), "hybrid": [3.0]}, "outside": {"dense": 0, "hybrid": 0},
        "per_second": 50.0, "cpu_ms": 10.0, "errors": 0, "error": None, "peak_mb": 700.0,
    }  # fmt: skip
    return Figures.model_validate(usual | changed)


def run(ndcg: dict[str, dict[Mode, float]], judged: str | None) -> Run:
    worse = figures(
        ready_s=6.0, indexed_per_second=90, per_second=40.0, peak_mb=800.0, errors=2,
        retrieval_ms={"dense": [900.0], "hybrid": [4.0]}, outside={"dense": 0, "hybrid": 7},
    )  # fmt: skip
    rounds = [{"Sob Medida": figures(), "Other": worse}, {"Sob Medida": worse, "Other": worse}]
    return Run(
        machine="2 cores", versions={"haystack-ai": "3.4.1"}, dtype="float32", sizes=Sizes(), judged=judged,
        rounds=rounds, ndcg=ndcg,
    )  # fmt: skip


def test_a_cell_is_the_better_round_and_the_worse_one_for_memory_errors_and_leaks() -> None:
    shown = table.markdown(run({"Sob Medida": {"dense": 0.5, "hybrid": 0.86}}, "faquad"))

    assert "| | Sob Medida | Other |" in shown
    assert "| time to ready, s | 5.0 | 6.0 |" in shown
    assert "| dense search, p50 / p99, ms | 100.0 / 198.0 | 900.0 / 900.0 |" in shown
    assert "| generations a second, 200 callers, model at 1,000 ms | 50.0 | 40.0 |" in shown
    assert "| peak memory, MB | 800 | 800 |" in shown
    assert "| errors | 2 | 2 |" in shown
    assert "of 1,000 asked for | 0 / 7 | 0 / 7 |" in shown
    assert "| nDCG@10, dense / hybrid, faquad | 0.500 / 0.860 | not measured |" in shown
    assert "2 cores" in shown and "float32 for all" in shown and "haystack-ai 3.4.1" in shown


def test_without_a_judged_set_the_table_says_so() -> None:
    assert "| nDCG@10, dense / hybrid, no set given | not measured | not measured |" in table.markdown(run({}, None))


def test_ndcg_is_over_the_queries_that_were_asked() -> None:
    judged = RankingSet("x", [Document("d1", "", "a")], {"q1": "a", "q2": "b"}, {"q1": {"d1": 1}, "q2": {"d1": 1}})
    seen = figures(rankings={"dense": {"q1": ["d1"]}, "hybrid": {"q1": ["d2", "d1"]}})

    found = running.ndcg(judged, seen)

    assert found["dense"] == 1.0
    assert found["hybrid"] == pytest.approx(0.6309, abs=1e-4)  # 1 / log2(3)


def test_all_that_is_missing_is_named_in_one_line_with_how_to_install_it() -> None:
    with pytest.raises(SobMedidaError) as raised:
        running.require(["pydantic", "no-such-package-1", "no-such-package-2"])

    told = str(raised.value.detail)
    assert "no-such-package-1, no-such-package-2" in told and "pip install '.[peers]'" in told
    assert "pydantic" not in told and "\n" not in told


@pytest.mark.skipif(find_spec("haystack") is not None, reason="the others are installed here")
def test_the_command_measures_nothing_where_something_is_missing() -> None:
    with pytest.raises(SobMedidaError, match=r"haystack-ai, .*pip install"):
        bench.bench_peers(quiet=True)


def test_the_filter_keeps_one_passage_in_five() -> None:
    made = passages(2_000)

    assert made == passages(2_000)
    assert 0.16 < sum(running.WHERE.keeps(one) for one in made) / len(made) < 0.24


def test_no_two_queries_are_the_same() -> None:
    assert len({query(number) for number in range(500)}) == 500


def test_the_others_are_given_the_services_own_prompt() -> None:
    told = running.instructions()

    asked = told.user("Apresentar o café", evidence([("p1", "Café\nDura bem."), ("p2", "Chá")]))

    assert asked.count("<evidence ") == asked.count("</evidence>") == 2
    assert asked.index("Apresentar o café") < asked.index("Dura bem.") < asked.index("Write 1 variant")
    assert "OBJECTIVE" not in asked
    assert told.response_format()["json_schema"]["schema"]["required"] == ["variants"]


def test_terms_of_a_query_are_found_in_a_passage() -> None:
    assert set(bm25.query("a toalha")[0]) <= set(bm25.document("Toalhas que duram.")[0])
