"""What the shares of a class tell at every threshold: ROC, precision over recall, calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
AUC_WORDS = ((0.9, "excellent"), (0.8, "good"), (0.7, "acceptable"), (0.55, "weak"), (0.45, "a coin flip"))
"""From this area on; below the last one the ranking is upside down."""
BINS = 10


@dataclass(frozen=True, slots=True)
class ClassCurve:
    """A curve over all thresholds, from the strictest on; point i counts shares of at least threshold i."""

    x: Array
    y: Array
    thresholds: Array
    area: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Predictions in bins of equal width of their confidence; empty bins are left out."""

    confidence: Array
    """Mean confidence of each bin."""
    accuracy: Array
    """Share of right predictions of each bin."""
    counts: NDArray[np.int64]
    error: float
    """Expected calibration error: the mean distance of the two, weighted by the counts."""


def roc(is_class: NDArray[np.bool_], share: Array) -> ClassCurve:
    """Return true positive over false positive rate, and the area below; NaN with only one kind of rows."""
    hits, alarms, thresholds = _counts(is_class, share)
    yes, no = int(is_class.sum()), int((~is_class).sum())
    x = np.concatenate([[0.0], alarms / no if no else np.full(len(hits), np.nan)])
    y = np.concatenate([[0.0], hits / yes if yes else np.full(len(hits), np.nan)])
    return ClassCurve(x, y, np.concatenate([[np.inf], thresholds]), float(np.trapezoid(y, x)))


def precision_recall(is_class: NDArray[np.bool_], share: Array) -> ClassCurve:
    """Return precision over recall; the area is the average precision, NaN without a row of the class."""
    hits, alarms, thresholds = _counts(is_class, share)
    yes = int(is_class.sum())
    precision = hits / np.maximum(hits + alarms, 1)
    recall = hits / yes if yes else np.full(len(hits), np.nan)
    area = float((np.diff(recall, prepend=0.0) * precision).sum())
    x, y = np.concatenate([[0.0], recall]), np.concatenate([[1.0], precision])
    return ClassCurve(x, y, np.concatenate([[np.inf], thresholds]), area)


def reliability(confidence: Array, right: NDArray[np.bool_], bins: int = BINS) -> Reliability:
    """Return how often predictions of a confidence are right; (N,) each."""
    place = np.clip((confidence * bins).astype(int), 0, bins - 1)
    counts = np.bincount(place, minlength=bins)
    filled = counts > 0
    sure = np.bincount(place, confidence, bins)[filled] / counts[filled]
    hits = np.bincount(place, right, bins)[filled] / counts[filled]
    counts = counts[filled]
    error = float((np.abs(sure - hits) * counts).sum() / max(1, len(confidence)))
    return Reliability(sure, hits, counts, error)


def auc_word(area: float) -> str:
    """Return what an area under the ROC curve is worth, in a word."""
    return next((word for least, word in AUC_WORDS if area >= least), "worse than a coin flip")


def _counts(is_class: NDArray[np.bool_], share: Array) -> tuple[Array, Array, Array]:
    """Return true and false positives at each distinct share, from the highest on, and these shares."""
    order = np.argsort(-share, kind="stable")
    sorted_share, sorted_class = share[order], is_class[order]
    last = np.flatnonzero(np.diff(sorted_share, append=-np.inf))
    hits = np.cumsum(sorted_class)[last].astype(float)
    return hits, 1.0 + last - hits, sorted_share[last]
