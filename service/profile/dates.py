"""Birthdays, ages and renewals: what a lead's traits say of its days."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import NamedTuple

from service.profile.models import Known
from service.profile.view import (
    Computed,
    View,
    anniversary,
    known,
    next_anniversary,
    years_between,
)

_BIRTHDAYS = ("birthday", "birth_date", "birthdate", "date_of_birth", "data_nascimento", "data_de_nascimento",
              "nascimento", "aniversario", "fecha_nacimiento", "fecha_de_nacimiento")  # fmt: skip
_RENEWALS = ("renewal_date", "renews_at", "renewal", "next_renewal", "data_renovacao", "data_de_renovacao", "renovacao",
             "vencimento_plano", "fecha_renovacion", "fecha_de_renovacion")  # fmt: skip
_AGES = ("age", "idade", "edad")
TOLD_BY = {
    "days_to_birthday": _BIRTHDAYS,
    "age_band": (*_BIRTHDAYS, *_AGES),
    "is_minor": (*_BIRTHDAYS, *_AGES),
    "days_to_renewal": _RENEWALS,
}
_OLDEST = 130
_ADULT = 18
_BANDS = (18, 25, 35, 45, 55, 65)


class _Age(NamedTuple):
    """An age, the trait that tells it, and the birthday where it is one that does."""

    years: int
    trait: str
    born: date | None


def days_to_birthday(view: View) -> Known | None:
    """Days to the next birthday, 0 on the day itself. Who was born on 29 February has it on 1 March in other years."""
    born = _born(view)
    if born is None:
        return None
    days = (next_anniversary(born[1], view.at.today) - view.at.today).days
    return known(days, f"trait {born[0]}", view.tonight)


def age_band(view: View) -> Known | None:
    """The age in bands: `under 18`, `18-24`, ..., `65+`."""
    age = _age(view)
    if age is None:
        return None
    return _of_age(view, age, _band(age.years), next((edge for edge in _BANDS if edge > age.years), _OLDEST + 1))


def is_minor(view: View) -> Known | None:
    """Whether the lead is under 18."""
    age = _age(view)
    return _of_age(view, age, age.years < _ADULT, _ADULT if age.years < _ADULT else _OLDEST + 1) if age else None


def days_to_renewal(view: View) -> Known | None:
    """Days to the renewal, negative after it."""
    found = view.days(_RENEWALS)
    return known((found[1] - view.at.today).days, f"trait {found[0]}", view.tonight) if found else None


def _born(view: View) -> tuple[str, date] | None:
    found = view.days(_BIRTHDAYS)
    if found is None or not 0 <= years_between(found[1], view.at.today) <= _OLDEST or found[1] > view.at.today:
        return None
    return found


def _age(view: View) -> _Age | None:
    """From a birthday, else from an age as a number."""
    if born := _born(view):
        return _Age(years_between(born[1], view.at.today), *born)
    for name in _AGES:
        value = view.traits.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _OLDEST:
            return _Age(int(value), name, None)
    return None


def _of_age(view: View, age: _Age, value: str | bool, until: int) -> Known:
    """A value that holds until that age, where a birthday tells when that is."""
    day = anniversary(age.born, age.born.year + until) if age.born else None
    return known(value, f"trait {age.trait}", view.at.starts(day) if day else None)


def _band(age: int) -> str:
    if age < _BANDS[0]:
        return f"under {_BANDS[0]}"
    for low, high in pairwise(_BANDS):
        if age < high:
            return f"{low}-{high - 1}"
    return f"{_BANDS[-1]}+"


AGE_BANDS = tuple(map(_band, (0, *_BANDS)))
"""Every band, the youngest first."""


ATTRIBUTES = (
    Computed("days_to_birthday", "number", days_to_birthday),
    Computed("age_band", "text", age_band),
    Computed("is_minor", "boolean", is_minor),
    Computed("days_to_renewal", "number", days_to_renewal),
)
