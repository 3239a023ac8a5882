"""The rounds as one table: a cell is the better round, but the worse one for memory, errors and leaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from evaluation.benchmarks.peers.child import SHOWN, Figures
from evaluation.benchmarks.peers.running import Run
from evaluation.benchmarks.peers.work import MODES

Row = tuple[str, list[str]]


def rows(run: Run) -> Iterator[Row]:
    """What was measured, and a cell for each system."""
    systems = list(run.rounds[0])

    def best(name: str, cell: Callable[[Sequence[Figures]], str]) -> Row:
        return name, [cell([seen[system] for seen in run.rounds]) for system in systems]

    yield best("time to ready, s", lambda seen: f"{min(one.ready_s for one in seen):.1f}")
    yield best("passages indexed a second", lambda seen: f"{max(one.indexed_per_second for one in seen):,.0f}")
    for mode in MODES:
        yield best(
            f"{mode} search, p50 / p99, ms",
            lambda seen, mode=mode: _quantiles([one.retrieval_ms[mode] for one in seen]),  # type: ignore[misc]
        )
    yield best(
        "a generation, model at 0 ms, p50 / p99, ms", lambda seen: _quantiles([one.generation_ms for one in seen])
    )
    yield best("the same, CPU, ms", lambda seen: f"{min(one.generation_cpu_ms for one in seen):.1f}")
    name = f"generations a second, {run.sizes.callers} callers, model at 1,000 ms"
    yield best(name, lambda seen: f"{max(one.per_second for one in seen):.1f}")
    yield best("CPU of one at that load, ms", lambda seen: f"{min(one.cpu_ms for one in seen):.1f}")
    yield best("errors", lambda seen: f"{max(one.errors for one in seen)}")
    yield best("peak memory, MB", lambda seen: f"{max(one.peak_mb for one in seen):,.0f}")
    name = f"hits outside the filter, dense / hybrid, of {SHOWN * run.sizes.queries:,} asked for"
    yield best(name, lambda seen: " / ".join(str(max(one.outside[mode] for one in seen)) for mode in MODES))
    yield f"nDCG@10, dense / hybrid, {run.judged or 'no set given'}", [_ndcg(run, system) for system in systems]


def _quantiles(rounds: Sequence[Sequence[float]]) -> str:
    """Of the round with the lower median."""
    ordered = min((sorted(one) for one in rounds), key=lambda one: quantile(one, 0.5))
    return f"{quantile(ordered, 0.5):.1f} / {quantile(ordered, 0.99):.1f}"


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below or at which that share of them lies; of 200, the 198th for 0.99."""
    return ordered[max(round(len(ordered) * share) - 1, 0)]


def _ndcg(run: Run, system: str) -> str:
    found = run.ndcg.get(system)
    return " / ".join(f"{found[mode]:.3f}" for mode in MODES) if found else "not measured"


def markdown(run: Run) -> str:
    """The table for the docs, with what it was seen on below it."""
    systems = list(run.rounds[0])
    lines = [f"| | {' | '.join(systems)} |", f"| --- |{' --- |' * len(systems)}"]
    lines += [f"| {name} | {' | '.join(cells)} |" for name, cells in rows(run)]
    return "\n".join([*lines, "", about(run)])


def about(run: Run) -> str:
    """Machine, sizes, embedder and versions, in one line each."""
    versions = ", ".join(f"{name} {found}" for name, found in run.versions.items())
    sizes = run.sizes
    return (
        f"{run.machine}. {sizes.passages:,} passages, {sizes.queries} searches a mode, {sizes.generations} generations "
        f"one after another, {sizes.callers} callers. all-MiniLM-L6-v2 in {run.dtype} for all.\n{versions}."
    )
