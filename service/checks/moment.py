"""A day or a time that a text tells without a calendar date."""

from __future__ import annotations

from typing import Literal, NamedTuple

from service.types import Locale

Kind = Literal["weekday", "weekly", "relative", "month", "time", "day", "year"]


CLOSED = "closed"
NEXT = "next"
LAST = -1
NTH = {
    word: place
    for place, words in enumerate(
        ("first primeiro primeira primer", "second segundo", "third terceiro terceira tercer", "fourth quarto cuarto")
    )
    for word in words.split()
} | dict.fromkeys(("last", "ultimo", "ultima"), LAST)
"""The words for one of the weekdays of a month."""

WEEKDAYS: dict[Locale, tuple[str, ...]] = {
    "pt-BR": ("segunda", "terca", "quarta", "quinta", "sexta", "sabado", "domingo"),
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "es": ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"),
}


class Moment(NamedTuple):
    """A day or a time. `number` is a weekday (Monday is 0), a month, a minute of the day, a day of the month or a year;
    `vague` leaves open which half of the day it is in; `name` is how a relative one is called, or that a weekday is
    one on which nothing happens (`CLOSED`), may be that of the week after (`NEXT`) or is one of a month's (`NTH`)."""

    kind: Kind
    number: int
    start: int
    end: int
    vague: bool = False
    name: str = ""
