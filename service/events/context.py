"""What is kept of the context that Segment's clients send along: little, and nothing that tells where somebody is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

_CAMPAIGN = ("name", "source", "medium", "term", "content")
_PAGE = ("path", "title", "url", "referrer")
_LONGEST = 500

_AGENT = re.compile(
    r"headlesschrome|phantomjs|(?<!cu)bots?\b|crawl|spider|slurp|facebookexternalhit|bingpreview|googleimageproxy"
    r"|safelinks|mimecast|barracuda|proofpoint|urldefense|symantec|link ?(?:check|scan)|\bscanner\b|lighthouse",
    re.IGNORECASE,
)


def kept(context: Mapping[str, Any]) -> dict[str, Any]:
    """The campaign, decision, page, device type, language, time zone and consent choices. Never an address on the
    network or the whole user agent, and no query of a page's URL: shops and mail tools put e-mail addresses there."""
    found: dict[str, Any] = {}
    if campaign := _texts(context.get("campaign"), _CAMPAIGN):
        found["campaign"] = campaign
    if page := _texts(context.get("page"), _PAGE):
        found["page"] = {key: without_query(text) for key, text in page.items()}
    if device := _texts(context.get("device"), ("type",)):
        found["device"] = device
    found |= _texts(context, ("locale", "timezone", "decision_id"))
    consent = context.get("consent")
    choices = consent.get("categoryPreferences") if isinstance(consent, dict) else None
    if isinstance(choices, dict):
        said = {key[:_LONGEST]: choice for key, choice in choices.items() if isinstance(choice, bool)}
        found["consent"] = {"categoryPreferences": said}
    return found


def by_robot(context: Mapping[str, Any]) -> bool:
    """Whether the user agent is that of a crawler, a headless browser or a scanner of links."""
    agent = context.get("userAgent")
    return isinstance(agent, str) and _of_robot(agent)


@lru_cache(maxsize=2_000)
def _of_robot(agent: str) -> bool:
    """A browser sends the same again and again, and to search it took a twentieth of an event's time."""
    return _AGENT.search(agent) is not None


def without_query(url: str) -> str:
    """A URL up to its question mark or fragment."""
    return url.partition("#")[0].partition("?")[0]


def _texts(value: object, names: tuple[str, ...]) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {name: text[:_LONGEST] for name in names if isinstance(text := value.get(name), str) and text}
