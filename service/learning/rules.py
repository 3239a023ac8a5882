"""Fit and intent by rules, for workspaces without history: flat lists of small functions, each worth some points.

Fit adds up to 100: how far along the funnel (40), in how many channels the lead may be reached (20), orders in the last
year (20), and how much of what the contract lets choose is known (20). Intent adds up to 100: the last visit (30), a
cart (25), visits in 30 days (24) and clicks in e-mails in 90 days (21).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from service.leads.contract import Contract
from service.learning.models import Reason, Score
from service.learning.wording import fact_in_words, number_in_words
from service.profile.models import Value
from service.types import Locale

MOST_REASONS = 3
_STAGES = {"evangelist": 40, "customer": 35, "opportunity": 30, "sql": 25, "mql": 20, "lead": 10, "subscriber": 5}
_CHANNELS = ("may_email", "may_sms", "may_whatsapp", "may_push")
_FRESH_CART_HOURS = 72

Values = Mapping[str, Value]
Rule = Callable[[Values, Contract, Locale], Score]


class Points(NamedTuple):
    """What one rule gives: for which attribute, with what value, how many points."""

    attribute: str
    value: float | str
    points: float


def fit(values: Values, contract: Contract, locale: Locale) -> Score:
    """How well the lead suits the business, from what may be known of it."""
    known = _completeness(values, contract)
    found = [rule(values) for rule in (_stage, _reach, _orders)] + [known]
    return _score([points for points in found if points], contract, locale)


def intent(values: Values, contract: Contract, locale: Locale) -> Score:
    """How likely the lead is to act now, from what it did."""
    rules: Sequence[Callable[[Values], Points | None]] = (_last_visit, _cart, _visits, _clicks)
    return _score([points for rule in rules if (points := rule(values))], contract, locale)


def _stage(values: Values) -> Points | None:
    stage = values.get("funnel_stage")
    return Points("funnel_stage", str(stage), points) if (points := _STAGES.get(str(stage), 0)) else None


def _reach(values: Values) -> Points | None:
    channels = sum(values.get(name) is True for name in _CHANNELS)
    return Points("channels", float(channels), min(20, 10 * channels)) if channels else None


def _orders(values: Values) -> Points | None:
    return _each(values, "orders_365d", 5, 20)


def _completeness(values: Values, contract: Contract) -> Points | None:
    useful = [name for name, attribute in contract.attributes.items() if attribute.use in ("select", "imply")]
    known = [name for name in useful if name in values]
    return Points("known", float(len(known)), 20 * len(known) / len(useful)) if known else None


def _last_visit(values: Values) -> Points | None:
    days = _number(values, "days_since_last_visit")
    if days is None or days > 30:
        return None
    return Points("days_since_last_visit", days, 30 if days <= 1 else 20 if days <= 7 else 10)


def _cart(values: Values) -> Points | None:
    items, age = _number(values, "cart_items"), _number(values, "cart_age_hours")
    if not items:
        return None
    return Points("cart_items", items, 25 if age is not None and age <= _FRESH_CART_HOURS else 10)


def _visits(values: Values) -> Points | None:
    return _each(values, "visits_30d", 3, 24)


def _clicks(values: Values) -> Points | None:
    return _each(values, "email_clicks_90d", 7, 21)


def _each(values: Values, name: str, points: int, most: int) -> Points | None:
    count = _number(values, name)
    return Points(name, count, min(points * count, most)) if count and count > 0 else None


def _number(values: Values, name: str) -> float | None:
    value = values.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _score(found: Sequence[Points], contract: Contract, locale: Locale) -> Score:
    best = sorted(found, key=lambda points: -points.points)[:MOST_REASONS]
    return Score(
        value=round(sum(points.points for points in found), 1),
        model="rules",
        reasons=[
            Reason(attribute=one.attribute, points=round(one.points, 1), text=_told(one, contract, locale))
            for one in best
        ],
    )


def _told(points: Points, contract: Contract, locale: Locale) -> str:
    """`pedidos em 365 dias: 4 (+20 pontos)`"""
    told = fact_in_words(points.attribute, points.value, locale, contract)
    return f"{told} ({points_in_words(points.points, locale)})"


def points_in_words(points: float, locale: Locale) -> str:
    """`+20 pontos`, `-1,5 pontos`"""
    sign = "+" if points >= 0 else "-"
    word = {"pt-BR": "pontos", "en": "points", "es": "puntos"}[locale]
    return f"{sign}{number_in_words(round(abs(points), 1), locale)} {word}"
