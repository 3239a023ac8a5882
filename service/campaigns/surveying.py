"""How ready a campaign is, from what this process has in memory and what lies in the records."""

from __future__ import annotations

import asyncio
from uuid import UUID

from service.campaigns.readiness import Readiness, alike, readiness
from service.campaigns.store import CampaignStore
from service.errors import Conflict
from service.variants.store import VariantStore, Wanted
from service.wiring import Services

READING_SECONDS = 10.0  # how long a report waits for leads that are still being read


async def surveyed(services: Services, workspace: UUID, slug: str) -> Readiness:
    """As if it were live now. Raises `NotFound`."""
    async with services.database.read() as connection:
        campaign = await CampaignStore(connection, workspace).get(slug)
        variants = await VariantStore(connection, workspace).all(Wanted(campaign=campaign.id))
        without = await CampaignStore(connection, workspace).without_control(campaign, services.clock())
    complete = await _all_read(services, workspace)
    shelved = services.shelf.campaign(workspace, slug)
    if shelved is None:
        raise Conflict("The campaign has changed at this very moment; ask again.", code="campaign.state")
    return readiness(
        campaign, shelved, alike(services.crowd.views(workspace)), variants, without, services.clock().timestamp(),
        complete=complete,
    )  # fmt: skip


async def _all_read(services: Services, workspace: UUID) -> bool:
    """Let shelf and crowd read what there is; whether all leads are in memory by then."""
    try:
        async with asyncio.timeout(READING_SECONDS):
            await services.shelf.catch_up()
            await services.crowd.catch_up()
            await services.crowd.loaded()
    except TimeoutError:
        pass
    return services.crowd.complete(workspace)
