"""Losses: what training makes small."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal, Self

from pydantic import field_validator

from nnstudio.core.param import param
from nnstudio.core.registry import Call
from nnstudio.core.training import LOSSES, Loss

BALANCED = "balanced"
"""Classes count in proportion to their rarity."""


class ClassLoss(Loss):
    """Base of the losses that weigh several classes against each other; pairs with softmax."""

    family = "classification"
    tasks = ("classification",)
    fused_with = "softmax"
    expects: Literal["probabilities", "scores"] = param(
        "probabilities", "Expects",
        "Probabilities: the network ends with softmax. Scores: it ends with linear, and softmax happens "
        "inside the loss; softmax before that would be a softmax of a softmax.",
        advanced=True,
    )  # fmt: skip

    def of_scores(self) -> Call:
        """Return the module for values before softmax."""
        raise NotImplementedError

    def of_probabilities(self) -> Call:
        """Return the module for values behind softmax."""
        raise NotImplementedError

    def call(self) -> Call:
        return self.of_scores() if self.expects == "scores" else self.of_probabilities()

    def fused(self) -> Call | None:
        return self.of_scores() if self.expects == "probabilities" else None


@LOSSES.entry
class CrossEntropy(ClassLoss):
    """Categorical cross-entropy: for choosing one of several classes.

    Small when the true class gets a high probability, huge when the network is sure of a wrong one.
    Pair it with softmax on the output.
    """

    kind = "cross_entropy"
    title = "Cross-entropy"
    smoothing: float = param(
        0.0, "Label smoothing",
        "This share of every target is spread evenly over all classes, so that nothing has to be quite sure.",
        low=0.0, high=0.5, step=0.01, typical=(0.05, 0.2), advanced=True,
        too_low="The network may become overconfident.", too_high="The classes can hardly be told apart.",
        source="0.1 in Szegedy et al. 2016 (Inception v3) and in the first Transformer.",
    )  # fmt: skip

    def of_scores(self) -> Call:
        return Call("CrossEntropyLoss", reduction="none", **self._softened())

    def of_probabilities(self) -> Call:
        return Call("CrossEntropyOfProbabilities", **self._softened())

    def _softened(self) -> dict[str, Any]:
        return {"label_smoothing": self.smoothing} if self.smoothing else {}


class YesNoLoss(Loss):
    """Base of the losses that judge every output by itself, as a yes/no question; pairs with sigmoid."""

    family = "classification"
    tasks = ("classification", "multilabel", "ordinal")
    fused_with = "sigmoid"


@LOSSES.entry
class BinaryCrossEntropy(YesNoLoss):
    """Binary cross-entropy: for a yes/no question, or several: labels that may be true together, or
    whether a class lies above each of the borders in an order.

    Punishes a confident wrong answer very hard. Pair it with sigmoid on the output.
    """

    kind = "binary_cross_entropy"
    title = "Binary cross-entropy"

    def call(self) -> Call:
        return Call("BinaryCrossEntropyOfProbabilities")

    def fused(self) -> Call | None:
        return Call("BCEWithLogitsLoss", reduction="none")


def _gamma() -> Any:
    return param(
        2.0, "Focus (γ)", "How strongly examples that are already right are passed over; 0 is cross-entropy.",
        low=0.0, high=5.0, step=0.1, typical=(1.0, 3.0), too_low="Easy examples dominate again.",
        too_high="Only the few hardest examples, often wrong labels, count.", source="Lin et al. 2017.",
    )  # fmt: skip


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(","))


def _margin() -> Any:
    return param(
        1.0, "Margin", "How far the right score must lie ahead before an example costs nothing.",
        low=0.01, high=10.0, scale="log", typical=(0.5, 2.0), too_low="Content with a narrow lead.",
        too_high="Never content: all examples go on pulling.", advanced=True,
    )  # fmt: skip


@LOSSES.entry
class Focal(ClassLoss):
    """Focal loss: cross-entropy that turns to the hard examples, for classes of very unequal size.

    An example that is already predicted well counts (1 - p)^γ as much, so the many easy ones do not
    drown the few difficult ones. α balances the classes besides, so leave the class weights of training
    off then: both together would count rare classes twice.
    """

    kind = "focal"
    title = "Focal"
    gamma: float = _gamma()
    alpha: str = param(
        "1", "Weight of classes (α)",
        "“balanced”: a class counts more the rarer it is. A number for each class, such as 0.2, 0.5, 0.3: "
        "what they count, in the order of the classes. A single number: it multiplies the whole loss.",
        too_low="A class with a small number is overlooked.", too_high="Everything becomes that class.",
        source="Lin et al. 2017 weigh the rare class by 0.25 together with γ = 2.",
    )  # fmt: skip

    @field_validator("alpha", mode="before")
    @classmethod
    def _written(cls, value: Any) -> str:
        """Take a number or numbers too; raises ValueError for what is neither these nor `balanced`."""
        numbers = value if isinstance(value, tuple | list) else (value,)
        text = ", ".join(" ".join(str(number).split()) for number in numbers)
        if text != BALANCED:
            try:
                weights = _numbers(text)
            except ValueError:
                weights = ()
            if not weights or not all(math.isfinite(w) and w >= 0 for w in weights) or not any(weights):
                raise ValueError("write balanced, a number, or a number for each class, separated by commas")
        return text

    def on(self, counts: Sequence[int]) -> Self:
        if self.alpha != BALANCED or not counts:
            return self
        total, classes = sum(counts), len(counts)
        weights = tuple(total / (classes * count) if count else 0.0 for count in counts)
        return self.model_copy(update={"alpha": ", ".join(map(repr, weights))})

    def unfit(self, units: int) -> str:
        given = 1 if self.alpha == BALANCED else len(_numbers(self.alpha))
        if given in (1, units):
            return ""
        return (
            f"The focal loss has {given} class weights (α), but the network {units} "
            f"output{'s' * (units != 1)}: give one for each output, a single one, or balanced."
        )

    def of_scores(self) -> Call:
        return Call("Focal", self.gamma, *self._weights())

    def of_probabilities(self) -> Call:
        return Call("FocalOfProbabilities", self.gamma, *self._weights())

    def _weights(self) -> tuple[Any, ...]:
        weights = (1.0,) if self.alpha == BALANCED else _numbers(self.alpha)
        if weights == (1.0,):
            return ()
        return weights if len(weights) == 1 else (weights,)


@LOSSES.entry
class BinaryFocal(YesNoLoss):
    """Focal loss for a yes/no question with few yes or few no, such as fraud.

    Examples that are already right count little; α says how much a yes counts against a no.
    """

    kind = "binary_focal"
    title = "Binary focal"
    gamma: float = _gamma()
    alpha: float = param(
        0.25, "Weight of yes (α)", "A yes counts α, a no 1 - α; 0.5 treats both alike.",
        low=0.01, high=0.99, step=0.01, typical=(0.25, 0.75), too_low="Yes is overlooked.",
        too_high="Everything becomes a yes.", source="0.25 together with γ = 2 in Lin et al. 2017.",
    )  # fmt: skip

    def call(self) -> Call:
        return Call("BinaryFocalOfProbabilities", self.gamma, self.alpha)

    def fused(self) -> Call | None:
        return Call("BinaryFocal", self.gamma, self.alpha)


@LOSSES.entry
class KLDivergence(ClassLoss):
    """Kullback-Leibler divergence: how much the predicted probabilities differ from the target's.

    Made for targets that are probabilities themselves. For a single true class it equals cross-entropy.
    """

    kind = "kl_divergence"
    title = "KL divergence"

    def of_scores(self) -> Call:
        return Call("KLDivergence")

    def of_probabilities(self) -> Call:
        return Call("KLDivergenceOfProbabilities")


@LOSSES.entry
class Hinge(ClassLoss):
    """Hinge loss: the right class must lie ahead of every other by a margin; then it is content.

    The loss of support vector machines. Its scores order the classes, but the probabilities that
    softmax makes of them are not calibrated.
    """

    kind = "hinge"
    title = "Hinge"
    margin: float = _margin()

    def of_scores(self) -> Call:
        return Call("Hinge", self.margin)

    def of_probabilities(self) -> Call:
        return Call("HingeOfProbabilities", self.margin)


@LOSSES.entry
class BinaryHinge(YesNoLoss):
    """Hinge loss for a yes/no question: content once the score lies a margin on the right side of zero.

    The score is the value before sigmoid, so 0.5 behind it is still the border between no and yes.
    """

    kind = "binary_hinge"
    title = "Binary hinge"
    margin: float = _margin()

    def call(self) -> Call:
        return Call("BinaryHingeOfProbabilities", self.margin)

    def fused(self) -> Call | None:
        return Call("BinaryHinge", self.margin)


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


@LOSSES.entry
class LogCosh(Loss):
    """The logarithm of the hyperbolic cosine of the error: like Huber, but smooth everywhere."""

    kind = "log_cosh"
    title = "Log-cosh"
    family = "regression"
    tasks = ("regression",)

    def call(self) -> Call:
        return Call("LogCosh")


@LOSSES.entry
class Quantile(Loss):
    """Predicts a quantile instead of the mean: at 0.9 the truth lies below in nine of ten cases.

    Two networks, at 0.1 and 0.9, give a band that holds four fifths of the truth.
    """

    kind = "quantile"
    title = "Quantile"
    family = "regression"
    tasks = ("regression",)
    q: float = param(
        0.5, "Quantile", "The share of the truth that shall lie below the prediction; 0.5 is the median.",
        low=0.01, high=0.99, step=0.01, typical=(0.05, 0.95), too_low="Predicts a floor.",
        too_high="Predicts a ceiling.",
    )  # fmt: skip

    def call(self) -> Call:
        return Call("Quantile", self.q)


@LOSSES.entry
class ReconstructionCrossEntropy(Loss):
    """Reconstruction cross-entropy: for numbers between 0 and 1, such as pixels that are to be rebuilt.

    Takes every number as the share of something that is there or not, and punishes a confident wrong
    answer very hard: often sharper pictures than with the mean squared error. Pair it with sigmoid.
    """

    kind = "reconstruction_cross_entropy"
    title = "Reconstruction cross-entropy"
    family = "regression"
    tasks = ("regression",)
    fused_with = "sigmoid"

    def call(self) -> Call:
        return Call("BinaryCrossEntropyOfProbabilities")

    def fused(self) -> Call | None:
        return Call("BCEWithLogitsLoss", reduction="none")
