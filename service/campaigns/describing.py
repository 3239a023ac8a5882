"""A named audience as its writer may know it: what its condition says all members have in common, in plain values.

Only plain equality on attributes that the contract lets select or imply tells something of everyone in it; the rest of
a condition chooses members and stays out of the prompt. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from service.audiences.models import Audience, Condition
from service.generation.models import AdHocAudience
from service.leads.contract import Contract

MOST_TOLD = 20
Value = str | int | float


def described(audience: Audience, contract: Contract) -> AdHocAudience:
    """The audience with the attributes that all of it shares. One that a condition asks for twice, differently, nobody
    has: it is left out."""
    told: dict[str, Value] = {}
    torn: set[str] = set()
    for name, value in _equal(audience.condition):
        attribute = contract.attributes.get(name)
        may_be_told = attribute is not None and attribute.use in ("select", "imply")
        if may_be_told and told.setdefault(name, value) != value:
            torn.add(name)
    shared = {name: value for name, value in told.items() if name not in torn}
    return AdHocAudience(name=audience.name[:100], attributes=dict(list(shared.items())[:MOST_TOLD]))


def _equal(condition: Condition) -> Iterator[tuple[str, Value]]:
    """What the condition says is equal to one value, for everyone it holds for."""
    for name, wanted in condition.items():
        if name == "$and":
            for inner in wanted:
                yield from _equal(inner)
        elif not name.startswith("$") and (value := _plain(wanted)) is not None:
            yield name, value


def _plain(wanted: object) -> Value | None:
    """The one value that is asked for, None where a condition asks for anything else."""
    if isinstance(wanted, dict):
        if "$eq" in wanted:
            return _plain(wanted["$eq"])
        among = wanted.get("$in")
        return _plain(among[0]) if isinstance(among, list) and len(among) == 1 else None
    return wanted if isinstance(wanted, str | int | float) and not isinstance(wanted, bool) else None
