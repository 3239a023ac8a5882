"""Copy that people write: the same checks as for everything else, before anything is kept.

Copy is checked against the content of its brief, as `POST /v1/checks` would, and an edit also against what the copy
rested on before. Whatever is found stays with the draft; what blocks is in the way of an approval only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from retrieval.search import Mode, Search
from service.campaigns.models import Campaign
from service.campaigns.store import CampaignStore
from service.channels.base import Channel, Fields
from service.channels.registry import channel as channel_named
from service.checks.copy import Private
from service.checks.ledger import statements, window
from service.checks.run import examine
from service.db.engine import Database
from service.errors import Fault, Invalid, NothingToSay
from service.generation.evidence import gather, still_there
from service.generation.models import Brief, Citation, Evidence, GenerateRequest, Provenance, Variant
from service.generation.reader import Reader, reader_of
from service.leads.contract import Known, tokens
from service.leads.contract_store import ContractStore
from service.leads.store import LeadStore
from service.review.inspect import copy_of, fields_of
from service.review.models import HumanCopy
from service.types import Locale
from service.variants.models import Place, StoredVariant, Written
from service.variants.resting import revision_of
from service.variants.store import NewVariant, VariantStore, insert_many, resting, scope_of
from service.workspaces.models import Workspace

ANGLE = "human"


@dataclass(frozen=True, slots=True)
class Checking:
    """What checking copy takes, at one moment. `mode` is how sources are looked for."""

    database: Database
    search: Search
    workspace: Workspace
    now: datetime
    mode: Mode = "hybrid"

    async def new(
        self, channel_name: str, locale: str | None, given: Mapping[str, object], brief: Brief
    ) -> tuple[Reader, Variant]:
        """Somebody's own copy as a variant, checked. Raises `Invalid` where it has not the channel's form."""
        channel = channel_named(channel_name)
        fields = fields_of(channel, given)
        request = GenerateRequest.model_validate(
            {"brief": brief, "channel": channel_name, "locale": locale, "audience": {}}
        )
        reader = await reader_of(self.database, self.workspace, request, self._local)
        evidence = await self._found(reader, self._brief(channel, fields, brief))
        made = Provenance(
            generator="human", model=None, prompt="", contract_version=reader.contract_version, created_at=self.now
        )
        return reader, self._variant(uuid4(), ANGLE, channel, fields, reader, evidence, brief, made)

    async def again(self, stored: StoredVariant, given: Mapping[str, object]) -> Variant:
        """A variant with those of its fields changed, checked as it would be read now. Raises `Invalid`."""
        channel = channel_named(stored.channel)
        fields = fields_of(channel, {**stored.fields, **given})
        brief = Brief.model_validate(stored.brief)
        reader = await reader_of_stored(self.database, self.workspace, stored, self._local)
        evidence = await self._found(reader, self._brief(channel, fields, brief))
        before = sorted({one["content_id"] for one in stored.evidence} | set(channel.references(fields).values()))
        if before and (not brief.content_ids or set(before) <= set(brief.content_ids)):
            narrowed = Brief(objective=self._brief(channel, fields, brief).objective, content_ids=before[:50])
            evidence = _together(evidence, await self._found(reader, narrowed))
        rested_on = await still_there(self.database, self.workspace, _supporting(stored), self._local)
        evidence = _together(evidence, rested_on)  # whatever else is found: a comma takes no source away
        made = Provenance.model_validate(
            {**stored.provenance, "generator": "human", "contract_version": reader.contract_version}
        ).model_copy(update={"created_at": self.now})
        return self._variant(
            stored.id, stored.angle, channel, fields, reader, evidence, brief, made, _cited(stored, evidence)
        )

    @property
    def _local(self) -> datetime:
        return self.now.astimezone(ZoneInfo(self.workspace.timezone))

    @staticmethod
    def _brief(channel: Channel, fields: Fields, brief: Brief) -> Brief:
        """The brief with the copy's own words to look for."""
        words = " ".join(channel.texts(fields).values())[:500].strip() or "-"
        return brief.model_copy(update={"objective": words})

    async def _found(self, reader: Reader, brief: Brief) -> Sequence[Evidence]:
        try:
            return await gather(self.database, self.search, self.workspace, reader, brief, self._local, self.mode)
        except NothingToSay:
            return ()

    def _variant(
        self, id_: UUID, angle: str, channel: Channel, fields: Fields, reader: Reader, evidence: Sequence[Evidence],
        brief: Brief, made: Provenance, citations: Sequence[Citation] = (),
    ) -> Variant:  # fmt: skip
        copy = copy_of(channel, fields, self.workspace, reader, evidence, self._local, brief.objective)
        found = examine(copy)
        claims = [*found.claims, *statements(copy, citations)]
        true_from, true_until = window(claims)
        return Variant(
            id=id_, angle=angle, channel=channel.name, locale=reader.locale, fields=fields.model_dump(),
            preview=channel.preview(fields, reader.values, evidence), claims=claims, findings=found.findings,
            evidence=list(evidence), provenance=made, true_from=true_from, true_until=true_until,
        )  # fmt: skip


