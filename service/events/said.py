"""What `identify` and `group` calls say of a lead, as its traits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from service.leads.models import TRAIT_LIMIT, flatten
from service.leads.traits import attribute_of

# a company's own address, telephone or creation day are not those of the person who belongs to it
_OF_THE_COMPANY = frozenset(
    ("id", "name", "email", "phone", "address", "avatar", "description", "created_at", "group_id", "birthday", "gender")
)


class Said(NamedTuple):
    """Traits on one level, and what could not be one."""

    traits: dict[str, Any]
    unusable: list[str]


def usable(traits: Mapping[str, Any]) -> Said:
    """Traits by the same rules as in imports, but what breaks them is left out alone and not with all the others."""
    try:
        return Said(dict(flatten(dict(traits))), [])
    except ValueError:
        found, unusable = dict[str, Any](), list[str]()
    for name, value in traits.items():
        try:
            one = flatten({name: value})
        except ValueError as error:
            unusable.append(str(error))
            continue
        if len(found | one) <= TRAIT_LIMIT:
            found |= one
        else:
            unusable.append(f"trait {name[:80]!r}: beyond the {TRAIT_LIMIT} traits that are kept")
    return Said(found, unusable)


def said_by(kind: str, properties: Mapping[str, Any]) -> Said:
    """What a stored or an incoming event of that type says: its properties are the traits that came with it.

    A group is the lead's company: its id is `companyId` and its name `company`.
    """
    if kind == "identify":
        return usable(properties)
    if kind == "group":
        own = {name: value for name, value in properties.items() if attribute_of(name) not in _OF_THE_COMPANY}
        return usable(own | {"companyId": properties.get("groupId"), "company": properties.get("name")})
    return Said({}, [])
