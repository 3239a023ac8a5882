"""Banners and popups for sites: what stands in a placement, and which segment a visitor is in.

There are two kinds of answers. A shared one is the same for everybody who asks at that address, so caches may keep it:
it names the variant and its revision, and no decision, which would be one for many people and make every answer another
one. A personal one, for a lead that the site's server named by a token, is kept by nobody and names its decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Body, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.auth import Wired
from service.delivery.caching import cache_headers, etag_of, unchanged
from service.delivery.origins import cors, preflight
from service.delivery.placing import SharedRoute, asked_by, context_of, holds, nothing, stands_in
from service.delivery.segments import expires
from service.errors import NotFound
from service.query_route import QueryRoute
from service.types import Locale
from service.wiring import Services

router = APIRouter(prefix="/v1", tags=["sites"], route_class=SharedRoute)

MOST_AT_ONCE = 20

Key = Annotated[str | None, Query(alias="key", max_length=200, description="The publishable key of the page.")]
Origin = Annotated[str | None, Header(include_in_schema=False)]
Gpc = Annotated[str | None, Header(alias="Sec-GPC", description="`1`: nothing but the page itself chooses the copy.")]
PlacementKey = Annotated[str, StringConstraints(max_length=63)]
ContextValue = bool | float | Annotated[str, StringConstraints(max_length=200)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
SegmentText = Annotated[str, StringConstraints(max_length=1_000)]


class PlacementQuery(BaseModel):
    """Who asks, and what is known."""

    key: Annotated[str | None, Field(max_length=200, description="The publishable key of the page.")] = None
    segment: Annotated[str, Field(max_length=1_000, description="From `POST /v1/visitors/segment`.")] = ""
    locale: Annotated[Locale | None, Field(description="Campaigns in that language come first.")] = None


class PlacementAnswer(BaseModel):
    """What to show in a placement, or that nothing is to be shown and why. Texts are plain text; `html` is the same as
    escaped markup."""

    show: bool
    reason: str | None = Field(description="Why nothing is shown; null where something is.")
    placement: str
    channel: str
    locale: Locale | None = None
    campaign: str | None = None
    variant_id: UUID | None = None
    revision: str | None = None
    rung: str
    decision_id: UUID | None = Field(default=None, description="Of personal answers only; it goes into the beacons.")
    headline: str = ""
    body: str = ""
    cta: str = ""
    cta_url: str = ""
    image_url: str = ""
    alt: str = ""
    html: str = ""


class BatchBody(BaseModel):
    """Several placements of one page. With a `token` the answers are that lead's own."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"placements": ["home-hero", "home-side"], "segment": ""}]}
    )

    placements: Annotated[list[PlacementKey], Field(min_length=1, max_length=MOST_AT_ONCE)]
    token: Token | None = Field(default=None, description="Signed by the site's server; good for an hour at most.")
    segment: SegmentText | None = None
    locale: Locale | None = None


class BatchAnswer(BaseModel):
    """In the order in which they were asked for; a placement that is not there says so and spoils none."""

    items: list[PlacementAnswer]


class VisitorBody(BaseModel):
    """What is known of a visitor: a `token` of the site's server, or what the page says of itself."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"context": {"categoria_favorita": "cafe"}}]}
    )

    token: Token | None = None
    context: Annotated[dict[str, ContextValue], Field(max_length=20)] = Field(default_factory=dict)
    segment: SegmentText | None = Field(default=None, description="The one that the visitor had before.")


class VisitorSegment(BaseModel):
    """An opaque text for `segment=`; after `expires_at`, seconds since 1970, ask for another."""

    segment: str
    expires_at: float


@router.get("/placements/{key}", summary="What stands in a placement", response_model=PlacementAnswer)
async def placement(
    request: Request,
    query: Annotated[PlacementQuery, Query()],
    key: Annotated[str, Path(description="The placement's own name.")],
) -> Response:
    """The same for everybody who asks at that address, so that caches may keep it. Unknown segments are as none, and
    so is a lead's for a browser that sends `Sec-GPC: 1`."""
    services: Services = request.app.state.services
    asked = asked_by(request, services, query.key, request.headers.get("origin"), request.headers.get("sec-gpc"))
    now = services.clock().timestamp()
    context = context_of(services, asked, query.segment, now)
    told, answer = await stands_in(services, asked.door, key, context, query.locale)
    body = orjson.dumps(told)
    headers = {
        **cors(asked.origin, vary="Sec-GPC" if query.segment else ""),
        **cache_headers(**holds(answer), now=now, personal=False, nothing=not told["show"]),
        "ETag": etag_of(body),
    }
    if unchanged(request.headers, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


@router.post("/placements:batch", summary="Several placements at once", response_model=BatchAnswer)
async def batch(
    request: Request, body: BatchBody, services: Wired, opener: Key = None, origin: Origin = None, gpc: Gpc = None
) -> Response:
    """For a lead whom the site's server named: values are bound, and each answer has its decision. Never cached."""
    asked = asked_by(request, services, opener, origin, gpc)
    now = services.clock().timestamp()
    lead = None
    if body.token and not asked.contextual:
        lead = services.visitors.lead_named(asked.door.workspace, body.token, now)
    context = context_of(services, asked, body.segment or "", now)
    items = []
    for name in body.placements:
        try:
            told, answer = await stands_in(services, asked.door, name, context, body.locale, lead)
            items.append(told | ({"decision_id": answer.decision} if answer and lead else {}))
        except NotFound:
            items.append(nothing(name, None, "unknown_placement"))
    return _private({"items": items}, origin)


@router.post("/visitors/segment", summary="Which segment a visitor is in", response_model=VisitorSegment)
async def visitor_segment(
    request: Request,
    body: Annotated[VisitorBody, Body()],
    services: Wired,
    opener: Key = None,
    origin: Origin = None,
    gpc: Gpc = None,
) -> Response:
    """An opaque text, the same for all visitors of the same audiences, and another one every hour. Never cached."""
    asked = asked_by(request, services, opener, origin, gpc)
    workspace, now = asked.door.workspace, services.clock().timestamp()
    lead = services.visitors.lead_named(workspace, body.token, now) if body.token and not asked.contextual else None
    before = None if asked.contextual else body.segment
    segment = await services.visitors.segment(workspace, lead, body.context, before, now)
    text = services.visitors.segments(workspace).write(segment, now)
    return _private({"segment": text, "expires_at": expires(segment, now)}, origin)


@router.options("/placements/{key}", include_in_schema=False)
@router.options("/placements:batch", include_in_schema=False)
@router.options("/visitors/segment", include_in_schema=False)
async def before_asking(request: Request) -> Response:
    """What a browser asks before it asks."""
    return Response(status_code=204, headers=preflight(request.headers))


def _private(told: Mapping[str, Any], origin: str | None) -> Response:
    headers = {**cors(origin), **cache_headers(factual=True, closes=0.0, now=0.0, personal=True)}
    return Response(orjson.dumps(told), media_type="application/json", headers=headers)


def hot() -> list[QueryRoute]:
    """The routes that are asked for with each page view."""
    return [one for one in router.routes if isinstance(one, QueryRoute) and one.path == "/v1/placements/{key}"]
