"""Days of which copy says nothing that could be wrong: what the calendar says by itself, and examples."""

from __future__ import annotations

import re
from datetime import date, timedelta

from service.checks.calendar import MONTHS, Date
from service.checks.measure import Measured
from service.checks.moment import Moment
from service.checks.moments import interval

_SUPPOSED = re.compile(r"\b(?:se|if|si|caso|exemplo|example|ejemplo)\b")  # "if the first falls in January 2027"
_OF_YEAR = re.compile(r"(?: de|,)? 20\d\d\b")
_IS = re.compile(r" (?:ja )?(?:e|is|es|sera|comeca|empieza|starts|begins)(?: o)? (?P<word>20\d\d|[^\W\d]+)\b")
_WILL_BE = re.compile(
    r"\b(?:(?P<after>depois de amanha|the day after tomorrow|pasado manana)|(?P<today>hoje|today|hoy)"
    r"|(?P<tomorrow>amanha|tomorrow|manana)) (?:ja )?(?:e|is|es|sera|comeca|empieza|starts|begins) \Z"
)
_PERIOD_ENDS = re.compile(
    r"\b(?:o|a|el|la|the|this|este|esta) (?P<period>semestre|ano|mes|semana|trimestre|year|month|week|quarter|half)"
    r" (?:acaba|termina|fecha|se encerra|encerra|cierra|ends?|closes?|finishes) (?:hoje|hoy|today|tonight"
    r"|amanha|manana|tomorrow)\Z"
)
_DATELINE = re.compile(r",? ?(?P<day>\d{1,2})?(?: d[ei] [^\W\d]+)?:")
_EXAMPLE = re.compile(
    r"(?: (?:a|ate|to|through|al|hasta) (?:o |el )?[^\W\d]+(?:-feira)?)?,? (?:sao|son|are|is|makes?|da|dao|dan|seriam)"
    r" (?:\d|so |only |apenas |uma?|un[oa]?|dois|duas|tres|quatro|cuatro|cinco|two|three|four|five|six|seis)"
)
"""From Thursday to Sunday are three nights: nothing is said to happen on those days."""
_SECOND_OF = re.compile(
    r"\bprimeir[oa]\b[^.!?;\n]{0,60}\b(?:na|a|da|pela|outr[oa] na) \Z"
)  # "... and another in the second"


def is_evident(one: Date | Moment | Measured, folded: str, today: date) -> bool:
    """Whether it says nothing that could be wrong: `comece hoje`, this year, this month by its name."""
    if isinstance(one, Moment):
        if _is_calendar(one, folded, today) or (one.kind == "month" and _is_said_of(one, folded, today)):
            return True
        if one.kind in ("weekday", "weekly") and (
            _EXAMPLE.match(folded, one.end) or _SECOND_OF.search(folded, 0, one.start)
        ):
            return True
        if one.kind == "month" and _SUPPOSED.search(folded) and _OF_YEAR.match(folded, one.end):
            return True
        if one.kind == "relative":
            return one.vague and one.name in ("today", "eve", "yesterday", "last_year")
        return (one.kind == "year" and one.number >= today.year) or (one.kind == "month" and one.number == today.month)
    return False


def _is_calendar(one: Moment, folded: str, today: date) -> bool:
    """Whether it only says what the calendar does, and rightly: `amanhã é setembro`, `the year ends today`, or the day
    itself at the head of a field."""
    if one.kind not in ("weekday", "relative"):
        return False
    if one.kind == "weekday":
        dated = _DATELINE.match(folded, one.end)
        here = one.number == today.weekday() and (not dated or not dated["day"] or int(dated["day"]) == today.day)
        return one.start == 0 and dated is not None and here
    first, last = interval(one.name, today)
    if first != last:
        return False
    following = first + timedelta(days=1)
    if match := _IS.match(folded, one.end):
        word, year = match["word"], str(first.year)
        return word == year or MONTHS.get(word, MONTHS.get(word.replace("marco", "março"))) == first.month
    ends = _PERIOD_ENDS.search(folded, 0, one.end)
    return ends is not None and _begins(ends["period"], following)


def _is_said_of(one: Moment, folded: str, today: date) -> bool:
    """Whether it is the month in which a day falls of which just that is said: `amanhã é setembro`."""
    said = _WILL_BE.search(folded, max(0, one.start - 32), one.start)
    ahead = next(place for place, name in enumerate(("today", "tomorrow", "after")) if said[name]) if said else 0
    return said is not None and (today + timedelta(days=ahead)).month == one.number


def _begins(period: str, day: date) -> bool:
    """Whether a week, a month, a quarter, a half or a year begins on that day."""
    if period in ("semana", "week"):
        return day.weekday() == 0
    every = {"mes": 1, "month": 1, "trimestre": 3, "quarter": 3, "semestre": 6, "half": 6}.get(period, 12)
    return day.day == 1 and (day.month - 1) % every == 0
