"""What the sample shop shows in its pages, made through the API like anyone's: written, approved, launched."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from service.commands.api import Api
from service.errors import SobMedidaError

CAMPAIGNS = Path(__file__).parent / "data" / "campaigns.toml"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A lead that somebody who tries the page can be."""

    lead: str
    name: str
    note: str


@cache
def _told() -> Mapping[str, Any]:
    return tomllib.loads(CAMPAIGNS.read_text(encoding="utf-8"))


def visitors() -> Sequence[Visitor]:
    """Who looks at the sample page."""
    return tuple(Visitor(**one) for one in _told()["visitor"])


async def show(api: Api) -> None:
    """Audiences, campaigns with approved copy, and their placements; what is there and still stands is left as it is.
    Copy whose offer has other dates since this week began stands no longer, and is written again."""
    there = {one["slug"] for one in (await api.call("GET", "/v1/audiences"))["items"]}
    for audience in _told()["audience"]:
        if audience["slug"] not in there:
            await api.call("POST", "/v1/audiences", json=audience)
    for campaign in _told()["campaign"]:
        await _campaign(api, campaign)


async def _campaign(api: Api, told: Mapping[str, Any]) -> None:
    slug = told["slug"]
    body = {
        "slug": slug, "name": told["name"], "channels": ["banner"], "audiences": told["audiences"],
        "brief": {"objective": told["objective"]},
    }  # fmt: skip
    try:
        await api.call("POST", "/v1/campaigns", json=body)
    except SobMedidaError as error:
        if error.code != "campaign.exists":
            raise
    for copy in told["copy"]:
        await _copy(api, slug, copy)
    await api.call("POST", f"/v1/campaigns/{slug}/launch")
    placement = {"name": told["name"], "channel": "banner", "campaigns": [slug]}
    await api.call("PUT", f"/v1/sites/placements/{told['placement']}", json=placement)


async def _copy(api: Api, campaign: str, told: Mapping[str, Any]) -> None:
    """The copy for one audience, or for everybody, unless it is approved already."""
    audience = told.get("audience")
    whose = {"audience": audience} if audience else {"control": "true"}
    for status in ("live", "approved"):
        if (await api.call("GET", "/v1/variants", params={"campaign": campaign, "status": status, **whose}))["items"]:
            return
    fields = {name: text for name, text in told.items() if name != "audience"}
    body = {
        "channel": "banner", "campaign": campaign, "fields": fields,
        "brief": {"objective": told["headline"], "content_ids": [told["cta_content_id"]]},
    } | ({"audience": audience} if audience else {})  # fmt: skip
    made = await api.call("POST", "/v1/variants", json=body)
    if any(one["severity"] == "block" for one in made["findings"]):
        found = ", ".join(one["code"] for one in made["findings"])
        raise SobMedidaError(f"The sample copy {told['headline']!r} does not pass: {found}.", code="sample.broken")
    await api.call("POST", f"/v1/variants/{made['id']}/decisions", json={"decision": "approve"})
