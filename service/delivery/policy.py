"""What a workspace settles for everything it hands out: its own domains, how links are marked, who is served."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from service.leads.models import Channel, CleanText

UnknownRecipient = Literal["control", "skip"]
"""What somebody gets of whom nothing is known: the campaign's control, or nothing."""

MOST_DOMAINS = 50
MOST_ORIGINS = 20

_PLACEHOLDERS = ("campaign", "channel", "platform")
_BRACED = re.compile(r"\{([^{}]*)\}")
_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PORTS = {"https": 443, "http": 80}


def _host(name: str) -> str:
    """A host as browsers write it: lower-case, and in ASCII."""
    try:
        plain = name.strip().lower().rstrip(".").encode("idna").decode()
    except UnicodeError:
        plain = ""
    if not _HOST.fullmatch(plain):
        raise ValueError(f"{name[:80]!r} is no domain; write one such as loja.example, without https:// and path")
    return plain


def _origin(url: str) -> str:
    """An origin as browsers send it: scheme, host, and the port where it is not the usual one."""
    told = f"{url[:80]!r} is no origin; write one such as https://loja.example, without a path"
    try:
        parts = urlsplit(url.strip())
        port, host = parts.port, _host(parts.hostname or "")
    except ValueError:
        raise ValueError(told) from None
    named = parts.scheme in _PORTS and parts.username is None and parts.path in ("", "/")
    if not named or parts.query or parts.fragment:
        raise ValueError(told)
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, _PORTS[parts.scheme]) else "")


def _template(text: str) -> str:
    known = ", ".join(f"{{{name}}}" for name in _PLACEHOLDERS)
    if _BRACED.sub("", text) != re.sub(r"[{}]", "", _BRACED.sub("", text)):
        raise ValueError(f"a brace stands alone; use no braces but in {known}")
    for name in _BRACED.findall(text):
        if name not in _PLACEHOLDERS:
            raise ValueError(f"{{{name[:40]}}} cannot be filled in; use {known}")
    return text


Domain = Annotated[str, AfterValidator(_host)]
Origin = Annotated[str, AfterValidator(_origin)]
Template = Annotated[
    CleanText,
    BeforeValidator(lambda value: value.strip() if isinstance(value, str) else value),
    Field(min_length=1, max_length=100),
    AfterValidator(_template),
]


class Utm(BaseModel):
    """How links are marked. `{campaign}`, `{channel}` and `{platform}` are filled in; of the reader nothing can be."""

    model_config = ConfigDict(extra="forbid")

    source: Template = "sobmedida"
    medium: Template = "{channel}"
    campaign: Template = "{campaign}"

    def filled(self, *, campaign: str, channel: str, platform: str | None = None) -> dict[str, str]:
        """`utm_source`, `utm_medium` and `utm_campaign`; a `{platform}` that is not known is `sobmedida`."""
        values = {"campaign": campaign, "channel": channel, "platform": platform or "sobmedida"}
        return {
            f"utm_{name}": _BRACED.sub(lambda found: values[found[1]], text) for name, text in self.model_dump().items()
        }


class DeliveryPolicy(BaseModel):
    """`domains` are the workspace's own, with what lies below them: links there are marked. `origins` are the sites
    that a publishable key is bound to where it names none itself."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"domains": ["loja.example"], "utm": {"email": {"source": "{platform}"}}}]},
    )

    domains: Annotated[list[Domain], Field(max_length=MOST_DOMAINS)] = Field(default_factory=list)
    utm: dict[Channel, Utm] = Field(default_factory=dict, description="By channel; the usual one where none is given.")
    unknown_recipient: UnknownRecipient = "control"
    origins: Annotated[list[Origin], Field(max_length=MOST_ORIGINS)] = Field(default_factory=list)

    def owns(self, host: str) -> bool:
        """Whether that host is the workspace's own, or lies below one that is."""
        name = host.lower().rstrip(".")
        return any(name == domain or name.endswith(f".{domain}") for domain in self.domains)

    def marking(self, utm: Mapping[Channel, Utm]) -> Self:
        """The same for a campaign that marks its links in its own way."""
        return self.model_copy(update={"utm": {**self.utm, **utm}}) if utm else self

    def utm_of(self, channel: str) -> Utm:
        """How links in that channel are marked."""
        return next((utm for name, utm in self.utm.items() if name == channel), _USUAL)


_USUAL = Utm()
