"""Training a score model: collect examples, fit, report, keep, and let it serve if it is better than chance."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.db.engine import Database
from service.errors import Fault, Invalid
from service.leads.contract import Contract
from service.leads.contract_store import ContractStore
from service.leads.store import LeadStore
from service.learning.examples import MOST_LEADS, Collector, Examples, check_target, events_of, left_out_by
from service.learning.features import NOT_BEHAVIOUR
from service.learning.fitting import LEAST_LEADS, Fitted, fit_model
from service.learning.models import Counts, ModelReport, ModelView, Training
from service.learning.store import ModelStore
from service.profile.store import SubjectStore
from service.workspaces.models import Workspace

CHUNK = 250

Report = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Order:
    """What to train and for whom. `id` is the job's, and becomes the model's: a job that is begun again makes no
    second one."""

    id: UUID
    workspace: Workspace
    training: Training
    now: datetime


async def train(database: Database, order: Order, report: Report) -> ModelView:
    """A new model. Raises `Invalid` with the code `scores.too_little` and everything that is missing."""
    async with database.read() as connection:
        if made := await ModelStore(connection, order.workspace.id).find(order.id):
            return made
        contract = await ContractStore(connection, order.workspace.id).current()
    check_target(order.training.target, contract)
    examples = await _collect(database, order, contract, report)
    _enough_leads(examples)
    times = [at.timestamp() for at in examples.times]
    fitted = await asyncio.to_thread(fit_model, examples.rows, examples.labels, times, seed=order.training.seed)
    told = report_of(order, contract, examples, fitted)
    async with database.write() as connection:
        store = ModelStore(connection, order.workspace.id)
        model = await store.add(order.id, order.training.kind, fitted.predictor.dump(), told, order.now)
        if order.training.activate and told.measures.auc_interval[0] > 0.5:
            model = await store.activate(model.version)
    return model


async def _collect(database: Database, order: Order, contract: Contract, report: Report) -> Examples:
    collector, found = Collector(order.training.target, contract, order.workspace, order.now), Examples()
    async with database.read() as connection:
        ids = (await LeadStore(connection, order.workspace.id).ids())[:MOST_LEADS]
    for start in range(0, len(ids), CHUNK):
        async with database.read() as connection:
            subjects = await SubjectStore(connection, order.workspace.id).by_ids(ids[start : start + CHUNK])
            done = await events_of(connection, order.workspace.id, ids[start : start + CHUNK])
        await asyncio.to_thread(collector.collect, subjects, done, found)
        await report(0.5 * start / len(ids))
    return found


def _enough_leads(examples: Examples) -> None:
    if len(examples.leads) >= LEAST_LEADS:
        return
    told = (
        f"There is too little to learn from. Leads that may be learnt from and were known by then: "
        f"{len(examples.leads)}, and {LEAST_LEADS} are needed; {examples.without['training']} gave no consent to "
        f"`train_ai_system`, {examples.without['profiling']} none to profiling."
    )
    missing = [
        Fault("/leads", f"{len(examples.leads)} of {LEAST_LEADS}"),
        Fault("/consents/train_ai_system", f"{examples.without['training']} leads without it"),
        Fault("/consents/personalize.content.profiling", f"{examples.without['profiling']} leads without it"),
    ]
    raise Invalid(told, code="scores.too_little", faults=missing)


def report_of(order: Order, contract: Contract, examples: Examples, fitted: Fitted) -> ModelReport:
    """What is told of a model."""
    seen = {name: why for name, why in NOT_BEHAVIOUR.items() if name.startswith("may_") or name.endswith("_score")}
    return ModelReport(
        target=order.training.target,
        measures=fitted.measures,
        baseline=fitted.baseline,
        features=[column.attribute for column in fitted.learnt.schema.columns],
        left_out=dict(sorted((seen | fitted.learnt.left_out | left_out_by(contract)).items())),
        counts=Counts(
            leads=len(examples.leads), rows=len(examples.rows), positives=sum(examples.labels),
            without_training_consent=examples.without["training"],
            without_profiling_consent=examples.without["profiling"],
            trained_on=fitted.trained, held_back=fitted.held_back,
        ),
        first=min(examples.times), last=max(examples.times), seed=order.training.seed,
        contract_version=contract.version,
    )  # fmt: skip
