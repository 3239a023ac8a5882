"""Runs made by hand, for whatever reads runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evaluation.figures import CaseResult, Metric, by_locale, figures
from evaluation.metrics.score import Score
from evaluation.runs import Code, Config, Run, RunInfo, SuiteState, SuiteSummary
from evaluation.suites.base import Measured

CODE = Code(version="0.1.0", sources="ab" * 32, commit="cd" * 20)
ANSWERED = Metric("answered", "cases that got an answer")
TOKENS = Metric("tokens", "tokens sent", "lower", "tokens")


def case(
    id_: str, shown: dict[str, Any] | None = None, title: str = "", locale: str = "pt-BR", **values: float | None
) -> CaseResult:
    """A case with these scores."""
    scores = {name: Score(value, "seen", "because") for name, value in values.items()}
    return CaseResult(id=id_, title=title or f"Caso {id_}", locale=locale, scores=scores, shown=shown or {})


def a_run(
    folder: Path,
    suites: Mapping[str, tuple[Sequence[Metric], Sequence[CaseResult]]],
    *,
    cannot: Mapping[str, str] | None = None,
    data: Mapping[str, str] | None = None,
    code: Code = CODE,
    model: str | None = "mock",
    prompts: Mapping[str, str] | None = None,
    **config: Any,
) -> Run:
    """A run that is done, with these metrics and cases in each suite."""
    names = [*suites, *(cannot or {})]
    info = RunInfo(
        id=folder.name, created_at=datetime(2026, 11, 25, 12, tzinfo=UTC), config=Config(suites=names, **config),
        code=code, embedder="MiniLM", model=model, prompts=dict(prompts or {"email/v2": "12" * 32}),
    )  # fmt: skip
    run = Run.begin(folder, info)
    summed = {}
    for name, (metrics, cases) in suites.items():
        for one in cases:
            run.add(name, Measured(one, {"generate": 12.5}))
        run.info.suites[name] = SuiteState(cases=len(cases), done=True, data=dict(data or {"cases.jsonl": "34" * 32}))
        locales = by_locale(metrics, cases, 7) if len({one.locale for one in cases}) > 1 else {}
        summed[name] = SuiteSummary(figures=figures(metrics, cases, 7), locales=locales)
    for name, why in (cannot or {}).items():
        run.info.suites[name] = SuiteState(cannot=why)
    run.save()
    run.conclude(summed)
    return run
