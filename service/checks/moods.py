"""Days that copy speaks of without saying that anything happens on them: `lazy Sundays`, `el tema de hoy`."""

from __future__ import annotations

import re
from datetime import date

from service.checks.moment import Moment

_ANOTHER_DAY = re.compile(
    r"(?: ja)? (?:pode ser|sera|e|puede ser|es|sera|may be|might be|is|will be|could be) (?:muito |muy "
    r"|demasiado |just )?"
    r"(?:tarde|too late)\b"
    r"|(?: (?:voce|tu|te|lo|la|you|you'll|me|vai|vas|a|will|se)){0,4} (?:agradec\w+|thank\b)"
    r"|(?: (?:e|es|is|sera|will be))? (?:outro|otro|another) (?:novo )?d(?:ia|ay)\b|\b(?:a better|um novo|un nuevo) \Z"
)
_PUT_OFF = re.compile(r"\b(?:deix\w+|leave|dej\w+) [^.!?;\d]{1,32} (?:para|pra|for|until|till) (?:o dia de )?\Z")
"""`Deixe o resto para amanhã` promises nothing of tomorrow."""
_CALLS_FOR = re.compile(
    r"(?:-feira)?(?: [^\W\d]+)? (?:(?:tem|tiene|has) (?:cheir|gost|sabor|cara|jeit|clima|olor|the smell|a taste|aroma)"
    r"|pede\b|pide\b|merece|combina|rima|calls? for|deserves?|smells?\b|tastes?\b|huele|sabe a\b)"
    r"[^.!?;\n\d%$]*(?:[.!?;\n]|\Z)"
)
"""`Domingo bom tem cheiro de brasa`, `Friday calls for pizza`."""
_ON_DAY = re.compile(
    r"(?:\b(?:on|by|until|till|every|each|from|next|through|to|aos?|as|nas?|nos?|ate"
    r"|desde|hasta|toda|todo|todas os|todos os"
    r"|first|second|third|fourth|last|primeir[oa]|primer|segundo|terceir[oa]|tercer|quarto|cuarto|ultim[oa]"
    r"|proxim[oa]|n?est[ea]|cada|al?|de|(?:ate|desde|hasta) (?:el|o|a)) |[,(]\s?)\Z"
)
_LIKE_BEFORE = re.compile(
    r"\b(?:(?:cara|carinha|jeit\w+|gost\w+|sabor\w*|clima|ares?|aires?|cheir\w+|olor|pinta|toque|estilo|espirito|energia"
    r"|ritmo|humor|animo|alma|ganas|sensacion|sensacao|alegria|preguica) (?:de |del? |a )(?:(?:um|uma|un) )?"
    r"|(?:feels?|tastes?|looks?|smells?|sounds?|felt|just) like (?:a )?"
    r"|(?:sepa|sabe|huele|parece|pareca|suena)n? (?:a |um |un )?)\Z"
)
_LIKE_AFTER = re.compile(r"(?:-feira)? (?:feelings?|vibes?|mood|energy|spirits?|faces?|treatment)\b")
"""A Monday that feels like a Friday is no Friday."""
_CALLED = re.compile(
    r"(?:\A|[.!?:;,\n] ?)(?:(?:a|o|as|os|el|la|los|las|sua|seu|tu|nossa|nosso) )?[^\W\d]+ (?:de|da|do|del) (?:el )?\Z"
)
_ENDS = re.compile(r"[.!?;\n](?!\d)")
_HAPPENS = re.compile(
    r"[\d%$€£]|\b(?:abr[aei]\w*|abert\w+|abiert\w+|opens?|opening|fech\w+|cerr\w+|cierr\w+|clos\w+|termin\w+|acab\w+|encerr\w+"
    r"|venc\w+|expir\w+|ends?|ending|last|ultim\w+|start\w*|comec\w+|comeca\w*|empiez\w+|empez\w+|inicia\w*|chega\w*"
    r"|lleg\w+|arriv\w+|entreg\w+|deliver\w*|ships?|despach\w+|envi\w+|atend\w+|atiend\w+|funcion\w+|tem|ha|hay|there's"
    r"|only|so|somente|apenas|solo|ofert\w+|offers?|promo\w*|sales?|descont\w+|descuent\w+|discounts?|off|gratis|free|half"
    r"|metade|mitad|meia|class\w*|aulas?|clases?|feiras?|ferias?|market|event\w*|show\w*|concert\w*|conciert\w*|oficinas?"
    r"|workshops?|taller\w*|encontr\w+|encuentr\w+|tours?|visit\w+|lanc\w+|launch\w*|estrei\w*|estren\w+|live|webinars?"
    r"|horari\w+|hours?|hasta|ate|until|through|till|by|prazo|plazo|deadline|segue|seguimos|corr[ae]\w*|hurry|book\w*|reserv\w+"
    r"|inscri\w+|volt\w+|vuelv\w+|returns?|back|served?|serv\w+|play\w*|join|compr[ae]\w*|pague|paga\w*|order)\b"
)


def is_mood(one: Moment, folded: str, today: date) -> bool:
    """Whether a day is spoken of and nothing is said to happen on it: `lazy Sundays`, `el tema de hoy`; or something is
    only called by the day that it is, as Monday's soup on a Monday."""
    if one.kind == "relative":
        if one.name == "tomorrow":
            begin = max(0, one.start - 48)
            return bool(
                _ANOTHER_DAY.match(folded, one.end)
                or _ANOTHER_DAY.search(folded, max(0, one.start - 12))
                or _PUT_OFF.search(folded, begin, one.start)
            )
        if one.name not in ("today", "weekend", "week", "month") or (one.name == "today" and not one.vague):
            return False
        return not _tied(folded, one)
    if one.kind == "time":  # "Off work at six?" says nothing of when a shop is open
        return _is_asked(folded, one.end) and not _tied(folded, one)
    if one.kind in ("weekday", "weekly") and (
        _is_likened(one, folded) or (one.number == today.weekday() and _is_called(one, folded))
    ):
        return True
    on = one.kind not in ("weekday", "weekly") or _ON_DAY.search(folded, max(0, one.start - 9), one.start)
    return not on and not _tied(folded, one)


def _is_likened(one: Moment, folded: str) -> bool:
    """Whether something else is said to be like that day: `segunda com cara de sexta`."""
    before = _LIKE_BEFORE.search(folded, max(0, one.start - 24), one.start)
    return bool(before or _LIKE_AFTER.match(folded, one.end) or _CALLS_FOR.match(folded, one.end))


def _is_called(one: Moment, folded: str) -> bool:
    return one.kind == "weekday" and (
        folded.endswith("'s", one.start, one.end)
        or _CALLED.search(folded, max(0, one.start - 24), one.start) is not None
    )


def _is_asked(folded: str, at: int) -> bool:
    """Whether its sentence is a question."""
    stop = _ENDS.search(folded, at)
    return stop is not None and stop[0] == "?"


def _tied(folded: str, one: Moment) -> bool:
    """Whether its sentence says that something happens, ends, costs or is to be had."""
    begin = max(folded.rfind(sign, 0, one.start) for sign in ".!?;\n") + 1
    ends = [at for sign in ".!?;\n" if (at := folded.find(sign, one.end)) >= 0]
    close = min(ends, default=len(folded))
    return bool(_HAPPENS.search(folded, begin, one.start) or _HAPPENS.search(folded, one.end, close))
