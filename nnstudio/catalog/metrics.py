"""Metrics: numbers about predictions that people understand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.training import METRICS, ClassResult, Metric, NumberResult


def _shares(hits: NDArray[np.float64], total: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide, with 0 where there is nothing to divide by (scikit-learn's zero_division=0)."""
    return np.divide(hits, total, out=np.zeros_like(hits), where=total > 0)


def per_class(confusion: NDArray[np.int64]) -> tuple[NDArray[np.float64], ...]:
    """Return precision, recall and F1 per class from counts[true, predicted]; each (K,)."""
    hits = np.diag(confusion).astype(float)
    predicted, true = confusion.sum(0).astype(float), confusion.sum(1).astype(float)
    return _shares(hits, predicted), _shares(hits, true), _shares(2 * hits, predicted + true)


def _present(values: NDArray[np.float64], confusion: NDArray[np.int64]) -> float:
    """Average over the classes that occur as truth or prediction, as scikit-learn does."""
    present = (confusion.sum(0) + confusion.sum(1)) > 0
    return float(values[present].mean()) if present.any() else 0.0


class ClassMetric(Metric):
    """Base of metrics about classes."""

    task = "classification"
    family = "classification"


class NumberMetric(Metric):
    """Base of metrics about numbers, in the target's own units."""

    task = "regression"
    family = "regression"
    higher_is_better = False


@METRICS.entry
class Accuracy(ClassMetric):
    """The share of right predictions. Misleading when one class is rare: always guessing the common
    one then looks excellent."""

    kind = "accuracy"
    title = "Accuracy"

    def value(self, result: ClassResult) -> float:
        total = result.confusion.sum()
        return float(np.trace(result.confusion) / total) if total else 0.0


@METRICS.entry
class F1(ClassMetric):
    """The balance of precision and recall, averaged over the classes: low when either is low."""

    kind = "f1"
    title = "Macro F1"

    def value(self, result: ClassResult) -> float:
        return _present(per_class(result.confusion)[2], result.confusion)


@METRICS.entry
class Precision(ClassMetric):
    """When the network names a class, how often is it right? Averaged over the classes. Matters when a
    false alarm is costly."""

    kind = "precision"
    title = "Macro precision"

    def value(self, result: ClassResult) -> float:
        return _present(per_class(result.confusion)[0], result.confusion)


@METRICS.entry
class Recall(ClassMetric):
    """Of all examples of a class, how many are found? Averaged over the classes. Matters when a missed
    case is costly."""

    kind = "recall"
    title = "Macro recall"

    def value(self, result: ClassResult) -> float:
        return _present(per_class(result.confusion)[1], result.confusion)


@METRICS.entry
class R2(NumberMetric):
    """The share of the target's variation that is explained: 1 is perfect, 0 is no better than always
    predicting the mean, below 0 is worse."""

    kind = "r2"
    title = "R²"
    higher_is_better = True

    def value(self, result: NumberResult) -> float:
        left = ((result.true - result.predicted) ** 2).sum(0)
        total = ((result.true - result.true.mean(0)) ** 2).sum(0)
        flat = np.where(left == 0, 1.0, 0.0)
        return float(np.where(total > 0, 1 - left / np.where(total > 0, total, 1), flat).mean())


@METRICS.entry
class RootMeanSquaredError(NumberMetric):
    """A typical error that counts large misses more; far above the mean absolute error means outliers."""

    kind = "rmse"
    title = "RMSE"

    def value(self, result: NumberResult) -> float:
        return float(np.sqrt(((result.true - result.predicted) ** 2).mean(0)).mean())


@METRICS.entry
class MeanAbsoluteError(NumberMetric):
    """On average, how far off the prediction is, in the unit of the target."""

    kind = "mae"
    title = "MAE"

    def value(self, result: NumberResult) -> float:
        return float(np.abs(result.true - result.predicted).mean())
