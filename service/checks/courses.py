"""What happens week after week and what is used day after day: how many sessions, weeks and days that comes to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise, permutations

from service.checks.calendar import days_of
from service.checks.measure import Measured
from service.checks.stated import Stated
from service.checks.units import Counted, stems
from service.checks.words import wordset

_A_WEEK = re.compile(
    r"\s(?:[^\W\d]+ ){0,2}?(?:(?:por|na|a|per|each|every|in the|a la|de la|da|of the|cada) (?:semana|week)"
    r"|semana(?:is|les)|weekly)\b"
)
_EACH_WEEK = re.compile(r" (?:cada(?: uma?| una?)?|each|apiece)\b(?! [^\W\d])")  # "twenty weeks, four nights each"
_A_DAY = re.compile(r"\s(?:[^\W\d]+ ){0,3}?(?:(?:por|ao|al|a|per|each|every|cada) (?:dia|day)|diari[oa]s?|daily)\b")
_DAILY = re.compile(
    r"\b(?:(?:dose|dosis|racion|porcao|porcion|serving|dosage|consumo|uso)(?: [^\W\d]+){0,2} )?(?:diari[oa]s?|daily)"
    r"[^.;\d]{0,30}\Z"
)
_ONE_A_DAY = re.compile(r"\b(?:uma?|one|una?|an?) (?:[^\W\d]+ ){0,2}(?:por|ao|al|a|per|each|every|cada) (?:dia|day)\b")
_EACH_DAY = re.compile(r"\b(?:cada dia|each day|every day|por dia|a day|al dia|diferente (?:a|por) dia)\b")
_OTHER = re.compile(r"\b(?:other|outros|otros|demais|restantes)\s\Z")
SESSIONS = wordset(
    "tardes manhas mananas noites noches evenings afternoons mornings sessions sessoes sesiones aulas clases classes"
    " lessons encontros encuentros meetings treinos workouts visitas visits entregas deliveries caixas boxes cajas"
    " sabados domingos lunes martes miercoles jueves viernes segundas tercas quartas quintas sextas mondays tuesdays"
    " wednesdays thursdays fridays saturdays sundays sabado domingo monday tuesday wednesday thursday friday saturday"
    " sunday"
)
"""What happens once on each of its days."""
_MOST_A_WEEK = 7
_WEEKLY = stems("weekly semanais semanales")
_UNITS = {"day": 1, "week": 7, "month": 30}
_MOST = 8  # measures that are taken for a portion, each with all the others
_USED = frozenset(("mass", "volume", "ounces", "pints"))
_WEEK = re.compile(r"\b(?:semana|week)")
_NEAR_MONTH = 2  # days by which what is said to last some months may differ from thirty each


def rates(said: Stated) -> Iterator[Decimal]:
    """How many times a week something happens, as a text tells it: `2 por semana`."""
    for one in said.reading.numerals:
        if one.value <= _MOST_A_WEEK and _A_WEEK.match(said.reading.text, one.end):
            yield one.value


def one_a_day(wanted: Decimal, known: Stated, agenda: int) -> tuple[int, int] | None:
    """What tells that there is one on each day from one date to another."""
    single = _ONE_A_DAY.search(known.reading.text) or _EACH_DAY.search(known.reading.text)
    week = agenda if single and agenda == wanted else 0
    if week and (days := [one for one in known.moments if one.kind == "weekly"]):
        return days[0].start, days[-1].end
    if single and any(count == wanted for count in days_of(known.dates)):
        return known.dates[0].start, known.dates[0].end
    return None


def a_week(wanted: Measured, known: Stated, said: Stated, weekly: int) -> Measured | None:
    """What lasts so long each time that it makes so many hours a week: two evenings from 7 to 9 are four."""
    if wanted.unit not in ("hour", "minute") or not weekly or not _A_WEEK.match(said.reading.text, wanted.end):
        return None
    times = [one for one in known.moments if one.kind == "time"]
    lengths = [(last.number - first.number) % (720 if first.vague else 1440) for first, last in pairwise(times)]
    held = any(length * weekly == wanted.amount for length in lengths)
    lasting = (one for one in known.measured if one.unit in ("hour", "minute") and one.amount * weekly == wanted.amount)
    return wanted if held else next(lasting, None)


def is_of_week(one: Measured, folded: str) -> bool:
    """Whether it is so many days of each week, or the others of it: `five days a week`, `the other five days`."""
    return (
        one.unit in ("day", "night")
        and 1 < one.value <= _MOST_A_WEEK
        and bool(
            _A_WEEK.match(folded, one.end)
            or _EACH_WEEK.match(folded, one.end)
            or _OTHER.search(folded, max(0, one.start - 12), one.start)
        )
    )


def sessions(wanted: Decimal, known: Stated, weekly: int) -> Measured | None:
    """The number of weeks that makes so many sessions, where each week has as many as weekdays are told."""
    if taught := next((one for one, count in _taught(known) if count == wanted), None):
        return taught
    often = {Decimal(weekly or 1), *rates(known)}
    weeks = (one for one in known.measured if one.unit == "week")
    return next((one for one in weeks if wanted in {one.value * each for each in often}), None)


def weeks(wanted: Measured, known: Stated, weekly: int) -> Measured | Counted | None:
    """The number of sessions that takes so many weeks."""
    if wanted.unit != "week":
        return None
    if once := next((one for one in known.counted if one.value == wanted.value and one.stems & _WEEKLY), None):
        return once  # six weekly sessions
    often = {Decimal(weekly), *rates(known)} - {0}
    for whole, count in _taught(known):
        if count in {wanted.value * each for each in often}:
            return whole
    return next((one for one in known.counted if one.value in {wanted.value * each for each in often}), None)


def in_all(
    wanted: Measured, known: Stated, said: Stated, weekly: int, days: Iterable[int] = ()
) -> Measured | Counted | None:
    """What makes so many hours: 18 evenings from 7 to 9 are 36, and so are two such a week for nine weeks, or as many
    on the `days` of a list."""
    if wanted.unit not in ("hour", "minute") or not wanted.numeral:
        return None
    held = {minutes for minutes in _held(known) if minutes > 0}
    if weekly > 1 and wanted.amount in {minutes * weekly for minutes in held} and _WEEK.search(said.reading.text):
        return wanted
    if held and any(wanted.amount in {minutes * count for minutes in held} for count in days if count > 1):
        return wanted
    return next((one for one in known.counted if wanted.amount in {minutes * one.value for minutes in held}), None)


def _held(known: Stated) -> Iterator[int]:
    """How many minutes there are between each two times that follow one another."""
    times = [one for one in known.moments if one.kind == "time"]
    return ((last.number - first.number) % (720 if first.vague else 1440) for first, last in pairwise(times))


def _taught(known: Stated) -> Iterator[tuple[Measured, Decimal]]:
    """A number of hours, and of how many sessions between the times that are told it is the sum."""
    held = {minutes for minutes in _held(known) if minutes > 0}
    for one in known.measured if held else ():
        if one.unit == "hour" and one.numeral:
            yield from ((one, one.amount / minutes) for minutes in held if one.amount > minutes)


def lasts(wanted: Measured, known: Stated, said: Stated) -> Measured | Counted | None:
    """What is used up in so many days: 12 kg at 200 g a day last 60, and so do 60 capsules at one a day."""
    if wanted.unit not in _UNITS:
        return None
    days = wanted.value * _UNITS[wanted.unit]
    near = _NEAR_MONTH * wanted.value if wanted.unit == "month" else 0
    used = [
        one for each in (known, said) for one in each.measured
        if one.amount and one.numeral and _is_daily(each.reading.text, one.start, one.end)
    ]  # fmt: skip
    for part in used:
        for whole in known.measured:
            if whole.dimension == part.dimension and abs(whole.amount / part.amount - days) <= near:
                return whole
    doses = [one for text in (known, said) for one in _doses(text)]
    for part, whole in permutations(known.measured[:_MOST] if doses else (), 2):  # three spoons of 10 g a day
        alike = part.dimension == whole.dimension and part.dimension in _USED and part.amount > 0
        if alike and any(abs(whole.amount / (part.amount * each) - days) <= near for each in doses):
            return whole
    return next((one for one in known.counted if any(abs(one.value / each - days) <= near for each in doses)), None)


def _doses(said: Stated) -> Iterator[Decimal]:
    text = said.reading.text
    if "dia" in text or "day" in text or "dai" in text:
        for one in said.reading.numerals:
            if 0 < one.value <= _MOST_A_WEEK and _is_daily(text, one.start, one.end):
                yield one.value
        if _ONE_A_DAY.search(text):
            yield Decimal(1)


def _is_daily(text: str, start: int, end: int) -> bool:
    return bool(_A_DAY.match(text, end) or _DAILY.search(text, max(0, start - 60), start))
