"""The e-mail platforms there are, one line each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.delivery.prepared import Prepared
from service.errors import Invalid


@dataclass(frozen=True, slots=True)
class Platform:
    """An e-mail platform; one that `binds` gets a reader's values in the place of merge tags."""

    name: str
    deadline_ms: int = 500
    binds: bool = False


PLATFORMS: dict[str, Platform] = {one.name: one for one in (Platform("none", binds=True),)}


def platform_named(name: str) -> Platform:
    """The platform of that name. Raises `Invalid`, naming those there are."""
    if name not in PLATFORMS:
        told = ", ".join(PLATFORMS)
        raise Invalid(f"There is no platform {name[:40]!r}; there are: {told}.", code="platform.unknown")
    return PLATFORMS[name]


def emit(prepared: Prepared, platform: str) -> Mapping[str, str]:
    """The outputs with that platform's merge tags."""
    return prepared.bind({})
