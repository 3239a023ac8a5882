"""Faults put into the real service on purpose: for each the gate fails, and names the figure that it is about.

Each is measured over the few cases that show it, first without any fault, where the same gate passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.datasets.decision_log import read_simulated
from evaluation.gate import SAMPLE, judge, known_metrics, read_gate
from evaluation.lab import Lab, Parts, sample_lab
from evaluation.runner import run_suites
from evaluation.runs import Config, Run
from evaluation.suites.decisions import DecisionsSuite
from evaluation.suites.registry import SUITES
from retrieval.embedding import HashEmbedder
from retrieval.lexical import Lexical
from retrieval.search import Search
from service.generation.models import GenerateRequest, GenerateResponse, Task, Variant
from tests.evaluation.made import CODE
from tests.evaluation.planted import Faults, Some, other_propensities

COPY = ("cafe-email", "kit-email", "publico-iniciante", "clube-popup", "oferta-vencida")
ASKED = tuple(
    f"judged/{name}"
    for name in (
        "cafe-amargo", "po-duas-xicaras", "po-na-geladeira", "qual-filtro", "planta-gato", "molhar-zamioculca",
        "frigideira-enferrujou", "louca-quatro-pessoas", "mais-fios", "pacote-aberto",
    )
)  # fmt: skip
HOSTILE = ("invented-price", "leaked-name", "too-long", "good-kit")
RELATIVE = """
[retrieval."dense.ndcg@10"]
at_least_times = 0.9
[retrieval."hybrid.ndcg@10"]
at_least_times = 0.95
[retrieval.outside]
most = 0
"""
"""The sample's thresholds are for the model that ships; here texts are embedded by hashing, which takes no time."""


@dataclass(frozen=True)
class Fault:
    """What is bent, the suite that is run, and the figure that the gate has to name."""

    metric: str
    suite: str
    bent: Mapping[str, Any] = field(default_factory=dict)


def each_variant(change: Callable[[str, str], str]) -> Callable[[GenerateResponse], GenerateResponse]:
    """Other texts after the checks, as fields and as shown."""

    def texts(told: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: change(name, text) if isinstance(text, str) and name in READ else text for name, text in told.items()
        }

    def bent(answer: GenerateResponse) -> GenerateResponse:
        return answer.model_copy(update={"variants": [_with(one, texts) for one in answer.variants]})

    return bent


READ = ("subject", "preheader", "headline", "body", "cta")
NOTE = "Compra torra média, moída para coador. Contou que corta a cafeína à tarde por causa da pressão alta."
ENGLISH = "Everything you need for a better cup of coffee at home, step by step and without any hurry."


