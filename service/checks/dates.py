"""Dates, weekdays, times of day, relative words and lengths of time must be supported by evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise, product

from service.checks.calendar import MONTHS, Date
from service.checks.closures import opens_on
from service.checks.copy import Copy, support, wording_of
from service.checks.courses import a_week, is_of_week, lasts, rates, weeks
from service.checks.hedges import hedged
from service.checks.models import Claim, Support
from service.checks.moment import Moment
from service.checks.moments import interval
from service.checks.moods import is_mood
from service.checks.paying import explains
from service.checks.prices import prices_of
from service.checks.reckoning import from_to
from service.checks.stated import NOTHING, Stated, spoken, told
from service.checks.timeline import Timeline, timeline
from service.checks.units import Measured, unit_words
from service.checks.words import words_of
from service.types import Locale

_ABOUT_READER = re.compile(r"\sque (?:voce|tu|te|no|nao|you)\b")
_OF_READER = re.compile(r"\b(?:a|aos|com|con|at|for) (?:os |los )?(?:tus|sus|teus|seus|your)\s\Z")
"""Before years, that is how old the reader is: whether that may be said is for other checks."""
_HOLIDAYS = {
    "natal": (12, 25), "christmas": (12, 25), "navidad": (12, 25), "nochebuena": (12, 24), "ano novo": (1, 1),
    "ano nuevo": (1, 1), "new year": (1, 1),
}  # fmt: skip
_TO_HOLIDAY = re.compile(
    r"\s(?:para|pra|ate|to|until|till|before|hasta|antes d[eo])(?: o| a| la| el|)? ?"
    rf"(?P<name>{'|'.join(_HOLIDAYS)})\b"
)
_BEFORE_READER = re.compile(r"\b(?:faz|fazem|ha|hace|tem)\s\Z")
_SUPPOSED = re.compile(r"\b(?:se|if|si|caso|exemplo|example|ejemplo)\b")  # "if the first falls in January 2027"
_REMAIN = re.compile(r"\b(?:faltam?|faltan?|restam?|restan?|quedan?|remaining)\b[^.!?]*\Z")
_LEFT = re.compile(r"\s(?:left|to go|remain|away|restantes?)\b")
_OF_YEAR = re.compile(r"(?: de|,)? 20\d\d\b")
_OF_OFFER = re.compile(
    r"\b(?:teste|prueba|trial|gratis|free|oferta|offer|promo\w*|desconto|descuento|discount|off|valid\w*)\b"
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_FREE = re.compile(r" (?:(?:are |de |for )?(?:free|gratis|graca|nothing|on us)|gratuit\w+|de regalo|por nossa conta)\b")
_STOP = re.compile(r"[.!?;](?!\d)|\n")
_SOONER = re.compile(
    r" (?:(?:a |de )?(?:sooner|faster|earlier|less|fewer|shorter|longer|later|antes|menos|mais (?:cedo"
    r"|rapid\w+|tarde)|mas"
    r" (?:rapid\w+|pronto|tarde)|a mais))\b"
)
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


def _claims(copy: Copy, ground: Timeline, name: str, stated: list[_Told]) -> Iterator[Claim]:
    text = copy.fields[name]
    folded = spoken(copy, name).reading.text
    times = {one.start: one for one in stated if isinstance(one, Moment) and one.kind == "time"}
    hours = {one.start: one for one in stated if isinstance(one, Measured)}
    lapsed: Timeline | None = None
    for one in stated:
        if isinstance(one, Measured) and one.start in times:
            continue
        mood = isinstance(one, Moment) and is_mood(one, folded, ground.today)
        if mood and isinstance(one, Moment) and one.name == "today" and not ground.within(ground.today, ground.today):
            continue
        backing, arrives = [] if _is_contrary(folded, one, ground) else _backing(ground, one), False
        if isinstance(one, Moment) and one.kind == "relative" and _ONLY.match(folded, one.start):
            backing = ground.within(*interval(one.name, ground.today))  # what happens every day is not for today only
        if not backing and not isinstance(one, Measured):
            backing = ground.arrival(one)
            arrives = bool(backing)
        if not backing and isinstance(one, Moment) and one.start in hours:
            backing = ground.length(hours[one.start])
        if not backing and isinstance(one, Measured):
            backing = _follows(copy, ground, one, spoken(copy, name))
        if not backing and isinstance(one, Measured) and _is_left(one, folded):
            backing = ground.until_time(one) or _until_holiday(ground, one, folded, copy.locale)
        if not backing and (mood or _harmless(one, copy, folded)):
            continue
        expired = False
        if not backing and copy.lapsed:
            lapsed = lapsed or timeline(copy, copy.lapsed)
            expired = bool(_backing(lapsed, one))
            if expired and isinstance(one, Measured) and not _OF_OFFER.search(folded):
                continue  # how long something takes does not change when its price does
        arrives = arrives or (isinstance(one, Measured) and bool(backing) and _is_left(one, folded))
        first, last = _today(copy) if arrives else _window(one, copy)
        if isinstance(one, Moment) and one.kind == "weekday" and backing and not any(by.derived for by in backing):
            first = last = None  # a weekday that evidence names as such comes again every week
        yield Claim(
            kind="date", field=name, start=one.start, end=one.end, text=text[one.start : one.end],
            value=_value(one, copy.now), support=backing, expired=expired, true_from=first, true_until=last,
        )  # fmt: skip


def _backing(ground: Timeline, one: _Told) -> list[Support]:
    if isinstance(one, Date):
        return ground.calendar_date(one)
    return ground.moment(one) if isinstance(one, Moment) else ground.length(one)


def _is_contrary(folded: str, one: _Told, ground: Timeline) -> bool:
    """Whether copy says that something opens on a day on which all evidence says that nothing does."""
    return isinstance(one, Date) and opens_on(folded, one.start) and ground.is_closed(one)


def _follows(copy: Copy, ground: Timeline, one: Measured, said: Stated) -> list[Support]:
    """What makes a length of time follow: so many monthly payments, a longer time, a course."""
    counts = {one.value, one.amount if one.dimension == "months" else one.value}
    backing = next((found for count in counts if (found := explains(copy, copy.valid, count))), [])
    backing = backing or _for_nothing(copy, one, said)
    backing = backing or _shared(ground, one, said, copy.locale)
    return backing or _hedged(ground, one, said.reading.text) or _in_course(ground, one, said, copy.locale)


def _for_nothing(copy: Copy, one: Measured, said: Stated) -> list[Support]:
    """What costs so many months less by the year than month by month: $120 for twelve of $12 are two for nothing."""
    if one.dimension != "months" or not _FREE.match(said.reading.text, one.end):
        return []
    for priced in prices_of(copy.valid, copy.locale).each:
        for month, year in product(priced.sums, repeat=2):
            if 0 < month[0] < year[0] and 12 * month[0] - year[0] == one.amount * month[0]:
                return [priced.sum(sum_, derived=True) for sum_ in (month, year)]
    return []


def _shared(ground: Timeline, one: Measured, said: Stated, locale: Locale) -> list[Support]:
    """What tells the number, or two that are so far apart, and its unit elsewhere in the sentence: `pague 10 meses e
    use 12`, `days to payment fell from 31 to 22`, which is 9 days sooner."""
    words = unit_words(one.unit)
    sooner = _SOONER.match(said.reading.text, one.end) is not None
    for source, _ in ground.told:
        known = told(wording_of(source), locale)
        text = known.reading.text
        places = [(number.start, number.end) for number in known.loose if number.value == one.value]
        if sooner:
            places += [place for first, last, place in from_to(known) if abs(first - last) == one.value]
        for start, end in places:
            if not words.isdisjoint(words_of(text[_begin(text, start) : _end(text, end)])):
                return [support(source, start, end, derived=True)]
    return []


def _begin(text: str, at: int) -> int:
    return max([match.end() for match in _STOP.finditer(text, 0, at)], default=0)


def _end(text: str, at: int) -> int:
    stop = _STOP.search(text, at)
    return stop.start() if stop else len(text)


def _hedged(ground: Timeline, one: Measured, folded: str) -> list[Support]:
    """What tells a somewhat longer or shorter time: "more than 20 years" of 22."""
    return ground.about(one, hedged(folded, one.start)) if one.numeral else []


def _in_course(ground: Timeline, one: Measured, said: Stated, locale: Locale) -> list[Support]:
    """What happens on so many days a week, takes so many weeks or lasts so many days."""
    for source, agenda in ground.told:
        known = told(wording_of(source), locale)
        if is_of_week(one, said.reading.text):
            if one.value == len(agenda.weekdays) or one.value in rates(known):
                return [support(source, 0, 0, derived=True)]
        elif a_week(one, known, said, len(agenda.weekdays)):
            return [support(source, 0, 0, derived=True)]
        elif found := weeks(one, known, len(agenda.weekdays)) or lasts(one, known, said):
            return [support(source, found.start, found.end, derived=True)]
    return []


def _until_holiday(ground: Timeline, one: Measured, folded: str, locale: Locale) -> list[Support]:
    """What names the feast that is so many days off: no evidence need tell when Christmas is."""
    named = _TO_HOLIDAY.match(folded, one.end)
    if named is None or one.unit != "day":
        return []
    day = ground.today + timedelta(days=int(one.value))
    if _HOLIDAYS[named["name"]] != (day.month, day.day):
        return []
    places = ((source, told(wording_of(source), locale).reading.text.find(named["name"])) for source, _ in ground.told)
    return [support(source, at, at + len(named["name"]), derived=True) for source, at in places if at >= 0][:1]


def _is_left(one: Measured, folded: str) -> bool:
    """Whether it is the time that is left from today, as `faltam 5 dias`: fewer tomorrow."""
    before = _REMAIN.search(folded, max(0, one.start - 24), one.start)
    return (before or _LEFT.match(folded, one.end) or _TO_HOLIDAY.match(folded, one.end)) is not None


def _harmless(one: _Told, copy: Copy, folded: str) -> bool:
    """Whether it says nothing that could be wrong: `comece hoje`, this year, this month by its name."""
    today = copy.now.date()
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
        return (one.kind == "year" and one.number >= copy.now.year) or (
            one.kind == "month" and one.number == copy.now.month
        )
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
