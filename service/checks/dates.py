"""Dates, weekdays, times of day, relative words and lengths of time must be supported by evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from service.checks.calendar import Date
from service.checks.closures import opens_on
from service.checks.copy import Copy
from service.checks.evident import is_evident
from service.checks.lasting import follows, is_lasting, is_left, is_until_feast, until_holiday
from service.checks.measure import Measured
from service.checks.models import Claim, Support
from service.checks.moment import Moment
from service.checks.moments import interval
from service.checks.moods import is_mood
from service.checks.stated import NOTHING, Stated, spoken
from service.checks.timeline import Timeline, timeline
from service.checks.turnaround import handed, ready

_ABOUT_READER = re.compile(r"\sque (?:voce|tu|te|no|nao|you)\b")
_OF_READER = re.compile(r"\b(?:a|aos|com|con|at|for) (?:os |los )?(?:tus|sus|teus|seus|your)\s\Z")
"""Before years, that is how old the reader is: whether that may be said is for other checks."""
_BEFORE_READER = re.compile(r"\b(?:faz|fazem|ha|hace|tem)\s\Z")
_SLEEPS = re.compile(
    r"\b(?:dormir|dorme|durma|duermes?|sleep(?:ing)?|your|suas|tus)(?: (?:as|las|the|suas|tus|your))? \Z"
)
_OF_SLEEP = re.compile(r" (?:de sono|de sueno|of sleep)\b")
_GIVEN = re.compile(
    r"(?:\A|[.!?;:,\n] ?)(?:give (?:it|us|yourself)|take|got|dale|date|tire|tienes|tens)(?: (?:just|so|solo))? \Z"
)
_NIGHT = range(6, 11)  # hours that people sleep
_WHILE = 15  # minutes, which nobody times
_OF_OFFER = re.compile(
    r"\b(?:teste|prueba|trial|gratis|free|oferta|offer|promo\w*|desconto|descuento|discount|off|valid\w*)\b"
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_FALLS = re.compile(r"(?:,| \(|,? que (?:cae|cai)(?: em| en)?|,? es) (?:uma?|a|una?) ")
_ONLY = re.compile(r"(?:so|apenas|somente|solo|solamente|only|just) ")
_DEADLINE = re.compile(
    r"\b(?:ate|until|till|by|before|hasta|antes d[aoe]l?)(?: (?:a|o|el|la|este|esta|this|next))?\s\Z"
)
_Told = Date | Moment | Measured


def dates(copy: Copy) -> Iterator[Claim]:
    """Every day, time and length of time that copy tells."""
    said = [spoken(copy, name) for name in copy.fields]
    dated = _weekdays_of(said, copy.now.date())
    ground: Timeline | None = None
    for (name, text), phrases in zip(copy.fields.items(), said, strict=True):
        stated = _stated(phrases, dated) if phrases is not NOTHING else []
        if not stated:
            continue
        ground = ground or timeline(copy, copy.valid)
        yield from _merged(text, _claims(copy, ground, name, stated))


def _weekdays_of(said: Sequence[Stated], today: date) -> frozenset[int] | None:
    """The weekdays of the dates that copy tells; None where it tells no date."""
    if not any(one.dates or any(day.kind == "day" for day in one.moments) for one in said):
        return None
    found: set[int] = set()
    following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    for one in said:
        for first, last in pairwise(one.dates):
            if first.start == last.start and (begin := first.on(today.year)) and (end := last.on(today.year)):
                found |= {(begin.weekday() + ahead) % 7 for ahead in range(min(7, max(0, (end - begin).days + 1)))}
        told = [*one.dates, *(Date(each.number, of.month, of.year) for each in one.moments if each.kind == "day"
                              for of in (today, following))]  # fmt: skip
        days = (each.on(year) for each in told for year in (today.year, today.year + 1))
        found |= {day.weekday() for day in days if day}
    return frozenset(found)


def _stated(phrases: Stated, dated: frozenset[int] | None) -> list[_Told]:
    lengths = [
        one
        for one in phrases.lengths
        if one.numeral is not None
        and not (
            _BEFORE_READER.search(phrases.reading.text, max(0, one.start - 6), one.start)
            and _ABOUT_READER.match(phrases.reading.text, one.end)
        )
        and not _is_readers(one, phrases.reading.text)
        and not (one.unit == "year" and _OF_READER.search(phrases.reading.text, max(0, one.start - 16), one.start))
    ]
    days: tuple[Moment, ...] = phrases.moments
    if dated is not None:  # beside a date it may be of any week; as a deadline it is the next one, or that date's own
        text = phrases.reading.text
        days = tuple(
            one._replace(vague=True)
            if one.kind == "weekday"
            and (one.number in dated or not _DEADLINE.search(text, max(0, one.start - 12), one.start))
            else one
            for one in days
        )
    return [*phrases.dates, *days, *lengths]


def _is_readers(one: Measured, folded: str) -> bool:
    """Whether it is a while that the reader sleeps or is asked for: `your eight hours`, `give it five minutes`."""
    near = max(0, one.start - 16)
    if one.unit == "hour":
        slept = _OF_SLEEP.match(folded, one.end) or _SLEEPS.search(folded, near, one.start)
        return slept is not None and one.value in _NIGHT
    return one.unit == "minute" and one.value <= _WHILE and _GIVEN.search(folded, near, one.start) is not None


def _claims(copy: Copy, ground: Timeline, name: str, stated: list[_Told]) -> Iterator[Claim]:
    text = copy.fields[name]
    folded = spoken(copy, name).reading.text
    times = {one.start: one for one in stated if isinstance(one, Moment) and one.kind == "time"}
    hours = {one.start: one for one in stated if isinstance(one, Measured)}
    lapsed: Timeline | None = None
    waits = _waits(stated, folded, ground, copy)
    for one in stated:
        if isinstance(one, Measured) and one.start in times:
            continue
        mood = isinstance(one, Moment) and is_mood(one, folded, ground.today)
        if mood and isinstance(one, Moment) and one.name == "today" and not ground.within(ground.today, ground.today):
            continue
        backing, arrives = [] if _is_contrary(folded, one, ground) else _backing(ground, one, folded), False
        waited = next((found for start, end, found in waits if start <= one.start < end), None)
        backing = waited or backing
        if isinstance(one, Moment) and one.kind == "relative" and _ONLY.match(folded, one.start):
            backing = ground.within(*interval(one.name, ground.today))  # what happens every day is not for today only
        if not backing and not isinstance(one, Measured) and waited is None:
            backing = ground.arrival(one)
            arrives = bool(backing)
        if not backing and isinstance(one, Moment) and one.start in hours:
            backing = ground.length(hours[one.start])
        if not backing and isinstance(one, Measured):
            backing = follows(copy, ground, one, spoken(copy, name))
        if not backing and isinstance(one, Measured) and is_left(one, folded):
            backing = ground.until_time(one) or until_holiday(ground, one, folded, copy.locale)
        feast = isinstance(one, Measured) and is_until_feast(one, folded, ground.today)
        if not backing and waited is None and (mood or feast or is_evident(one, folded, ground.today)):
            continue
        expired = False
        if not backing and copy.lapsed:
            lapsed = lapsed or timeline(copy, copy.lapsed)
            expired = bool(_backing(lapsed, one, folded))
            if expired and isinstance(one, Measured) and not _OF_OFFER.search(folded):
                continue  # how long something takes does not change when its price does
        arrives = arrives or (isinstance(one, Measured) and bool(backing) and is_left(one, folded))
        first, last = _today(copy) if arrives else _window(one, copy)
        if isinstance(one, Moment) and one.kind == "weekday" and backing and not any(by.derived for by in backing):
            first = last = None  # a weekday that evidence names as such comes again every week
        yield Claim(
            kind="date", field=name, start=one.start, end=one.end, text=text[one.start : one.end],
            value=_value(one, copy.now), support=backing, expired=expired, true_from=first, true_until=last,
        )  # fmt: skip


def _waits(stated: list[_Told], folded: str, ground: Timeline, copy: Copy) -> list[tuple[int, int, list[Support]]]:
    """Where copy tells on which day something is ready that is handed in on another, and what takes so long."""
    if not any(isinstance(one, Moment) and one.kind in ("weekday", "weekly") for one in stated):
        return []
    found = ((start, end, ready(ground.told, first, last)) for first, last, start, end in handed(folded, copy.locale))
    return [(start, end, backing) for start, end, backing in found if backing is not None]


def _backing(ground: Timeline, one: _Told, folded: str) -> list[Support]:
    if isinstance(one, Date):
        return ground.calendar_date(one)
    if isinstance(one, Moment):
        return ground.moment(one)
    return ground.length(one, ahead=not is_lasting(one, folded))


def _is_contrary(folded: str, one: _Told, ground: Timeline) -> bool:
    """Whether copy says that something opens on a day on which all evidence says that nothing does."""
    return isinstance(one, Date) and opens_on(folded, one.start) and ground.is_closed(one)


def _today(copy: Copy) -> tuple[datetime, datetime]:
    """The window of what follows from today's date alone."""
    today = copy.now.date()
    return _midnight(today, copy), _midnight(today + timedelta(days=1), copy)


