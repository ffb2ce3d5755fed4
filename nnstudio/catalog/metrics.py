"""Metrics: numbers about predictions that people understand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.class_curves import precision_recall, reliability, roc
from nnstudio.core.trace import Task
from nnstudio.core.training import METRICS, ClassResult, Metric, NumberResult

Array = NDArray[np.float64]


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


def _macro(hits: NDArray[np.int64], total: NDArray[np.int64], seen: NDArray[np.int64]) -> float:
    """Return the mean of hits / total over the classes that are seen; where total is 0, so are the hits.

    It is called after every epoch, so it does without whatever is not needed.
    """
    present = np.count_nonzero(seen)
    return float((hits / np.maximum(total, 1)).sum()) / present if present else 0.0


def averages(confusion: NDArray[np.int64]) -> dict[str, tuple[float, ...]]:
    """Return precision, recall and F1 averaged over the classes in three ways: macro, micro, weighted."""
    table = per_class(confusion)
    hits, total = float(np.trace(confusion)), float(confusion.sum())
    counts = confusion.sum(1).astype(float)
    micro = hits / total if total else 0.0
    weighted = (float((values * counts).sum() / total) if total else 0.0 for values in table)
    return {
        "macro": tuple(_present(values, confusion) for values in table),
        # Each example has one class and gets one answer: every miss is also a false alarm.
        "micro": (micro, micro, micro),
        "weighted": tuple(weighted),
    }


def _over_classes(result: ClassResult, area: Callable[[NDArray[np.bool_], Array], float]) -> float:
    """Return the area of the second of two classes, or the mean over all classes that have one."""
    if result.shares is None or result.true is None:
        return math.nan
    classes = (1,) if result.shares.shape[1] == 2 else range(result.shares.shape[1])
    areas = np.array([area(result.true == k, result.shares[:, k]) for k in classes])
    return float(np.nanmean(areas)) if np.isfinite(areas).any() else math.nan


class ClassMetric(Metric):
    """Base of metrics about classes."""

    tasks: ClassVar[tuple[Task, ...]] = ("classification", "ordinal")
    family = "classification"


class NumberMetric(Metric):
    """Base of metrics about numbers, in the target's own units."""

    tasks = ("regression",)
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


class OrderMetric(ClassMetric):
    """Base of metrics about classes in order: a far miss is worse than a near one."""

    tasks = ("ordinal",)
    family = "order"


@METRICS.entry
class MeanStepsOff(OrderMetric):
    """On average, how many classes lie between the prediction and the truth: 0 is perfect, 1 is one step
    off every time."""

    kind = "steps_off"
    title = "MAE in classes"
    higher_is_better = False

    def value(self, result: ClassResult) -> float:
        steps = np.arange(len(result.confusion))
        total = result.confusion.sum()
        away = np.abs(steps[:, None] - steps)
        return float((result.confusion * away).sum() / total) if total else 0.0


@METRICS.entry
class QuadraticKappa(OrderMetric):
    """Agreement beyond chance, where a miss counts by its distance squared (Cohen's quadratic weighted
    kappa): 1 is perfect, 0 no better than guessing with the same shares, above 0.6 good, above 0.8 very
    good."""

    kind = "kappa"
    title = "Weighted kappa"

    def value(self, result: ClassResult) -> float:
        counts = result.confusion.astype(float)
        steps = np.arange(len(counts))
        away = (steps[:, None] - steps) ** 2.0
        by_chance = np.outer(counts.sum(1), counts.sum(0)) / max(counts.sum(), 1.0)
        expected = float((by_chance * away).sum())
        # One class alone, rightly named: nothing to disagree about.
        return 1.0 - float((counts * away).sum()) / expected if expected else 1.0


@METRICS.entry
class F1(ClassMetric):
    """The balance of precision and recall, averaged over the classes: low when either is low."""

    kind = "f1"
    title = "Macro F1"

    def value(self, result: ClassResult) -> float:
        predicted, true = result.confusion.sum(0), result.confusion.sum(1)
        return _macro(2 * result.confusion.diagonal(), predicted + true, predicted + true)


@METRICS.entry
class Precision(ClassMetric):
    """When the network names a class, how often is it right? Averaged over the classes. Matters when a
    false alarm is costly."""

    kind = "precision"
    title = "Macro precision"

    def value(self, result: ClassResult) -> float:
        predicted, true = result.confusion.sum(0), result.confusion.sum(1)
        return _macro(result.confusion.diagonal(), predicted, predicted + true)


