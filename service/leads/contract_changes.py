"""What differs between two versions of an attribute contract. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from service.leads.contract import Attribute, Contract


class Difference(NamedTuple):
    """An attribute as it was and as it is; None where it was or is not named. `parts` are what differs of it."""

    name: str
    was: Attribute | None
    now: Attribute | None
    parts: tuple[str, ...] = ()


def differences(before: Contract, after: Contract) -> list[Difference]:
    """By the names of the attributes, in the order of the later version."""
    return list(_differences(before, after))


def history(versions: Sequence[Contract], first: Contract) -> list[list[Difference]]:
    """What each version, the newest first, changed of the one before it; `first` is what was there at the beginning."""
    return [differences(older, newer) for newer, older in zip(versions, [*versions[1:], first], strict=True)]


def _differences(before: Contract, after: Contract) -> Iterator[Difference]:
    for name, now in after.attributes.items():
        was = before.attributes.get(name)
        if was is None:
            yield Difference(name, None, now)
        elif was != now:
            yield Difference(name, was, now, tuple(part for part in _PARTS if getattr(was, part) != getattr(now, part)))
    yield from (Difference(name, was, None) for name, was in before.attributes.items() if name not in after.attributes)


_PARTS = ("use", "purpose", "domain", "fallbacks")
