"""Cross-validation: a network per fold, prepared on its own training rows, summed up."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nnstudio.core.run import Finished, History
from nnstudio.data.folds import Folds
from nnstudio.data.prepare import prepare
from nnstudio.engine.folds import CrossValidation, Fold, FoldEpoch, cross_validate, scores
from nnstudio.engine.train import train
from tests.ui.begun import circles


def test_every_fold_is_trained_and_summed_up() -> None:
    begun = circles()
    events = list(cross_validate(begun.project, begun.examples, Folds(folds=3)))
    folds = [event for event in events if isinstance(event, Fold)]
    result = events[-1]
    assert isinstance(result, CrossValidation)
    assert result.folds == tuple(folds)
    assert len([event for event in events if isinstance(event, FoldEpoch)]) == 3 * 4
    accuracy = [fold.values["val_accuracy"] for fold in folds]
    assert result.scores["val_accuracy"].mean == pytest.approx(np.mean(accuracy))
    assert result.scores["val_accuracy"].spread == pytest.approx(np.std(accuracy, ddof=1))
    assert all(fold.history.epochs == 4 for fold in folds)


def test_a_fold_equals_a_run_on_the_same_split() -> None:
    from dataclasses import replace

    from nnstudio.data.folds import divided

    begun = circles()
    folds = Folds(folds=3)
    _, first, *_ = (e for e in cross_validate(begun.project, begun.examples, folds) if isinstance(e, Fold))
    _, (examples, parts), *_ = divided(begun.examples, begun.project.data, folds)
    prepared = prepare(replace(examples, split=parts), begun.project.data)
    history = History()
    for event in train(begun.project, prepared):
        history.add(event)
    assert isinstance(event, Finished)
    assert history["val_loss"] == first.history["val_loss"]
    rows = parts == "train"
    for at, column in enumerate(begun.examples.columns):
        assert prepared.states[0]["columns"][column.name][0] == pytest.approx(column.values[rows].mean()), at


def test_one_fold_has_no_spread_and_failed_ones_do_not_count() -> None:
    good = Fold(1, History(), "done", "", 2, {"val_loss": 0.5}, (1, 1))
    failed = Fold(2, History(), "failed", "", 0, {}, (1, 1))
    found = scores([good, failed])["val_loss"]
    assert found.mean == 0.5
    assert math.isnan(found.spread)
