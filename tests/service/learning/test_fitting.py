"""Models: they find what is there, say how good they are, and refuse to guess."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score

from service.errors import Invalid
from service.learning.features import Row, Schema
from service.learning.fitting import Fitted, fit_model
from service.learning.measuring import area, calibration, lift, measure
from service.learning.parts import as_arrays, boosted, clocks, grown
from service.learning.predictor import Predictor, sigmoid
from service.learning.scoring import Serving, predicted
from tests.service.learning.people import CONTRACT


def world(count: int, seed: int = 1) -> tuple[list[Row], list[bool]]:
    """It happens where exactly one of two flags is set, more so for big numbers: trees see it, a sum cannot."""
    random = np.random.default_rng(seed)
    rows: list[Row] = []
    labels = []
    for _ in range(count):
        first, second, size = bool(random.random() < 0.5), bool(random.random() < 0.5), float(random.normal())
        row: dict[str, float | bool | str] = {"first": first, "second": second, "club": str(random.choice(["a", "b"]))}
        if random.random() < 0.8:
            row["size"] = size
        chance = 1 / (1 + np.exp(-(3.0 * (first != second) - 2.5 + 0.5 * size)))
        rows.append(row)
        labels.append(bool(random.random() < chance))
    return rows, labels


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    """A model of a thousand rows, and its report."""
    rows, labels = world(1_000)
    return fit_model(rows, labels, range(1_000), seed=0)


def test_the_model_sees_what_a_regression_cannot_and_says_how_often(fitted: Fitted) -> None:
    assert fitted.measures.auc > fitted.baseline.auc + 0.1
    assert fitted.measures.ece < 0.15
    low, high = fitted.measures.auc_interval
    assert low < fitted.measures.auc < high
    assert (fitted.trained, fitted.held_back) == (800, 200)


def test_the_newest_are_held_back_and_the_same_seed_gives_the_same_model(fitted: Fitted) -> None:
    rows, labels = world(1_000)
    again = fit_model(rows[::-1], labels[::-1], range(999, -1, -1), seed=0)
    assert again.measures == fitted.measures
    assert again.predictor.dump() == fitted.predictor.dump()


def test_kept_trees_predict_as_scikit_learn_does_also_of_missing_values() -> None:
    rows, labels = world(400)
    matrix = Schema.learn(rows).schema.encode(rows)
    model = boosted(matrix, np.array(labels, np.float64), seed=0)
    expected = model.predict_proba(matrix)[:, 1]
    assert np.isnan(matrix).any()
    np.testing.assert_allclose(sigmoid(as_arrays(model).margin(matrix)), expected, rtol=1e-9)


def drifting(count: int) -> tuple[list[Row], list[bool]]:
    """Old age decides; a price is new every so often, and what happens then rises and falls without a reason."""
    random = np.random.default_rng(3)
    rows: list[Row] = []
    labels = []
    for line in range(count):
        step, age = line * 20 // count, float(random.uniform(18, 80))
        rows.append({"age": age, "price": 0.2 * step + float(random.normal(0, 0.05))})
        chance = 1 / (1 + np.exp(2 + (step % 4 == 1) - 3 * (abs(age - 50) > 20)))
        labels.append(bool(random.random() < chance))
    return rows, labels


def test_what_follows_the_time_does_not_lead_the_model_astray() -> None:
    rows, labels = drifting(2_000)
    schema = Schema.learn(rows).schema
    matrix = schema.encode(rows)
    clock = clocks(schema, matrix)
    assert dict(zip([name for name, _ in schema.places], clock, strict=True)) == {"age": False, "price": True}
    trees = grown(matrix, np.array(labels, np.float64), clock, seed=0)
    assert set(np.unique(trees.feature)) == {-1, 0}
    found = fit_model(rows, labels, range(2_000), seed=0)
    assert found.measures.auc > found.baseline.auc + 0.05
    assert found.measures.ece < 0.15


def test_where_the_truth_is_a_straight_line_the_model_is_no_worse_than_the_regression() -> None:
    random = np.random.default_rng(4)
    rows: list[Row] = [{"size": float(random.normal()), "noise": float(random.normal())} for _ in range(2_000)]
    labels = [bool(random.random() < 1 / (1 + np.exp(1 - row["size"]))) for row in rows]  # type: ignore[operator]
    found = fit_model(rows, labels, range(2_000), seed=0)
    assert found.measures.auc > found.baseline.auc - 0.01
    assert found.measures.ece < 0.08


def test_only_clocks_are_better_than_nothing() -> None:
    schema = Schema.learn([{"price": float(line)} for line in range(100)]).schema
    assert not clocks(schema, np.arange(100.0)[:, None]).any()


def test_a_model_is_the_same_after_it_was_kept(fitted: Fitted) -> None:
    rows, _ = world(50, seed=2)
    kept = Predictor.load(fitted.predictor.dump())
    np.testing.assert_array_equal(kept.predict(rows), fitted.predictor.predict(rows))


def test_reasons_name_what_moved_the_score(fitted: Fitted) -> None:
    row: Row = {"first": True, "second": False, "size": 0.0, "club": "a"}
    score = predicted(Serving(1, fitted.predictor), [row], CONTRACT, "en")[0]
    assert score.reasons[0].attribute in ("first", "second")
    assert score.reasons[0].text.startswith(("first: yes (", "second: no ("))
    assert score.value is not None
    assert score.value > 50


@pytest.mark.parametrize(
    ("count", "happened", "pointers"),
    [
        (100, 60, {"/leads", "/negatives"}),
        (400, 20, {"/positives", "/positives_held_back"}),
        (400, 380, {"/negatives", "/negatives_held_back"}),
    ],
)
def test_it_says_everything_that_is_missing(count: int, happened: int, pointers: set[str]) -> None:
    rows, _ = world(count)
    with pytest.raises(Invalid) as error:
        fit_model(rows, [place % count < happened for place in np.random.default_rng(0).permutation(count)],
                  range(count), seed=0)  # fmt: skip
    assert error.value.code == "scores.too_little"
    assert {fault.pointer for fault in error.value.faults} == pointers


def test_rows_without_anything_in_common_have_no_features() -> None:
    with pytest.raises(Invalid, match="attributes that may choose"):
        fit_model([{}] * 300, [place % 2 == 0 for place in range(300)], range(300), seed=0)


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()), min_size=4, max_size=60))
def test_measures_agree_with_scikit_learn(pairs: list[tuple[float, bool]]) -> None:
    guess, happened = np.array([one for one, _ in pairs]), np.array([float(one) for _, one in pairs])
    if not 0 < happened.sum() < len(happened):
        return
    found = measure(guess, happened)
    assert found.auc == pytest.approx(roc_auc_score(happened, guess))
    assert area(guess, happened) == pytest.approx(found.auc)
    assert found.brier == pytest.approx(brier_score_loss(happened, guess))
    assert sum(one.leads for one in found.calibration) == sum(one.leads for one in found.lift) == len(pairs)
    assert 0 <= found.ece <= 1


def test_calibration_and_lift_by_hand() -> None:
    guess, happened = np.array([0.05, 0.05, 0.95, 0.95]), np.array([0.0, 1.0, 1.0, 1.0])
    assert [(one.leads, one.happened) for one in calibration(guess, happened)] == [(2, 0.5), (2, 1.0)]
    assert measure(guess, happened).ece == pytest.approx((2 * 0.45 + 2 * 0.05) / 4)
    assert [part.lift for part in lift(guess, happened, 2)] == pytest.approx([1 / 0.75, 0.5 / 0.75])
