"""Whether texts are as long as their channel reads well."""

from __future__ import annotations

from collections.abc import Mapping

from evaluation.metrics.score import Score, share
from service.channels.base import Limit


def length_fit(fields: Mapping[str, str], limits: Mapping[str, Limit]) -> Score:
    """The share of fields within the advised length, or the hard one where none is advised; texts as readers see them,
    with fallbacks in the place of tokens."""
    told = {name: (limits[name].measure(text), limits[name].advised or limits[name].hard)
            for name, text in fields.items() if name in limits and text}  # fmt: skip
    over = [f"{name} {length}/{limit}" for name, (length, limit) in told.items() if length > limit]
    return share(
        len(told) - len(over), len(told), f"{len(told)} fields", f"too long: {', '.join(over) or 'none'}",
        "no field has a limit",
    )  # fmt: skip
