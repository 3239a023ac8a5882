"""Conditions in the language of the `growthbook` package: what is wrong with one, and whom it holds for.

What a condition means is growthbook's to say, so it is evaluated there and nowhere else. Here stands what growthbook
would leave to run time, or to nobody: an attribute that does not exist, a number compared with a text, a pattern that
takes ages. All pure.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
from growthbook.core import evalCondition

from service.audiences.models import Condition
from service.audiences.patterns import pattern_fault
from service.errors import Fault, Invalid
from service.profile.view import Kind

DEEPEST = 10
LARGEST = 20_000  # bytes of JSON
MOST_FAULTS = 20

JOINING = ("$and", "$or", "$nor")
_GROUPS = ("$inGroup", "$notInGroup", "$savedGroup", "$savedGroups")
_EQUAL = ("$eq", "$ne")
_ORDER = ("$lt", "$lte", "$gt", "$gte")
_VERSIONS = ("$veq", "$vne", "$vlt", "$vlte", "$vgt", "$vgte")
_ONE_OF = ("$in", "$nin")
_ONE_OF_ANY_CASE = ("$ini", "$nini")
_PATTERNS = ("$regex", "$regexi", "$notRegex", "$notRegexi")
_ALL_OF = ("$all", "$alli")
_ANY_KIND = ("$exists", "$type", "$not")

OPERATORS: Mapping[Kind, tuple[str, ...]] = {
    "number": (*_ANY_KIND, *_EQUAL, *_ORDER, *_ONE_OF),
    "text": (*_ANY_KIND, *_EQUAL, *_ORDER, *_ONE_OF, *_ONE_OF_ANY_CASE, *_PATTERNS, *_VERSIONS),
    "boolean": (*_ANY_KIND, *_EQUAL, *_ONE_OF),
    "list": (*_ANY_KIND, *_ONE_OF, *_ONE_OF_ANY_CASE, *_ALL_OF, "$elemMatch", "$size"),
}
"""Which operators make sense for which kind of attribute."""

_KNOWN = {operator for operators in OPERATORS.values() for operator in operators}
_TYPES = ("string", "number", "boolean", "array", "null")
_SAID: Mapping[Kind, str] = {
    "number": "a number", "text": "a text", "boolean": "true or false", "list": "a list of texts",
}  # fmt: skip


def matches(condition: Condition, values: Mapping[str, Any]) -> bool:
    """Whether a condition holds for those attributes; one that is absent has no value, as growthbook sees it."""
    return evalCondition(values, condition)  # type: ignore[arg-type]  # it only reads, and asks for a dict


def holds(condition: Condition, values: Mapping[str, Any]) -> bool:
    """Whether a condition holds for a lead of whom that much is known."""
    return matches(of_the_known(condition), values)


def of_the_known(condition: Condition) -> Condition:
    """The condition with `$exists` beside every comparison of order: growthbook reads a missing value as 0 there, so a
    lead that never ordered would be one whose last order was less than 30 days ago."""
    found: Condition = {}
    for name, wanted in condition.items():
        if name in JOINING:
            found[name] = [of_the_known(inner) for inner in wanted]
        elif name == "$not":
            found[name] = of_the_known(wanted)
        else:
            found[name] = _of_the_known_value(wanted)
    return found


def _of_the_known_value(wanted: Any) -> Any:
    if not isinstance(wanted, dict):
        return wanted
    inner = {key: _of_the_known_value(value) if key == "$not" else value for key, value in wanted.items()}
    return inner | {"$exists": True} if not inner.keys().isdisjoint(_ORDER) else inner


def attributes_in(condition: Condition) -> frozenset[str]:
    """Every attribute that a condition speaks of, also within negations."""
    return frozenset(name for name, _ in _leaves(condition))


def patterned(condition: Condition) -> frozenset[str]:
    """The attributes that a regular expression is tried on."""
    return frozenset(name for name, wanted in _leaves(condition) if _has_pattern(wanted))


def checked(condition: Condition, usable: Mapping[str, Kind]) -> None:
    """Raises `Invalid` with a JSON pointer to each part of a condition that cannot be used."""
    faults = list(_Check(usable).faults(condition))[:MOST_FAULTS]
    if faults:
        told = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults[:3])
        raise Invalid(f"The condition cannot be used: {told}", code="condition.invalid", faults=faults)


def _leaves(condition: Condition) -> Iterator[tuple[str, Any]]:
    for name, wanted in condition.items():
        if name in JOINING:
            for inner in wanted:
                yield from _leaves(inner)
        elif name == "$not":
            yield from _leaves(wanted)
        else:
            yield name, wanted


def _has_pattern(wanted: object) -> bool:
    return isinstance(wanted, dict) and any(
        operator in _PATTERNS or _has_pattern(operand) for operator, operand in wanted.items()
    )


class _Check:
    def __init__(self, usable: Mapping[str, Kind]) -> None:
        self._usable = usable

    def faults(self, condition: object) -> Iterator[Fault]:
        if _too_deep(condition):
            yield Fault("/condition", f"is nested more than {DEEPEST} levels deep")
            return
        try:
            written = orjson.dumps(condition)
        except TypeError:  # half of a surrogate pair, or a number of more than 64 bits
            yield Fault("/condition", "holds a text or a number that cannot be kept")
            return
        if len(written) > LARGEST or b"\\u0000" in written:
            size = f"is {len(written):,} bytes long; at most {LARGEST:,} are allowed"
            yield Fault("/condition", size if len(written) > LARGEST else "holds a NUL character")
            return
        yield from self._condition(condition, "/condition")

    def _condition(self, condition: object, at: str) -> Iterator[Fault]:
        if not isinstance(condition, dict):
            yield Fault(at, 'must be an object such as {"orders": {"$gte": 3}}')
            return
        for name, wanted in condition.items():
            here = f"{at}/{_escaped(name)}"
            if name in JOINING:
                yield from self._several(wanted, here)
            elif name == "$not":
                yield from self._condition(wanted, here)
            elif name.startswith("$"):
                yield Fault(here, _not_an_operator(name))
            elif name not in self._usable:
                yield Fault(here, self._unknown(name))
            else:
                yield from self._wanted(self._usable[name], wanted, here)

    def _several(self, conditions: object, at: str) -> Iterator[Fault]:
        if not isinstance(conditions, list) or not conditions:
            yield Fault(at, "must be a list of at least one condition")
            return
        for place, condition in enumerate(conditions):
            yield from self._condition(condition, f"{at}/{place}")

    def _wanted(self, kind: Kind, wanted: object, at: str) -> Iterator[Fault]:
        """What a condition asks of one attribute: a plain value, or operators."""
        if not isinstance(wanted, dict):
            yield from _value(kind, wanted, at)
            return
        if not wanted:
            yield Fault(at, "asks nothing; leave it out, or give an operator")
        for operator, operand in wanted.items():
            here = f"{at}/{_escaped(operator)}"
            if operator not in _KNOWN:
                yield Fault(here, _not_an_operator(operator))
            elif operator not in OPERATORS[kind]:
                yield Fault(here, f"{operator} does not go with {_SAID[kind]}; use {', '.join(OPERATORS[kind])}")
            elif operator == "$not":
                yield from self._negated(kind, operand, here)
            else:
                yield from self._operand(kind, operator, operand, here)

    def _negated(self, kind: Kind, operand: object, at: str) -> Iterator[Fault]:
        if not isinstance(operand, dict):
            yield Fault(at, 'must hold an operator, such as {"$not": {"$in": ["a"]}}')
            return
        yield from self._wanted(kind, operand, at)

    def _operand(self, kind: Kind, operator: str, operand: object, at: str) -> Iterator[Fault]:
        if operator in (*_ONE_OF, *_ONE_OF_ANY_CASE, *_ALL_OF):
            yield from _each("text" if kind == "list" else kind, operand, at)
        elif operator == "$elemMatch":
            if isinstance(operand, dict) and all(key.startswith("$") for key in operand):
                yield from self._wanted("text", operand, at)
            else:
                yield Fault(at, 'must hold operators, such as {"$regex": "^caf"}')
        elif operator == "$size":
            yield from self._wanted("number", operand, at)
        else:
            yield from _SIMPLE[operator](kind, operand, at)

    def _unknown(self, name: str) -> str:
        near = difflib.get_close_matches(name, self._usable, n=3, cutoff=0.6)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        return f"{name[:80]!r} is no attribute that the attribute contract lets choose leads{hint}"


def _value(kind: Kind, value: object, at: str) -> Iterator[Fault]:
    """A plain value; null asks for leads without one."""
    if value is None or _is(kind, value):
        return
    if kind == "list" and isinstance(value, list):
        yield from _each("text", value, at)
        return
    yield Fault(at, f"must be {_SAID[kind]}, not {orjson.dumps(value, default=str).decode()[:60]}")


def _each(kind: Kind, operand: object, at: str) -> Iterator[Fault]:
    if not isinstance(operand, list):
        yield Fault(at, f"must be a list, each of it {_SAID[kind]}")
        return
    for place, item in enumerate(operand):
        if not _is(kind, item):
            yield Fault(f"{at}/{place}", f"must be {_SAID[kind]}")


def _pattern(_kind: Kind, operand: object, at: str) -> Iterator[Fault]:
    told = pattern_fault(operand) if isinstance(operand, str) else "must be a text"
    if told:
        yield Fault(at, told)


def _truth(_kind: Kind, operand: object, at: str) -> Iterator[Fault]:
    if not isinstance(operand, bool):
        yield Fault(at, "must be true or false")


def _type(_kind: Kind, operand: object, at: str) -> Iterator[Fault]:
    if operand not in _TYPES:
        yield Fault(at, f"must be one of {', '.join(_TYPES)}")


def _ordered(kind: Kind, operand: object, at: str) -> Iterator[Fault]:
    if not _is(kind, operand):
        yield Fault(at, f"must be {_SAID[kind]}")


_SIMPLE: Mapping[str, Callable[[Kind, object, str], Iterator[Fault]]] = {
    "$exists": _truth,
    "$type": _type,
    **dict.fromkeys(_PATTERNS, _pattern),
    **dict.fromkeys(_EQUAL, _value),
    **dict.fromkeys((*_ORDER, *_VERSIONS), _ordered),
}


def _is(kind: Kind, value: object) -> bool:
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if kind == "boolean":
        return isinstance(value, bool)
    return isinstance(value, str) if kind == "text" else False


def _not_an_operator(name: str) -> str:
    if name in _GROUPS:
        return f"{name} is not offered: there are no saved groups here, but audiences"
    near = difflib.get_close_matches(name, sorted(_KNOWN | {*JOINING}), n=3, cutoff=0.6)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"{name[:40]!r} is no operator{hint}"


def _too_deep(value: object) -> bool:
    """By levels, not by recursion: what is asked may be thousands deep. An object in a list is one level down."""
    level: list[Any] = [value] if isinstance(value, dict) else []
    objects = lists = 0
    while level:
        objects += any(isinstance(item, dict) for item in level)
        lists += any(isinstance(item, list) for item in level)
        if max(objects, lists) > DEEPEST:
            return True
        inner = (one for item in level for one in (item.values() if isinstance(item, dict) else item))
        level = [one for one in inner if isinstance(one, dict | list)]
    return False


def _escaped(name: str) -> str:
    return name[:80].replace("~", "~0").replace("/", "~1")
