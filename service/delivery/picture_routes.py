"""Banners as pictures, for e-mails, feeds, and pages that run no script.

The same rules as for the placement itself: one that anybody gets may be kept by caches, and one for a lead whom the
site's server named is kept by nobody. What a content item's picture shows is never fetched; a picture holds words.
"""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from service.delivery.caching import cache_headers, etag_of, unchanged
from service.delivery.desk import Answer
from service.delivery.origins import cors, preflight
from service.delivery.pictures.colours import Palette
from service.delivery.pictures.drawing import Canvas, alternative
from service.delivery.pictures.kept import Form, Wanted
from service.delivery.placing import Asked, SharedRoute, asked_by, context_of, holds, stands_in
from service.errors import Invalid, Unauthorized
from service.types import Locale
from service.wiring import Services

router = APIRouter(prefix="/v1", tags=["sites"])
_shared = APIRouter(route_class=SharedRoute)

Size = Literal[
    "300x250", "728x90", "160x600", "300x600", "320x50", "320x100", "970x250", "1080x1080", "1080x1350", "1200x628"
]
"""The standard ones for pages and e-mails, then those of feeds."""
_ROLES = ("headline", "body", "cta")
_TYPES: dict[Form, str] = {"png": "image/png", "svg": "image/svg+xml"}
_TOLD = "Sobmedida-Alternative, Sobmedida-Variant, Sobmedida-Decision, Sobmedida-Reason"
_SAFE = {
    "Content-Security-Policy": "default-src 'none'",  # an SVG that is opened by itself is a page
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Expose-Headers": _TOLD,
}
_Colour = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{6}$", description="Six hexadecimal digits.")]


class PictureQuery(BaseModel):
    """Who asks, what is known, and what the picture is to look like."""

    key: Annotated[str | None, Field(max_length=200, description="The publishable key of the page.")] = None
    segment: Annotated[str, Field(max_length=1_000, description="From `POST /v1/visitors/segment`.")] = ""
    locale: Annotated[Locale | None, Field(description="Campaigns in that language come first.")] = None
    token: Annotated[
        str, Field(max_length=2_000, description="Signed by the site's server; binds the lead's values.")
    ] = ""
    size: Annotated[Size, Field(description="Width and height.")] = "300x250"
    scale: Annotated[int, Field(ge=1, le=2, description="2 draws a PNG of twice the pixels.")] = 1
    background: _Colour = "ffffff"
    accent: _Colour = "1f5135"


@_shared.get(
    "/placements/{key}/picture.{form}",
    summary="What stands in a placement, as a picture",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in _TYPES.values()}}},
)
async def picture(
    request: Request,
    query: Annotated[PictureQuery, Query()],
    key: Annotated[str, Path(description="The placement's own name.")],
    form: Annotated[Form, Path(description="`png` or `svg`.")],
) -> Response:
    """Nothing of the copy is ever cut: what does not fit is refused. Where there is nothing to show, the picture is
    empty. What it says is its alternative text too: in the SVG, and in `Sobmedida-Alternative`, percent-encoded."""
    if form not in _TYPES:
        raise Invalid("A picture is png or svg.", code="picture.form")
    services: Services = request.app.state.services
    asked = asked_by(request, services, query.key, request.headers.get("origin"), request.headers.get("sec-gpc"))
    drawn, answer = await _drawn(services, asked, key, form, query)
    told = answer.choice.candidate if answer else None
    now = services.clock().timestamp()
    headers = {
        **cors(asked.origin, vary="Sec-GPC" if query.segment or query.token else ""),
        **cache_headers(**holds(answer), now=now, personal=bool(query.token), nothing=told is None),
        **_SAFE,
        "ETag": etag_of(drawn),
        "Sobmedida-Alternative": quote(alternative(answer.outputs)) if told and answer else "",
        "Sobmedida-Reason": "" if told else (answer and answer.choice.reason) or "nothing_approved",
        "Sobmedida-Variant": str(told.variant) if told else "",
        **({"Sobmedida-Decision": str(answer.decision)} if query.token and answer else {}),
    }
    if unchanged(request.headers, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(drawn, media_type=_TYPES[form], headers=headers)


@router.options("/placements/{key}/picture.{form}", include_in_schema=False)
async def before_asking(request: Request) -> Response:
    """What a browser asks before it asks."""
    return Response(status_code=204, headers=preflight(request.headers))


async def _drawn(
    services: Services, asked: Asked, key: str, form: Form, query: PictureQuery
) -> tuple[bytes, Answer | None]:
    """The picture, and the decision behind it. Values that do not fit into it are not worth an empty place: such a lead
    gets what everybody gets."""
    context = context_of(services, asked, query.segment, services.clock().timestamp())
    lead = _lead(services, asked, query.token)
    _, answer = await stands_in(services, asked.door, key, context, query.locale, lead)
    wanted = _wanted(answer, form, query, bound=lead is not None)
    try:
        return await services.pictures.picture(wanted), answer
    except Invalid:
        if lead is None:
            raise
    _, answer = await stands_in(services, asked.door, key, context, query.locale)
    return await services.pictures.picture(_wanted(answer, form, query, bound=False)), answer


def _lead(services: Services, asked: Asked, token: str) -> str | None:
    """Whom the token names. An e-mail is opened when it is opened: one that is over names nobody."""
    if not token or asked.contextual:
        return None
    try:
        return services.visitors.lead_named(asked.door.workspace, token, services.clock().timestamp(), picture=True)
    except Unauthorized as error:
        if error.code != "token.expired":
            raise
        return None


def _wanted(answer: Answer | None, form: Form, query: PictureQuery, *, bound: bool) -> Wanted:
    width, height = map(int, query.size.split("x"))
    palette = Palette.of(query.background.lower(), query.accent.lower())
    canvas = Canvas(width, height, palette, query.scale if form == "png" else 1)
    candidate = answer.choice.candidate if answer else None
    if answer is None or candidate is None:
        return Wanted("", {}, "pt-BR", canvas, form)
    texts = {role: answer.outputs.get(role, "") for role in _ROLES}
    return Wanted(candidate.revision, texts, candidate.locale, canvas, form, bound=bound)


router.include_router(_shared)
