"""A log of decisions to measure on: of a workspace as it is, or made on the sample shop by simulated readers.

Which of several texts a reader gets, a lot decides that is another one in every database, since ids are random. To
measure the same again, the sample's log is the first so many decisions of each text, and whether its reader clicks is
drawn from the run's seed and the decision's place in that count. Ids are in no result.
"""

from __future__ import annotations

import tomllib
import zlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

from evaluation.figures import Split
from evaluation.lab import Lab, sample_lab
from service.commands.api import Api
from service.delivery.outcome_models import MOST_OUTCOMES
from service.delivery.placement_routes import MOST_AT_ONCE
from service.delivery.site_tokens import make_token

SAMPLE = Path(__file__).parent / "sample" / "decisions.toml"
NEWEST = 2_000
"""So many of a workspace's decisions are looked at."""

_PAGE = 200
_TEN_MINUTES = 600
_ORIGIN = "https://casajatoba.example"


class Text(BaseModel):
    """A text of a place, and the share of its readers who click. Without a body the campaign has it already."""

    model_config = ConfigDict(extra="forbid")

    headline: str
    clicks: float
    body: str = ""
    cta: str = ""
    cta_content_id: str = ""


class Place(BaseModel):
    """Texts among which a lot decides; without an audience they are the control."""

    model_config = ConfigDict(extra="forbid")

    audience: str | None = None
    cases: int
    text: list[Text]

    @property
    def name(self) -> str:
        """What results call it."""
        return self.audience or "control"


class Case(NamedTuple):
    """The `number`-th decision for a text, whichever reader that was."""

    id: str
    place: Place
    text: Text
    number: int

    @property
    def split(self) -> Split:
        """Every other one is for choosing."""
        return "held-back" if self.number % 2 else "development"

    def clicked(self, seed: int) -> bool:
        """Whether its reader clicks."""
        random = np.random.default_rng([seed, zlib.crc32(self.id.encode())])
        return bool(random.random() < self.text.clicks)


class Simulated(BaseModel):
    """The sample's log as `decisions.toml` tells it."""

    model_config = ConfigDict(extra="forbid")

    campaign: str
    pages: int
    place: list[Place]

    def cases(self) -> Iterator[Case]:
        """What is looked at."""
        for place in self.place:
            for text in place.text:
                for number in range(place.cases):
                    yield Case(f"{place.name}/{text.headline}/{number + 1:02}", place, text, number)


class Entry(NamedTuple):
    """A decision as `GET /v1/decisions` lists it. `case` is what results call it, `named` what they call variants, both
    the same in every run; ids where it is a workspace's own. `split` is what the file says."""

    case: str
    row: Mapping[str, Any]
    named: Mapping[str, str]
    title: str = ""
    split: Split | None = None


def read_simulated() -> Simulated:
    """The sample's."""
    return Simulated.model_validate(tomllib.loads(SAMPLE.read_text(encoding="utf-8")))


async def logged(api: Api, newest: int = NEWEST) -> list[Mapping[str, Any]]:
    """A workspace's newest decisions with what became of them."""
    found: list[Mapping[str, Any]] = []
    asked: dict[str, Any] = {"limit": _PAGE, "outcomes": True}
    while len(found) < newest:
        page = await api.call("GET", "/v1/decisions", params=asked)
        found += page["items"]
        if page["next_cursor"] is None:
            break
        asked["cursor"] = page["next_cursor"]
    return found[:newest]


@asynccontextmanager
async def sample_log(lab: Lab, told: Simulated, seed: int) -> AsyncIterator[tuple[Lab, list[Entry], list[Entry]]]:
    """Another sample shop of the same parts, with live copy and a log: the decisions that are looked at, and the others
    that were made on the way to them. Raises `LotBroken`."""
    assert lab.parts is not None  # noqa: S101 - a sample's lab knows its parts
    with TemporaryDirectory() as folder:
        async with sample_lab(Path(folder), lab.parts, campaigns=True) as own:
            named = await _stocked(own.api, told)
            chosen = await _chosen(own, told, named)
            await _shown(own.api, chosen, seed)
            rows = {row["id"]: row for row in await logged(own.api, told.pages * 1_000)}
            entries = [Entry(case.id, rows.pop(id_), named, case.text.headline, case.split) for case, id_ in chosen]
            yield own, entries, [Entry("", row, named) for row in rows.values() if row["variant"] is not None]


