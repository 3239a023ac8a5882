"""What makes a length of time follow: so many payments, a longer time, a course, the days until a feast."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from service.checks.added import measured_up
from service.checks.agenda import Agenda
from service.checks.copy import Copy, support, wording_of
from service.checks.courses import a_week, in_all, is_of_week, lasts, rates, weeks
from service.checks.frequency import comes_as_often, is_interval
from service.checks.hedges import hedged
from service.checks.measure import Measured, unit_words
from service.checks.models import Support
from service.checks.occurring import goes_on, happenings
from service.checks.paces import by_pace
from service.checks.paying import explains, pays_for
from service.checks.prices import prices_of
from service.checks.reckoning import from_to, times_each
from service.checks.stated import Stated, told
from service.checks.timeline import Timeline
from service.checks.words import words_of
from service.types import Locale

_HOLIDAYS = {
    "natal": (12, 25), "christmas": (12, 25), "navidad": (12, 25), "nochebuena": (12, 24), "ano novo": (1, 1),
    "ano nuevo": (1, 1), "new year": (1, 1), "christmas eve": (12, 24), "new year's eve": (12, 31),
    "reveillon": (12, 31), "nochevieja": (12, 31),
}  # fmt: skip
_TO_HOLIDAY = re.compile(
    r"\s(?:para|pra|ate|to|until|till|before|hasta|antes d[eo])(?: o| a| la| el|)? ?"
    rf"(?P<name>{'|'.join(sorted(_HOLIDAYS, key=len, reverse=True))})\b"
)
_REMAIN = re.compile(r"\b(?:faltam?|faltan?|restam?|restan?|quedan?|remaining)\b[^.!?]*\Z")
_LEFT = re.compile(r"\s(?:left|to go|remain|away|restantes?)\b")
_LASTS = re.compile(
    r"\b(?:dur[ao]\w*|lasts?|lasting|during|for|por|takes?|leva\w*|tarda\w*)"
    r"(?: (?:so|only|just|apenas|solo|mais de|mas de|more than|over|about|cerca de|quase|casi|almost))? \Z"
)
_LASTS_AFTER = re.compile(r" (?:de|of) (?!antec|antel|desc|distanc|vantag|atras|retras)[^\W\d]{4}")
_ALL_DAY = 24
_BY_MINUTE = re.compile(r"(?:\b(?:por|per|al|a) |/)min(?:ut[oe])?\b")
_YEAR = 366
_WORKING = re.compile(r"\b(?:uteis|util|habil(?:es)?|laborables?|working|business)\b")
_FREE = re.compile(r" (?:(?:are |de |for )?(?:free|gratis|graca|nothing|on us)|gratuit\w+|de regalo|por nossa conta)\b")
_PRICE_OF = re.compile(r" (?:pelo (?:preco|valor) de|por el precio de|al precio de|for the price of) ")
_COMING = re.compile(
    r"(?<!only )(?<!so )(?<!solo )\b(?:in|within|over|during|n[oa]s|durante|en|dentro d[oa]s)"
    r"(?: (?:the|os|as|los|las))? (?:next|proxim[oa]s) \Z"
)
_MONTHS = 12
_MOST = 12  # sums that are compared
_STOP = re.compile(r"[.!?;](?!\d)|\n")
_SOONER = re.compile(
    r" (?:(?:a |de )?(?:sooner|faster|earlier|less|fewer|shorter|longer|later|antes|menos|mais (?:cedo"
    r"|rapid\w+|tarde)|mas"
    r" (?:rapid\w+|pronto|tarde)|a mais))\b"
)


def follows(copy: Copy, ground: Timeline, one: Measured, said: Stated) -> list[Support]:
    """What makes a length of time follow: so many monthly payments, a longer time, a course."""
    counts = (
        {one.value, one.amount if one.dimension == "months" else one.value} if _is_paid(one, said, ground) else set()
    )
    backing = next((found for count in counts if (found := explains(copy, copy.valid, count))), [])
    backing = backing or _for_nothing(copy, one, said) or pays_for(copy, copy.valid, one, said)
    backing = backing or _shared(ground, one, said, copy.locale)
    backing = backing or _until_end(ground, one, said.reading.text)
    return backing or _hedged(ground, one, said.reading.text) or _in_course(ground, one, said, copy.locale)


def _until_end(ground: Timeline, one: Measured, folded: str) -> list[Support]:
    """What is still on when `the next two weeks` are over."""
    if (
        one.unit not in ("day", "week")
        or one.value > _YEAR
        or not _COMING.search(folded, max(0, one.start - 24), one.start)
    ):
        return []
    ends = ground.today + timedelta(minutes=int(one.amount))
    return [day.backing(derived=True) for day in ground.days if day.start is None and day.day >= ends][:1]


def _is_paid(one: Measured, said: Stated, ground: Timeline) -> bool:
    """Whether anything is paid by such a time: by the month or the day, and not by a working day, nor by the minute
    where no evidence says so."""
    text = said.reading.text
    if one.unit == "minute" and any(_BY_MINUTE.search(wording_of(source)) for source, _ in ground.told):
        return True
    return one.unit not in ("minute", "second") and not _WORKING.search(text, one.start, one.end + 12)


def _for_nothing(copy: Copy, one: Measured, said: Stated) -> list[Support]:
    """What costs so many months less by the year than month by month: $120 for twelve of $12 are two for nothing."""
    if one.dimension != "months":
        return []
    paid, text = Decimal(0), said.reading.text
    if instead := _PRICE_OF.match(text, one.end):  # "twelve months for the price of ten"
        paid = next((each.value for each in said.reading.numerals if each.start == instead.end()), Decimal(0))
    if not (paid or _FREE.match(text, one.end)):
        return []
    free = one.amount - paid if paid and one.amount == _MONTHS else one.amount
    if free <= 0 or (paid and one.amount != _MONTHS):
        return []
    sums = [(priced, sum_) for priced in prices_of(copy.valid, copy.locale).each for sum_ in priced.sums][:_MOST]
    for (monthly, month), (yearly, year) in product(sums, repeat=2):
        if 0 < month[0] < year[0] and _MONTHS * month[0] - year[0] == free * month[0]:
            return [monthly.sum(month, derived=True), yearly.sum(year, derived=True)]
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
        place = _on_days(one, agenda, ground)
        if not place and is_interval(one, said.reading.text):
            place = comes_as_often(one, known)
        place = place or times_each(one, said, known) or by_pace(one, known, said)
        if place := place or next((at for total, at in measured_up(one.dimension, known) if total == one.amount), None):
            return [support(source, *place, derived=True)]
        if is_of_week(one, said.reading.text):
            if one.value == len(agenda.weekdays) or one.value in rates(known):
                return [support(source, 0, 0, derived=True)]
        elif a_week(one, known, said, len(agenda.weekdays)):
            return [support(source, 0, 0, derived=True)]
        elif (found := in_all(one, known, said, len(agenda.weekdays), _days(agenda, ground))) or (
            found := weeks(one, known, len(agenda.weekdays)) or lasts(one, known, said)
        ):
            return [support(source, found.start, found.end, derived=True)]
    return []


def _days(agenda: Agenda, ground: Timeline) -> Iterator[int]:
    return (days for days, _ in happenings(agenda, ground.today.year))


def _on_days(one: Measured, agenda: Agenda, ground: Timeline) -> tuple[int, int] | None:
    """What happens on so many days, or from a first day to a last for so long."""
    if one.unit == "hour" and one.value == _ALL_DAY:
        return agenda.round_clock
    if one.unit == "day":
        return next((place for days, place in happenings(agenda, ground.today.year) if days == one.value > 1), None)
    return goes_on(one, agenda, ground.today.year)


def is_until_feast(one: Measured, folded: str, today: date) -> bool:
    """Whether it says, rightly, how many days there are to a feast."""
    named = _TO_HOLIDAY.match(folded, one.end) if one.unit == "day" and one.value <= _YEAR else None
    day = today + timedelta(days=int(one.value))
    return named is not None and _HOLIDAYS[named["name"]] == (day.month, day.day)


def until_holiday(ground: Timeline, one: Measured, folded: str, locale: Locale) -> list[Support]:
    """What names the feast that is so many days off: no evidence need tell when Christmas is."""
    named = _TO_HOLIDAY.match(folded, one.end)
    if named is None or not is_until_feast(one, folded, ground.today):
        return []
    places = ((source, told(wording_of(source), locale).reading.text.find(named["name"])) for source, _ in ground.told)
    return [support(source, at, at + len(named["name"]), derived=True) for source, at in places if at >= 0][:1]


def is_lasting(one: Measured, folded: str) -> bool:
    """Whether it is how long something goes on, and not how far off it is: `dura dois meses`, `dois meses de aula`."""
    if "-" in folded[one.start : one.end] or _LASTS.search(folded, max(0, one.start - 24), one.start):
        return True
    return _LASTS_AFTER.match(folded, one.end) is not None and not is_left(one, folded)


def is_left(one: Measured, folded: str) -> bool:
    """Whether it is the time that is left from today, as `faltam 5 dias`: fewer tomorrow."""
    before = _REMAIN.search(folded, max(0, one.start - 24), one.start)
    return (before or _LEFT.match(folded, one.end) or _TO_HOLIDAY.match(folded, one.end)) is not None
