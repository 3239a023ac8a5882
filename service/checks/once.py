"""What is worked out when somebody first asks for it, and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Self, TypeVar, overload

Owner = TypeVar("Owner")
Value = TypeVar("Value")


class once(Generic[Owner, Value]):  # noqa: N801 - it stands where `property` might
    """As `functools.cached_property`, but for the lock that Python 3.11 has in it: some twenty of these are asked for
    in each piece of copy, which one thread reads."""

    def __init__(self, work_out: Callable[[Owner], Value]) -> None:
        self._work_out = work_out
        self.__doc__ = work_out.__doc__

    def __set_name__(self, _owner: type[Owner], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, owner: None, _type: type[Owner]) -> Self: ...
    @overload
    def __get__(self, owner: Owner, _type: type[Owner]) -> Value: ...
    def __get__(self, owner: Owner | None, _type: type[Owner]) -> Self | Value:
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._work_out(owner)
        return value
