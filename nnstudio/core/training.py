"""How a network is trained: bases of losses, optimizers, schedules and metrics, and the settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.param import param
from nnstudio.core.registry import Call, Entry, Frozen, Registry, one_of
from nnstudio.core.trace import Task

Monitor = Literal[
    "val_loss", "train_loss", "val_accuracy", "val_f1", "val_kappa", "val_exact_match", "val_label_f1",
    "val_r2", "val_rmse", "val_mae",
]  # fmt: skip
HIGHER_IS_BETTER = {"val_accuracy", "val_f1", "val_kappa", "val_exact_match", "val_label_f1", "val_r2"}


class Loss(Entry):
    """Base of every loss: what training minimises, the mean over the examples of a batch."""

    tasks: ClassVar[tuple[Task, ...]] = ()
    fused_with: ClassVar[str] = ""
    """Kind of the output activation with which it is computed in one stable step."""

    def call(self) -> Call:
        """Return the torch module: takes (outputs, targets), gives one value per example.

        Outputs (N, units) after the last activation; targets float (N, units), one-hot for classes.
        """
        raise NotImplementedError

    def fused(self) -> Call | None:
        """Return the module that takes the values BEFORE the activation `fused_with`."""
        return None

    def on(self, counts: Sequence[int]) -> Loss:
        """Return the loss knowing how many training rows each class has."""
        return self

    def unfit(self, units: int) -> str:
        """Return why it cannot judge a network of so many outputs, and what to do; empty when it can."""
        return ""


LOSSES: Registry[Loss] = Registry("loss")


class Optimizer(Entry):
    """Base of every optimizer; `rate` is what the learning-rate slider moves."""

    rate: float

    def call(self) -> Call:
        """Return the torch.optim constructor without the parameters and the weight decay."""
        raise NotImplementedError


OPTIMIZERS: Registry[Optimizer] = Registry("optimizer")


class Schedule(Entry):
    """Base of every schedule: the rate of an epoch as a pure function of what has been seen."""

    def factor(self, base: float, epoch: int, epochs: int, seen: Sequence[float]) -> float:
        """Return the factor on the base rate for `epoch` (from 0) of `epochs`.

        `seen` holds the monitored value of every finished epoch, smaller is better.
        """
        raise NotImplementedError

    @property
    def watches(self) -> Monitor | None:
        """The value it monitors, if any."""
        return None


SCHEDULES: Registry[Schedule] = Registry("schedule")


@dataclass(frozen=True, slots=True)
class ClassResult:
    """Predictions of a classification split, summed up: counts[true, predicted].

    `true` (N,) and `shares` (N, K), the share given to each class, where outputs are shares at all.
    """

    confusion: NDArray[np.int64]
    true: NDArray[np.int64] | None = None
    shares: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class LabelResult:
    """Predictions of a multi-label split: 0 or 1 per label, both (N, K).

    `shares` (N, K), the share given to each label, where outputs are shares at all.
    """

    predicted: NDArray[np.int64]
    true: NDArray[np.int64]
    shares: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class NumberResult:
    """Predictions of a regression split in the target's own units, both (N, D)."""

    predicted: NDArray[np.float64]
    true: NDArray[np.float64]


class Metric(Entry):
    """Base of every metric: a number about the predictions of one split."""

    tasks: ClassVar[tuple[Task, ...]]
    higher_is_better: ClassVar[bool] = True
    every_epoch: ClassVar[bool] = True
    """Computed after every epoch; else only when a network is evaluated."""

    def value(self, result: Any) -> float:
        """Return the metric of a ClassResult, LabelResult or NumberResult, by `tasks`.

        NaN where it cannot be told.
        """
        raise NotImplementedError


METRICS: Registry[Metric] = Registry("metric")


