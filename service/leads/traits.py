"""How traits and attributes are spelled: a trait as Segment does (`firstName`), its attribute as `first_name`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

_SEAM = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def trait_of(attribute: str) -> str:
    """The Segment trait behind an attribute: `first_name` is `firstName`."""
    head, *rest = attribute.split("_")
    return head + "".join(part.capitalize() for part in rest)


def value_of(traits: Mapping[str, object], attribute: str) -> object:
    """What a lead's traits say of an attribute, None where they say nothing."""
    return traits.get(trait_of(attribute), traits.get(attribute))


def attribute_of(trait: str) -> str:
    """The attribute that a trait is: `firstName` is `first_name`."""
    return re.sub(r"_{2,}", "_", _SEAM.sub("_", trait)).lower().strip("_")


def flat_values(traits: Mapping[str, Any], names: Collection[str] = ()) -> dict[str, object]:
    """Every value of a lead by the name of its attribute, those of nested objects by both: `address.city` is
    `address_city` and `city`. `names` are attributes that a contract spells in its own way."""
    found: dict[str, object] = {}
    for trait, value in traits.items():
        name = attribute_of(trait)
        if isinstance(value, Mapping):
            inner = flat_values(value)
            found = inner | found | {f"{name}_{key}": item for key, item in inner.items()}
        else:
            found[name] = value
    own = {name: value for name in names if (value := value_of(traits, name)) is not None}
    taken = {attribute_of(spelling) for name in own for spelling in (trait_of(name), name)} - own.keys()
    return {name: value for name, value in found.items() if name not in taken} | own