def _window(one: _Told, copy: Copy) -> tuple[datetime | None, datetime | None]:
    """From when until when words that lean on the present are true."""
    if not isinstance(one, Moment) or one.kind not in ("relative", "weekday"):
        return None, None
    today = copy.now.date()
    if one.kind == "relative":
        if one.name in ("tomorrow", "after", "today", "yesterday", "eve"):
            return _midnight(today, copy), _midnight(today + timedelta(days=1), copy)
        first, last = interval(one.name, today)
        if one.name.startswith("next"):
            monday = today - timedelta(days=today.weekday())
            ends = first if one.name == "next_month" else monday + timedelta(days=7)
            return None, _midnight(ends, copy)
        return None, _midnight(last + timedelta(days=1), copy)
    ahead = (one.number - today.weekday()) % 7
    return None, _midnight(today + timedelta(days=ahead + 1), copy)


def _midnight(day: date, copy: Copy) -> datetime:
    return datetime.combine(day, time(), copy.now.tzinfo)


def _merged(text: str, claims: Iterable[Claim]) -> Iterator[Claim]:
    """Claims that tell one day together, as `domingo, dia 29`, in one; it is bound if every part is."""
    last: Claim | None = None
    for claim in sorted(claims, key=lambda one: (one.start, one.end)):
        if last is None:
            last = claim
        elif (
            (claim.start == last.start and claim.end == last.end)
            or claim.start < last.end
            or (
                claim.start - last.end <= 6
                and text[last.end : claim.start].strip(" ,(–-") in ("", "dia", "the", "el", "o")
            )
            or _is_its_weekday(text, last, claim)
        ):
            last = _joined(text, last, claim)
        else:
            yield last
            last = claim
    if last:
        yield last


