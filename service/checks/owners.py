"""Whose a price is: that of one product is no support for another that copy names beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from service.checks.copy import Source, wording_of
from service.checks.phrases import known_text, stems

_NAME_ENDS = re.compile(r"[:;,.(\d$€£]| - | – ")

_PERIODS = stems(  # of plans, which are told in other words as often as not
    "mensal mensual mensuales monthly month anual annual yearly year semanal weekly week diaria diario daily"
)


class Owners(NamedTuple):
    """The evidence that states an amount, the evidence that states others only, and what that is called."""

    stating: Sequence[Source]
    others: Sequence[Source]
    called: frozenset[str]

    @classmethod
    def of(cls, stating: Sequence[Source], others: Sequence[Source]) -> Owners:
        return cls(stating, others, frozenset[str]().union(*map(_name, others)))


def is_anothers(sentence: str, copy: frozenset[str], owners: Owners) -> bool:
    """Whether the folded sentence before an amount names a product of the others, and the copy none of those whose
    amount it is."""
    here = stems(sentence)
    if here.isdisjoint(owners.called):
        return False
    stating, named = owners.stating, [one for one in owners.others if not here.isdisjoint(_name(one))]
    mine = frozenset[str]().union(*(known_text(wording_of(one)).stems for one in stating))
    named = [one for one in named if not here.isdisjoint(_name(one) - mine)]
    if not named:
        return False
    theirs = frozenset[str]().union(*(known_text(wording_of(one)).stems for one in named))
    return all((own := _name(one) - theirs) and own.isdisjoint(copy) for one in stating)


def _name(source: Source) -> frozenset[str]:
    return _head(source.title or source.text)


@lru_cache(maxsize=2_048)
def _head(text: str) -> frozenset[str]:
    """What something is called: the words before the first mark or number."""
    return stems(_NAME_ENDS.split(known_text(text).folded, maxsplit=1)[0]) - _PERIODS
