"""All checks over e-mails of the sample shop, against tokenising the same words once with one regular expression.

Variants of one generation share their evidence, eight passages and the offers among them, as they do in the service.
Times are of the processor, since what other programs do is not for the checks to answer; beside the spread of all
rounds stands the mean of each variant's least, which a busy machine moves least.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from itertools import chain

from evaluation.benchmarks.report import BenchResult, Progress, Spread
from evaluation.benchmarks.sample import sample_tasks
from service.channels.registry import channel
from service.checks.copy import Copy
from service.checks.run import examine
from service.collector import settle
from service.generation.composer import Composer

ROUNDS = 15
_WORD = re.compile(r"\w+|[^\w\s]")


async def run(progress: Progress = lambda _done, _total: None) -> BenchResult:
    """Microseconds a variant, by turns with the baseline."""
    copies = await sample_copies()
    for copy in copies:  # what evidence says is read once and remembered, as in a running service
        examine(copy)
    settle()
    ours, baseline, rounds = list[float](), list[float](), list[list[float]]()
    for number in range(ROUNDS):
        each = [_timed(copy) for copy in fresh(copies)]
        ours.append(1e6 * sum(each) / len(each))
        rounds.append(each)
        started = time.thread_time()
        for copy in copies:
            for text in copy.fields.values():
                _WORD.findall(text)
        baseline.append(1e6 * (time.thread_time() - started) / len(copies))
        progress(number + 1, ROUNDS)
    slowest = sorted(chain.from_iterable(rounds))
    least = [min(times) for times in zip(*rounds, strict=True)]
    mine, theirs = Spread.of(ours), Spread.of(baseline)
    return BenchResult(
        name="checks",
        unit="µs a variant",
        ours=mine,
        baseline=theirs,
        ratio=mine.median / theirs.median,
        detail={
            "variants_per_second": 1e6 / mine.median,
            "p99_ms": 1e3 * slowest[int(len(slowest) * 0.99)],
            "least_of_each": 1e6 * sum(least) / len(least),
            "p99_ms_of_least": 1e3 * sorted(least)[int(len(least) * 0.99)],
            "variants": float(len(copies)),
        },
    )


async def sample_copies() -> list[Copy]:
    """E-mails that the composer writes about the sample shop, each with all that it is judged by."""
    email, composer, copies = channel("email"), Composer(), list[Copy]()
    for task in await sample_tasks("email"):
        for draft in composer.compose(task):
            copies.append(Copy.of(email, email.fields.model_validate(dict(draft.fields)), task))
    return copies


def fresh(copies: Sequence[Copy]) -> list[Copy]:
    """The same again, with nothing remembered of their own words."""
    return [Copy(**{name: getattr(copy, name) for name in Copy.__dataclass_fields__}) for copy in copies]


def _timed(copy: Copy) -> float:
    started = time.thread_time()
    examine(copy)
    return time.thread_time() - started
