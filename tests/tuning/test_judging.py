"""The rule by which a fix is taken over, case by case, without any training."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from nnstudio.catalog.losses import MeanSquaredError
from nnstudio.core.finding import Evidence
from nnstudio.core.run import History
from nnstudio.core.trace import Target
from nnstudio.core.verdict import Reason
from nnstudio.tuning.judging import Measured, higher_is_better, judge, kept_value, metric_for, scatter
from tests.core import samples

NAN = math.nan
CLASSES = Target(task="classification", names=("a", "b"))


def measured(control: Any, treatment: Any, metric: str = "val_loss", **more: Any) -> Measured:
    """Return both arms; a single number is one seed."""
    a, b = ((x,) if isinstance(x, float) else tuple(x) for x in (control, treatment))
    return Measured(metric, a, b, **{"scatter": 0.02, **more})


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (measured(0.95, 0.31), "helped"),
        (measured(0.95, 0.90), "helped"),
        (measured(0.95, 0.92), "small"),
        (measured(0.95, 0.95), "small"),
        (measured(0.95, 0.98), "small"),
        (measured(0.95, 1.20), "worse"),
        (measured(0.95, 0.31, cleared=False), "eased"),
        (measured(0.95, 0.90, cleared=False), "stays"),
        (measured(0.95, 0.31, cleared=False, new=("Underfitting",)), "stays"),
        (measured(0.95, 0.31, new=("Underfitting",)), "new"),
        (measured(0.95, NAN), "failed"),
        (measured(NAN, 0.5), "helped"),
        (measured(NAN, NAN), "failed"),
        (measured(NAN, 0.5, cleared=False), "eased"),
        (measured(NAN, 0.5, new=("Steps too large",)), "new"),
        (measured(0.7, 0.9, "val_accuracy"), "helped"),
        (measured(0.9, 0.7, "val_accuracy"), "worse"),
        (measured(12.0, 8.0, "val_rmse"), "helped"),
        (measured(0.98, 0.80, "val_accuracy", honest=True), "honest"),
        (measured(0.98, 0.80, "val_accuracy", honest=True, cleared=False), "stays"),
        # The seeds differ more than the arms do.
        (measured((0.9, 0.5, 0.7), (0.8, 0.4, 0.7)), "small"),
        (measured((0.9, 0.8, 0.85), (0.4, 0.45, 0.5)), "helped"),
        # A control wild with the problem itself does not hide what every seed shows.
        (measured((0.7, 9.0, 1.2), (0.4, 0.42, 0.41)), "helped"),
        (measured((0.7, 9.0, 0.4), (0.5, 0.42, 0.41)), "small"),
        (measured((0.9, NAN, 0.9), (0.4, 0.4, 0.4)), "helped"),
        (measured((0.9, 0.9, 0.9), (0.4, NAN, 0.4)), "failed"),
        # It repeats exactly, and is still nothing.
        (measured((0.9, 0.9, 0.9), (0.895, 0.895, 0.895), scatter=0.0), "small"),
    ],
)
def test_the_acceptance_rule(case: Measured, reason: Reason) -> None:
    assert judge(case) == reason


def test_more_seeds_are_asked_for_only_where_they_can_decide() -> None:
    assert not measured(0.95, 0.31).unclear
    assert measured(0.95, 0.87).unclear
    assert measured(0.95, 0.94, scatter=0.0).unclear
    for hopeless in ({"cleared": False}, {"new": ("Another",)}, {"honest": True}):
        assert not measured(0.95, 0.87, **hopeless).unclear
    for control, treatment in ((0.95, 0.97), (NAN, 0.5), (0.5, NAN)):
        assert not measured(control, treatment).unclear


def evidence(status: Any = "done", stopping: bool = False, **columns: list[float]) -> Evidence:
    project = samples.project().set("training.early_stopping.on", stopping)
    history = History({"epoch": [float(i + 1) for i in range(len(columns["val_loss"]))], **columns})
    return Evidence(project, None, None, history, status)


def test_the_value_compared_is_that_of_the_weights_kept() -> None:
    losses = [1.0, 0.5, 0.2, 0.5, 0.8, 0.9, 1.0]
    assert kept_value(evidence(val_loss=losses), "val_loss") == pytest.approx(0.9)
    # The best epoch with its neighbours: the best of many noisy ones would flatter.
    assert kept_value(evidence(stopping=True, val_loss=losses), "val_loss") == pytest.approx(0.5)
    assert math.isnan(kept_value(evidence("failed", val_loss=losses), "val_loss"))
    assert math.isnan(kept_value(evidence(val_loss=[]), "val_loss"))


def test_scatter_is_what_is_left_without_the_trend() -> None:
    smooth = [1.0 - 0.05 * i for i in range(12)]
    rough = [value + 0.1 * math.sin(7.3 * i) for i, value in enumerate(smooth)]
    assert scatter(evidence(val_loss=smooth), "val_loss") == pytest.approx(0.0, abs=1e-9)
    assert scatter(evidence(val_loss=rough), "val_loss") > 0.05


def test_the_loss_is_compared_unless_the_fix_changes_it() -> None:
    control = evidence(val_loss=[1.0], val_accuracy=[0.5], val_f1=[0.4])
    weighted = replace(control, project=control.project.set("training.class_weights", True))
    other = replace(control, project=control.project.set("training.loss", MeanSquaredError()))
    assert metric_for(control, control, CLASSES, same_target=True) == "val_loss"
    assert metric_for(control, other, CLASSES, same_target=True) == "val_accuracy"
    assert metric_for(control, control, CLASSES, same_target=False) == "val_accuracy"
    assert metric_for(control, weighted, CLASSES, same_target=True) == "val_f1"
    assert metric_for(control, control, CLASSES, same_target=True, finding="class_imbalance") == "val_f1"
    assert higher_is_better("val_accuracy")
    assert not higher_is_better("val_loss")
