"""What the routes for sites have in common: who may ask, what stands in a placement, and until when it holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from service.delivery.desk import Answer
from service.delivery.doors import Door, token_of
from service.delivery.models import Ask
from service.delivery.origins import check_origin, cors
from service.delivery.segments import Segment
from service.delivery.site_tokens import refuse_emails
from service.errors import Forbidden, NotFound, SobMedidaError
from service.query_route import QueryRoute
from service.types import Locale
from service.wiring import Services

_FIELDS = ("headline", "body", "cta", "cta_url", "image_url", "alt", "html")


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


class Asked(NamedTuple):
    """A request of a page, once its key is good for it."""

    door: Door
    origin: str | None
    contextual: bool


def asked_by(request: Request, services: Services, key: str | None, origin: str | None, gpc: str | None) -> Asked:
    """Raises `Unauthorized` and `Forbidden` where the key is not good for it, and `Invalid` for an e-mail address."""
    if "@" in request.url.query or "%" in request.url.query:
        refuse_emails(request.query_params.values())
    door = services.doors.open(token_of(request.headers.get("authorization"), key))
    check_origin(origin, door.kind, door.origins)
    if door.kind != "publishable" and not door.may_place(None):
        raise Forbidden("This needs a publishable key, or one with the scope `serve`.")
    return Asked(door, origin, gpc == "1")


def context_of(services: Services, asked: Asked, text: str, now: float) -> Sequence[str]:
    """What a segment says; to a visitor who wants to be known by nothing, only what the page said of itself."""
    segment: Segment | None = services.visitors.segments(asked.door.workspace).read(text, now) if text else None
    return segment.context if segment and not (asked.contextual and segment.known) else ()


async def stands_in(
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
            return nothing(name, None, "starting"), None
        raise NotFound(f"There is no placement {name[:63]!r} in this workspace.", code="placement.unknown")
    ask = Ask(found.channel, name, recipient=lead, context=context)
    campaigns = _first(services, door.workspace, found.campaigns, locale)
    answer = await services.desk.answer(door.workspace, campaigns, ask)
    if answer is None or answer.choice.candidate is None:
        return nothing(name, found.channel, answer.choice.reason if answer else "nothing_approved"), answer
    candidate = answer.choice.candidate
    return {
        **nothing(name, found.channel, None),
        "show": True, "locale": candidate.locale, "campaign": answer.shelved.slug, "variant_id": candidate.variant,
        "revision": candidate.revision, "rung": answer.choice.rung,
        **{field: answer.outputs.get(field, "") for field in _FIELDS},
    }, answer  # fmt: skip


def nothing(name: str, channel: str | None, reason: str | None) -> dict[str, Any]:
    """That nothing is to be shown, and why."""
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


def holds(answer: Answer | None) -> Mapping[str, Any]:
    """Whether it states facts, and until when it holds."""
    if answer is None:
        return {"factual": True, "closes": math.inf}
    candidate = answer.choice.candidate
    ends = (answer.shelved.closes, candidate.closes if candidate else math.inf)
    return {"factual": candidate is not None and candidate.factual, "closes": min(ends)}
