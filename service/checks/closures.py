"""Weekdays on which a text says that nothing happens."""

from __future__ import annotations

import re

_REST = r"(?:descans\w+|folg(?:a|amos)|exceto|excepto|except|salvo|menos|but|rest)"
_OPENS = r"(?:abr\w+|open|atend\w+|atiend\w+|funcion\w+|trabalh\w+|trabaj\w+|ha|hay|tem|entreg\w+|deliver|ship|work)"
_DAYS = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|lunes|martes|miercoles|jueves|viernes|sabados?|domingos?|segundas?|tercas?"
    r"|quartas?|quintas?|sextas?"
)
_CLOSED_BEFORE = re.compile(
    rf"\b(?:(?P<closed>closed|fechad[oa]s?|cerrad[oa]s?|(?:nao|no|not|never|don't) (?:se |we )?{_OPENS})"
    rf"|(?P<rest>{_REST})|fech(?:a|am|amos)|cierr(?:a|an)|cerramos|closes?)"
    r"(?: (?:a|as|aos|ao|os|los|el|la|las|o|de|on|the|for|nas|na|nos|no|em|en|every|todas?|todos?|e|y|and|nem|ni|or"
    rf"|{_DAYS})(?:-feiras?)?,?)*\s\Z"
)
_CLOSED_AFTER = re.compile(
    r"(?::|,)? (?:(?:we|we are|we're|it's|estamos|esta|is|are) )?(?:closed|fechad[oa]s?|cerrad[oa]s?|cerramos|folga"
    r"|descansa(?:mos)?|folgamos|dormimos|(?:(?:we|us) (?:sleep|rest)|(?:a gente|the shop|the store|la tienda|a loja)"
    r" (?:sleeps|rests|dorme|duerme|descansa|folga))"
    rf"|(?:nao|no|not|don't) {_OPENS}|fech(?:a|am|amos)(?! as))\b"
)


_OPEN_ON = re.compile(
    r"(?P<not>\b(?:nao|no|not|never|don't|won't|nunca)\s(?:\w+\s){0,2})?"
    r"\b(?:abr(?:e|em|imos|en|ira|iremos|iremos)|abert[oa]s?|abiert[oa]s?|opens?|opening|atendemos|atiende|atendemos"
    r"|funciona(?:mos)?|trabalhamos|trabajamos|reabr\w+|reopen\w*)(?: [^\W\d]+){0,4} ?\Z"
)


def opens_on(text: str, start: int) -> bool:
    """Whether the words before a date say that something opens on it: `abrimos no dia 1º`, `open on 1 January`."""
    match = _OPEN_ON.search(text, max(0, start - 48), start)
    return match is not None and not match["not"]


def is_closed(text: str, start: int, end: int, *, weekly: bool) -> bool:
    """Whether nothing happens on that weekday: `não abre às segundas`, `closed on Mondays`, `los lunes descansamos`.
    What "closes on Monday" has its deadline then."""
    if _CLOSED_AFTER.match(text, end):
        return True
    match = _CLOSED_BEFORE.search(text, max(0, start - 36), start)
    return match is not None and (weekly or match["closed"] is not None or match["rest"] is not None)
