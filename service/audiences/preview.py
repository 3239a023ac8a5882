"""Who would be in an audience now, counted over all leads without keeping anything."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from service.audiences.conditions import checked
from service.audiences.judging import Judge, Seen, Sight
from service.audiences.members import MemberStore
from service.audiences.models import Audience, Condition, Reason
from service.audiences.reasons import in_words, reasons
from service.audiences.store import AudienceStore
from service.audiences.wordings import WORDINGS
from service.db.engine import Database
from service.leads.contract_store import ContractStore
from service.leads.store import LeadStore
from service.profile.attributes import selectable
from service.profile.store import SubjectStore
from service.types import Clock
from service.workspaces.models import Workspace

PAGE = 200
BREATH = 20  # leads looked at before others get a turn: some 3 ms
SAMPLE = 10
MOST_SHARING = 10
MOST_SECONDS = 20.0


class SampleMember(BaseModel):
    """A lead that would be a member, and why."""

    external_id: str
    reasons: list[Reason]


class Shared(BaseModel):
    """An audience, how many members it has, and how many `leads` of those looked at would be in both."""

    slug: str
    name: str
    leads: int
    members: int


class Preview(BaseModel):
    """`looked_at` of all `leads` were looked at: not all where it is `partial`, since time ran out, and the counts are
    those of random leads. `without_consent` did not allow the purposes that the condition's attributes need: they are
    no members, whatever is known of them. `in_parent` of the members are in the parent, where one was named. `words`
    say what the condition asks."""

    members: int = 0
    leads: int
    looked_at: int = 0
    partial: bool = False
    without_consent: int = 0
    in_parent: int | None = None
    attributes: list[str]
    purposes: list[str]
    note: str | None = None
    words: str = ""
    sample: list[SampleMember] | None = Field(
        default=None, description="Up to ten members. Null for keys without the scope `read`."
    )
    overlap: list[Shared] | None = Field(
        default=None, description="The audiences that share most with it, if they were asked for."
    )


async def preview(
    database: Database, workspace: Workspace, condition: Condition, parent: str | None, clock: Clock, *,
    with_sample: bool, most_seconds: float = MOST_SECONDS, with_overlap: bool = False, but: str | None = None,
) -> Preview:  # fmt: skip
    """Look at every lead, a few at a time so that nobody waits for it. `but` is the audience whose condition it is, and
    with which it overlaps in any case. Raises `Invalid` for a condition that cannot be used, `NotFound` for an unknown
    parent."""
    async with database.read() as connection:
        contract = await ContractStore(connection, workspace.id).current()
        checked(condition, selectable(contract))
        above = (
            Judge((await AudienceStore(connection, workspace.id).get(parent)).condition, contract) if parent else None
        )
        leads = await LeadStore(connection, workspace.id).count()
        audiences = [one for one in await AudienceStore(connection, workspace.id).all() if one.slug != but]
        sizes = await MemberStore(connection, workspace.id).counts() if with_overlap else {}
    judge = Judge(condition, contract)
    counter = _Counter(workspace, judge, above, leads, with_sample)
    sight = Sight(contract, workspace.policy, judge.attributes | (above.attributes if above else frozenset()))
    ends = asyncio.get_running_loop().time() + most_seconds
    last: UUID | None = None
    while True:
        async with database.read() as connection:
            page = await SubjectStore(connection, workspace.id).pages(last, PAGE)
            if page and with_overlap:
                ids = [subject.lead.id for subject in page]
                counter.of = await MemberStore(connection, workspace.id).of_leads(ids, [one.id for one in audiences])
        if not page:
            return counter.told(audiences, sizes if with_overlap else None)
        now = clock().astimezone(ZoneInfo(workspace.timezone))
        for place, subject in enumerate(page):
            if place % BREATH == 0:
                await asyncio.sleep(0)
            counter.count(sight.see(subject, now))
        last = page[-1].lead.id
        if asyncio.get_running_loop().time() > ends:
            counter.result.partial = counter.result.looked_at < leads
            return counter.told(audiences, sizes if with_overlap else None)


class _Counter:
    def __init__(self, workspace: Workspace, judge: Judge, above: Judge | None, leads: int, sample: bool) -> None:
        self._locale = workspace.default_locale
        self._judge = judge
        self._above = above
        self._shared = Counter[UUID]()
        self.of: Mapping[UUID, Collection[UUID]] = {}
        self.result = Preview(
            leads=leads, in_parent=None if above is None else 0, attributes=sorted(judge.attributes),
            purposes=sorted(judge.purposes), sample=[] if sample else None,
            note=None if judge.condition else WORDINGS[self._locale].words["everyone"],
            words=in_words(judge.condition, self._locale),
        )  # fmt: skip

    def count(self, seen: Seen) -> None:
        result = self.result
        result.looked_at += 1
        result.without_consent += not self._judge.may_ask(seen.allowed)
        if not self._judge.holds(seen.values, seen.allowed):
            return
        result.members += 1
        self._shared.update(self.of.get(seen.subject.lead.id, ()))
        if self._above is not None and result.in_parent is not None:
            result.in_parent += self._above.holds(seen.values, seen.allowed)
        if result.sample is not None and len(result.sample) < SAMPLE:
            why = reasons(self._judge.condition, seen.values, self._locale)
            result.sample.append(SampleMember(external_id=seen.subject.lead.external_id, reasons=why))

    def told(self, audiences: Sequence[Audience], sizes: Mapping[UUID, int] | None) -> Preview:
        """What was counted, with the audiences of those sizes, where they were asked for."""
        if sizes is not None:
            sharing = sorted(audiences, key=lambda one: -self._shared[one.id])[:MOST_SHARING]
            self.result.overlap = [
                Shared(slug=one.slug, name=one.name, leads=self._shared[one.id], members=sizes.get(one.id, 0))
                for one in sharing
                if self._shared[one.id]
            ]
        return self.result


async def explained(
    database: Database, workspace: Workspace, conditions: list[tuple[Condition, UUID]], now: datetime
) -> list[SampleMember | None]:
    """Why each of those conditions holds for the lead beside it, as of now; None for a lead that is gone."""
    async with database.read() as connection:
        contract = await ContractStore(connection, workspace.id).current()
        ids = list(dict.fromkeys(lead for _, lead in conditions))
        subjects = {one.lead.id: one for one in await SubjectStore(connection, workspace.id).by_ids(ids)}
    local = now.astimezone(ZoneInfo(workspace.timezone))
    sight = Sight(contract, workspace.policy)
    seen = {id_: sight.see(subject, local) for id_, subject in subjects.items()}
    return [
        SampleMember(
            external_id=seen[lead].subject.lead.external_id,
            reasons=reasons(condition, seen[lead].values, workspace.default_locale),
        )
        if lead in seen
        else None
        for condition, lead in conditions
    ]
