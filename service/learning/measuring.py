"""How good probabilities are: ranking, calibration, lift. Pure arithmetic over predictions and what then happened."""

from __future__ import annotations

from statistics import NormalDist
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

BINS = 15
DECILES = 10
CONFIDENCE = 0.95

Numbers = NDArray[np.float64]


class Bin(BaseModel):
    """The leads whose prediction lies from `low` to `high`: how many, what was predicted on average, what happened."""

    low: float
    high: float
    leads: int
    predicted: float
    happened: float


class Lift(BaseModel):
    """A tenth of the leads, the best predicted first: how often it happened, and how many times the average that is."""

    decile: int
    leads: int
    happened: float
    lift: float


class Measures(BaseModel):
    """`auc` with its 95 % interval by DeLong; `ece` over 15 bins of equal width from 0 to 1, by their leads."""

    leads: int
    positives: int
    auc: float
    auc_interval: Annotated[list[float], Field(min_length=2, max_length=2)]
    brier: float
    log_loss: float
    ece: float
    predicted: float
    happened: float
    calibration: list[Bin]
    lift: list[Lift]


def measure(predicted: Numbers, happened: Numbers) -> Measures:
    """Every measure at once; both outcomes must occur. `happened` is 1 or 0."""
    bins = calibration(predicted, happened)
    area, error = _delong(predicted, happened)
    width = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2) * error
    clipped = np.clip(predicted, 1e-12, 1 - 1e-12)
    return Measures(
        leads=len(predicted),
        positives=int(happened.sum()),
        auc=area,
        auc_interval=[max(0.0, area - width), min(1.0, area + width)],
        brier=float(np.mean((predicted - happened) ** 2)),
        log_loss=float(-np.mean(happened * np.log(clipped) + (1 - happened) * np.log(1 - clipped))),
        ece=sum(one.leads * abs(one.predicted - one.happened) for one in bins) / len(predicted),
        predicted=float(predicted.mean()),
        happened=float(happened.mean()),
        calibration=bins,
        lift=lift(predicted, happened),
    )


def area(predicted: Numbers, happened: Numbers) -> float:
    """The area under the ROC curve alone; of anything that ranks, not only of probabilities."""
    ranks, positives = _mid_ranks(predicted), happened.sum()
    above = ranks[happened == 1].sum() - positives * (positives + 1) / 2
    return float(above / (positives * (len(happened) - positives)))


def calibration(predicted: Numbers, happened: Numbers, bins: int = BINS) -> list[Bin]:
    """The bins that are not empty."""
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    return [
        Bin(
            low=number / bins, high=(number + 1) / bins, leads=int(inside.sum()),
            predicted=float(predicted[inside].mean()), happened=float(happened[inside].mean()),
        )
        for number in range(bins)
        if (inside := place == number).any()
    ]  # fmt: skip


def lift(predicted: Numbers, happened: Numbers, parts: int = DECILES) -> list[Lift]:
    """Ten parts of equal size, as far as the leads can be divided; `decile` 1 is the best predicted."""
    order = np.argsort(-predicted, kind="stable")
    overall = float(happened.mean())
    return [
        Lift(decile=number, leads=len(part), happened=(rate := float(happened[part].mean())), lift=rate / overall)
        for number, part in enumerate(np.array_split(order, parts), 1)
        if len(part)
    ]


def _delong(predicted: Numbers, happened: Numbers) -> tuple[float, float]:
    """The area under the ROC curve and its standard error (DeLong 1988, by mid-ranks as Sun and Xu 2014)."""
    positive, negative = predicted[happened == 1], predicted[happened == 0]
    together = _mid_ranks(np.concatenate([positive, negative]))
    mine, others = len(positive), len(negative)
    above = (together[:mine] - _mid_ranks(positive)) / others  # of each positive: the share of negatives below it
    below = 1 - (together[mine:] - _mid_ranks(negative)) / mine
    spread = (above.var(ddof=1) / mine if mine > 1 else 0.0) + (below.var(ddof=1) / others if others > 1 else 0.0)
    return float(above.mean()), float(np.sqrt(spread))


def _mid_ranks(values: Numbers) -> Numbers:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Numbers = (last - (counts - 1) / 2)[place]
    return ranks
