"""Groups of leads that resemble each other: how many there are, who is in which, and whether they mean anything.

Leads are points: what may be known of each (numbers standardised, lopsided ones on a logarithmic scale, words and flags
as 0 or 1), and its vector where it has one, cut down to a few directions. k-means is tried for each number of groups. A
number counts only if resampled leads give nearly the same groups, and if they are clearer than those of the same values
with each attribute shuffled by itself, where nothing hangs together. Of those as clear as the clearest, the smallest
number is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.errors import Invalid
from service.learning.cluster_models import Quality
from service.learning.features import Matrix, Row, Schema

LEAST_LEADS = 50
LEAST_IN_GROUP = 10
STABLE = 0.7
CLEARER = 0.05
_AS_CLEAR = 0.05
_SAMPLE = 2_000
_RESAMPLED = 5
_DIRECTIONS = 8
_VECTOR_WEIGHT = 0.5
_SAYS_NOTHING = frozenset(("days_to_birthday", "days_to_renewal", "best_hour"))
"""What only the calendar moves would cut leads into months."""

Labels = NDArray[np.int64]


class Grouped(NamedTuple):
    """Which group each lead is in, from 0, the biggest first, how far from its middle, and how good the groups are."""

    labels: Labels
    distances: NDArray[np.float64]
    quality: Quality


def points(rows: Sequence[Row], schema: Schema, vectors: Matrix | None) -> Matrix:
    """Leads as points. `vectors` has a line of NaN for each lead without one."""
    matrix = schema.encode(rows)
    kept: list[Matrix] = []
    for place, (name, _) in enumerate(schema.places):
        values = matrix[:, place]
        missing = np.isnan(values)
        if name in _SAYS_NOTHING:
            continue
        if schema.kinds[place] == "number":
            values = _evened(values)
            known = values[~missing]
            spread = known.std() or 1.0
            values = np.where(missing, 0.0, (values - known.mean()) / spread)
        kept.append(np.where(np.isnan(values), 0.0, values))
        if missing.any():
            kept.append(missing.astype(np.float64))
    if vectors is not None:
        kept.extend(_VECTOR_WEIGHT * _directions(vectors).T)
    return np.column_stack(kept) if kept else np.zeros((len(rows), 0))


def _evened(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """A few who spend a hundred times what others do would be groups of their own: on a logarithmic scale, where that
    is the less lopsided one."""
    scaled = np.sign(values) * np.log1p(np.abs(values))
    return scaled if _lopsided(scaled) < _lopsided(values) else values


def _lopsided(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return abs(float(((known - known.mean()) ** 3).mean())) / (float(known.std()) ** 3 or 1.0)


def group(found: Matrix, *, most: int, seed: int) -> Grouped:
    """The groups of points, which stand in an order that does not hang on how they came. Raises `Invalid`."""
    if len(found) < LEAST_LEADS:
        raise Invalid(
            f"There are too few leads to find groups: {len(found)} may be profiled, and {LEAST_LEADS} are needed.",
            code="clusters.too_few",
        )
    random = np.random.default_rng(seed)
    sample = found[np.sort(random.choice(len(found), min(_SAMPLE, len(found)), replace=False))]
    shuffled = np.column_stack([random.permutation(column) for column in sample.T]) if sample.size else sample
    tried = [(_quality(sample, shuffled, count, seed), count) for count in range(2, most + 1)]
    good = [
        (quality, count)
        for quality, count in tried
        if quality and quality.stability >= STABLE and quality.silhouette >= quality.by_chance + CLEARER
    ]
    if not good:
        raise Invalid(
            "The leads form no groups: whatever number was tried, resampled leads gave other groups, or groups no "
            "clearer than chance. More attributes in the contract or more behaviour may show some.",
            code="clusters.none",
        )
    clearest = max(quality.silhouette for quality, _ in good)
    quality, count = next(pair for pair in good if pair[0].silhouette >= clearest - _AS_CLEAR)
    labels, distances = _all(found, count, seed)
    return Grouped(labels, distances, quality)


def _quality(sample: Matrix, shuffled: Matrix, count: int, seed: int) -> Quality | None:
    from sklearn.metrics import adjusted_rand_score, silhouette_score  # noqa: PLC0415 - a second to import

    if len(np.unique(sample, axis=0)) <= count:
        return None
    model, random = _k_means(sample, count, seed), np.random.default_rng(seed)
    if np.bincount(model.labels_).min() < min(LEAST_IN_GROUP, len(sample) // (3 * count)):
        return None
    agreement = []
    for turn in range(_RESAMPLED):
        again = _k_means(sample[random.integers(0, len(sample), len(sample))], count, seed + turn + 1)
        agreement.append(adjusted_rand_score(model.labels_, again.predict(sample)))
    return Quality(
        silhouette=round(float(silhouette_score(sample, model.labels_)), 4),
        by_chance=round(float(silhouette_score(shuffled, _k_means(shuffled, count, seed).labels_)), 4),
        stability=round(float(np.mean(agreement)), 4),
    )


def _all(found: Matrix, count: int, seed: int) -> tuple[Labels, NDArray[np.float64]]:
    model = _k_means(found, count, seed)
    sizes = np.bincount(model.labels_, minlength=count)
    rank = np.empty(count, np.int64)
    rank[np.lexsort((np.arange(count), -sizes))] = np.arange(count)
    return rank[model.labels_], model.transform(found).min(axis=1)


def _k_means(found: Matrix, count: int, seed: int):  # type: ignore[no-untyped-def]
    from sklearn.cluster import KMeans  # noqa: PLC0415 - as above
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped] # noqa: PLC0415 - comes with it

    with threadpool_limits(1):  # the other cores go on serving, and threads on busy cores wait for each other
        return KMeans(count, n_init=4, random_state=seed).fit(found)


def _directions(vectors: Matrix) -> Matrix:
    """The few directions in which the vectors differ most; a lead without one stands in the middle."""
    from sklearn.decomposition import PCA  # noqa: PLC0415 - as above

    known = ~np.isnan(vectors).any(axis=1)
    some = vectors[known]
    count = min(_DIRECTIONS, len(some) - 1, vectors.shape[1])
    reduced = np.zeros((len(vectors), max(count, 0)))
    if count > 0:
        projected = PCA(count, svd_solver="full").fit_transform(some)
        reduced[known] = projected / (projected[:, 0].std() or 1.0)
    return reduced