class LotBroken(Exception):
    """A text came so rarely that no fair lot can be behind it."""


async def _stocked(api: Api, told: Simulated) -> dict[str, str]:
    """Approved copy for all places, and the pages to show it on; the headline of each variant."""
    for place in told.place:
        for text in place.text:
            if text.body:
                await _approved(api, told.campaign, place.audience, text)
    placement = {"name": "Guia", "channel": "banner", "campaigns": [told.campaign]}
    for page in _pages(told):
        await api.call("PUT", f"/v1/sites/placements/{page}", json=placement)
    listed = await api.call("GET", "/v1/variants", params={"campaign": told.campaign, "limit": _PAGE})
    return {one["id"]: one["fields"]["headline"] for one in listed["items"]}


async def _approved(api: Api, campaign: str, audience: str | None, text: Text) -> None:
    body = {
        "channel": "banner", "campaign": campaign, "fields": text.model_dump(exclude={"clicks"}),
        "brief": {"objective": text.headline, "content_ids": [text.cta_content_id]},
    } | ({"audience": audience} if audience else {})  # fmt: skip
    made = await api.call("POST", "/v1/variants", json=body)
    await api.call("POST", f"/v1/variants/{made['id']}/decisions", json={"decision": "approve"})


async def _chosen(lab: Lab, told: Simulated, named: Mapping[str, str]) -> list[tuple[Case, str]]:
    """All leads of the shop come to one page after another, until there are enough decisions of each text."""
    assert lab.services is not None  # noqa: S101 - a sample's lab runs in this process
    body = {"name": "evaluation", "kind": "publishable", "origins": [_ORIGIN]}
    key = (await lab.api.call("POST", "/v1/keys", json=body))["key"]
    secret = (await lab.api.call("GET", "/v1/keys/site-secret"))["secret"]
    leads = (await lab.api.call("GET", "/v1/leads", params={"limit": _PAGE}))["items"]
    await lab.services.shelf.catch_up()
    await lab.services.crowd.catch_up()
    expires, pages, drawn = int(lab.now.timestamp()) + _TEN_MINUTES, _pages(told), defaultdict[str, list[str]](list)
    wanted = {text.headline: place.cases for place in told.place for text in place.text}
    for start in range(0, len(pages), MOST_AT_ONCE):
        for lead in leads:
            asked = {
                "placements": pages[start : start + MOST_AT_ONCE],
                "token": make_token(secret, lead["external_id"], expires),
            }
            answer = await lab.api.call(
                "POST", "/v1/placements:batch", json=asked, headers={"Authorization": f"Bearer {key}"}
            )
            for one in answer["items"]:
                if one["show"]:
                    drawn[named[one["variant_id"]]].append(one["decision_id"])
        if all(len(drawn[headline]) >= count for headline, count in wanted.items()):
            return [(case, drawn[case.text.headline][case.number]) for case in told.cases()]
    missing = {headline: len(drawn[headline]) for headline, count in wanted.items() if len(drawn[headline]) < count}
    raise LotBroken(f"in {len(pages)} visits of {len(leads)} leads some texts came too rarely: {missing}")


async def _shown(api: Api, chosen: Sequence[tuple[Case, str]], seed: int) -> None:
    """What became of the chosen ones."""
    items: list[dict[str, Any]] = []
    for case, decision in chosen:
        kinds = ("exposure", "click") if case.clicked(seed) else ("exposure",)
        items += ({"decision_id": decision, "kind": kind, "id": f"{decision}/{kind}"} for kind in kinds)
    for start in range(0, len(items), MOST_OUTCOMES):
        await api.call("POST", "/v1/outcomes", json={"items": items[start : start + MOST_OUTCOMES]})


def _pages(told: Simulated) -> list[str]:
    return [f"pagina-{number + 1:02}" for number in range(told.pages)]
