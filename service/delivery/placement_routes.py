"""Banners and popups for sites: what stands in a placement, and which segment a visitor is in.

There are two kinds of answers. A shared one is the same for everybody who asks at that address, so caches may keep it:
it names the variant and its revision, and no decision, which would be one for many people and make every answer another
one. A personal one, for a lead that the site's server named by a token, is kept by nobody and names its decision.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import orjson
from fastapi import APIRouter, Body, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.auth import Wired
from service.delivery.caching import cache_headers, etag_of, unchanged
from service.delivery.desk import Answer
from service.delivery.doors import Door, token_of
from service.delivery.models import Ask
from service.delivery.origins import check_origin, cors, preflight
from service.delivery.segments import Segment, expires
from service.delivery.site_tokens import refuse_emails
from service.errors import Forbidden, NotFound, SobMedidaError
from service.query_route import QueryRoute
from service.types import Locale
from service.wiring import Services


class ReadableRoute(APIRoute):
    """Lets pages read what is wrong: a browser would tell them only that something is. Another site reads nothing."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def readable(request: Request) -> Response:
            try:
                return await answer(request)
            except SobMedidaError as error:
                if error.code == "origin.foreign":
                    raise
                headers = {**cors(request.headers.get("origin")), "Cache-Control": "no-store"}
                return JSONResponse(error.problem(), error.status, headers, "application/problem+json")

        return readable


class SharedRoute(ReadableRoute, QueryRoute):
    """The same, and as fast as a page view needs it."""


router = APIRouter(prefix="/v1", tags=["sites"], route_class=ReadableRoute)
_shared = APIRouter(route_class=SharedRoute)

MOST_AT_ONCE = 20
_FIELDS = ("headline", "body", "cta", "cta_url", "image_url", "alt", "html")

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


class _Asked(NamedTuple):
    """A request of a page, once its key is good for it."""

    door: Door
    origin: str | None
    contextual: bool


@_shared.get("/placements/{key}", summary="What stands in a placement", response_model=PlacementAnswer)
async def placement(
    request: Request,
    query: Annotated[PlacementQuery, Query()],
    key: Annotated[str, Path(description="The placement's own name.")],
) -> Response:
    """The same for everybody who asks at that address, so that caches may keep it. Unknown segments are as none, and
    so is a lead's for a browser that sends `Sec-GPC: 1`."""
    services: Services = request.app.state.services
    asked = _asked(request, services, query.key, request.headers.get("origin"), request.headers.get("sec-gpc"))
    now = services.clock().timestamp()
    context = _context(services, asked, query.segment, now)
    told, answer = await _answer(services, asked.door, key, context, query.locale)
    body = orjson.dumps(told)
    headers = {
        **cors(asked.origin, vary="Sec-GPC" if query.segment else ""),
        **cache_headers(**_holds(answer), now=now, personal=False, nothing=not told["show"]),
        "ETag": etag_of(body),
    }
    if unchanged(request.headers, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


router.include_router(_shared)  # before the others: finding a route takes longer the further down it stands


@router.post("/placements:batch", summary="Several placements at once", response_model=BatchAnswer)
async def batch(
    request: Request, body: BatchBody, services: Wired, opener: Key = None, origin: Origin = None, gpc: Gpc = None
) -> Response:
    """For a lead whom the site's server named: values are bound, and each answer has its decision. Never cached."""
    asked = _asked(request, services, opener, origin, gpc)
    now = services.clock().timestamp()
    lead = None
    if body.token and not asked.contextual:
        lead = services.visitors.lead_named(asked.door.workspace, body.token, now)
    context = _context(services, asked, body.segment or "", now)
    items = []
    for name in body.placements:
        try:
            told, answer = await _answer(services, asked.door, name, context, body.locale, lead)
            items.append(told | ({"decision_id": answer.decision} if answer and lead else {}))
        except NotFound:
            items.append(_nothing(name, None, "unknown_placement"))
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
    asked = _asked(request, services, opener, origin, gpc)
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


def _asked(request: Request, services: Services, key: str | None, origin: str | None, gpc: str | None) -> _Asked:
    if "@" in request.url.query or "%" in request.url.query:
        refuse_emails(request.query_params.values())
    door = services.doors.open(token_of(request.headers.get("authorization"), key))
    check_origin(origin, door.kind, door.origins)
    if door.kind != "publishable" and not door.may_place(None):
        raise Forbidden("This needs a publishable key, or one with the scope `serve`.")
    return _Asked(door, origin, gpc == "1")


def _context(services: Services, asked: _Asked, text: str, now: float) -> Sequence[str]:
    """What a segment says; to a visitor who wants to be known by nothing, only what the page said of itself."""
    segment: Segment | None = services.visitors.segments(asked.door.workspace).read(text, now) if text else None
    return segment.context if segment and not (asked.contextual and segment.known) else ()


async def _answer(
    services: Services,
    door: Door,
    name: str,
    context: Sequence[str],
    locale: Locale | None,
    lead: str | None = None,
) -> tuple[dict[str, Any], Answer | None]:
    """What to say, and the decision behind it. Raises `NotFound` for a placement that is not there."""
    found = services.shelf.placement(door.workspace, name)
    if found is None:
        if not services.shelf.begun:
            return _nothing(name, None, "starting"), None
        raise NotFound(f"There is no placement {name[:63]!r} in this workspace.", code="placement.unknown")
    ask = Ask(found.channel, name, recipient=lead, context=context)
    campaigns = _first(services, door.workspace, found.campaigns, locale)
    answer = await services.desk.answer(door.workspace, campaigns, ask)
    if answer is None or answer.choice.candidate is None:
        return _nothing(name, found.channel, answer.choice.reason if answer else "nothing_approved"), answer
    candidate = answer.choice.candidate
    return {
        **_nothing(name, found.channel, None),
        "show": True, "locale": candidate.locale, "campaign": answer.shelved.slug, "variant_id": candidate.variant,
        "revision": candidate.revision, "rung": answer.choice.rung,
        **{field: answer.outputs.get(field, "") for field in _FIELDS},
    }, answer  # fmt: skip


def _nothing(name: str, channel: str | None, reason: str | None) -> dict[str, Any]:
    return {
        "show": False, "reason": reason, "placement": name, "channel": channel or "banner", "locale": None,
        "campaign": None, "variant_id": None, "revision": None, "rung": "none", "decision_id": None,
        **dict.fromkeys(_FIELDS, ""),
    }  # fmt: skip


def _first(services: Services, workspace: UUID, slugs: Sequence[str], locale: Locale | None) -> Sequence[str]:
    """The campaigns, those in that language first."""
    if locale is None:
        return slugs
    spoken = {slug: services.shelf.campaign(workspace, slug) for slug in slugs}
    return sorted(slugs, key=lambda slug: (one := spoken[slug]) is None or one.locale != locale)


def _holds(answer: Answer | None) -> Mapping[str, Any]:
    """Whether it states facts, and until when it holds."""
    if answer is None:
        return {"factual": True, "closes": math.inf}
    candidate = answer.choice.candidate
    ends = (answer.shelved.closes, candidate.closes if candidate else math.inf)
    return {"factual": candidate is not None and candidate.factual, "closes": min(ends)}


def _private(told: Mapping[str, Any], origin: str | None) -> Response:
    headers = {**cors(origin), **cache_headers(factual=True, closes=0.0, now=0.0, personal=True)}
    return Response(orjson.dumps(told), media_type="application/json", headers=headers)
