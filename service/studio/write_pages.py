"""Writing copy by hand: for a place of a campaign, or for a brief of its own."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from service.audiences.store import AudienceStore
from service.campaigns.store import CampaignStore
from service.channels.base import Channel
from service.channels.registry import CHANNELS
from service.content.store import ContentStore
from service.leads.contract import tokens
from service.leads.contract_store import ContractStore
from service.studio.rendering import page
from service.studio.visiting import Visiting
from service.types import LOCALES

router = APIRouter(prefix="/studio")

MOST_ITEMS = 200


@router.get("/write")
async def write(
    visit: Visiting,
    campaign: Annotated[str, Query(max_length=63)] = "",
    audience: Annotated[str, Query(max_length=63)] = "",
    channel: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """The form, with that campaign, audience and channel chosen where they are there."""
    visit.need("write")
    workspace = visit.workspace
    async with visit.services.database.read() as connection:
        campaigns = [one for one in await CampaignStore(connection, workspace.id).all() if one.status != "ended"]
        names = await AudienceStore(connection, workspace.id).names()
        items, _ = await ContentStore(connection, workspace.id).page(MOST_ITEMS, None)
        contract = await ContractStore(connection, workspace.id).current()
    chosen = next((one for one in campaigns if one.slug == campaign), None)
    channels = chosen.channels if chosen else list(CHANNELS)
    return page(
        visit, "write.html", campaigns=campaigns, audiences=names, items=items, channels=CHANNELS, locales=LOCALES,
        tokens={locale: tokens(contract, locale) for locale in LOCALES}, chosen=chosen, choices=_choices,
        audience=audience if chosen and audience in chosen.audiences else "",
        channel=channel if channel in channels else channels[0],
        locale=chosen.locale if chosen else workspace.default_locale,
    )  # fmt: skip


def _choices(channel: Channel) -> dict[str, Sequence[Any]]:
    """The fields that have a few words to choose among."""
    return {
        name: typing.get_args(field.annotation)
        for name, field in channel.fields.model_fields.items()
        if name not in channel.limits and name not in channel.links
    }
