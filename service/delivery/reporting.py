"""What a campaign's reports are made of: everything that was answered until now, counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from service.campaigns.models import Campaign
from service.campaigns.store import CampaignStore
from service.delivery.outcome_models import HeldOut, OutcomeRow
from service.delivery.outcome_store import OutcomeStore
from service.delivery.result_models import Results
from service.delivery.results import results_of
from service.variants.models import StoredVariant
from service.variants.store import VariantStore
from service.wiring import Services


class Counted(NamedTuple):
    """A campaign, what became of what it said, the variants that said it, and who was held out."""

    campaign: Campaign
    rows: Sequence[OutcomeRow]
    variants: Mapping[UUID, StoredVariant]
    held: HeldOut

    @property
    def results(self) -> Results:
        """What follows from it."""
        return results_of(self.campaign.slug, self.rows, self.variants, self.held)


async def counted(services: Services, workspace: UUID, slug: str, since: datetime | None = None) -> Counted:
    """Of decisions made since then. Raises `NotFound`."""
    await services.taker.caught_up()
    async with services.database.read() as connection:
        campaign = await CampaignStore(connection, workspace).get(slug)
        store = OutcomeStore(connection, workspace)
        rows = await store.report(campaign.id, since)
        held = await store.held_out(campaign.id, since)
        variants = await VariantStore(connection, workspace).by_ids(list({row.variant_id for row in rows}))
    return Counted(campaign, rows, {one.id: one for one in variants}, held)