def _with(one: Variant, texts: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Variant:
    return one.model_copy(update={"fields": texts(one.fields), "preview": texts(one.preview)})


def all_the_same(answer: GenerateResponse) -> GenerateResponse:
    return answer.model_copy(update={"variants": answer.variants[:1] * len(answer.variants)})


def for_one_lead(request: GenerateRequest) -> GenerateRequest:
    return request.model_copy(update={"lead": "c-01"}) if request.lead else request


def without_evidence(task: Task) -> Task:
    return replace(task, evidence=[one.model_copy(update={"text": ""}) for one in task.evidence])


FAULTS = {
    "a price is swapped after the checks": Fault(
        "claim_precision", "copy", {"answer": each_variant(lambda _, text: text.replace("170,10", "140,10"))}
    ),
    "copy in Portuguese is in English": Fault(
        "language", "copy", {"answer": each_variant(lambda name, text: ENGLISH if name == "body" else text)}
    ),
    "a name stands in copy": Fault(
        "leaks", "copy",
        {"answer": each_variant(lambda name, text: f"Oi, Helena! {text}" if name == "body" else text)},
    ),
    "copy is too long": Fault("length_fit", "copy", {"answer": each_variant(lambda _, text: " ".join([text] * 3))}),
    "variants are all the same": Fault("diversity", "copy", {"answer": all_the_same}),
    "whoever reads, it is the same lead": Fault("lead_dependence", "copy", {"request": for_one_lead}),
    "an offer that is over is still used": Fault("answered", "copy", {"clock": lambda now: now - timedelta(days=7)}),
    "the evidence in the prompt is empty": Fault("evidence_in_prompt", "prompts", {"task": without_evidence}),
    "a forbidden trait stands in the prompt": Fault(
        "leaks_in_prompt", "prompts",
        {"task": lambda task: replace(task, known={**task.known, "observacoes": NOTE})},
    ),
    "each prompt is sent twice": Fault("input_tokens", "cost", {"times": 2}),
    "the prompt grows": Fault(
        "cost_a_variant", "cost", {"task": lambda task: replace(task, voice=task.voice * 20)}
    ),
    "search forgets the language": Fault(
        "outside", "retrieval", {"where": lambda where: replace(where, language=None)}
    ),
    "search finds what is over": Fault("outside", "retrieval", {"where": lambda where: replace(where, valid_at=None)}),
}  # fmt: skip


class Noise(HashEmbedder):
    """Another vector for each text, which has nothing to do with it."""

    async def embed(self, texts: Any) -> Any:
        found = await super().embed(texts)
        random = np.random.default_rng(3).normal(size=found.shape)
        return (random / np.linalg.norm(random, axis=1, keepdims=True)).astype(found.dtype)


class Judge:
    """Measures a few cases and holds them to thresholds, each run in a folder of its own."""

    def __init__(self, folder: Path, lab: Lab, thresholds: Path = SAMPLE) -> None:
        self._folder, self._lab, self._runs = folder, lab, 0
        self._asked = [one for one in read_gate(thresholds, known_metrics()) if one.threshold.on in (None, "pt-BR")]

    async def run(self, suite: Any) -> Run:
        """That suite in a new run."""
        self._runs += 1
        folder, config = self._folder / f"{suite.name}-{self._runs}", Config(suites=[suite.name])
        await run_suites(folder, self._lab, config, [suite], code=CODE, now=datetime(2026, 11, 25, tzinfo=UTC))
        return Run.open(folder)

    def failed(self, run: Run, against: Run | None = None) -> list[str]:
        """The figures that failed, of those that the run is about."""
        verdicts = judge([one for one in self._asked if one.suite in run.info.config.suites], run, against)
        return [one.metric for one in verdicts if one.told == "failed"]


def some(name: str, cases: Iterable[str]) -> Any:
    """That suite over those cases."""
    return Some(SUITES[name](Config(suites=[name])), set(cases))


CASES = {"copy": COPY, "prompts": COPY[:2], "cost": COPY[2:4], "retrieval": ASKED}


async def test_each_fault_fails_the_gate_which_names_its_figure(tmp_path: Path) -> None:
    faults, relative = Faults(), tmp_path / "gate.toml"
    relative.write_text(RELATIVE)
    async with sample_lab(tmp_path, Parts(HashEmbedder(64), amend=faults.amend)) as lab:
        assert lab.services is not None
        judges = {name: Judge(tmp_path, lab, relative if name == "retrieval" else SAMPLE) for name in CASES}
        good = {name: await judges[name].run(some(name, cases)) for name, cases in CASES.items()}
        for name, run in good.items():
            assert judges[name].failed(run) == [], name
        found = {}
        for told, fault in (FAULTS | searches(lab)).items():
            with faults.planted(**fault.bent):
                run = await judges[fault.suite].run(some(fault.suite, CASES[fault.suite]))
            found[told] = judges[fault.suite].failed(run, good[fault.suite])
        again = await judges["copy"].run(some("copy", COPY))
    assert {told: one for told, one in found.items() if (FAULTS | searches(lab))[told].metric not in one} == {}
    assert again.summary == good["copy"].summary


def searches(lab: Lab) -> dict[str, Fault]:
    """Faults of search itself."""
    assert lab.services is not None
    index, embedder = lab.services.index, lab.services.embedder
    deaf = Search(index, embedder, Lexical(), {(embedder.name.partition("@")[0], "pt"): 1_000.0})
    return {
        "the embedder gives noise": Fault(
            "dense.ndcg@10", "retrieval", {"search": Search(index, Noise(64), Lexical(), {})}
        ),
        "in Portuguese only meaning counts": Fault("hybrid.ndcg@10", "retrieval", {"search": deaf}),
    }


async def test_checks_that_are_off_fail_the_gate(tmp_path: Path) -> None:
    faults = Faults()
    async with sample_lab(tmp_path, Parts(HashEmbedder(64), amend=faults.amend)) as lab:
        judge_ = Judge(tmp_path, lab)
        assert judge_.failed(await judge_.run(some("robustness", HOSTILE))) == []
        with faults.planted(checked=False):
            run = await judge_.run(some("robustness", HOSTILE))
    assert "held" in judge_.failed(run)


async def test_receipts_that_do_not_replay_fail_the_gate(tmp_path: Path) -> None:
    told = read_simulated()
    few = told.model_copy(update={"pages": 12, "place": [one.model_copy(update={"cases": 3}) for one in told.place]})
    async with sample_lab(tmp_path, Parts(HashEmbedder(64), amend=other_propensities)) as lab:
        judge_ = Judge(tmp_path, lab)
        run = await judge_.run(DecisionsSuite(few, 7))
    assert "replayed" in judge_.failed(run)
    assert "propensity" in run.cases("decisions")[0].scores["replayed"].explanation
