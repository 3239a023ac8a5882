"""What stood on a campaign's shelf, as data: all that deciding looks at, named by its hash. Pure.

Copy is told by its revision, since a revision never changes; what was made ready of it is made again, with the settings
of that time.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import orjson

from service.delivery.models import Candidate, Shelved
from service.delivery.prepared import Prepared
from service.types import Locale

Prepare = Callable[[UUID, str, str, Locale], Prepared]
"""What is made ready of a variant's revision in a channel and a locale."""


def snapshot_of(shelved: Shelved) -> tuple[str, dict[str, Any]]:
    """The name of a shelf, and the shelf; equal shelves have equal names, whatever was made ready of their copy."""
    data = {
        "audiences": list(shelved.audiences), "closes": _finite(shelved.closes), "id": str(shelved.id),
        "live": shelved.live, "locale": shelved.locale, "opens": _finite(shelved.opens),
        "parents": dict(shelved.parents),
        "places": [
            {
                "audience": audience, "candidates": [_candidate(one) for one in candidates], "channel": channel,
                "locale": locale,
            }
            for (channel, locale), by_audience in shelved.candidates.items()
            for audience, candidates in by_audience.items()
        ],
        "settings": dict(shelved.settings), "slug": shelved.slug,
        "unknown_recipient": shelved.unknown_recipient, "workspace": str(shelved.workspace),
        **({"holdout": shelved.holdout} if shelved.holdout else {}),  # shelves of before there was one keep their names
    }  # fmt: skip
    return hashlib.sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest(), data


def shelved_from(data: Mapping[str, Any], prepare: Prepare) -> Shelved:
    """The shelf again, as far as deciding sees it."""
    candidates: dict[tuple[str, Locale], dict[str | None, list[Candidate]]] = {}
    for place in data["places"]:
        by_audience = candidates.setdefault((place["channel"], place["locale"]), {})
        by_audience[place["audience"]] = [_again(place, one, prepare) for one in place["candidates"]]
    return Shelved(
        id=UUID(data["id"]), slug=data["slug"], workspace=UUID(data["workspace"]), locale=data["locale"],
        live=data["live"], audiences=tuple(data["audiences"]), parents=dict(data["parents"]), candidates=candidates,
        opens=_moment(data["opens"], -math.inf), closes=_moment(data["closes"], math.inf),
        unknown_recipient=data["unknown_recipient"], settings=data["settings"],
        holdout=data.get("holdout", 0.0),
    )  # fmt: skip


def _candidate(one: Candidate) -> dict[str, Any]:
    return {
        "closes": _finite(one.closes), "evidence": [list(pair) for pair in one.evidence], "factual": one.factual,
        "opens": _finite(one.opens), "revision": one.revision, "variant": str(one.variant), "weight": one.weight,
    }  # fmt: skip


def _again(place: Mapping[str, Any], one: Mapping[str, Any], prepare: Prepare) -> Candidate:
    variant, channel, locale = UUID(one["variant"]), place["channel"], place["locale"]
    return Candidate(
        variant=variant, revision=one["revision"], audience=place["audience"], channel=channel, locale=locale,
        factual=one["factual"], prepared=prepare(variant, one["revision"], channel, locale),
        evidence=tuple((content_id, version) for content_id, version in one["evidence"]),
        opens=_moment(one["opens"], -math.inf), closes=_moment(one["closes"], math.inf), weight=one["weight"],
    )  # fmt: skip


def _finite(moment: float) -> float | None:
    """JSON has no infinity; what opens or closes never, says nothing."""
    return moment if math.isfinite(moment) else None


def _moment(told: float | None, otherwise: float) -> float:
    return otherwise if told is None else told
