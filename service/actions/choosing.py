"""The next action for a lead: a channel, a content item, a moment, a brief, and why nothing else. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from service.actions import channel_rules, content_rules
from service.actions.models import DIRECT, Action, ChosenContent, DirectChannel, ForReason, NextAction
from service.actions.moments import FLAT, HORIZON, HOURS, best_moment, is_quiet, shrunk
from service.actions.situation import Against, Candidate, Situation
from service.actions.telling import Telling
from service.actions.wordings import plain
from service.generation.models import Brief
from service.profile.mail import click_hours
from service.profile.moment import moment_of
from service.types import Locale

ASK_AGAIN = timedelta(days=1)  # where nothing can be done now
HOLDS = timedelta(hours=1)  # how long after its moment an action is still the one
MOST_TOLD = 5  # content items that were turned down, of which there may be many


def choose(situation: Situation) -> NextAction:
    """The best that is allowed. `action` is None where no channel, no content or no moment is left.

    The moment is never in the past, never in quiet hours, and before both the content and the channel's consent end.
    """
    told = Telling(situation.locale)
    if situation.contextual:
        told.because("action", situation.contextual)
    first = _best(situation, situation.now + HORIZON, FLAT)
    if first is None:
        told.because("moment", "no_moment")
    channels, contents = _channels(situation, first, told), _contents(situation, first, told)
    if first is None or not channels or not contents:
        return NextAction(
            action=None, reasons=told.reasons, alternatives=told.turned_down, valid_until=situation.now + ASK_AGAIN
        )
    channel, content = channels[0], contents[0]
    end = min(_end(situation, channel_rules.consent_ends(situation, channel)), _end(situation, content.valid_until))
    moment = _moment(situation, end, told) or first
    _tell(situation, channels, content, told)
    action = Action(
        channel=channel, moment=moment, content=_chosen(content), brief=_brief(situation, content),
        audience=situation.audience,
    )  # fmt: skip
    until = min(end, moment + HOLDS)
    return NextAction(action=action, reasons=told.reasons, alternatives=told.turned_down, valid_until=until)


def nothing(locale: Locale, now: datetime, *codes: ForReason) -> NextAction:
    """The answer where there is nothing to choose, such as for an occasion that is over."""
    told = Telling(locale)
    for code in codes:
        told.because("action", code)
    return NextAction(action=None, reasons=told.reasons, alternatives=[], valid_until=now + ASK_AGAIN)


def _channels(situation: Situation, first: datetime | None, told: Telling) -> list[DirectChannel]:
    """Those that are left, the best first; of equals the least dear, since sorting is stable."""
    left = []
    for channel in DIRECT:
        speaks = channel_rules.against(situation, channel)
        if speaks is None and first and first >= _end(situation, channel_rules.consent_ends(situation, channel)):
            speaks = Against("consent_ends")
        if speaks:
            told.against_channel(channel, speaks)
        else:
            left.append(channel)
    if not left:
        told.because("channel", "no_channel")
    return sorted(left, key=lambda channel: -channel_rules.worth(situation, channel))


def _contents(situation: Situation, first: datetime | None, told: Telling) -> list[Candidate]:
    """Those that are left, the best first."""
    left, turned_down = [], 0
    for candidate in content_rules.ranked(situation):
        speaks = content_rules.against(situation, candidate)
        if speaks is None and first and first >= _end(situation, candidate.valid_until):
            speaks = Against("ends_too_soon", {"content": candidate.title})
        if speaks is None:
            left.append(candidate)
            if len(left) == 1:
                continue
            speaks = Against("fits_less", {"content": candidate.title})
        if turned_down < MOST_TOLD:
            told.against_content(candidate.content_id, speaks)
            turned_down += 1
    if not left:
        told.because("content", "no_content")
    return left


def _moment(situation: Situation, end: datetime, told: Telling) -> datetime | None:
    """The best moment, and why; the one that it would be without quiet hours is turned down aloud."""
    own = [] if situation.contextual else _clicks_by_hour(situation)
    shares = shrunk(own or [0] * HOURS, situation.crowd.hours)
    moment, quiet = _best(situation, end, shares), situation.policy.quiet_hours
    wished = best_moment(situation.now, end, situation.zone, None, shares)
    if wished and quiet and is_quiet(wished.time(), quiet):
        hours = {"start": f"{quiet.start:%H:%M}", "end": f"{quiet.end:%H:%M}"}
        told.against_moment(wished, Against("quiet_hours", {"at": f"{wished:%H:%M}", **hours}))
    if moment and own and own[moment.hour]:
        told.because("moment", "own_hours", own=own[moment.hour], clicks=sum(own), hour=moment.hour)
    elif moment and situation.crowd.hours[moment.hour] > 1 / HOURS:
        told.because("moment", "others_hours", hour=moment.hour)
    else:
        told.because("moment", "no_hours_known")
    return moment


def _tell(situation: Situation, channels: Sequence[DirectChannel], content: Candidate, told: Telling) -> None:
    """Why this channel, content and brief."""
    percents = {channel: round(100 * channel_rules.worth(situation, channel), 1) for channel in channels}
    for channel in channels[1:]:
        told.against_channel(channel, Against("responds_less", {"percent": f"{percents[channel]:g}"}))
    if len(channels) == 1:
        told.because("channel", "only_channel", channel=channels[0])
    elif any(channel_rules.is_known(situation, channel) for channel in channels):
        told.because("channel", "responds_best", channel=channels[0], percent=f"{percents[channels[0]]:g}")
    else:
        told.because("channel", "no_response_known", channel=channels[0])
    told.because("content", content.found, content=content.title)
    told.occasion(situation.occasion)
    if situation.objective:
        told.because("brief", "objective_given")


def _best(situation: Situation, end: datetime, shares: Sequence[float]) -> datetime | None:
    return best_moment(situation.now, end, situation.zone, situation.policy.quiet_hours, shares)


def _end(situation: Situation, end: datetime | None) -> datetime:
    latest = situation.now + HORIZON
    return latest if end is None else min(end, latest)


def _clicks_by_hour(situation: Situation) -> list[int]:
    """The lead's own clicks by hour of the day, where the lead lives."""
    clicks = situation.subject.history.tally("clicks")
    found = click_hours(clicks, moment_of(situation.now.astimezone(situation.zone))) if clicks else {}
    return [found.get(hour, 0) for hour in range(HOURS)]


def _chosen(content: Candidate) -> ChosenContent:
    return ChosenContent(content_id=content.content_id, title=content.title, kind=content.kind, url=content.url)


def _brief(situation: Situation, content: Candidate) -> Brief:
    objective = situation.objective or plain("objectives", situation.occasion, situation.locale)
    return Brief(objective=objective, content_ids=[content.content_id], tone=situation.tone)
