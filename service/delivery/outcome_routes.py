"""What became of decisions: pages tell it, servers tell it, and a campaign's report counts it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import AwareDatetime, TypeAdapter, ValidationError

from service.auth import Anyone, Ingest, Wired
from service.delivery.doors import Door, token_of
from service.delivery.origins import check_origin, cors, preflight
from service.delivery.outcome_csv import outcomes_csv
from service.delivery.outcome_models import (
    MOST_BEACONS,
    Beacon,
    OutcomeReport,
    OutcomesAccepted,
    OutcomesBody,
    outcome_row,
)
from service.delivery.placing import ReadableRoute
from service.delivery.reporting import counted
from service.delivery.result_models import Results
from service.errors import Fault, Forbidden, Invalid, TooLarge
from service.events.context import by_robot
from service.events.models import Robot
from service.imports.body import stream
from service.wiring import Services

router = APIRouter(prefix="/v1", tags=["outcomes"])
_pages = APIRouter(route_class=ReadableRoute)

MOST_BYTES = 64 << 10  # what browsers let a page send as it is left
AHEAD = timedelta(minutes=5)

Since = Annotated[AwareDatetime | None, Query(description="Of decisions made since then.")]

_BEACONS = TypeAdapter(list[Beacon])
_BODY = {
    "requestBody": {
        "required": True,
        "content": {name: {"schema": Beacon.model_json_schema()} for name in ("text/plain", "application/json")},
    }
}


@_pages.post("/beacons", summary="What pages tell of copy that was seen", status_code=204, openapi_extra=_BODY)
async def beacons(
    request: Request,
    services: Wired,
    opener: Annotated[str | None, Query(alias="key", max_length=200)] = None,
    origin: Annotated[str | None, Header(include_in_schema=False)] = None,
    user_agent: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """One or an array of up to 50, each with the page's `key`. What comes twice counts once; a robot's never counts."""
    told = _read(b"".join([part async for part in stream(request, MOST_BYTES)]))
    doors = [_door(request, services, beacon.key or opener, origin) for beacon in told]
    robot: Robot | None = "bot_agent" if by_robot({"userAgent": user_agent}) else None
    now = services.clock()
    for workspace in dict.fromkeys(door.workspace for door in doors):
        mine = [beacon for beacon, door in zip(told, doors, strict=True) if door.workspace == workspace]
        await services.views.take(workspace, mine, robot, now)
    return Response(status_code=204, headers={**cors(origin), "Cache-Control": "no-store"})


@router.options("/beacons", include_in_schema=False)
async def before_telling(request: Request) -> Response:
    """What a browser asks before it sends JSON as JSON."""
    return Response(status_code=204, headers=preflight(request.headers))


@router.post("/outcomes", summary="Say what became of decisions", status_code=202)
async def tell(body: OutcomesBody, services: Wired, caller: Ingest) -> OutcomesAccepted:
    """Each counts once by its kind and `id`, also where a page or an event told of it. 422 for what is yet to come."""
    now = services.clock()
    faults = [
        Fault(f"/items/{place}/at", "is in the future")
        for place, one in enumerate(body.items)
        if one.at is not None and one.at > now + AHEAD
    ]
    if faults:
        raise Invalid("An outcome cannot be told before it is there.", faults=faults)
    rows = [
        outcome_row(
            caller.workspace.id, one.decision_id, one.kind, one.id, "api", one.at or now, now, value=one.value,
            currency=one.currency, robot=one.robot,
        )
        for one in body.items
    ]  # fmt: skip
    await asyncio.gather(*(services.decisions.shown(row) for row in rows))
    return OutcomesAccepted(accepted=len(rows))


@router.get("/campaigns/{slug}/outcomes", summary="What became of what a campaign said")
async def report(slug: str, services: Wired, caller: Anyone, since: Since = None) -> OutcomeReport:
    """By variant and rung: decisions, exposures, people's clicks, conversions, revenue. Opens count for nothing. Beside
    it the leads that were held out."""
    found = await counted(services, caller.workspace.id, slug, since)
    return OutcomeReport(campaign=slug, items=list(found.rows), holdout=found.held)


@router.get(
    "/campaigns/{slug}/outcomes.csv", summary="The same for spreadsheets", response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)  # fmt: skip
async def file(slug: str, services: Wired, caller: Anyone, since: Since = None) -> Response:
    """A row a variant and rung with orders, revenue and unsubscribes, then one of all leads that were served and one of
    those that were held out."""
    found = await counted(services, caller.workspace.id, slug, since)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="{found.campaign.slug}-outcomes.csv"',
    }
    made = outcomes_csv(found.campaign.slug, found.rows, found.variants, found.held)
    return Response(made, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/campaigns/{slug}/results", summary="What follows from what became of it")
async def results(slug: str, services: Wired, caller: Anyone, since: Since = None) -> Results:
    """Rates with intervals for each variant, differences between those among which a lot decides, and what the campaign
    brings beside the leads that were held out. It tells when there is too little to tell."""
    return (await counted(services, caller.workspace.id, slug, since)).results


def _read(body: bytes) -> list[Beacon]:
    """Raises `Invalid` for what is no JSON, and as any body does for beacons that are none."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Invalid("The body is not JSON in UTF-8.") from None
    told = given if isinstance(given, list) else [given]
    if len(told) > MOST_BEACONS:
        raise TooLarge(f"At most {MOST_BEACONS} beacons go in one request.")
    try:
        return _BEACONS.validate_python(told)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from None


def _door(request: Request, services: Services, key: str | None, origin: str | None) -> Door:
    """What the key opens. Raises `Unauthorized` and `Forbidden` where it is not good for telling."""
    door = services.doors.open(token_of(request.headers.get("authorization"), key))
    check_origin(origin, door.kind, door.origins)
    if door.kind != "publishable" and not door.may_place(None):
        raise Forbidden("This needs a publishable key, or one with the scope `serve`.")
    return door


router.include_router(_pages)
