"""The micro-batcher, with an `encode` that each test defines."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import numpy as np
import pytest

from retrieval.batching import MOST_CHARACTERS, MOST_TEXTS, Batcher, Matrix


class Encoder:
    """Gives each text its length, and keeps the passes; waits for `gate` in each."""

    def __init__(self) -> None:
        self.passes: list[list[str]] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, texts: list[str]) -> Matrix:
        self.passes.append(texts)
        assert self.gate.wait(60)
        if "broken" in texts:
            raise RuntimeError("the model broke")
        return np.array([[len(text)] for text in texts], dtype=np.float32)


@pytest.fixture
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture
async def batcher(encoder: Encoder) -> AsyncIterator[Batcher]:
    opened = Batcher(encoder)
    yield opened
    await opened.close()


async def until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - the thread under test sets no event of this loop
        await asyncio.sleep(0.001)


async def test_rows_come_in_the_order_of_the_texts(batcher: Batcher) -> None:
    texts = ["ccc", "a", "", "bb" * 3000, "dddd"]

    assert (await batcher.run(texts))[:, 0].tolist() == [3, 1, 0, 6000, 4]


async def test_what_comes_during_a_pass_goes_together_in_the_next(batcher: Batcher, encoder: Encoder) -> None:
    encoder.gate.clear()
    first = asyncio.create_task(batcher.run(["first"]))
    await until(lambda: encoder.passes)
    others = [asyncio.create_task(batcher.run([f"q{number}"])) for number in range(5)]
    await asyncio.sleep(0)
    encoder.gate.set()
    await asyncio.gather(first, *others)

    assert encoder.passes == [["first"], ["q0", "q1", "q2", "q3", "q4"]]


async def test_a_query_goes_between_the_slices_of_an_import(batcher: Batcher, encoder: Encoder) -> None:
    encoder.gate.clear()
    bulk = asyncio.create_task(batcher.run(["long " * 100] * 100))
    await until(lambda: encoder.passes)
    query = asyncio.create_task(batcher.run(["query"]))
    await asyncio.sleep(0)
    encoder.gate.set()
    await asyncio.gather(bulk, query)

    assert encoder.passes.index(["query"]) in (1, 2)
    assert len(encoder.passes) > 3


async def test_a_pass_has_a_limit(batcher: Batcher, encoder: Encoder) -> None:
    await asyncio.gather(*(batcher.run(["w" * length]) for length in (10, 500, 1900) for _ in range(40)))

    assert all(len(texts) <= MOST_TEXTS and sum(map(len, texts)) <= MOST_CHARACTERS for texts in encoder.passes)


async def test_a_cancelled_caller_leaves_the_others_alone(batcher: Batcher, encoder: Encoder) -> None:
    encoder.gate.clear()
    running = asyncio.create_task(batcher.run(["running"]))
    await until(lambda: encoder.passes)
    waiting, kept = asyncio.create_task(batcher.run(["waiting"])), asyncio.create_task(batcher.run(["kept"]))
    await asyncio.sleep(0)
    running.cancel()
    waiting.cancel()
    await asyncio.sleep(0)
    encoder.gate.set()

    assert (await kept)[:, 0].tolist() == [4]
    assert encoder.passes == [["running"], ["kept"]]


async def test_an_error_reaches_every_caller_of_its_pass_and_no_other(batcher: Batcher) -> None:
    failed = await asyncio.gather(batcher.run(["broken"]), batcher.run(["beside"]), return_exceptions=True)

    assert [str(error) for error in failed] == ["the model broke"] * 2
    assert (await batcher.run(["after"]))[:, 0].tolist() == [5]


async def test_a_few_queries_wait_for_the_pass_that_runs_and_go_together(encoder: Encoder) -> None:
    batcher = Batcher(encoder, workers=2)
    encoder.gate.clear()
    first = asyncio.create_task(batcher.run(["first"]))
    await until(lambda: encoder.passes)
    others = [asyncio.create_task(batcher.run([f"q{number}"])) for number in range(5)]
    await asyncio.sleep(0.05)
    assert len(encoder.passes) == 1
    encoder.gate.set()
    await asyncio.gather(first, *others)
    await batcher.close()

    assert [len(texts) for texts in encoder.passes] == [1, 5]


async def test_passes_run_side_by_side_where_there_are_workers(encoder: Encoder) -> None:
    batcher = Batcher(encoder, workers=2)
    encoder.gate.clear()
    tasks = [asyncio.create_task(batcher.run(["long " * 300 + end])) for end in "abc"]
    await until(lambda: len(encoder.passes) == 2)
    encoder.gate.set()
    await asyncio.gather(*tasks)
    await batcher.close()

    assert len(encoder.passes) == 3
