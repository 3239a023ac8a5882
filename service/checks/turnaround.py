"""On which day something is ready that is handed in on another: `quem deixa na terça busca na quinta`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache

from service.checks.agenda import Agenda
from service.checks.copy import Source, support
from service.checks.models import Support
from service.checks.moment import WEEKDAYS
from service.checks.spans import later
from service.types import Locale

_HANDED = {
    "pt-BR": r"deix\w*|lev\w*|tra(?:z|ga|gam|zer|zid\w+)|entreg\w*|ped[ei]\w*|peca|compr\w*|encomend\w*|mand\w*"
    r"|envi\w*|post\w*|feit[oa]s?",
    "en": r"drop\w*|bring|brought|leave|left|order\w*|send|sent|place\w*|book\w*|buy|bought|hand(?:ed)?|ship\w*",
    "es": r"dej\w+|trae\w*|traes|traig\w+|entreg\w+|pid\w+|ped\w+|compr\w+|encarg\w+|envi\w+|mand\w+|llev\w+",
}
_BACK = {
    "pt-BR": r"busc\w*|busqu\w*|retir\w*|peg\w*|receb\w*|cheg\w*|pront[oa]s?|volt\w*|devolv\w*|lev\w*|entreg\w*"
    r"|esta\w*|sai\w*",
    "en": r"collect\w*|pick\w*|back|ready|arriv\w*|get|gets|deliver\w*|done|return\w*|out|yours|here|home|lands?",
    "es": r"recog\w*|recoj\w*|retir\w*|recib\w*|lleg\w*|list[oa]s?|vuelv\w*|devolv\w*|devuelv\w*|llev\w*|entreg\w*"
    r"|esta\w*|busc\w*|pas\w*",
}
_ON = {"pt-BR": r"n[ao]|ate a?|d[ea]", "en": r"on|by|until|before|for", "es": r"el|hasta el|para el|del?"}
_GAP = r"[^.!?;\n]{0,40}?"
_ANCHOR = date(2024, 1, 1)  # a Monday
_WEEK = 7  # days, after which the same weekday comes again


@cache
def _pairs(locale: Locale) -> re.Pattern[str]:
    days = "|".join(WEEKDAYS[locale])
    first, last = (rf"(?:{_ON[locale]}) (?P<{name}>{days})s?(?:-feira)?\b" for name in ("first", "last"))
    back = rf"\b(?:{_BACK[locale]})\b"
    handed_in = rf"\b(?:{_HANDED[locale]})\b{_GAP}\b{first}"
    return re.compile(rf"{handed_in}{_GAP}(?:{back}{_GAP}\b{last}|\b{last.replace('last', 'then')} {back})")


def handed(folded: str, locale: Locale) -> Iterator[tuple[int, int, int, int]]:
    """The weekday on which something is handed in and the one on which it is ready, and where both stand."""
    names = WEEKDAYS[locale]
    for match in _pairs(locale).finditer(folded):
        name = "last" if match["last"] else "then"
        yield names.index(match["first"]), names.index(match[name]), match.start("first"), match.end(name)


def ready(told: Sequence[tuple[Source, Agenda]], first: int, last: int) -> list[Support] | None:
    """What takes so long that what is handed in on the first weekday is ready on the last; None where nothing takes
    any time."""
    begun = _ANCHOR + timedelta(days=first)
    known = False
    for source, agenda in told:
        for delay in agenda.delays:
            known = True
            if later(begun, delay).weekday() == last and delay.days < _WEEK:
                return [support(source, delay.start, delay.end, derived=True)]
        if agenda.next_day:
            known = True
            if (first + 1) % _WEEK == last:
                return [support(source, *agenda.next_day, derived=True)]
    return [] if known else None
