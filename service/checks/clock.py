"""Times of day that a text tells: `às 19h`, `8.30pm`, `a las diez menos cuarto`, `half past six`, `noon`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from service.checks.moment import Moment
from service.checks.words import Numeral, Reading, Words, wordset
from service.types import Locale

_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:h](?P<minute>\d{2})(?:\b|(?=[ap]\.?m\b))|\.(?P<dotted>[0-5]\d)(?![\d,]|\.\d)|\s?(?:h|hs|hrs|horas?)\b)?"
    r"(?:\s?(?P<half>[ap]\.?\s?m\b))?"
)
_MARKED = re.compile(r"\d{1,2}(?:[:h]\d{2}\b|(?:[:.][0-5]\d)?\s?(?:(?:h|hs|hrs|horas?)\s?)?[ap]\.?\s?m\b)")
"""A time of day that no word before it need tell."""
_DOTTED = re.compile(r"(?P<to>\d{1,2}\.\d\d\s?(?:h|[ap]m)?\s?(?:to|and|until|till|a|y|-|–)\s?\d)|\d{1,2}\.\d\d(?!\d)")
"""Of what is written as a price as often, one end of a range of times, and any."""
_EACH = re.compile(r"(?:\.\d\d)? (?:a|an|per|each|every|cada|por|al?)\b(?! \d)")
_AT = wordset("as das las la at entre between from pelas")
_TOWARDS = wordset("by until till before after")
"""What comes before an hour that is spelled out, and before much else."""
_BY_HOW_MUCH = wordset(
    "divide divided multiply multiplied cut reduced reduce increased increase up down raised grew grown fell rise"
    " m cm mm metre metres meter meters foot feet ft inch inches yard yards centimetres centimeters"
)
_TO_ARTICLE = wordset("a hasta desde de entre sobre y o son antes despues para")
"""What comes before `las` where an hour follows, and not so many things."""
_FROM_ARTICLE = wordset("antes depois partir volta perto passa passam desde")
_TO_PLAIN = wordset("ate desde entre apos para e")
_ACCENTED = frozenset("àÀ")
_AFTER_TIME = wordset("a to y e and ate until till")
_AFTER_CLOCK = wordset(
    "da de in on and e y a to o'clock no na en as h ya ja se te you we it voce sharp until ate hasta para por until for"
    " or ou empieza comienza comeca abre abrimos fecha fechamos cierra cerramos arranca salimos saimos estamos tem hay"
    " every each daily tonight today tomorrow menos is when with there's till thru"
)
_MEASURES = wordset("h hs hr hrs am pm min x mil k vezes veces reais euros pesos soles")
_VERBS = wordset(
    "sales llegas tienes puedes vuelves cenas comes duermes despegas aterrizas bajas subes entras empiezas acabas"
    " terminas estas vas ves quedas recoges coges zarpas almuerzas desayunas meriendas embarcas desembarcas"
)
_VERB_ENDS = ("ás", "és", "ís", "mos")
_HOURS = re.compile(r"\d{1,2}\s?(?:a|ate|to|-|–)\s?\d{1,2}\s?(?:h|hs|hrs)\b")
_HEAT = re.compile(r"(?:\s?(?:e|a|ate|and|to|y|-|–)\s?-?\d{1,3}(?:[.,]\d)?)?\s?[°º]\s?[cf]\b")  # "entre 2 e 8 °C"
_EARLIEST = 6  # "de 2 a 3 h" is how long something takes
_LASTS = re.compile(r"\s(?:min\b)?(?:de (?!la |el )|of )[^\W\d]|-(?:long|hour)")
"""What follows how long something takes, as `2h30 de viagem`."""
_LASTING = re.compile(
    r"\b(?:dura\w*|duran|leva\w*|lasts?|takes?|tarda\w*|viagem de|viaje de|em|en|in|por|for|menos de) \Z"
)
_SPANNING = re.compile(r"(?<![\d/.,-])\d{1,2}(?:[:h.]\d\d)?\s?(?:h|hs|hrs|[ap]\.?m\.?)?-\Z")
_HALF_DAY = re.compile(
    r"\s(?:(?P<morning>da manha|da madrugada|de la manana|de la madrugada|in the morning)"
    r"|(?:da|de la|in the|at) (?:tarde|noite|noche|afternoon|evening|night))\b"
)
_TO_HOUR = re.compile(
    r" (?:y media )?(?:a|as) [^\W\d]+(?: y media)?(?: (?:da|de la) (?:manha|manana|tarde|noite|noche)\b"
    r"|(?P<end>[.,;]|\Z))"
)
_OPENING = wordset(
    "lunes martes miercoles jueves viernes sabado sabados domingo domingos diario abierto abierta abrimos abre horario"
)
_PAST = re.compile(r"\s(?:(?:y|e|and) (?:(?P<half>media|meia)|(?P<past>cuarto))|menos (?P<to>cuarto))\b")
_ON = re.compile(r"\s(?P<way>y|e|menos)\s|[ -]")
_AHEAD = re.compile(
    r"\b(?:(?P<half>half)|(?:a )?(?P<quarter>quarter)|(?P<count>five|ten|twenty|twenty[ -]five|cinco|dez|quinze|vinte))"
    r" (?P<way>past|to|(?:para|pra) [ao]s?|pr?as) \Z"
)
_AHEADS = {"five": 5, "cinco": 5, "ten": 10, "dez": 10, "quinze": 15, "twenty": 20, "vinte": 20}
_LONGEST_AHEAD = 26
_GOES_AHEAD = re.compile(r" (?:past|(?:para|pra) as?|pr?as) [^\W\d]+")  # "quinze para as oito", "ten past six"
_ONE = re.compile(
    r"\b(?:(?:a|hasta|desde|antes de|despues de|sobre|para) la (?P<es>una)"
    r"|(?:at|(?<!one )by|until|till|before|past|to) (?P<en>one)"
    r"|(?:a|ate a|desde a|antes da|para a) (?P<pt>uma))(?: (?:hora|h|o'clock))?"
    r"(?: (?:e|y) (?:(?P<media>meia|media)|(?P<cuarto>cuarto|quinze)))?"
    r"(?=(?P<pm> (?:da|de la|in the) (?:tarde|noite|afternoon))|\s?[.,;:!?)]|\s?\Z"
    r"| (?:em ponto|en punto|sharp|on|da|de la) )"
)
_NAMED = {"noon": 720, "midday": 720, "midnight": 1440, "mediodia": 720, "medianoche": 1440}
_HALF_PAST = re.compile(r"\s(?:e meia|y media)\b")
NAMES = frozenset(_NAMED)
"""The words for a time of day."""


def times(reading: Reading, text: str, locale: Locale, *, lenient: bool) -> Iterator[Moment]:
    """The hours that a text tells in numbers. A lenient reading, of evidence, takes more numbers for hours."""
    words, folded, last, over = reading.words, reading.text, -9, -1
    for place, numeral in enumerate(reading.numerals):
        if numeral.start < over or numeral.value > 24 or (numeral.value % 1 and numeral.spelled):
            continue
        before = words.texts[numeral.first - 1] if numeral.first else ""
        told, sure = _told(reading, text, numeral, locale)
        told = told or (before in _AFTER_TIME and last >= numeral.first - 3)
        ahead = (
            _AHEAD.search(folded, max(0, numeral.start - _LONGEST_AHEAD), numeral.start) if numeral.spelled else None
        )
        if numeral.spelled and not ahead and _GOES_AHEAD.match(folded, numeral.end):
            continue
        may = told or lenient or numeral.spelled or _MARKED.match(folded, numeral.start)
        if not may:
            continue
        alone = _is_alone(text, numeral, words, sure=sure)
        following = reading.numerals[place + 1] if place + 1 < len(reading.numerals) else None
        if numeral.spelled:
            found = _spelled(folded, numeral, words, following, ahead) if ahead or (told and alone) or (
                _is_oclock(words, numeral)) else None  # fmt: skip
        else:
            found = _figures(folded, numeral, told=told, alone=alone, lenient=lenient, dots=locale != "pt-BR")
        if found:
            last, over = numeral.last, found.end
            yield found
    for name in () if lenient else ("uma", "una", "one"):
        if name in reading.vocabulary:
            yield from _ones(folded, text)
            break


def named_times(reading: Reading, there: Sequence[int]) -> Iterator[Moment]:
    """Noon and midnight, at those places."""
    words = reading.words
    for place in there:
        word = words[place]
        after = words[place + 1] if place + 1 < len(words) else None
        number, end = _NAMED.get(word.text), word.end
        if number is None and word.text in ("meio", "meia") and after and after.text in ("dia", "noite"):
            number, end = 720 if after.text == "dia" else 1440, after.end
        if number is not None:
            past = _HALF_PAST.match(reading.text, end)
            yield Moment("time", number + (30 if past else 0), word.start, past.end() if past else end)


def _told(reading: Reading, text: str, numeral: Numeral, locale: Locale) -> tuple[bool, bool]:
    """Whether the word before a number tells that it is an hour, and whether it says so beyond doubt: `às dez`, where
    `as dez` are ten things."""
    words, place = reading.words, numeral.first - 1
    before = words.texts[place] if place >= 0 else ""
    two = words.texts[place - 1] if place > 0 else ""
    if before not in _AT:
        return _is_told_besides(reading, numeral, locale, before, two), False
    if locale == "en":
        return before not in ("as", "la", "las", "das"), False
    if locale == "es":
        sure = before == "las" and two in _TO_ARTICLE
        return sure or (before in ("entre", "la")) or (before == "las" and not numeral.spelled), sure
    if before == "das" and numeral.spelled:
        ranged = _is_ranged(reading, text, numeral) or _HALF_DAY.match(reading.text, numeral.end) is not None
        return two in _FROM_ARTICLE or ranged, False
    if before == "as":
        accented = text[words[place].start] in _ACCENTED
        plain = two in _TO_PLAIN or not numeral.spelled or _HALF_DAY.match(reading.text, numeral.end) is not None
        return accented or plain, accented
    return before != "la", False


def _is_told_besides(reading: Reading, numeral: Numeral, locale: Locale, before: str, two: str) -> bool:
    """Whether a number is an hour after a word that comes before much else: `by ten`, `de nueve a dos`, `open nine`."""
    if not numeral.spelled:
        ranged = before in ("de", "from") and numeral.value >= _EARLIEST  # "de 20 a 23 h"
        return ranged and _HOURS.match(reading.text, numeral.start) is not None
    if before == "de" and (to := _TO_HOUR.match(reading.text, numeral.end)):
        return to["end"] is None or not _OPENING.isdisjoint(reading.vocabulary)
    late = before in _TOWARDS and locale == "en" and two not in _BY_HOW_MUCH
    return late or before in ("open", "abierto")


def _is_ranged(reading: Reading, text: str, numeral: Numeral) -> bool:
    """Whether another hour follows, and not what is said of so many: `das duas é grátis`."""
    place = numeral.last + 1
    if place >= len(reading.words) or reading.words.texts[place] not in ("as", "ate", "a", "e"):
        return False
    return text[reading.words[place].start] not in "éÉ"


def _is_alone(text: str, numeral: Numeral, words: Words, *, sure: bool) -> bool:
    """Whether nothing follows that a number might count."""
    after = words[numeral.last + 1] if numeral.last + 1 < len(words) else None
    if after is None or text[numeral.end : after.start].strip() != "" or after.text in _AFTER_CLOCK:
        return True
    if not sure or after.text in _MEASURES:
        return False
    verb = after.text in _VERBS or text[after.start : after.end].lower().endswith(_VERB_ENDS)
    return verb or not (after.text.endswith("s") or after.text[0].isdigit())


def _is_oclock(words: Words, numeral: Numeral) -> bool:
    return numeral.last + 1 < len(words) and words.texts[numeral.last + 1] == "o'clock"


def _spelled(
    text: str, numeral: Numeral, words: Words, following: Numeral | None, ahead: re.Match[str] | None
) -> Moment | None:
    """The time whose hour is spelled out, with the minutes before it or after it."""
    start, end, minutes = numeral.start, numeral.end, 0
    if ahead:
        minutes = 30 if ahead["half"] else 15 if ahead["quarter"] else _AHEADS.get(ahead["count"], 25)
        if ahead["way"] != "past":
            minutes = -minutes
            if ahead["count"] and ahead["way"] == "to" and not text.endswith(("at ", "by "), 0, ahead.start()):
                return None  # "five to ten"
        start = ahead.start()
    elif past := _PAST.match(text, end):
        minutes, end = 30 if past["half"] else 15 if past["past"] else -15, past.end()
    elif following and following.spelled and following.first <= numeral.last + 2:
        joint = _ON.fullmatch(text, end, following.start)
        if joint and 5 <= following.value < 60 and not following.value % 5:
            minutes = -int(following.value) if joint["way"] == "menos" else int(following.value)
            end = following.end
    half = _HALF_DAY.match(text, end)
    evening = half is not None and not half["morning"] and numeral.value < 12
    return Moment("time", int(numeral.value) * 60 + 720 * evening + minutes, start, end, vague=half is None)


def _figures(text: str, numeral: Numeral, *, told: bool, alone: bool, lenient: bool, dots: bool) -> Moment | None:
    match = _CLOCK.match(text, numeral.start)
    joined = text[numeral.start - 1 : numeral.start] in ("/", "-", ":", ",")
    if joined and match and _SPANNING.search(text, max(0, numeral.start - 9), numeral.start):
        joined = match.end() == match.end("hour")  # "9am-5pm", and not "9-5"
    if match is None or joined or int(match["hour"]) > 24 or _HEAT.match(text, match.end()):
        return None
    end, dotted, half = match.end(), match["dotted"], match["half"]
    if dotted and not half and not (dots and alone and (told or lenient) and _is_dotted_time(text, numeral)):
        return None
    marked = match["minute"] or dotted or half
    hours = end > match.end("hour") and not marked  # "18 horas" may be a length of time as well
    if not marked and not (told or lenient):
        return None
    if not marked and not hours and (not alone or text[end : end + 1] in ("/", "%", "€", "$")):
        return None
    if match["minute"] and not (told or lenient or half) and _is_length(text, match):
        return None
    minute = int(match["hour"]) * 60 + int(match["minute"] or dotted or 0)
    day = _HALF_DAY.match(text, end) if int(match["hour"]) < 12 else None
    half = half[0] if half else "a" if day and day["morning"] else "p" if day else ""
    if half == "p" and int(match["hour"]) < 12:
        minute += 720
    if half == "a" and int(match["hour"]) == 12:
        minute -= 720
    return Moment("time", minute, numeral.start, end, vague=not half and int(match["hour"]) <= 12)


def _is_dotted_time(text: str, numeral: Numeral) -> bool:
    """Whether `8.15` is no price: after `from` only where a range of times follows."""
    match = _DOTTED.match(text, numeral.start)
    if match is None or _EACH.match(text, numeral.end):
        return False
    return match["to"] is not None or not text.endswith(("from ", "between "), 0, numeral.start)


def _is_length(text: str, match: re.Match[str]) -> bool:
    """Whether `2h30` tells how long something takes."""
    if int(match["hour"]) >= _EARLIEST or text[match.end("hour")] != "h":
        return False
    start = match.start()
    return bool(_LASTS.match(text, match.end()) or _LASTING.search(text, max(0, start - 12), start))


def _ones(folded: str, text: str) -> Iterator[Moment]:
    """One o'clock, of which the number is an article as often."""
    for match in _ONE.finditer(folded):
        if match["pt"] and match[0].startswith("a ") and text[match.start()] not in _ACCENTED:
            continue
        name = "pt" if match["pt"] else "es" if match["es"] else "en"
        minute = 60 + (30 if match["media"] else 15 if match["cuarto"] else 0) + (720 if match["pm"] else 0)
        ahead = _AHEAD.search(folded, max(0, match.start(name) - _LONGEST_AHEAD), match.start(name))
        start = match.start(name)
        if ahead:
            minutes = 30 if ahead["half"] else 15 if ahead["quarter"] else _AHEADS.get(ahead["count"], 25)
            minute, start = minute + (minutes if ahead["way"] == "past" else -minutes), ahead.start()
        yield Moment("time", minute, start, match.end(), vague=not match["pm"])