async def reader_of_stored(database: Database, workspace: Workspace, stored: StoredVariant, now: datetime) -> Reader:
    """Whom a stored variant is for: the lead as known now, or the words that its writer knew, as far as the contract
    still lets them be used."""
    async with database.read() as connection:
        contract = await ContractStore(connection, workspace.id).current()
        leads = await LeadStore(connection, workspace.id).by_ids([stored.lead_id]) if stored.lead_id else []
    if leads:
        request = GenerateRequest.model_validate(
            {"brief": stored.brief, "channel": stored.channel, "locale": stored.locale, "lead": leads[0].external_id}
        )
        return await reader_of(database, workspace, request, now)
    locale, uses = cast("Locale", stored.locale), contract.uses
    select, imply = (
        {name: word for name, word in (stored.audience.get(use) or {}).items() if uses.get(name) in (use, "imply")}
        for use in ("select", "imply")
    )
    known = Known(select=select, imply=imply)
    return Reader(locale, known, tokens(contract, locale), {}, Private({}, uses), contract.version)


async def write_down(
    database: Database, search: Search, workspace: Workspace, body: HumanCopy, author: str, now: datetime
) -> StoredVariant:
    """Keep somebody's own copy as a draft, with whatever was found. Raises `NotFound` for an unknown campaign, and
    `Invalid` for a place that it does not have."""
    campaign = None
    if body.campaign is not None:
        async with database.read() as connection:
            campaign = await CampaignStore(connection, workspace.id).get(body.campaign)
        _belongs(body, campaign)
    brief = body.brief or (campaign.brief if campaign else None)
    assert brief is not None  # noqa: S101 - the body names one of the two
    locale = body.locale or (campaign.locale if campaign else None)
    reader, variant = await Checking(database, search, workspace, now).new(body.channel, locale, body.fields, brief)
    place = Place(campaign.id, body.audience) if campaign else None
    async with database.write() as connection:
        await insert_many(
            connection, [NewVariant(workspace.id, None, brief, reader.audience(), variant, place, author)]
        )
        return await VariantStore(connection, workspace.id).get(variant.id)


def _belongs(body: HumanCopy, campaign: Campaign) -> None:
    wrong = []
    if body.channel not in campaign.channels:
        wrong.append(Fault("/channel", f"the campaign has: {', '.join(campaign.channels)}"))
    if body.audience is not None and body.audience not in campaign.audiences:
        wrong.append(Fault("/audience", f"the campaign has: {', '.join(campaign.audiences) or 'none'}"))
    if wrong:
        told = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in wrong)
        raise Invalid(f"{campaign.slug!r} has no such place: {told}.", code="variant.place", faults=wrong)


def written_of(workspace: UUID, stored: StoredVariant, variant: Variant, author: str) -> Written:
    """What a variant that is kept becomes with those words."""
    groups = resting(variant)
    place = Place(stored.campaign_id, stored.audience_slug) if stored.campaign_id else None
    scope = scope_of(workspace, Brief.model_validate(stored.brief), stored.audience, variant, place)
    told = variant.model_dump(mode="json", include={"fields", "claims", "findings", "evidence", "provenance"})
    return Written(
        revision=revision_of(scope, variant.fields, groups), angle=variant.angle,
        rests_on=[[rest.model_dump(mode="json") for rest in group] for group in groups],
        true_from=variant.true_from, true_until=variant.true_until, generator=variant.provenance.generator,
        author=author, **told,
    )  # fmt: skip


def _together(first: Sequence[Evidence], more: Sequence[Evidence]) -> list[Evidence]:
    """Both, none twice, each with an id of its own."""
    known = {(one.kind, one.content_id, one.passage): one for one in (*more, *first)}
    numbered: dict[str, int] = {}
    found = []
    for one in sorted(known.values(), key=lambda one: (one.kind == "offer", -one.score)):
        letter = "o" if one.kind == "offer" else "e"
        numbered[letter] = numbered.get(letter, 0) + 1
        found.append(one.model_copy(update={"id": f"{letter}{numbered[letter]}"}))
    return found


def _supporting(stored: StoredVariant) -> list[Evidence]:
    """The passages that its claims rest on: themselves, or of the offers that say so."""
    ids = {support["evidence"] for claim in stored.claims for support in claim["support"]}
    offers = {one["content_id"] for one in stored.evidence if one["id"] in ids and one["kind"] == "offer"}
    found = (Evidence.model_validate(one) for one in stored.evidence if one["kind"] == "passage")
    return [one for one in found if one.id in ids or one.content_id in offers]


def _cited(stored: StoredVariant, evidence: Sequence[Evidence]) -> list[Citation]:
    """What the copy's first writer cited, by the ids of today."""
    found = []
    for claim in stored.claims:
        if claim["kind"] == "statement":
            named = {one["content_id"] for one in claim["support"]}
            ids = [one.id for one in evidence if one.content_id in named]
            found.append(Citation(text=claim["text"], evidence=ids))
    return found
