"""What a lead does with our e-mails: clicks by people. Opens say nothing, since mail programs open by themselves."""

from __future__ import annotations

from collections import Counter

from service.profile.history import Tally
from service.profile.models import Known
from service.profile.moment import Moment
from service.profile.view import Computed, View, known


def email_clicks_90d(view: View) -> Known | None:
    """Clicks of the last 90 days, today among them."""
    clicks = view.clicks
    count = clicks.since(view.at.since(90)) if clicks else 0
    return known(count, "e-mail clicks of the last 90 days", view.tonight) if count else None


def days_since_last_click(view: View) -> Known | None:
    """Days since the last click."""
    clicks = view.clicks
    if clicks is None:
        return None
    last = view.at.day_of(clicks.last)
    days = (view.at.today - last).days
    changes_at = view.tonight if days >= 0 else view.at.starts(last)
    return known(max(days, 0), f"last e-mail click on {last}", changes_at)


def best_hour(view: View) -> Known | None:
    """The local hour with the most clicks, the earliest of several."""
    clicks = view.clicks
    if clicks is None:
        return None
    hours = click_hours(clicks, view.at)
    best = min(hours, key=lambda hour: (-hours[hour], hour))
    return known(best, f"{hours[best]} of {hours.total()} e-mail clicks")


def emails_sent_7d(view: View) -> Known | None:
    """E-mails delivered in the last 7 days, today among them."""
    sent = view.emails
    count = sent.since(view.at.since(7)) if sent else 0
    return known(count, "e-mails delivered in the last 7 days", view.tonight) if count else None


def click_hours(clicks: Tally, at: Moment) -> Counter[int]:
    """How many clicks there were in each hour of the day, by the clocks there."""
    found: Counter[int] = Counter()
    for hour, count in clicks.hours.items():
        found[at.hour_of(hour)] += count
    return found


ATTRIBUTES = (
    Computed("email_clicks_90d", "number", email_clicks_90d),
    Computed("days_since_last_click", "number", days_since_last_click),
    Computed("best_hour", "number", best_hour),
    Computed("emails_sent_7d", "number", emails_sent_7d),
)
