"""Results: all campaigns beside each other, and what follows from one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from service.audiences.store import AudienceStore
from service.campaigns.store import CampaignStore
from service.delivery.outcome_store import OutcomeStore
from service.delivery.reporting import counted
from service.delivery.result_models import PlaceResult, Results
from service.delivery.summary import WEEKS, starts_of, summaries
from service.studio.rendering import page
from service.studio.visiting import Visiting

router = APIRouter(prefix="/studio")

Days = Annotated[Literal["all", "7", "28"], Query()]


@router.get("/results")
async def all_(visit: Visiting) -> HTMLResponse:
    """Every campaign that said something in the last weeks, then those that did not."""
    await visit.services.taker.caught_up()
    async with visit.services.database.read() as connection:
        campaigns = await CampaignStore(connection, visit.workspace.id).all()
        rows = await OutcomeStore(connection, visit.workspace.id).weeks(starts_of(visit.services.clock()))
    found = summaries(rows)
    told = [(one, found[one.id]) for one in campaigns if one.id in found]
    silent = [one for one in campaigns if one.id not in found]
    return page(visit, "results.html", told=told, silent=silent, weeks=WEEKS)


@router.get("/campaigns/{slug}/results")
async def one(slug: str, visit: Visiting, days: Days = "all") -> HTMLResponse:
    """What it brought, by audience and variant, and what to do next."""
    since = _since(days, visit.services.clock())
    found = await counted(visit.services, visit.workspace.id, slug, since)
    async with visit.services.database.read() as connection:
        names = {one.slug: one.name for one in await AudienceStore(connection, visit.workspace.id).all()}
    results = found.results
    return page(
        visit, "campaign_results.html", campaign=found.campaign, results=results, names=names, days=days, since=since,
        highest=_highest(results), places=list(_told(results)),
    )  # fmt: skip


def _since(days: str, now: datetime) -> datetime | None:
    return None if days == "all" else now - timedelta(days=int(days))


def _told(results: Results) -> Iterator[PlaceResult]:
    """Those of which something was shown come first."""
    yield from sorted(results.places, key=lambda one: one.clicks.of == 0)


def _highest(results: Results) -> float:
    """How far the axes of all plots go, so that they can be compared by eye: a round figure above everything."""
    highs = [rate.high or 0.0 for place in results.places for one in place.variants for rate in (one.clicks,)]
    top = max(highs, default=0.0)
    for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5):
        if top <= step:
            return step
    return 1.0
