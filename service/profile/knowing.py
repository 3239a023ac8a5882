"""A lead with all that is known of it, and leads that resemble it: for callers of the API and in the studio."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from retrieval.index import Index
from retrieval.search import Search
from retrieval.types import Filter
from service.db.engine import Database
from service.errors import NotFound
from service.leads.contract import Contract, Use
from service.leads.contract_store import ContractStore
from service.leads.models import Lead
from service.leads.store import LeadStore
from service.profile.attributes import purpose_of, purposes_of, use_of
from service.profile.computed import allowed_purposes, profile_of
from service.profile.models import Origin, Value
from service.profile.store import Subject, SubjectStore
from service.workspaces.models import Workspace


class LeadAttribute(BaseModel):
    """Something known of a lead, and where it comes from. `use` is what the contract lets it be used for, `purpose` the
    consent that this needs (null for none), and `allowed` whether the lead's consents let it happen."""

    name: str
    value: Value
    origin: Origin
    basis: str
    use: Use
    purpose: str | None
    allowed: bool


class KnownLead(Lead):
    """A lead with everything that is known of it now, the kinds of names it goes by, and the audiences it is in."""

    attributes: list[LeadAttribute]
    identities: list[str]
    audiences: list[str]


class SimilarLead(BaseModel):
    """A lead that resembles another in what may be known of both; `score` is a cosine."""

    external_id: str
    score: float


class Similar(BaseModel):
    """Look-alikes, nearest first."""

    items: list[SimilarLead]


async def known_lead(database: Database, workspace: Workspace, external_id: str, now: datetime) -> KnownLead:
    """That lead with everything that is known of it. Raises `NotFound`."""
    async with database.read() as connection:
        contract = await ContractStore(connection, workspace.id).current()
        store = SubjectStore(connection, workspace.id)
        subject = await store.get(external_id)
        identities, audiences = await store.identities(subject.lead.id), await store.memberships(subject.lead.id)
    attributes = _attributes(subject, contract, now.astimezone(ZoneInfo(workspace.timezone)))
    return KnownLead(**dict(subject.lead), attributes=attributes, identities=identities, audiences=audiences)


async def similar_to(
    database: Database, index: Index, search: Search, workspace: Workspace, external_id: str, limit: int
) -> list[SimilarLead]:
    """Its look-alikes, nearest first. Raises `NotFound`, also for a lead of whom nothing may be known."""
    async with database.read() as connection:
        lead = await LeadStore(connection, workspace.id).get(external_id)
    where = Filter(str(workspace.id))
    if not await index.retrieve("leads", where.workspace, [lead.id]):
        raise NotFound(
            "Nothing may be known of this lead for look-alikes: "
            "no profiling consent, or no attribute of the contract has a value.",
            code="lead.not_profiled",
        )
    hits = await search.similar(lead.id, where, limit)
    async with database.read() as connection:
        resembling = await LeadStore(connection, workspace.id).by_ids([hit.id for hit in hits])
    names = {one.id: one.external_id for one in resembling}
    return [SimilarLead(external_id=names[hit.id], score=round(hit.score, 4)) for hit in hits if hit.id in names]


def _attributes(subject: Subject, contract: Contract, now: datetime) -> list[LeadAttribute]:
    allowed = allowed_purposes(subject.lead.consents, now)
    return [
        LeadAttribute(
            name=name, value=known.value, origin=known.origin, basis=known.basis, use=use,
            purpose=purpose_of(contract, name), allowed=use != "forbidden" and purposes_of(contract, [name]) <= allowed,
        )
        for name, known in profile_of(subject, now).attributes.items()
        for use in (use_of(contract, name, known.origin),)
    ]  # fmt: skip
