"""A banner as PNG through the service's own path, drawn anew and again from memory, against bare resvg on the same SVG.

Fresh pictures differ in one word each, as those of different variants do; measured and baseline take turns. The share
of repeats that memory answered is over visitors who ask for a few placements' pictures again and again, most for the
newest.
"""

from __future__ import annotations

import asyncio
import random
import time
from functools import partial

import resvg_py

from evaluation.benchmarks.report import BenchResult, Progress, Spread
from service.collector import settle
from service.delivery.pictures.colours import Palette
from service.delivery.pictures.drawing import Canvas, svg
from service.delivery.pictures.kept import Pictures, Wanted

ROUNDS = 200
VISITS = 5_000
SIZES = {
    "300x250": (300, 250), "728x90": (728, 90), "300x600": (300, 600), "970x250": (970, 250), "1080x1080": (1080, 1080)
}  # fmt: skip
_PALETTE = Palette.of("ffffff", "1f5135")


async def run(
    progress: Progress = lambda _done, _total: None, *, rounds: int = ROUNDS, visits: int = VISITS
) -> BenchResult:
    """Milliseconds a fresh PNG of 300x250; in `detail` other sizes, a repeat, and how many repeats memory answered."""
    kept = Pictures()
    for number in range(3):  # the font is read once
        await kept.picture(_wanted(-1 - number, (300, 250)))
    settle()
    ours, baseline = list[float](), list[float]()
    for number in range(rounds):
        wanted = _wanted(number, (300, 250))
        started = time.perf_counter()
        await kept.picture(wanted)
        ours.append(1e3 * (time.perf_counter() - started))
        drawn = svg(wanted.texts, wanted.canvas, wanted.locale)
        started = time.perf_counter()
        await asyncio.to_thread(partial(resvg_py.svg_to_bytes, svg_string=drawn, skip_system_fonts=True))
        baseline.append(1e3 * (time.perf_counter() - started))
        progress(number + 1, rounds)
    mine, bare = Spread.of(ours), Spread.of(baseline)
    detail = {
        f"p50_ms_{name}": await _fresh(kept, size, rounds // 6) for name, size in SIZES.items() if name != "300x250"
    }
    return BenchResult(
        name="pictures", unit="ms a fresh PNG, 300x250", ours=mine, baseline=bare, ratio=mine.median / bare.median,
        detail={"p99_ms": sorted(ours)[int(len(ours) * 0.99)], **detail, **await _repeats(visits)},
    )  # fmt: skip


async def _fresh(kept: Pictures, size: tuple[int, int], rounds: int) -> float:
    times = []
    for number in range(rounds):
        started = time.perf_counter()
        await kept.picture(_wanted(number, size))
        times.append(1e3 * (time.perf_counter() - started))
    return Spread.of(times).median


async def _repeats(visits: int) -> dict[str, float]:
    """200 live variants in three sizes; what is asked for twice should be drawn once."""
    kept, chosen = Pictures(), random.Random(7)  # noqa: S311 - which picture is looked at
    sizes, seen, times, repeats = list(SIZES.values())[:3], set[object](), list[float](), 0
    for _ in range(visits):
        wanted = _wanted(min(int(chosen.expovariate(1 / 30)), 199), chosen.choice(sizes))
        repeat = wanted.name in seen
        started = time.perf_counter()
        await kept.picture(wanted)
        if repeat:
            repeats += 1
            times.append(1e3 * (time.perf_counter() - started))
        seen.add(wanted.name)
    from_memory = repeats - (kept.drawn - len(seen))
    return {
        "repeats": float(repeats),
        "repeats_from_memory": from_memory / repeats,
        "p50_ms_repeat": Spread.of(times).median,
    }


def _wanted(number: int, size: tuple[int, int]) -> Wanted:
    texts = {
        "headline": f"Semana do café, oferta {number}",
        "body": "Kit com coador e jarra por R$ 170,10, até 4 de dezembro.",
        "cta": "Conhecer o kit",
    }
    return Wanted(f"{number:064x}", texts, "pt-BR", Canvas(*size, _PALETTE), "png")
