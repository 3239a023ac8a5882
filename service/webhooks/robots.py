"""Which opens and clicks are no person's doing: mail proxies that fetch pictures, scanners that try links.

Such events are kept and marked. What is not certain is left unmarked: to lose a person's click is worse than to keep
a scanner's.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from service.events.models import Event, Incoming, Robot
from service.webhooks.mails import NAMES

TOO_FAST = timedelta(seconds=2)  # from delivery to a click: nobody reads that fast
BURST = timedelta(seconds=5)
BURST_LINKS = 3  # different links of one message, all clicked within a burst

_PROXIES = re.compile(r"GoogleImageProxy|YahooMailProxy|ggpht\.com|\AMozilla/5\.0\Z", re.I)
_SCANNERS = re.compile(r"barracuda|proofpoint|mimecast|safe ?links|urldefense|trend ?micro|fireeye|symantec", re.I)
_BOTS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|headless|phantomjs|\A(curl|wget|python|go-http|java|okhttp|libwww)|scan(ner)?\b", re.I
)

_Message = tuple[str, str]


def robot_of(event: Event) -> Robot | None:
    """What the event alone gives away: the method and the name of the program that made the request."""
    if event.robot is not None or event.name not in (NAMES["opened"], NAMES["clicked"]):
        return event.robot
    agent = str(event.context.get("userAgent", "")).strip()
    if str(event.context.get("method", "")).upper() == "HEAD":
        return "head_request"
    if event.name == NAMES["opened"] and _PROXIES.search(agent):
        return "proxy_open"
    if _SCANNERS.search(agent):
        return "scanner_click" if event.name == NAMES["clicked"] else "bot_agent"
    return "bot_agent" if _BOTS.search(agent) else None


def marked(incoming: Sequence[Incoming], delivered: Mapping[_Message, datetime] | None = None) -> list[Incoming]:
    """The same events with the robots' marked, by each event alone and by what is known together.

    `delivered` tells by message and person when earlier messages arrived; those delivered within the batch, and the
    `sent_at` among an event's properties, are looked at by themselves.
    """
    arrived = {**(delivered or {}), **_delivered(incoming)}
    bursts = _bursts(incoming)
    return [_with(item, _robot(item, arrived, bursts)) for item in incoming]


def _robot(item: Incoming, arrived: Mapping[_Message, datetime], bursts: set[str]) -> Robot | None:
    event = item.event
    alone = robot_of(event)
    if alone is not None or event.name != NAMES["clicked"]:
        return alone
    key = _message(item)
    since = (arrived.get(key) if key else None) or _sent(event)
    if since is not None and event.occurred_at - since <= TOO_FAST:
        return "too_fast"
    return "scanner_click" if event.message_id in bursts else None


def _delivered(incoming: Iterable[Incoming]) -> dict[_Message, datetime]:
    found: dict[_Message, datetime] = {}
    for item in incoming:
        if item.event.name == NAMES["delivered"] and (key := _message(item)):
            found[key] = min(item.event.occurred_at, found.get(key, item.event.occurred_at))
    return found


def _bursts(incoming: Iterable[Incoming]) -> set[str]:
    """The ids of clicks that were made on many links of one message at once."""
    clicks: dict[_Message, list[Event]] = defaultdict(list)
    for item in incoming:
        if item.event.name == NAMES["clicked"] and item.event.properties.get("link_url") and (key := _message(item)):
            clicks[key].append(item.event)
    found: set[str] = set()
    for made in clicks.values():
        found |= _burst(sorted(made, key=lambda event: event.occurred_at))
    return found


def _burst(clicks: Sequence[Event]) -> set[str]:
    """Of one message's clicks, in order, those with so many links close by."""
    found: set[str] = set()
    links: Counter[str] = Counter()
    left = told = 0
    for right, click in enumerate(clicks):
        links[click.properties["link_url"]] += 1
        while click.occurred_at - clicks[left].occurred_at > BURST:
            gone = clicks[left].properties["link_url"]
            links[gone] -= 1
            if not links[gone]:
                del links[gone]
            left += 1
        if len(links) >= BURST_LINKS:
            found |= {event.message_id for event in clicks[max(left, told) : right + 1]}
            told = right + 1
    return found


def _message(item: Incoming) -> _Message | None:
    """Which message to whom: a provider may give all recipients of one sending the same id."""
    email_id = item.event.properties.get("email_id")
    person = item.who.user_id or item.who.email or item.who.anonymous_id
    return (str(email_id), person) if email_id and person else None


def _sent(event: Event) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(event.properties.get("sent_at", "")))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _with(item: Incoming, robot: Robot | None) -> Incoming:
    return item if robot == item.event.robot else replace(item, event=replace(item.event, robot=robot))