def _joined(text: str, first: Claim, second: Claim) -> Claim:
    both = (
        first.bound
        and second.bound
        and not (
            _is_its_weekday(text, first, second)
            and _WEEKDAYS[date.fromisoformat(first.value).weekday()] != second.value
        )
    )
    # A weekday beside a date says nothing of the present.
    leaning = [one for one in (first, second) if one.value not in _WEEKDAYS]
    ends = [one.true_until for one in leaning if one.true_until]
    end = max(first.end, second.end)
    named = second if "-" in second.value else first
    return first.model_copy(
        update={
            "end": end,
            "text": text[first.start : end],
            "value": named.value,
            "support": named.support if both else [],
            "expired": (first.bound or first.expired) and (second.bound or second.expired) and not both,
            "true_from": next((one.true_from for one in leaning if one.true_from), None),
            "true_until": min(ends) if ends else None,
        }
    )


def _is_its_weekday(text: str, first: Claim, second: Claim) -> bool:
    """Whether the second tells on which weekday the date before it falls: `3 de outubro, um sábado`."""
    if second.value not in _WEEKDAYS or not _ISO.fullmatch(first.value):
        return False
    return _FALLS.fullmatch(text, first.end, second.start) is not None


def _value(one: _Told, now: datetime) -> str:
    if isinstance(one, Date):
        day = one.on(now.year)
        return day.isoformat() if day else f"{one.day}/{one.month}"
    if isinstance(one, Measured):
        return f"{one.value:f} {one.unit}" + ("s" if one.value != 1 else "")
    if one.kind == "relative":
        first, last = interval(one.name, now.date())
        return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
    if one.kind == "time":
        return f"{one.number // 60 % 24:02}:{one.number % 60:02}"
    if one.kind in ("weekday", "weekly"):
        return _WEEKDAYS[one.number]
    return str(one.number) if one.kind == "year" else f"{one.kind} {one.number}"
