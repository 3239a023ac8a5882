"""What a benchmark answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median, quantiles
from typing import Self

from pydantic import BaseModel, ConfigDict

Progress = Callable[[int, int], None]


class Spread(BaseModel):
    """Repeated measurements of one thing: the middle one, the quartiles around it, and the ends."""

    model_config = ConfigDict(frozen=True)

    median: float
    low_quartile: float
    high_quartile: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Raises ValueError for no values."""
        if not values:
            raise ValueError("nothing was measured")
        low, _, high = quantiles(values, n=4, method="inclusive") if len(values) > 1 else (values[0],) * 3
        return cls(median=median(values), low_quartile=low, high_quartile=high, least=min(values), most=max(values))


class BenchResult(BaseModel):
    """Ours and the baseline in `unit`, measured in turns; `ratio` is ours divided by the baseline, of the medians."""

    model_config = ConfigDict(frozen=True)

    name: str
    unit: str
    ours: Spread
    baseline: Spread
    ratio: float
    detail: dict[str, float]
