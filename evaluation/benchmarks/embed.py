"""Our embedder against the library it is made of."""

from __future__ import annotations

import random
from collections.abc import Sequence
from time import perf_counter, process_time

import numpy as np

from evaluation.benchmarks.report import BenchResult, Progress, Spread
from evaluation.benchmarks.search import Corpus
from retrieval.embedding import SentenceTransformerEmbedder, bundled_model

QUERIES = 32

# Made-up words fall into twice the tokens that real ones do, and the cost is by the token.
WORDS = """
    tênis corrida desconto frete grátis curso marketing digital inverno jaqueta crédito consignado seguro viagem
    notebook estudante plano família consulta matrícula assinatura revista cozinha reforma cartão anuidade prazo
    entrega garantia bicicleta criança escola promoção lançamento coleção verão loja perto cliente novo
""".split()  # noqa: SIM905 - plain text is easier to read


async def run(
    *,
    texts: Sequence[str] | None = None,
    rounds: int = 3,
    seed: int = 7,
    progress: Progress = lambda done, total: None,
) -> BenchResult:
    """Texts a second of `SentenceTransformerEmbedder` and of plain `SentenceTransformer(...).encode` in float32.

    The rounds alternate over the same texts, 200 made-up passages of 10 to 90 words unless others are given. The detail
    has the mean and least cosine between the two, their CPU time divided by ours (steadier than the ratio of rates on a
    busy machine), and our CPU milliseconds a query of 10 words in batches of 32.
    """
    import torch  # noqa: PLC0415 - heavy
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - heavy

    corpus = Corpus(seed)
    given = list(texts) if texts is not None else [corpus.text(10 + turn % 81) for turn in range(200)]
    threads = torch.get_num_threads()
    embedder = SentenceTransformerEmbedder(cache=0)
    await embedder.warm()
    plain = SentenceTransformer(str(bundled_model()), device="cpu")
    await embedder.embed(given[:8])
    plain.encode(given[:8], show_progress_bar=False)
    ours, theirs, cpu_ours, cpu_theirs = [], [], 0.0, 0.0
    mine = reference = np.empty((0, embedder.dimensions), dtype=np.float32)
    for done in range(rounds):
        started, cpu = perf_counter(), process_time()
        mine = await embedder.embed(given)
        ours.append(len(given) / (perf_counter() - started))
        cpu_ours += process_time() - cpu
        torch.set_num_threads(threads)  # our passes take one each
        started, cpu = perf_counter(), process_time()
        reference = np.asarray(plain.encode(given, normalize_embeddings=True, show_progress_bar=False))
        theirs.append(len(given) / (perf_counter() - started))
        cpu_theirs += process_time() - cpu
        progress(done + 1, rounds)
    cosines = (mine * reference).sum(axis=1)
    cost = await _cpu_of_queries(embedder, seed)
    await embedder.close()
    fast, slow = Spread.of(ours), Spread.of(theirs)
    return BenchResult(
        name="embedding",
        unit="texts/s",
        ours=fast,
        baseline=slow,
        ratio=fast.median / slow.median,
        detail={
            "texts": len(given),
            "mean_cosine": float(cosines.mean()),
            "least_cosine": float(cosines.min()),
            "cpu_ratio": cpu_theirs / cpu_ours,
            "cpu_ms_per_query": cost,
        },
    )


async def _cpu_of_queries(embedder: SentenceTransformerEmbedder, seed: int) -> float:
    """CPU milliseconds of this process a query; the least of five batches."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    costs = []
    for _ in range(5):
        queries = [" ".join(chance.choices(WORDS, k=10)) for _ in range(QUERIES)]
        started = process_time()
        await embedder.embed(queries)
        costs.append((process_time() - started) * 1000 / QUERIES)
    return min(costs)
