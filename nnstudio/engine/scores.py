"""Every metric of an evaluation, from the outputs of one split (importable without torch)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.defaults import metrics_of_evaluation
from nnstudio.core.trace import Target
from nnstudio.core.training import ClassResult, NumberResult

Array = NDArray[np.float64]


def class_shares(outputs: NDArray[Any], count: int) -> Array | None:
    """Return outputs (N, units) as the share of each class (N, count); None when they are no shares."""
    shares = np.asarray(outputs, np.float64)
    if shares.shape[1] == 1 and count == 2:
        shares = np.concatenate([1 - shares, shares], axis=1)
    sound = shares.shape[1] == count and np.isfinite(shares).all()
    return shares if sound and shares.min() >= -1e-6 and shares.max() <= 1 + 1e-6 else None


def class_scores(
    target: Target, predicted: NDArray[np.int64], true: NDArray[np.int64], shares: Array | None
) -> dict[str, float]:
    """Return every metric of class predictions that can be told; (N,), (N,) and (N, classes)."""
    confusion = counts_of(target, predicted, true)
    return _told(target, ClassResult(confusion, np.asarray(true, np.int64), shares))


def number_scores(target: Target, predicted: Array, true: Array) -> dict[str, float]:
    """Return every metric of predicted numbers in their own units that can be told; both (N, D)."""
    return _told(target, NumberResult(predicted, true))


def counts_of(target: Target, predicted: NDArray[np.int64], true: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return counts[true, predicted]."""
    count = target.count
    return np.bincount(true * count + predicted, minlength=count * count).reshape(count, count)


def _told(target: Target, result: ClassResult | NumberResult) -> dict[str, float]:
    values = {metric.kind: metric().value(result) for metric in metrics_of_evaluation(target)}
    return {kind: value for kind, value in values.items() if math.isfinite(value)}
