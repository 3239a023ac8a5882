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
        return cls(stating, others, frozenset().union(*map(_name, others)))

    def named(self, sentence: str) -> Sequence[Source]:
        """Which of the others the folded sentence names, by a word that those who state the amount do not have."""
        here = stems(sentence)
        if here.isdisjoint(self.called):
            return ()
        mine = _stems(self.stating)
        mine |= {stem[:-1] for stem in mine if stem[-1] == "s"} | {f"{stem}s" for stem in mine}
        return [one for one in self.others if not here.isdisjoint(_name(one) - mine)]

    def are_left_out(self, copy: frozenset[str], named: Sequence[Source]) -> bool:
        """Whether copy of those stems has no name of those who state the amount, as it has that of the others."""
        theirs = _stems(named)
        return all((own := _name(one) - theirs) and own.isdisjoint(copy) for one in self.stating)


def _stems(sources: Sequence[Source]) -> frozenset[str]:
    return frozenset().union(*(known_text(wording_of(one)).stems for one in sources))


def _name(source: Source) -> frozenset[str]:
    return _head(source.title or source.text)


@lru_cache(maxsize=2_048)
def _head(text: str) -> frozenset[str]:
    """What something is called: the words before the first mark or number."""
    return stems(_NAME_ENDS.split(known_text(text).folded, maxsplit=1)[0]) - _PERIODS
