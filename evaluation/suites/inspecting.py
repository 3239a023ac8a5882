"""Suites through inspect_ai: our cases as its dataset, our service as its solver, our metrics as its scorers.

It runs in our event loop, one case after another so that whoever runs it again gets the same, and leaves its own log
for its viewer (`inspect view`). Its models are not used: whatever is measured is the service's own work. An error of a
case is what came of that case, and never ends a run.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from evaluation.figures import CaseResult, Metric
from evaluation.metrics.score import Score, not_scored
from evaluation.suites.base import CannotRun, Measured

A = TypeVar("A")
WHY = "the evaluation's own packages are not installed (`pip install 'sobmedida[eval]'`)"


@dataclass(frozen=True, slots=True)
class Bridge(Generic[A]):
    """A suite as inspect_ai needs it: `asked` is the text of each case by its id, `solve` asks the service, `result`
    scores what came, `told` says it in words, and `blank` is a case's result but for its scores."""

    name: str
    metrics: Sequence[Metric]
    asked: Mapping[str, str]
    solve: Callable[[str], Awaitable[A]]
    result: Callable[[str, A], CaseResult]
    told: Callable[[A], str]
    blank: Callable[[str], CaseResult]

    async def measure(self, logs: Path | None) -> AsyncIterator[Measured]:
        """Each case as soon as it is scored, in the order of `asked`. Raises `CannotRun`."""
        with tempfile.TemporaryDirectory() as scratch:
            ready: asyncio.Queue[Measured | None] = asyncio.Queue()
            work = asyncio.create_task(_run(self, ready, logs or Path(scratch), Path(scratch)))
            work.add_done_callback(lambda _: ready.put_nowait(None))
            try:
                while (measured := await ready.get()) is not None:
                    yield measured
                await work
            finally:
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)

    async def solved(self, id_: str) -> tuple[CaseResult, str, float]:
        """A case's result, what came of it in words, and the milliseconds it took."""
        started = time.perf_counter()
        try:
            answer = await self.solve(id_)
            took = (time.perf_counter() - started) * 1000
            return self.result(id_, answer), self.told(answer), took
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            scores = {metric.name: not_scored(why) for metric in self.metrics}
            return self.blank(id_).model_copy(update={"scores": scores}), why, (time.perf_counter() - started) * 1000


async def _run(bridge: Bridge[Any], ready: asyncio.Queue[Measured | None], logs: Path, scratch: Path) -> None:
    """One evaluation of inspect_ai's, start to end."""
    try:
        # it takes seconds to import, and nothing else needs it
        import inspect_ai as inspect  # noqa: PLC0415
        from inspect_ai.dataset import MemoryDataset, Sample  # noqa: PLC0415
        from inspect_ai.model import ModelOutput  # noqa: PLC0415
        from inspect_ai.scorer import Score as Scored  # noqa: PLC0415
        from inspect_ai.scorer import Scorer, Target, mean, scorer  # noqa: PLC0415
        from inspect_ai.solver import Generate, Solver, TaskState, solver  # noqa: PLC0415
    except ImportError:
        raise CannotRun(WHY) from None
    found = dict[str, CaseResult]()

    @solver(name="service")
    def service() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            id_ = str(state.sample_id)
            found[id_], text, took = await bridge.solved(id_)
            state.output = ModelOutput.from_content("none", text)
            ready.put_nowait(Measured(found[id_], {"solve": took}))
            return state

        return solve

    def scorer_of(metric: Metric) -> Scorer:
        @scorer(metrics=[mean()], name=metric.name)
        def named() -> Scorer:
            async def score(state: TaskState, target: Target) -> Scored:
                one = found[str(state.sample_id)].scores.get(metric.name, not_scored("no part of this case"))
                return Scored(**_scored(one))

            return score

        return named()

    samples = [Sample(id=id_, input=asked) for id_, asked in bridge.asked.items()]
    task = inspect.Task(
        MemoryDataset(samples, name=bridge.name), solver=service(), scorer=[scorer_of(one) for one in bridge.metrics],
        name=bridge.name,
    )  # fmt: skip
    with _alone(scratch):
        await inspect.eval_async(
            task, model=None, log_dir=str(logs), log_level="notset", log_level_transcript="critical",
            log_realtime=False, ctl_server=False, acp_server=False, max_samples=1, fail_on_error=False,
            score_display=False, metadata={"suite": bridge.name},
        )  # fmt: skip


def _scored(score: Score) -> dict[str, Any]:
    """As inspect_ai keeps it: what was not scored is not a number, which its means leave out."""
    value = float("nan") if score.value is None else score.value
    return {"value": value, "answer": score.answer, "explanation": score.explanation}


@contextmanager
def _alone(scratch: Path) -> Iterator[None]:
    """inspect_ai as a guest: what it changes of the process is put back, it says nothing on the console, and what it
    keeps besides its log goes to a folder that is thrown away."""
    from inspect_ai.util._display import init_display_type  # noqa: PLC0415

    root, names = logging.getLogger(), ("", "httpx", "httpx2")
    handlers, levels = list(root.handlers), {name: logging.getLogger(name).level for name in names}
    hook, data = sys.excepthook, os.environ.get("XDG_DATA_HOME")
    os.environ["XDG_DATA_HOME"] = str(scratch)
    init_display_type("none")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            yield
            gc.collect()  # what it leaves open would be told of later, where nobody knows of it
    finally:
        root.handlers[:] = handlers
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        sys.excepthook = hook
        if data is None:
            del os.environ["XDG_DATA_HOME"]
        else:
            os.environ["XDG_DATA_HOME"] = data