class Augmentation(Entry):
    """Base of every way to vary training examples before they are shown to the network."""

    shape: ClassVar[tuple[str, ...]] = ()
    """Axes of the examples that it can vary."""
    caution: ClassVar[str] = ""
    """When it makes examples that cannot be, in words."""

    def call(self) -> Call:
        """Return the operation of the engine, which varies a batch."""
        raise NotImplementedError

    def call_on(self, words: Sequence[str]) -> Call:
        """Return the operation for examples made of tokens; `words` says what each id stands for."""
        return self.call()

    def unfit(self, words: Sequence[str]) -> str:
        """Return why it can change nothing in such examples, and what to do; empty when it can."""
        return ""


AUGMENTATIONS: Registry[Augmentation] = Registry("augmentation")


class EarlyStopping(Frozen):
    """Stop when the monitored value has not improved for a while, and go back to the best weights."""

    on: bool = param(True, "Early stopping", "Stop by itself when validation no longer improves.")
    monitor: Monitor = param("val_loss", "Watch", "The value that must improve.")
    patience: int = param(
        15, "Patience", "Epochs to wait for an improvement.", low=1, high=200, scale="log", step=1,
        unit="epochs", typical=(10, 20), too_low="Stops at the first bump.", too_high="Wastes time.",
    )  # fmt: skip
    min_delta: float = param(
        0.0, "Minimum change", "Smaller improvements do not count.", low=1e-6, high=0.1, scale="log",
        zero=True, advanced=True,
    )  # fmt: skip
    mode: Literal["auto", "min", "max"] = param(
        "auto", "Direction", "Whether smaller or larger is better; auto knows.", advanced=True
    )
    restore_best: bool = param(True, "Restore best", "Keep the weights of the best epoch, not of the last.")

    def better_is_higher(self) -> bool:
        """Tell the direction of improvement."""
        return self.monitor in HIGHER_IS_BETTER if self.mode == "auto" else self.mode == "max"

    def judge(self, values: Sequence[float]) -> tuple[int, bool]:
        """Return (index of the best epoch so far or -1, whether to stop now). NaN never improves."""
        sign = -1.0 if self.better_is_higher() else 1.0
        best, at = float("inf"), -1
        for index, value in enumerate(values):
            if sign * value < best - (self.min_delta if at >= 0 else 0.0):
                best, at = sign * value, index
        waited = len(values) - 1 - at
        return at, self.on and waited >= self.patience


