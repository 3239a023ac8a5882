"""How far several who judged the same things agree, beyond what chance alone would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evaluation.metrics.score import Score, not_scored


def agreement(judged: Sequence[Sequence[str]]) -> Score:
    """Krippendorff's alpha for words that have no order (Krippendorff 2004, chapter 11): 1 where all agree, 0 where
    they agree as often as chance would, less than 0 where less often. Each entry holds what was said of one thing."""
    units = [Counter(said) for said in judged if len(said) > 1]
    totals: Counter[str] = sum(units, Counter())
    number = totals.total()
    if len(totals) < 2:
        return not_scored("all said the same of everything, and nobody can tell that from chance" if totals else
                          "nothing was judged twice")  # fmt: skip
    found = sum(
        (count * (unit.total() - count)) / (unit.total() - 1) for unit in units for count in unit.values()
    ) / number  # fmt: skip
    expected = sum(count * (number - count) for count in totals.values()) / (number * (number - 1))
    return Score(1 - found / expected, f"{len(units)} judged more than once", f"disagree: {found:.3f}, by chance "
                 f"{expected:.3f}")  # fmt: skip
