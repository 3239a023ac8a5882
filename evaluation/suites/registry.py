"""All suites, in the order in which they are run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from evaluation.runs import Config
from evaluation.suites.base import Suite
from evaluation.suites.checks import checks_suite
from evaluation.suites.copy import copy_suite
from evaluation.suites.cost import cost_suite
from evaluation.suites.decisions import decisions_suite
from evaluation.suites.judged import judged_suite
from evaluation.suites.prompts import prompts_suite
from evaluation.suites.retrieval import retrieval_suite
from evaluation.suites.robustness import robustness_suite
from service.errors import Invalid

SUITES: Mapping[str, Callable[[Config], Suite]] = {
    "copy": copy_suite,
    "prompts": prompts_suite,
    "robustness": robustness_suite,
    "retrieval": retrieval_suite,
    "checks": checks_suite,
    "decisions": decisions_suite,
    "cost": cost_suite,
    "judged": judged_suite,
}
"""How each is made from what was asked for."""


def suites_of(config: Config) -> Sequence[Suite]:
    """The suites that were asked for, in their own order. Raises `Invalid` for one there is not."""
    if unknown := [name for name in config.suites if name not in SUITES]:
        raise Invalid(f"There is no suite {unknown[0]!r}; there are: {', '.join(SUITES)}.", code="eval.suite_unknown")
    return [make(config) for name, make in SUITES.items() if name in config.suites]
