"""Links that tell where a click came from: the same marks wherever a link stands, and nothing about the reader.

An address is only ever added to. What it already says, parameters and fragment, stays as it is, byte for byte; a
parameter that is there is not given a second time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from service.delivery.policy import DeliveryPolicy

_ADDRESS = re.compile(r"https?://[^\s<>\"“”'()\[\]{}|]+", re.IGNORECASE)
_AFTER = ".,;:!?…"  # ends a sentence, not an address


def marks(
    policy: DeliveryPolicy, *, variant: UUID, campaign: str, channel: str, platform: str | None = None
) -> dict[str, str]:
    """The parameters for one variant's links."""
    filled = policy.utm_of(channel).filled(campaign=campaign, channel=channel, platform=platform)
    return filled | {"utm_content": str(variant)}


def marked(url: str, policy: DeliveryPolicy, parameters: Mapping[str, str]) -> str:
    """The address with those parameters where it leads to one of the workspace's own domains, else as it is."""
    if not policy.owns(_host(url)):
        return url
    address, hash_, fragment = url.partition("#")
    path, asked, query = address.partition("?")
    told = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
    added = urlencode([pair for pair in parameters.items() if pair[0] not in told])
    joint = "&" if query and added and not query.endswith("&") else ""
    return f"{path}{asked or ('?' if added else '')}{query}{joint}{added}{hash_}{fragment}"


def marked_in(text: str, policy: DeliveryPolicy, parameters: Mapping[str, str]) -> str:
    """A text with the addresses in it marked; one that goes on into a token stays as it is."""

    def mark(found: re.Match[str]) -> str:
        if text.startswith("{{", found.end()):
            return found[0]
        url = found[0].rstrip(_AFTER)
        return marked(url, policy, parameters) + found[0][len(url) :]

    return _ADDRESS.sub(mark, text) if "://" in text else text


def _host(url: str) -> str:
    """The host as browsers write it, empty where the address is no web address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return host.encode("idna").decode() if parts.scheme in ("http", "https") else ""
    except (ValueError, UnicodeError):
        return ""
