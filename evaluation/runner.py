"""Runs suites over a lab, case by case, into the folder of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from evaluation.figures import by_locale, figures
from evaluation.lab import Lab
from evaluation.runs import Code, Config, Run, RunInfo, SuiteState, SuiteSummary, Summary
from evaluation.suites.base import CannotRun, Suite

Progress = Callable[[str, int, int], None]
"""Told of a suite, how many of its cases are done, and of how many."""


async def run_suites(
    folder: Path,
    lab: Lab,
    config: Config,
    suites: Sequence[Suite],
    *,
    code: Code,
    now: datetime,
    progress: Progress = lambda suite, done, total: None,
) -> Summary:
    """Measure what is not measured yet, and sum up. A suite that cannot run says so in `run.json` and has no figures.

    Raises `Conflict` where the folder holds another run, `CannotRead` where a file of cases is wrong.
    """
    run = Run.begin(folder, RunInfo(id=folder.name, created_at=now, config=config, code=code))
    run.info.embedder, run.info.model, run.info.prompts = lab.embedder, lab.model, lab.prompts
    lab, summed = replace(lab, logs=folder / "logs"), dict[str, SuiteSummary]()
    for suite in suites:
        try:
            summed[suite.name] = await _measure(run, lab, suite, progress)
        except CannotRun as error:
            run.info.suites[suite.name] = SuiteState(cannot=str(error))
        run.save()
    return run.conclude(summed)


async def _measure(run: Run, lab: Lab, suite: Suite, progress: Progress) -> SuiteSummary:
    plan = await suite.plan(lab)
    known = {case.id for case in run.cases(suite.name)}
    left = [id_ for id_ in plan.cases if id_ not in known]
    done = len(plan.cases) - len(left)
    progress(suite.name, done, len(plan.cases))
    if left:
        async for measured in suite.measure(lab, left):
            run.add(suite.name, measured)
            done += 1
            progress(suite.name, done, len(plan.cases))
    cases = run.finish(suite.name, plan.cases)
    run.info.suites[suite.name] = SuiteState(cases=len(cases), done=True, data=dict(plan.data))
    seed = run.info.config.seed
    locales = by_locale(suite.metrics, cases, seed) if len({case.locale for case in cases}) > 1 else {}
    return SuiteSummary(figures=figures(suite.metrics, cases, seed), locales=locales)
