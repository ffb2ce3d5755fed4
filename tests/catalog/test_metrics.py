"""Every metric of an evaluation equals scikit-learn's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn import metrics as reference

from nnstudio.catalog.class_curves import auc_word, precision_recall, reliability, roc
from nnstudio.catalog.metrics import averages, per_class
from nnstudio.core.trace import Target
from nnstudio.core.training import METRICS, NumberResult
from nnstudio.engine.scores import counts_of, scores


def guesses(classes: int, rows: int = 300, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return true classes and shares that lean towards them, with ties."""
    rng = np.random.default_rng(seed)
    true = rng.choice(classes, rows, p=np.arange(1, classes + 1) / (classes * (classes + 1) / 2))
    scores = rng.normal(size=(rows, classes)).round(1) + 1.2 * np.eye(classes)[true]
    shares = np.exp(scores)
    return true, shares / shares.sum(1, keepdims=True)


@pytest.mark.parametrize("classes", [2, 4])
def test_class_metrics_equal_scikit_learns(classes: int) -> None:
    true, shares = guesses(classes)
    predicted = shares.argmax(1)
    target = Target(task="classification", names=tuple("abcd"[:classes]))
    found = scores(target, predicted, true, shares)
    score = shares[:, 1] if classes == 2 else shares
    expected = {
        "accuracy": reference.accuracy_score(true, predicted),
        "balanced_accuracy": reference.balanced_accuracy_score(true, predicted),
        "auc": reference.roc_auc_score(true, score, multi_class="ovr"),
    }
    one_hot = true if classes == 2 else np.eye(classes)[true]
    expected["average_precision"] = reference.average_precision_score(one_hot, score)
    for average in ("macro", "micro", "weighted"):
        values = reference.precision_recall_fscore_support(true, predicted, average=average)[:3]
        tail = "" if average == "macro" else f"_{average}"
        expected |= {
            f"{kind}{tail}": v for kind, v in zip(("precision", "recall", "f1"), values, strict=True)
        }
    assert {kind: found[kind] for kind in expected} == pytest.approx(expected)
    each = reference.precision_recall_fscore_support(true, predicted)[:3]
    np.testing.assert_allclose(per_class(counts_of(target, predicted, true)), each)


def test_curves_equal_scikit_learns() -> None:
    true, shares = guesses(2)
    is_class, share = true == 1, shares[:, 1]
    rates = reference.roc_curve(is_class, share, drop_intermediate=False)
    curve = roc(is_class, share)
    np.testing.assert_allclose([curve.x, curve.y, curve.thresholds], rates)
    precision, recall, thresholds = reference.precision_recall_curve(is_class, share)
    other = precision_recall(is_class, share)
    np.testing.assert_allclose(other.y, precision[::-1])
    np.testing.assert_allclose(other.x, recall[::-1])
    np.testing.assert_allclose(other.thresholds[1:], thresholds[::-1])


def test_reliability_equals_scikit_learns() -> None:
    from sklearn.calibration import calibration_curve

    true, shares = guesses(3)
    right, confidence = shares.argmax(1) == true, shares.max(1)
    found = reliability(confidence, right)
    hits, sure = calibration_curve(right, confidence, n_bins=10)
    np.testing.assert_allclose(found.accuracy, hits)
    np.testing.assert_allclose(found.confidence, sure)
    assert found.counts.sum() == len(true)
    assert found.error == pytest.approx((np.abs(hits - sure) * found.counts).sum() / len(true))


def test_number_metrics_equal_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(50, 10, (100, 2))
    predicted = true + rng.normal(0, 3, true.shape)
    found = scores(Target(task="regression", names=("a", "b")), predicted, true)
    assert found == pytest.approx(
        {
            "r2": reference.r2_score(true, predicted),
            "rmse": reference.root_mean_squared_error(true, predicted),
            "mae": reference.mean_absolute_error(true, predicted),
            "mape": reference.mean_absolute_percentage_error(true, predicted),
        }
    )


def test_what_cannot_be_told_is_left_out() -> None:
    target = Target(task="classification", names=("a", "b"))
    one_kind = np.zeros(4, np.int64)
    found = scores(target, one_kind, one_kind, np.full((4, 2), 0.5))
    assert "auc" not in found
    assert "calibration_error" not in scores(target, one_kind, one_kind, None)
    assert math.isnan(METRICS["mape"]().value(NumberResult(np.ones((2, 1)), np.array([[0.0], [1.0]]))))
    assert averages(np.zeros((2, 2), np.int64))["weighted"] == (0.0, 0.0, 0.0)


def test_only_cheap_metrics_are_computed_every_epoch() -> None:
    kept = {metric.kind for metric in METRICS if metric.every_epoch}
    of_order, of_labels = (
        {"steps_off", "kappa"},
        {"exact_match", "hamming_loss", "label_f1", "label_f1_micro"},
    )
    classes, numbers = {"accuracy", "f1", "precision", "recall"}, {"r2", "rmse", "mae"}
    assert kept == classes | of_order | of_labels | numbers


@pytest.mark.parametrize(
    ("area", "word"), [(0.95, "excellent"), (0.75, "acceptable"), (0.5, "a coin flip"), (0.2, "worse")]
)
def test_an_area_has_a_word(area: float, word: str) -> None:
    assert auc_word(area).startswith(word)
