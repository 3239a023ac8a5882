"""A campaign's outcomes for spreadsheets: a row a variant and rung, then those who were served and held out. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from service.delivery.outcome_models import HeldOut, OutcomeRow, Side
from service.imports.cells import neutralise
from service.variants.models import StoredVariant

_COUNTED = (
    "decisions", "views", "exposures", "clicks", "robot_clicks", "converted", "conversions", "unsubscribes", "bounces",
    "complaints",
)  # fmt: skip
_SIDES = ("decisions", "converted", "conversions")
_NAMED = ("row", "campaign", "channel", "locale", "audience", "rung", "variant_id", "angle", "leads")


def outcomes_csv(
    campaign: str, rows: Iterable[OutcomeRow], variants: Mapping[UUID, StoredVariant], held: HeldOut
) -> bytes:
    """The file. There is a column for what came in each currency that anything came in; what a row cannot know is
    empty and not 0."""
    rows = list(rows)
    sides = {"served": held.served, "holdout": held.held_out}
    brought = [*(row.revenue for row in rows), *(side.revenue for side in sides.values())]
    currencies = sorted({name for revenue in brought for name in revenue})
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*_NAMED, *_COUNTED, *(f"revenue_{name}" for name in currencies)])
    for row in rows:
        of = variants.get(row.variant_id)
        place = (of.channel, of.locale, of.audience_slug or "", row.rung) if of else ("", "", "", row.rung)
        named = ("variant", campaign, *place, str(row.variant_id), of.angle if of else "", "")
        counts = (str(getattr(row, name)) for name in _COUNTED)
        writer.writerow([*map(neutralise, named), *counts, *_money(row.revenue, currencies)])
    for name, side in sides.items():
        writer.writerow(_side(name, campaign, side, currencies))
    return text.getvalue().encode()


def _side(name: str, campaign: str, side: Side, currencies: list[str]) -> list[str]:
    rung = "none" if name == "holdout" else ""
    counts = (str(getattr(side, one)) if one in _SIDES else "" for one in _COUNTED)
    told = (name, campaign, "", "", "", rung, "", "", str(side.leads))
    return [*map(neutralise, told), *counts, *_money(side.revenue, currencies)]


def _money(revenue: Mapping[str, Decimal], currencies: Iterable[str]) -> list[str]:
    return [str(revenue.get(name, Decimal("0.00"))) for name in currencies]
