"""Each system in a process of its own, one after another; twice, the second time in the other order."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil
from pydantic import BaseModel

from evaluation.benchmarks.peers.child import Figures
from evaluation.benchmarks.peers.work import Instructions, Judged, Mode, Passage, Where, Work, passages
from evaluation.benchmarks.processes import free_port, wait_until_ready
from evaluation.datasets.ranking import RankingSet
from evaluation.ranking import score
from prompts.library import PromptLibrary
from retrieval.embedding import Dtype, fastest_dtype
from service.errors import SobMedidaError

SYSTEMS = {
    "Sob Medida": "sobmedida",
    "Sob Medida, local mode": "sobmedida_local",
    "Haystack": "haystack",
    "LlamaIndex": "llamaindex",
    "LangChain": "langchain",
}
"""What a column says, and the module that is run for it."""

OTHERS = (
    "haystack-ai", "qdrant-haystack", "sentence-transformers-haystack", "llama-index-core",
    "llama-index-embeddings-huggingface", "llama-index-vector-stores-qdrant", "langchain-core", "langchain-openai",
    "langchain-qdrant",
)  # fmt: skip
SHARED = ("qdrant-edge-py", "qdrant-client", "sentence-transformers", "transformers", "torch", "openai", "numpy")

ROUNDS = 2
MOST_JUDGED = 300
WHERE = Where(language="pt", stage="lead")
CHILD_SECONDS = 600


class Sizes(BaseModel):
    """How much is done."""

    passages: int = 1_000
    queries: int = 200
    generations: int = 50
    callers: int = 200
    seconds: float = 8.0


class Run(BaseModel):
    """Every round of every system, and what it was seen on."""

    machine: str
    versions: dict[str, str]
    dtype: str
    sizes: Sizes
    judged: str | None
    rounds: list[dict[str, Figures]]
    ndcg: dict[str, dict[Mode, float]]


def require(packages: Sequence[str]) -> dict[str, str]:
    """Their versions. Raises `SobMedidaError`, naming those that are missing and how they are installed."""
    found, missing = dict[str, str](), list[str]()
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        raise SobMedidaError(
            f"Not installed: {', '.join(missing)}. Install what the comparison needs: pip install '.[peers]'",
            code="bench.failed",
        )
    return found


def run(
    told: Callable[[str], None],
    sizes: Sizes,
    dtype: Dtype | None = None,
    judged: RankingSet | None = None,
) -> Run:
    """Measure all, in the machine's fastest dtype unless one is given; nDCG@10 with a judged set, in the first round.

    Raises `SobMedidaError`.
    """
    versions = require((*OTHERS, *SHARED))
    dtype = dtype or fastest_dtype()
    rounds = list[dict[str, Figures]]()
    with tempfile.TemporaryDirectory() as folder, _model(Path(folder)) as url:
        for number in range(ROUNDS):
            order = list(SYSTEMS) if number % 2 == 0 else list(SYSTEMS)[::-1]
            seen = dict[str, Figures]()
            for name in order:
                told(f"round {number + 1} of {ROUNDS}: {name}")
                work = work_of(url, sizes, dtype, judged if number == 0 else None)
                seen[name] = _measured(SYSTEMS[name], work, Path(folder) / f"{number}-{SYSTEMS[name]}")
            rounds.append({name: seen[name] for name in SYSTEMS})
    return Run(
        machine=machine(), versions=versions, dtype=dtype, sizes=sizes, judged=judged.name if judged else None,
        rounds=rounds, ndcg={name: ndcg(judged, seen) for name, seen in rounds[0].items()} if judged else {},
    )  # fmt: skip


def work_of(url: str, sizes: Sizes, dtype: Dtype, judged: RankingSet | None = None) -> Work:
    """What a child is given."""
    return Work(
        passages=passages(sizes.passages), where=WHERE, instructions=instructions(),
        model_url=url, dtype=dtype, queries=sizes.queries, generations=sizes.generations, callers=sizes.callers,
        seconds=sizes.seconds, judged=_judged(judged) if judged else None,
    )  # fmt: skip


def instructions() -> Instructions:
    """The service's newest prompt for e-mails, cut where its evidence stands."""
    given: dict[str, object] = {
        "locale": "pt-BR", "sender": "Casa Jatobá", "voice": "", "terms": {"banned": [], "required": []},
        "objective": "OBJECTIVE", "tone": "", "audience": {}, "tokens": {}, "angles": ["benefit"], "findings": [],
        "taken": [], "draft": {}, "faulty": [],
        "evidence": [
            {"id": "e1", "kind": "passage", "content_id": "", "title": "", "text": "", "has_url": False,
             "has_image": False}
        ],
    }  # fmt: skip
    library = PromptLibrary.released()
    wanted = library.get("email").variables
    prompt = library.render("email", {name: given[name] for name in wanted})
    before, _, rest = prompt.user.partition("<evidence ")
    after = rest.partition("</evidence>")[2]
    return Instructions(system=prompt.system, before=before, after=after, answer_schema=prompt.schema)


def machine() -> str:
    """Its size, and how busy it is."""
    memory = psutil.virtual_memory().total / (1 << 30)
    load = psutil.getloadavg()[0]
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, load {load:.1f} at the end"


def _judged(data: RankingSet) -> Judged:
    """Every document, and the first so many queries that have an answer."""
    texts = [
        Passage(id=document.id, title=document.title, text=document.text, language="pt", stage="lead")
        for document in data.documents
    ]
    asked = list(data.relevance)[:MOST_JUDGED]
    return Judged(passages=texts, queries={id_: data.queries[id_] for id_ in asked})


def ndcg(judged: RankingSet, figures: Figures) -> dict[Mode, float]:
    """Over the queries that were asked; scored by rank, as systems differ in what their scores mean."""
    found = dict[Mode, float]()
    for mode, rankings in (figures.rankings or {}).items():
        relevance = {query: judged.relevance[query] for query in rankings}
        ranked = {query: {id_: float(-rank) for rank, id_ in enumerate(ids)} for query, ids in rankings.items()}
        found[mode] = score(relevance, ranked)["ndcg@10"]
    return found


def _measured(module: str, work: Work, folder: Path) -> Figures:
    folder.mkdir()
    given, made, log = folder / "work.json", folder / "figures.json", folder / "log"
    given.write_text(work.model_dump_json(), encoding="utf-8")
    name = f"evaluation.benchmarks.peers.{module}"
    offline = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False", "TOKENIZERS_PARALLELISM": "true"}
    with log.open("wb") as file:
        child = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", name, str(given), str(made), str(folder), str(time.time())],
            env={**os.environ, **offline, "SOBMEDIDA_LOG_LEVEL": "error"},
            stdout=file, stderr=file, timeout=CHILD_SECONDS, check=False,
        )  # fmt: skip
    if child.returncode:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise SobMedidaError(f"{name} failed: {lines[-1] if lines else child.returncode}", code="bench.failed")
    return Figures.model_validate_json(made.read_bytes())


@contextmanager
def _model(folder: Path) -> Iterator[str]:
    """The mock model in a process of its own, for as long as the block runs; gives its base URL."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (folder / "model.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "evaluation.benchmarks.peers.model", str(port)], stdout=log, stderr=log
        )
        try:
            wait_until_ready(f"{url}/latency/0")
            yield f"{url}/v1"
        finally:
            process.terminate()
            process.wait(30)
