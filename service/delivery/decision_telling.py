"""A decision told in words, in the three languages, from `decision_wordings.toml`. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from babel.dates import format_datetime
from babel.numbers import format_percent

from service.delivery.decision_models import Grounds, Rested
from service.types import LOCALES, Locale

_TEXTS = tomllib.loads((Path(__file__).parent / "decision_wordings.toml").read_text(encoding="utf-8"))
WORDS: Mapping[Locale, Mapping[str, str]] = {
    locale: {key: said[locale] for key, said in _TEXTS["words"].items()} for locale in LOCALES
}
REASONS: Mapping[Locale, Mapping[str, str]] = {
    locale: {key: said[locale] for key, said in _TEXTS["reasons"].items()} for locale in LOCALES
}


def words(
    told: Mapping[str, Any],
    at: datetime,
    grounds: Grounds | None,
    rested: Sequence[Rested],
    locale: Locale,
    *,
    got: str | None,
    consents: Sequence[str],
    values: Collection[str] | None,
) -> Iterator[str]:
    """Why, from top to bottom. `at` is the moment in the workspace's time zone, `got` the audience whose variant it
    was, `values` the names of what was bound, None where nobody knew who read."""
    said, babel = WORDS[locale], locale.replace("-", "_")
    when = format_datetime(at, "long", locale=babel)
    yield said["automatic"].format(at=when, campaign=told["campaign"])
    if told["rung"] == "none":
        yield said["nothing"].format(reason=REASONS[locale][told["reason"]])
    else:
        yield said[told["rung"]].format(name=got)
    if grounds is not None:
        yield from _grounds(grounds, said)
    if told["propensity"] < 1:
        yield said["share"].format(share=format_percent(told["propensity"], locale=babel))
    if told["alternative"]:
        yield said["alternative"].format(variant=told["alternative"])
    if values is None:
        yield said["nobody"]
    else:
        yield said["consents"].format(consents=", ".join(consents)) if consents else said["no_consents"]
        yield said["values"].format(names=", ".join(sorted(values))) if values else said["no_values"]
    if rested:
        yield said["rests_on"].format(items=", ".join(one.title or one.content_id for one in rested))


def _grounds(grounds: Grounds, said: Mapping[str, str]) -> Iterator[str]:
    if grounds.from_context:
        yield said["context"]
    elif grounds.reasons:
        yield said["because"].format(reasons="; ".join(reason.text for reason in grounds.reasons))
    else:
        yield said["no_longer"]
