"""A variant as one reader would get it, through the same code as serving; nothing of it is kept or written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.campaigns.models import Campaign
from service.campaigns.store import CampaignStore
from service.channels.base import Channel, Fields
from service.channels.registry import channel as channel_named
from service.db.engine import Database
from service.delivery.crowd import CHANNELS, Crowd
from service.delivery.decide import WRITTEN_TO
from service.delivery.desk import bound
from service.delivery.models import Candidate, LeadView
from service.delivery.prepared import Prepared
from service.delivery.preparing import prepare
from service.errors import Invalid, NotFound
from service.generation.models import Evidence
from service.leads.models import ExternalId
from service.review.coverage import MOST_CASES, OverLimit
from service.review.covering import covered
from service.review.inspect import fields_of
from service.review.models import GivenFields
from service.types import Clock, Locale
from service.variants.models import StoredVariant
from service.variants.store import VariantStore
from service.workspaces.models import Workspace

As = Literal["nobody", "lead", "case"]


class RenderingBody(BaseModel):
    """Whom to show a variant to: a `lead`, a `case` of its hardest ones by its place in `coverage`, or nobody known.
    `fields` stand in for those that are kept."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"fields": {"subject": "Café coado, passo a passo"}}]}
    )

    fields: GivenFields | None = None
    lead: ExternalId | None = None
    case: Annotated[int, Field(ge=0, lt=MOST_CASES)] | None = None

    @model_validator(mode="after")
    def _one_reader(self) -> Self:
        if self.lead is not None and self.case is not None:
            raise ValueError("name a `lead` or a `case`, not both")
        return self


class RenderingAnswer(BaseModel):
    """The copy as that reader gets it. `outputs` are what is served, `html` how it looks, `values` what was bound.
    `sends` is false for a lead who may not be written to. `over` names texts that are too long so: for a lead the
    fallbacks are served instead."""

    channel: str
    locale: str
    reader: As
    sender: str
    values: dict[str, str]
    outputs: dict[str, str]
    html: str
    sends: bool
    over: list[OverLimit]


@dataclass(frozen=True, slots=True)
class Shown:
    """A variant's own words, or others in their place, ready to be bound, with the parts they are made of."""

    stored: StoredVariant
    channel: Channel
    fields: Fields
    prepared: Prepared
    campaign: Campaign | None

    @property
    def locale(self) -> Locale:
        """The language it is in."""
        return cast("Locale", self.stored.locale)

    @property
    def candidate(self) -> Candidate:
        """The same as serving has it."""
        one = self.stored
        return Candidate(one.id, one.revision, one.audience_slug, one.channel, self.locale, True, self.prepared)


@dataclass(frozen=True, slots=True)
class Rendering:
    """Shows one workspace's variants."""

    database: Database
    crowd: Crowd
    clock: Clock
    workspace: Workspace

    async def render(self, variant: UUID, body: RenderingBody) -> RenderingAnswer:
        """That variant for that reader. Raises `NotFound`, or `Invalid` for fields that cannot be rendered."""
        async with self.database.read() as connection:
            stored = await VariantStore(connection, self.workspace.id).get(variant)
        return await self.shown(await self.ready(stored, body.fields), body)

    async def ready(
        self, stored: StoredVariant, fields: Mapping[str, object] | None = None, platform: str | None = None
    ) -> Shown:
        """The variant as it would lie on the shelf; `fields` stand in for its own."""
        channel = channel_named(stored.channel)
        parsed = fields_of(channel, {**stored.fields, **(fields or {})})
        campaign = None
        if stored.campaign_id is not None:
            async with self.database.read() as connection:
                campaign = await CampaignStore(connection, self.workspace.id).by_id(stored.campaign_id)
        delivery = self.workspace.delivery.marking(campaign.settings.utm if campaign else {})
        prepared = prepare(
            channel, cast("Locale", stored.locale), parsed.model_dump(), stored.evidence, variant=stored.id,
            campaign=campaign.slug if campaign else "sobmedida", workspace_name=self.workspace.name, delivery=delivery,
            platform=platform or (campaign.settings.platform if campaign else None),
        )  # fmt: skip
        return Shown(stored, channel, parsed, prepared, campaign)

    async def shown(self, shown: Shown, body: RenderingBody) -> RenderingAnswer:
        """What that reader gets of it."""
        if body.lead is not None:
            return await self._for_lead(shown, body.lead)
        if body.case is None:
            return self._answer(shown, "nobody", {}, shown.prepared.bind({}))
        async with self.database.read() as connection:
            cases = (await covered(connection, self.workspace.id, shown.stored, self.clock())).cases
        if body.case >= len(cases):
            raise Invalid(f"It has {len(cases)} hard cases; the first is 0.", code="rendering.case")
        values = cases[body.case].values
        return self._answer(shown, "case", values, shown.prepared.bind(values))

    async def lead(self, external_id: str) -> LeadView:
        """That lead as serving knows it. Raises `NotFound`."""
        await self.crowd.catch_up()
        view = await self.crowd.find(self.workspace.id, external_id, self.clock().timestamp())
        if view is None:
            raise NotFound(f"There is no lead {external_id[:80]!r} in this workspace.", code="lead.unknown")
        return view

    async def _for_lead(self, shown: Shown, external_id: str) -> RenderingAnswer:
        view = await self.lead(external_id)
        outputs, values = bound(shown.candidate, view)
        sends = shown.channel.name not in WRITTEN_TO or shown.channel.name in view.may
        told = view.values.get(shown.channel.name, {}) if shown.channel.name in CHANNELS else {}
        return self._answer(shown, "lead", values, outputs, asked=told, sends=sends)

    def _answer(
        self, shown: Shown, reader: As, values: Mapping[str, str], outputs: Mapping[str, str], *,
        asked: Mapping[str, str] | None = None, sends: bool = True,
    ) -> RenderingAnswer:  # fmt: skip
        evidence = [Evidence.model_validate(one) for one in shown.stored.evidence]
        named = shown.prepared.tokens
        texts = shown.channel.preview(shown.fields, values if asked is None else asked, evidence)
        return RenderingAnswer(
            channel=shown.channel.name, locale=shown.locale, reader=reader, sender=self.workspace.name,
            values={name: value for name, value in values.items() if name in named}, outputs=dict(outputs),
            html=outputs.get("html") or self._html(shown, outputs), sends=sends,
            over=[OverLimit(**one._asdict()) for one in shown.channel.over(texts)],
        )  # fmt: skip

    def _html(self, shown: Shown, outputs: Mapping[str, str]) -> str:
        """How channels look that are served as texts alone."""
        preview: dict[str, Any] = {**outputs, **shown.channel.adds(outputs), "sender": self.workspace.name}
        return shown.channel.html(preview, shown.locale)
