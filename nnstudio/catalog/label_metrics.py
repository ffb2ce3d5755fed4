"""Metrics of several labels at once, of which any number may be true for a row."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.class_curves import roc
from nnstudio.catalog.metrics import per_class
from nnstudio.core.training import METRICS, LabelResult, Metric


def label_counts(true: NDArray[np.int64], predicted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return counts[label, true, predicted] of labels (N, K) as 0 or 1; (K, 2, 2)."""
    cells = [[((true == t) & (predicted == p)).sum(0) for p in (0, 1)] for t in (0, 1)]
    return np.moveaxis(np.array(cells, np.int64), 2, 0)


def per_label(counts: NDArray[np.int64]) -> tuple[NDArray[np.float64], ...]:
    """Return precision, recall and F1 of every label from its counts; each (K,)."""
    each = np.array([[values[1] for values in per_class(of_one)] for of_one in counts])
    return tuple(each.reshape(-1, 3).T)


class LabelMetric(Metric):
    """Base of metrics about several labels."""

    tasks = ("multilabel",)
    family = "labels"


@METRICS.entry
class ExactMatch(LabelMetric):
    """The share of rows for which every label is right (subset accuracy). Strict: a single wrong label of
    many makes the whole row wrong."""

    kind = "exact_match"
    title = "Exact match"

    def value(self, result: LabelResult) -> float:
        right = (result.predicted == result.true).all(1)
        return float(right.mean()) if len(right) else 0.0


@METRICS.entry
class HammingLoss(LabelMetric):
    """The share of all single labels, over rows and labels, that are wrong. Misleadingly small when labels
    are rare: saying that none is true is then hardly ever wrong."""

    kind = "hamming_loss"
    title = "Hamming loss"
    higher_is_better = False

    def value(self, result: LabelResult) -> float:
        return float((result.predicted != result.true).mean()) if result.true.size else 0.0


@METRICS.entry
class LabelF1(LabelMetric):
    """The balance of precision and recall of each label, averaged over the labels: a rare label counts as
    much as a common one."""

    kind = "label_f1"
    title = "Macro F1 of labels"

    def value(self, result: LabelResult) -> float:
        return float(per_label(label_counts(result.true, result.predicted))[2].mean())


@METRICS.entry
class MicroLabelF1(LabelMetric):
    """The balance of precision and recall over all labels of all rows together: common labels count more."""

    kind = "label_f1_micro"
    title = "Micro F1 of labels"

    def value(self, result: LabelResult) -> float:
        together = label_counts(result.true, result.predicted).sum(0)
        return float(per_label(together[None])[2][0])


@METRICS.entry
class LabelArea(LabelMetric):
    """How well the shares of each label rank the rows for which it is true above the others, averaged over
    the labels: the area under the ROC curve. 0.5 is a coin flip, above 0.8 good, 0.9 excellent."""

    kind = "label_auc"
    title = "ROC AUC of labels"
    every_epoch = False

    def value(self, result: LabelResult) -> float:
        if result.shares is None:
            return math.nan
        pairs = zip(result.true.T, result.shares.T, strict=True)
        areas = np.array([roc(is_true == 1, share).area for is_true, share in pairs])
        return float(np.nanmean(areas)) if np.isfinite(areas).any() else math.nan
