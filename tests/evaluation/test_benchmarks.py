import pytest

from evaluation.benchmarks import pictures, search
from evaluation.benchmarks.report import Spread


def test_a_spread_has_the_middle_and_the_ends() -> None:
    assert Spread.of([4, 1, 3, 2, 5]) == Spread(median=3, low_quartile=2, high_quartile=4, least=1, most=5)
    assert Spread.of([2]) == Spread(median=2, low_quartile=2, high_quartile=2, least=2, most=2)
    with pytest.raises(ValueError, match="nothing"):
        Spread.of([])


async def test_search_is_measured_beside_the_bare_engine() -> None:
    found = await search.run(passages=60, workspaces=2, queries=4)

    assert found.ratio == found.ours.median / found.baseline.median
    assert found.detail["passages"] == 60


async def test_pictures_are_measured_beside_bare_resvg_and_repeats_come_from_memory() -> None:
    found = await pictures.run(rounds=6, visits=60)

    assert found.ratio == found.ours.median / found.baseline.median
    assert found.detail["repeats_from_memory"] == 1.0
