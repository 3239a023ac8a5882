"""Models: they find what is there, say how good they are, and refuse to guess."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score

from service.errors import Invalid
from service.learning.features import Row, Schema
from service.learning.fitting import Fitted, as_arrays, boosted, fit_model
from service.learning.measuring import calibration, lift, measure
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
    assert found.brier == pytest.approx(brier_score_loss(happened, guess))
    assert sum(one.leads for one in found.calibration) == sum(one.leads for one in found.lift) == len(pairs)
    assert 0 <= found.ece <= 1


def test_calibration_and_lift_by_hand() -> None:
    guess, happened = np.array([0.05, 0.05, 0.95, 0.95]), np.array([0.0, 1.0, 1.0, 1.0])
    assert [(one.leads, one.happened) for one in calibration(guess, happened)] == [(2, 0.5), (2, 1.0)]
    assert measure(guess, happened).ece == pytest.approx((2 * 0.45 + 2 * 0.05) / 4)
    assert [part.lift for part in lift(guess, happened, 2)] == pytest.approx([1 / 0.75, 0.5 / 0.75])
