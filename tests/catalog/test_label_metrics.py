"""Metrics of labels and of classes in an order, against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference

from nnstudio.catalog.label_metrics import label_counts, per_label
from nnstudio.core.trace import Target
from nnstudio.engine.scores import scores

TAGS = Target(task="multilabel", names=("a", "b", "c"))
LEVELS = Target(task="ordinal", names=("low", "medium", "high", "very high"))


def test_label_metrics_equal_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    true = (rng.uniform(size=(200, 3)) < [0.5, 0.2, 0.05]).astype(np.int64)
    shares = np.clip(0.3 + 0.4 * true + rng.normal(0, 0.2, true.shape), 0, 1)
    predicted = (shares > 0.5).astype(np.int64)
    found = scores(TAGS, predicted, true, shares)
    expected = {
        "exact_match": reference.accuracy_score(true, predicted),
        "hamming_loss": reference.hamming_loss(true, predicted),
        "label_f1": reference.f1_score(true, predicted, average="macro"),
        "label_f1_micro": reference.f1_score(true, predicted, average="micro"),
        "label_auc": reference.roc_auc_score(true, shares),
    }
    assert found == pytest.approx(expected)
    counts = label_counts(true, predicted)
    assert counts.tolist() == reference.multilabel_confusion_matrix(true, predicted).tolist()
    each = reference.precision_recall_fscore_support(true, predicted, average=None)
    np.testing.assert_allclose(per_label(counts), each[:3])


def test_a_label_that_never_occurs_counts_nothing_and_has_no_curve() -> None:
    true = np.array([[1, 0, 0], [0, 0, 1]])
    found = scores(TAGS, np.zeros_like(true), true, np.full((2, 3), 0.2))
    assert found["label_f1"] == 0.0
    assert found["exact_match"] == 0.0
    assert found["label_auc"] == 0.5


def test_metrics_of_an_order_equal_scikit_learns() -> None:
    rng = np.random.default_rng(1)
    true = rng.integers(0, 4, 300)
    predicted = np.clip(true + rng.choice([-1, 0, 0, 0, 1, 2], 300), 0, 3)
    found = scores(LEVELS, predicted, true)
    assert found["kappa"] == pytest.approx(
        reference.cohen_kappa_score(true, predicted, weights="quadratic", labels=range(4))
    )
    assert found["steps_off"] == pytest.approx(reference.mean_absolute_error(true, predicted))
    assert found["accuracy"] == pytest.approx(reference.accuracy_score(true, predicted))


def test_one_class_alone_is_agreed_upon() -> None:
    same = np.full(5, 2)
    assert scores(LEVELS, same, same)["kappa"] == 1.0