@METRICS.entry
class Recall(ClassMetric):
    """Of all examples of a class, how many are found? Averaged over the classes. Matters when a missed
    case is costly."""

    kind = "recall"
    title = "Macro recall"

    def value(self, result: ClassResult) -> float:
        predicted, true = result.confusion.sum(0), result.confusion.sum(1)
        return _macro(result.confusion.diagonal(), true, predicted + true)


class EvaluatedClassMetric(ClassMetric):
    """Base of metrics about classes that only an evaluation computes."""

    every_epoch = False


@METRICS.entry
class BalancedAccuracy(EvaluatedClassMetric):
    """The recall of each class, averaged over the classes that occur: fair when one class is rare, since
    guessing the common one scores no better than chance."""

    kind = "balanced_accuracy"
    title = "Balanced accuracy"

    def value(self, result: ClassResult) -> float:
        occurs = result.confusion.sum(1) > 0
        return float(per_class(result.confusion)[1][occurs].mean()) if occurs.any() else 0.0


@METRICS.entry
class RocArea(EvaluatedClassMetric):
    """The area under the ROC curve: how well the shares rank examples of a class above all others, at any
    threshold. 0.5 is a coin flip, above 0.7 acceptable, 0.8 good, 0.9 excellent. With several classes each
    stands against the rest, and the mean counts."""

    kind = "auc"
    title = "ROC AUC"

    def value(self, result: ClassResult) -> float:
        return _over_classes(result, lambda is_class, share: roc(is_class, share).area)


@METRICS.entry
class AveragePrecision(EvaluatedClassMetric):
    """The area under the precision-recall curve: how many false alarms it takes to find all examples of a
    class. More telling than the ROC when the class is rare; its baseline is the share of the class."""

    kind = "average_precision"
    title = "Average precision"
    family = "curves"

    def value(self, result: ClassResult) -> float:
        return _over_classes(result, lambda is_class, share: precision_recall(is_class, share).area)


@METRICS.entry
class CalibrationError(EvaluatedClassMetric):
    """How far confidence and truth lie apart (expected calibration error, ten bins): of predictions made
    with 80 % confidence, 80 % should be right. Below 0.05 the shares can be taken at their word."""

    kind = "calibration_error"
    title = "Calibration error"
    higher_is_better = False

    def value(self, result: ClassResult) -> float:
        if result.shares is None or result.true is None or not len(result.true):
            return math.nan
        return reliability(result.shares.max(1), result.shares.argmax(1) == result.true).error


class AveragedMetric(EvaluatedClassMetric):
    """Base of precision, recall and F1 averaged in another way than macro."""

    family = "averages"
    average: ClassVar[str]
    column: ClassVar[int]
    """0 precision, 1 recall, 2 F1."""

    def value(self, result: ClassResult) -> float:
        return averages(result.confusion)[self.average][self.column]


@METRICS.entry
class MicroF1(AveragedMetric):
    """F1 over all predictions together: with one class per example it equals the accuracy."""

    kind, title = "f1_micro", "Micro F1"
    average, column = "micro", 2


@METRICS.entry
class MicroPrecision(AveragedMetric):
    """Precision over all predictions together: with one class per example it equals the accuracy."""

    kind, title = "precision_micro", "Micro precision"
    average, column = "micro", 0


@METRICS.entry
class MicroRecall(AveragedMetric):
    """Recall over all predictions together: with one class per example it equals the accuracy."""

    kind, title = "recall_micro", "Micro recall"
    average, column = "micro", 1


@METRICS.entry
class WeightedF1(AveragedMetric):
    """F1 averaged over the classes by how many examples they have: common classes count more."""

    kind, title = "f1_weighted", "Weighted F1"
    average, column = "weighted", 2


@METRICS.entry
class WeightedPrecision(AveragedMetric):
    """Precision averaged over the classes by how many examples they have: common classes count more."""

    kind, title = "precision_weighted", "Weighted precision"
    average, column = "weighted", 0


@METRICS.entry
class WeightedRecall(AveragedMetric):
    """Recall averaged over the classes by how many examples they have, which equals the accuracy."""

    kind, title = "recall_weighted", "Weighted recall"
    average, column = "weighted", 1


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


@METRICS.entry
class MeanAbsolutePercentageError(NumberMetric):
    """On average, how far off the prediction is as a share of the true value: comparable between targets of
    any unit. Values near zero count enormously, and with a zero among them it cannot be told."""

    kind = "mape"
    title = "MAPE"
    every_epoch = False

    def value(self, result: NumberResult) -> float:
        if not result.true.all():
            return math.nan
        return float(np.abs((result.true - result.predicted) / result.true).mean())