class Training(Frozen):
    """All hyperparameters of training that do not belong to a layer."""

    loss: one_of(LOSSES, Loss)  # type: ignore[valid-type]
    optimizer: one_of(OPTIMIZERS, Optimizer)  # type: ignore[valid-type]
    schedule: one_of(SCHEDULES, Schedule)  # type: ignore[valid-type]
    batch_size: int = param(
        32, "Batch size", "Examples processed together before the weights change once.",
        low=1, high=4096, most=inf, scale="power of two", step=1, typical=(16, 512),
        too_low="Noisy steps and slow epochs.", too_high="Few, smooth steps: may generalise worse.",
        source="Start with 32 or 64: small batches (8-32) generalise better, large (128-512) are faster.",
    )  # fmt: skip
    epochs: int = param(
        100, "Epochs", "Passes over all training rows.", low=1, high=2000, most=inf, scale="log", step=1,
        typical=(20, 200), too_low="Stops while still improving.",
        too_high="Memorises the training rows, unless early stopping ends it.",
        source="Small data (< 10 000 rows) 100-500, medium 50-200, large (> 1 000 000) 10-50.",
    )  # fmt: skip
    warmup_epochs: int = param(
        0, "Warm-up", "Epochs in which the rate climbs from near zero to its value.",
        low=0, high=50, step=1, unit="epochs", typical=(0, 10), too_high="Wastes epochs at a tiny rate.",
        source="At most a tenth of all steps.",
    )  # fmt: skip
    weight_decay: float = param(
        0.0, "Weight decay (L2)", "Pulls every weight a little towards zero: simpler, smoother models.",
        low=1e-6, high=10.0, most=inf, scale="log", zero=True, typical=(1e-5, 1e-2), live=True,
        too_low="No help against overfitting.", too_high="The network cannot fit even the training rows.",
        source="Light 0.001, moderate 0.01, strong 0.1; deep networks often 1e-5 to 1e-4.",
    )  # fmt: skip
    l1: float = param(
        0.0, "L1 penalty", "Pushes unimportant weights to exactly zero (sparsity).",
        low=1e-7, high=0.1, most=inf, scale="log", zero=True, typical=(1e-6, 1e-3), live=True, advanced=True,
        too_high="Almost all weights vanish.",
    )  # fmt: skip
    clip_norm: float = param(
        0.0, "Clip gradient norm", "Shortens a gradient that is longer than this; 0 is off.",
        low=0.01, high=100.0, most=inf, scale="log", zero=True, typical=(0.5, 5.0), live=True, advanced=True,
        too_low="Every step is cut: slow.", too_high="Never acts.",
        source="Keeps exploding gradients in check, above all in recurrent networks.",
    )  # fmt: skip
    clip_value: float = param(
        0.0, "Clip gradient value", "Cuts every gradient entry to this size; 0 is off.",
        low=0.001, high=100.0, most=inf, scale="log", zero=True, live=True, advanced=True,
    )  # fmt: skip
    shuffle: bool = param(
        True, "Shuffle", "Every epoch goes through the training rows in another order; off keeps theirs.",
        advanced=True,
        source="Rows sorted by class or time, unshuffled, make the network chase what it saw last.",
    )  # fmt: skip
    accumulate: int = param(
        1, "Accumulate gradients", "Batches whose gradients are added up before the weights change once.",
        low=1, high=64, step=1, unit="batches", typical=(1, 8), advanced=True,
        too_high="Few, slow steps, as with a large batch size.",
        source="Works like a batch size times as large where memory allows only small batches.",
    )  # fmt: skip
    ema: float = param(
        0.0, "Average weights",
        "Keeps a moving average of the weights, remembering this share of it at every step; it is what is "
        "validated and kept. 0 is off.",
        low=0.5, high=0.9999, step=0.0001, zero=True, typical=(0.9, 0.999), advanced=True,
        too_low="Hardly smoother than the weights themselves.",
        too_high="Lags behind: the average still remembers the untrained weights.",
        source="Let the memory 1 / (1 - value) be far shorter than the run: 0.99 for some hundred steps.",
    )  # fmt: skip
    precision: Literal["float32", "bfloat16", "auto"] = param(
        "float32", "Precision",
        "bfloat16 computes layers in half as many bits (mixed precision): faster and smaller on recent "
        "GPUs, slower on most processors. Auto takes it only where it is faster.",
        advanced=True, source="Weights, loss and validation stay in 32 bits.",
    )  # fmt: skip
    checkpoint_every: int = param(
        0, "Checkpoint every", "Epochs between two checkpoints to go back to or on from; 0: only the last.",
        low=0, high=500, step=1, unit="epochs", typical=(5, 50), advanced=True,
        too_low="Nothing to go back to but the last and the best epoch.", too_high="Only few to choose from.",
    )  # fmt: skip
    class_weights: bool = param(
        False,
        "Class weights",
        "Rare classes count more in the loss, in proportion to their rarity; without "
        "effect on labels and numbers.",
    )
    early_stopping: EarlyStopping = EarlyStopping()
    augmentations: tuple[one_of(AUGMENTATIONS, Augmentation), ...] = ()  # type: ignore[valid-type]
    seed: int = param(
        0, "Seed", "Same seed, same device: same first weights, same order, same curve.",
        low=0, high=9999, step=1,
    )  # fmt: skip
    device: Literal["auto", "cpu", "cuda", "mps"] = param(
        "auto", "Device", "Where the arithmetic runs; auto takes a GPU when it helps."
    )
