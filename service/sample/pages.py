"""The sample shop's page, with two live banners, and what a shop's own server does for it: sign who is logged in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Query, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.commands.api import Api
from service.delivery.site_tokens import make_token
from service.errors import NotFound
from service.sample.campaigns import Visitor, visitors
from service.types import Clock

SHOP = Path(__file__).parent / "shop"
TEN_MINUTES = 600
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_KINDS = {"shop.css": "text/css", "shop.js": "text/javascript"}
_CONSENTS = ("granted", "denied", "contextual")


async def page_key(api: Api, folder: Path, origins: list[str]) -> str:
    """The page's publishable key, kept in the data folder; another one where the service has another address."""
    path = folder / "page-key"
    held = path.read_text().strip() if path.is_file() else ""
    keys = (await api.call("GET", "/v1/keys"))["items"]
    for key in keys:
        if not key["revoked_at"] and key["prefix"] == held[4:12] and set(origins) <= set(key["origins"]):
            return held
    body = {"name": "sample page", "kind": "publishable", "origins": origins}
    made: str = (await api.call("POST", "/v1/keys", json=body))["key"]
    path.write_text(made)
    return made


async def shop_routes(api: Api, folder: Path, origins: list[str], clock: Clock) -> APIRouter:
    """The page and its parts. Raises `SobMedidaError` where the service refuses the key."""
    key = await page_key(api, folder, origins)
    secret = (await api.call("GET", "/v1/keys/site-secret"))["secret"]
    return _routes(key, secret, clock)


def _routes(key: str, secret: str, clock: Clock) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    template = Environment(
        loader=FileSystemLoader(SHOP), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).get_template("shop.html.j2")

    @router.get("/examples/shop")
    async def shop(lead: str = "", consent: str = "granted") -> Response:
        told = template.render(
            key=key, visitors=visitors(), chosen=_visitor(lead) if lead else None,
            consent=consent if consent in _CONSENTS else "denied",
        )  # fmt: skip
        return Response(told, media_type="text/html", headers={"Content-Security-Policy": CSP, **_NEVER_KEPT})

    @router.get("/examples/shop/token")
    async def token(lead: str = Query(max_length=40)) -> Response:
        """A shop would sign whoever is logged in, and nobody else; here anybody may be one of the sample's visitors."""
        signed = make_token(secret, _visitor(lead).lead, int(clock().timestamp()) + TEN_MINUTES)
        return Response(signed, media_type="text/plain", headers=_NEVER_KEPT)

    @router.get("/examples/{name}")
    async def part(name: str) -> Response:
        if name not in _KINDS:
            raise NotFound("There is no such address here; see /docs.", code="route.unknown")
        return Response((SHOP / name).read_bytes(), media_type=_KINDS[name])

    return router


_NEVER_KEPT: dict[str, Any] = {"Cache-Control": "private, no-store"}


def _visitor(lead: str) -> Visitor:
    for one in visitors():
        if one.lead == lead:
            return one
    raise NotFound(f"{lead[:40]!r} is none of the sample's visitors.", code="lead.unknown")
