"""Being open on all days, where evidence tells on which."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.agenda import agenda_of
from service.checks.copy import Copy, support, wording_of
from service.checks.models import Claim
from service.checks.words import wordset

_SIGNS = wordset("every daily seven 7 todos diariamente diario siete sete 24")
_ALWAYS = re.compile(
    r"\b(?:todos (?:os|los) dias|diariamente|a diario|every(?: single)? day|daily|24/7"
    r"|(?:7|sete|siete|seven) (?:dias|days))(?: (?:a|por|da|na|per|de la|a la|en la|of the) (?:week|semana))?\b"
    r"(?!,? (?:except|but|menos|exceto|excepto|salvo|uteis|habiles|laborables|from|de (?:segunda|lunes|terca|martes)))"
)
_OPEN = re.compile(r"\b(?:abr(?:e|em|imos|en)|abert\w+|abiert\w+|open|opens|atend\w+|atiend\w+|funciona\w*)\b")


def every_day(copy: Copy) -> Iterator[Claim]:
    """Where copy says that a place is open every day, with what says so too, if evidence tells its days at all."""
    for name, text in copy.texts.items():
        match = None if _SIGNS.isdisjoint(text.words) else _ALWAYS.search(text.folded)
        if match is None or not _OPEN.search(text.said(match.start())):
            continue
        told = [(source, agenda_of(wording_of(source), copy.locale)) for source in copy.valid]
        days = frozenset().union(*(agenda.weekly for _, agenda in told))
        if days:
            always = [support(source, *agenda.daily) for source, agenda in told if agenda.daily]
            if len(days) == 7:
                always += [support(source, *place) for source, agenda in told for place in agenda.weekly.values()][:1]
            start, end = match.span()
            yield Claim(
                kind="date", field=name, start=start, end=end, text=copy.fields[name][start:end], value="every day",
                support=always,
            )  # fmt: skip
