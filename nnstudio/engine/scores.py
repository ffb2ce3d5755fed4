"""Every metric of an evaluation, from the answers to one split (importable without torch)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.defaults import metrics_of_evaluation
from nnstudio.core.trace import Target
from nnstudio.core.training import ClassResult, LabelResult, NumberResult

Array = NDArray[np.float64]
Result = ClassResult | LabelResult | NumberResult


def scores(
    target: Target, predicted: NDArray[Any], true: NDArray[Any], shares: Array | None = None
) -> dict[str, float]:
    """Return every metric of predictions that can be told.

    Predicted and true: class numbers (N,), labels (N, K) as 0 or 1, or numbers (N, D) in their own units;
    shares (N, K) of classes or labels.
    """
    result = result_of(target, predicted, true, shares)
    values = {metric.kind: metric().value(result) for metric in metrics_of_evaluation(target)}
    return {kind: value for kind, value in values.items() if math.isfinite(value)}


def result_of(
    target: Target, predicted: NDArray[Any], true: NDArray[Any], shares: Array | None = None
) -> Result:
    """Return predictions summed up as the metrics of the task want them."""
    if target.asks == "numbers":
        return NumberResult(predicted, true)
    true = np.asarray(true, np.int64)
    if target.asks == "labels":
        return LabelResult(predicted, true, shares)
    return ClassResult(counts_of(target, predicted, true), true, shares)


def counts_of(target: Target, predicted: NDArray[np.int64], true: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return counts[true, predicted]."""
    count = target.count
    return np.bincount(true * count + predicted, minlength=count * count).reshape(count, count)
