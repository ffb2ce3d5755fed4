"""Losses: what training makes small."""

from __future__ import annotations

from typing import Literal

from nnstudio.core.param import param
from nnstudio.core.registry import Call
from nnstudio.core.training import LOSSES, Loss


@LOSSES.entry
class CrossEntropy(Loss):
    """Categorical cross-entropy: for choosing one of several classes.

    Small when the true class gets a high probability, huge when the network is sure of a wrong one.
    Pair it with softmax on the output.
    """

    kind = "cross_entropy"
    title = "Cross-entropy"
    family = "classification"
    tasks = ("classification",)
    fused_with = "softmax"
    expects: Literal["probabilities", "scores"] = param(
        "probabilities", "Expects",
        "Probabilities: the network ends with softmax. Scores: it ends with linear, and softmax happens "
        "inside the loss; softmax before that would be a softmax of a softmax.",
        advanced=True,
    )  # fmt: skip

    def call(self) -> Call:
        if self.expects == "scores":
            return Call("CrossEntropyLoss", reduction="none")
        return Call("CrossEntropyOfProbabilities")

    def fused(self) -> Call | None:
        return Call("CrossEntropyLoss", reduction="none") if self.expects == "probabilities" else None


@LOSSES.entry
class BinaryCrossEntropy(Loss):
    """Binary cross-entropy: for a yes/no question, or several independent ones.

    Punishes a confident wrong answer very hard. Pair it with sigmoid on the output.
    """

    kind = "binary_cross_entropy"
    title = "Binary cross-entropy"
    family = "classification"
    tasks = ("classification",)
    fused_with = "sigmoid"

    def call(self) -> Call:
        return Call("BinaryCrossEntropyOfProbabilities")

    def fused(self) -> Call | None:
        return Call("BCEWithLogitsLoss", reduction="none")


@LOSSES.entry
class MeanSquaredError(Loss):
    """Mean squared error: the standard for predicting numbers.

    An error twice as large costs four times as much, so a few outliers can dominate.
    """

    kind = "mse"
    title = "Mean squared error"
    family = "regression"
    tasks = ("regression",)

    def call(self) -> Call:
        return Call("MSELoss", reduction="none")


@LOSSES.entry
class MeanAbsoluteError(Loss):
    """Mean absolute error: every unit of error costs the same. Robust when there are outliers."""

    kind = "mae"
    title = "Mean absolute error"
    family = "regression"
    tasks = ("regression",)

    def call(self) -> Call:
        return Call("L1Loss", reduction="none")


@LOSSES.entry
class Huber(Loss):
    """Squared for small errors, proportional for large ones: a compromise when outliers are present."""

    kind = "huber"
    title = "Huber"
    family = "regression"
    tasks = ("regression",)
    delta: float = param(
        1.0, "Turning point", "Errors above this cost in proportion only.", low=0.01, high=100.0,
        scale="log", typical=(0.5, 2.0), too_low="Becomes the mean absolute error.",
        too_high="Becomes the mean squared error.", advanced=True,
    )  # fmt: skip

    def call(self) -> Call:
        return Call("HuberLoss", reduction="none", delta=self.delta)
