"""Days and times that a text tells without a calendar date: weekdays, `tomorrow`, `this week`, `às 19h`, months."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from service.checks.clock import NAMES, named_times, times
from service.checks.closures import is_closed
from service.checks.moment import CLOSED, NEXT, NTH, WEEKDAYS, Moment
from service.checks.words import Numeral, Reading, Word, Words, wordset
from service.types import Locale

_WEEKDAY = {
    locale: {name + ending: number for number, name in enumerate(names) for ending in ("", "s")}
    for locale, names in WEEKDAYS.items()
}
_ANY_WEEKDAY = frozenset[str]().union(*_WEEKDAY.values())
_ORDINALS = frozenset(("segunda", "terca", "quarta", "quinta", "sexta"))  # which in Portuguese are "second" to "sixth"
_DAY_BEFORE = wordset("na nas as ate de a proxima toda todas esta nesta da desta e cada")
_DAY_AFTER = wordset("a as e ou de das da do na no em com entre que")
_ANY_DAY = wordset(
    "um uma un una a seu sua teu tua meu minha nosso su tu mi nuestro your my our happy feliz bom boa buen"
)
_OF_DATE = re.compile(
    r"(?:\d|\d(?:st|nd|rd|th)|janeiro|january|enero|fe[bv]\w+|mar(?:co|ch|zo)|a[bp]ril|ma[iy]o?|ju[nl]\w+|ag?[ou]s?\w*to?|\w+b(?:ro|re|er))"
    r"(?:,| \(|,? que (?:cae|cai)(?: em| en)?|,? es) (?:uma?|a|una?)\s\Z"
)
"""The 3rd of October, a Saturday: that day, and not any Saturday."""
_PRESENT = frozenset(("hoje", "amanha"))  # "de hoje a domingo"
_NEXT = wordset("next following proximo proxima")
_THAT_COMES = re.compile(
    r",? (?:week\b(?! of)|que (?:vem|viene)|seguinte|siguiente|proxim[oa]|next week|of next week|after next"
    r"|d?[ae] (?:semana que vem|proxima semana|la semana que viene|la proxima semana))\b"
)
_EVERY = wordset("toda todo todas todos cada every each los aos")
_TO = frozenset(["a", "al", "to", "through", "ate"])
_MONTH_NAMES: dict[Locale, str] = {
    "pt-BR": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "en": "january february march april may june july august september october november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_MONTH = {
    locale: {name: number for number, name in enumerate(names.split(), 1)} for locale, names in _MONTH_NAMES.items()
}
_BEFORE = frozenset(("before", "antes", "ate", "hasta", "by", "until"))
_OF_MONTH = wordset("in from to through until by of this next every since late early mid end")
_RELATIVE: dict[Locale, re.Pattern[str]] = {
    "pt-BR": re.compile(
        r"\b(?:(?P<after>depois de amanha)|(?P<tomorrow>amanha)|(?P<yesterday>ontem)"
        r"|(?P<today>(?:(?:ate|termina|acaba|encerra|terminam|acabam|so(?: por)?|somente|apenas) )?hoje(?: so\b)?)"
        r"|(?P<eve>vespera)"
        r"|(?P<weekend>(?:nes[ts]e|es[ts]e|do proximo|no proximo) (?:fim de semana|final de semana))"
        r"|(?P<week>(?:des[ts]a|nes[ts]a|es[ts]a) semana)|(?P<next_week>semana que vem|proxima semana)"
        r"|(?P<month>(?:des[ts]e|nes[ts]e|es[ts]e) mes)|(?P<next_month>mes que vem|proximo mes)"
        r"|(?P<end>(?:fim|final) (?:do|deste|desse) mes)|(?P<last_year>ano passado))\b"
    ),
    "en": re.compile(
        r"\b(?:(?P<after>day after tomorrow)|(?P<tomorrow>tomorrow)|(?P<yesterday>yesterday)"
        r"|(?P<today>(?:(?:ends?|until|till|by|through|closes?|only|just) )?(?:today|tonight)(?: only)?)"
        r"|(?P<weekend>this (?:coming )?weekend)|(?P<week>this week)|(?P<next_week>next week)|(?P<month>this month)"
        r"|(?P<next_month>next month)|(?P<end>end of (?:the|this) month|month's end)|(?P<last_year>last year))\b"
    ),
    "es": re.compile(
        r"\b(?:(?P<after>pasado manana)|(?P<tomorrow>(?<!la )(?<!esta )(?<!de )(?<!cada )(?<!una )(?<!tu )manana)"
        r"|(?P<yesterday>ayer)"
        r"|(?P<today>(?:(?:hasta|termina|acaba|vence|cierra|solo(?: por)?|solamente) )?hoy)|(?P<eve>vispera)"
        r"|(?P<weekend>este (?:proximo )?(?:fin de semana|finde))|(?P<week>esta semana)"
        r"|(?P<next_week>proxima semana|semana que viene)|(?P<month>este mes)|(?P<next_month>proximo mes|mes que viene)"
        r"|(?P<end>(?:fin|final) (?:de|del|de este) mes)|(?P<last_year>ano pasado))\b"
    ),
}
_LONGEST_RELATIVE = 40  # characters, and more than one has before or after such a word
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_AFTER_ORDINAL = wordset(
    "of at and to from we is are only we're you in until till through with for the or as by it our your on day this"
    " next"
)
_AFTER_DAY = wordset("y e los las os as tus sus seus suas nuestros nuestras nossos nossas todos todas")
_DAYS = frozenset(("dia", "day"))
_MEASURES = wordset("h hs hr hrs am pm min x por de da do a to ate - mil k")
_OF_YEAR = wordset("em de in since desde of en del")


_SHIFTS = {
    "after": ("today", 2, 2), "tomorrow": ("today", 1, 1), "yesterday": ("today", -1, -1), "today": ("today", 0, 0),
    "eve": ("today", 0, 0), "weekend": ("monday", 4, 6), "week": ("monday", 0, 6), "next_week": ("monday", 7, 13),
}  # fmt: skip
_LEANING = wordset(
    "vispera amanha hoje ontem vespera semana mes passado manana hoy ayer visperas finde pasado tomorrow yesterday"
    " today tonight week weekend month last end month's meio meia"
)
TELLING: dict[Locale, frozenset[str]] = {
    locale: frozenset(names) | {f"{name}'s" for name in names} | frozenset(_MONTH[locale]) | _LEANING | NAMES
    for locale, names in _WEEKDAY.items()
}
"""The words of a locale without which a text tells no day and no time but in figures."""


def moments(reading: Reading, text: str, locale: Locale, *, lenient: bool = False) -> Iterator[Moment]:
    """The days and times of a text. A lenient reading, of evidence, takes more numbers for times."""
    telling = TELLING[locale]
    if not telling.isdisjoint(reading.vocabulary):
        there = reading.words.places(telling)
        yield from _weekdays(reading, there, locale)
        if not _LEANING.isdisjoint(reading.vocabulary):
            leaning = [place for place in there if reading.words.texts[place] in _LEANING]
            first, last = reading.words[leaning[0]].start, reading.words[leaning[-1]].end
            yield from _relative(reading.text, locale, max(0, first - _LONGEST_RELATIVE), last + _LONGEST_RELATIVE)
        yield from _months(reading, there, text, locale)
        yield from named_times(reading, there)
    if reading.numerals:
        yield from times(reading, text, locale, lenient=lenient)
        yield from _bare_days(reading)


def interval(name: str, today: date) -> tuple[date, date]:
    """The first and the last day that a relative word may mean on that day."""
    monday, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    if name in _SHIFTS:
        begin, first, last = _SHIFTS[name]
        origin = monday if begin == "monday" else today
        return origin + timedelta(days=first), origin + timedelta(days=last)
    following = _next_month(month)
    if name == "last_year":
        return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    if name == "next_month":
        return following, _next_month(following) - timedelta(days=1)
    end = following - timedelta(days=1)
    return (end - timedelta(days=3), end) if name == "end" else (month, end)


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _weekdays(reading: Reading, there: Sequence[int], locale: Locale) -> Iterator[Moment]:
    names, words = _WEEKDAY[locale], reading.words
    for place in there:
        word = words[place]
        if word.text.removesuffix("'s") not in names:
            continue
        number = names[word.text.removesuffix("'s")]
        before = words[place - 1].text if place else ""
        if (
            before in _ANY_DAY
            and not (before == "a" and (_spans(words, place, names) or words.texts[place - 2] in _PRESENT))
            and not _OF_DATE.search(reading.text, max(0, word.start - 20), word.start)
        ):
            continue
        after = words[place + 1] if place + 1 < len(words) else None
        end, plural = word.end, word.text.endswith("s") and locale != "es" and not word.text.endswith("'s")
        if after and after.text in ("feira", "feiras"):
            end, plural = after.end, plural or after.text == "feiras"
        elif (
            locale == "pt-BR"
            and word.text.rstrip("s") in _ORDINALS
            and not (
                _is_day(reading, before, word, after) or _spans(words, place, names) or _is_listed(words, place, names)
            )
        ):
            continue
        weekly = plural or before in _EVERY or _spans(words, place, names)
        name = CLOSED if is_closed(reading.text, word.start, end, weekly=weekly) else ""
        if not name and (
            before in _NEXT
            or _THAT_COMES.match(reading.text, end)
            or (before == "on" and place > 1 and words.texts[place - 2] == "week")
        ):
            name = NEXT
        if not name and before in NTH:
            name = before
        yield Moment("weekly" if weekly else "weekday", number, word.start, end, name=name)


def _is_day(reading: Reading, before: str, word: Word, after: Word | None) -> bool:
    """Whether `quinta` alone is Thursday, and not "fifth"."""
    closed = after is None or reading.text[word.end : after.start].strip() != "" or after.text in _DAY_AFTER
    return closed and before in _DAY_BEFORE


def _spans(words: Words, place: int, names: dict[str, int]) -> bool:
    """Whether the weekday begins or ends a range, as `segunda a sábado`."""

    def is_day(at: int) -> bool:
        return 0 <= at < len(words) and words[at].text in names

    skip = 2 if place + 1 < len(words) and words[place + 1].text == "feira" else 1
    begins = place + skip < len(words) and words[place + skip].text in _TO and is_day(place + skip + 1)
    back = 2 if place > 1 and words[place - 2].text == "feira" else 1
    ends = place > back and words[place - 1].text in _TO and is_day(place - 1 - back)
    return begins or ends


def _is_listed(words: Words, place: int, names: dict[str, int]) -> bool:
    """Whether it stands in the plural beside another weekday that does, as `terças e quintas`."""

    def is_day(at: int) -> bool:
        return 0 <= at < len(words) and words.texts[at] in names and words.texts[at].endswith("s")

    beside = (1, 2) if place + 1 < len(words) and words.texts[place + 1] in ("e", "ou") else (1,)
    before = (1, 2) if place and words.texts[place - 1] in ("e", "ou") else (1,)
    return is_day(place) and any(is_day(place + step) or is_day(place - back) for step in beside for back in before)


def _relative(text: str, locale: Locale, start: int, end: int) -> Iterator[Moment]:
    for match in _RELATIVE[locale].finditer(text, start, end):
        name = match.lastgroup or ""
        limit = name == "today" and " " in match[0]
        yield Moment("relative", 0, *match.span(), vague=not limit, name=name)


def _months(reading: Reading, there: Sequence[int], text: str, locale: Locale) -> Iterator[Moment]:
    names = _MONTH[locale]
    for place in there:
        word = reading.words[place]
        if word.text in names:
            before = reading.words[place - 1].text if place else ""
            if text.startswith("Marco", word.start):
                continue  # a name; the month is "março"
            if word.text in ("may", "march") and (
                text[word.start].islower() or (before not in _OF_MONTH and not _is_among(reading.words, place, names))
            ):
                continue
            eve = before in _BEFORE or (before == "de" and reading.words[place - 2].text in _BEFORE)
            yield Moment("month", names[word.text], word.start, word.end, vague=eve)


def _is_among(words: Words, place: int, names: Mapping[str, int]) -> bool:
    """Whether another month stands beside it: `March, April and May`."""
    near = (*words.texts[max(0, place - 2) : place], *words.texts[place + 1 : place + 2])
    return any(word in names for word in near)


def _is_verb(word: str) -> bool:
    """Whether a word is no unit and no noun in the plural, which a number might count: `el domingo 25 dormimos`."""
    return word not in _MEASURES and (not word.endswith("s") or word.endswith("mos"))


def _is_deadline(words: Words, place: int) -> bool:
    """Whether the weekday there ends something, as in `hasta el domingo 25 tienes`."""
    return not _BEFORE.isdisjoint(words.texts[max(0, place - 2) : place])


def _is_of_thing(words: Words, text: str, numeral: Numeral) -> bool:
    """Whether an ordinal is that of what it stands before: `our 28th anniversary`."""
    place = numeral.last + 2  # after "th"
    if place >= len(words) or text[words[place - 1].end : words[place].start] not in (" ", "-"):
        return False
    return words.texts[place] not in _AFTER_ORDINAL


def _bare_days(reading: Reading) -> Iterator[Moment]:
    """`no dia 31`, `the 21st`, `sexta, 6`: a day whose month is left out; and years."""
    words, text = reading.words, reading.text
    for numeral in reading.numerals:
        if numeral.spelled or numeral.value % 1 or not numeral.first:
            continue
        value, digits = int(numeral.value), numeral.end - numeral.start
        if digits > 2 and not (digits == 4 and 1900 <= value <= 2100):
            continue
        before = words[numeral.first - 1]
        gap = text[before.end : numeral.start]
        if 1 <= value <= 31 and digits <= 2:
            named = before.text in _DAYS and gap == " "
            weekday = before.text == "feira" or before.text in _ANY_WEEKDAY
            ordinal = _ORDINAL.match(text, numeral.end)
            close = gap in (" ", ", ") and text[numeral.end : numeral.end + 1] not in ("h", ":", "/", "%", "º", "ª")
            following = words[numeral.last + 1] if numeral.last + 1 < len(words) else None
            alone = following is None or text[numeral.end : following.start].strip() != ""
            told = (
                alone
                or following is None
                or following.text in _AFTER_DAY
                or (gap == " " and (_is_verb(following.text) or _is_deadline(words, numeral.first - 1)))
            )
            if ordinal and _is_of_thing(words, text, numeral):
                continue
            if named or ordinal or (weekday and close and told):
                yield Moment("day", value, numeral.start, ordinal.end() if ordinal else numeral.end)
        elif 1900 <= value <= 2100 and digits == 4 and before.text in _OF_YEAR:
            yield Moment("year", value, numeral.start, numeral.end)
