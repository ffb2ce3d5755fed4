"""Schedules: how the learning rate changes over the epochs, as pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, inf, pi

from nnstudio.core.param import param
from nnstudio.core.training import SCHEDULES, Monitor, Schedule


@SCHEDULES.entry
class Constant(Schedule):
    """The rate stays as it is. A sound start: change it only when the curve asks for it."""

    kind = "constant"
    title = "Constant"
    family = "fixed"

    def factor(self, base: float, epoch: int, epochs: int, seen: Sequence[float]) -> float:
        return 1.0


@SCHEDULES.entry
class StepDown(Schedule):
    """Multiplies the rate by a factor every few epochs."""

    kind = "step"
    title = "Step"
    family = "fixed"
    every: int = param(
        30, "Every", "Epochs between two cuts.", low=1, high=500, scale="log", step=1, unit="epochs",
        typical=(10, 50),
    )  # fmt: skip
    gamma: float = param(
        0.1, "Factor", "What the rate is multiplied by.", low=0.01, high=0.99, step=0.01, typical=(0.1, 0.5)
    )

    def factor(self, base: float, epoch: int, epochs: int, seen: Sequence[float]) -> float:
        return float(self.gamma ** (epoch // self.every))


@SCHEDULES.entry
class Exponential(Schedule):
    """Multiplies the rate by the same factor after every epoch: a smooth decay."""

    kind = "exponential"
    title = "Exponential"
    family = "fixed"
    gamma: float = param(
        0.97, "Factor", "What the rate is multiplied by after each epoch.", low=0.5, high=0.999, step=0.001,
        typical=(0.9, 0.99),
    )  # fmt: skip

    def factor(self, base: float, epoch: int, epochs: int, seen: Sequence[float]) -> float:
        return float(self.gamma**epoch)


@SCHEDULES.entry
class Cosine(Schedule):
    """Falls along half a cosine from the full rate to the floor at the last epoch."""

    kind = "cosine"
    title = "Cosine"
    family = "fixed"
    floor: float = param(
        0.0, "Floor", "Rate at the end, as a share of the start.", low=1e-4, high=1.0, scale="log", zero=True,
        typical=(0.001, 0.1),
    )  # fmt: skip

    def factor(self, base: float, epoch: int, epochs: int, seen: Sequence[float]) -> float:
        return self.floor + (1 - self.floor) * (1 + cos(pi * epoch / epochs)) / 2


@SCHEDULES.entry
class ReduceOnPlateau(Schedule):
    """Cuts the rate when the watched value has stopped improving, to settle into the minimum."""

    kind = "plateau"
    title = "Reduce on plateau"
    family = "adaptive"
    monitor: Monitor = param("val_loss", "Watch", "The value that must improve.")
    reduce_by: float = param(
        0.5, "Factor", "What the rate is multiplied by.", low=0.01, high=0.95, step=0.01, typical=(0.1, 0.5)
    )
    patience: int = param(
        5, "Patience", "Epochs without improvement before a cut.", low=0, high=100, step=1, unit="epochs",
        typical=(5, 10),
    )  # fmt: skip
    cooldown: int = param(
        0, "Cooldown", "Epochs after a cut in which nothing is counted.", low=0, high=100, step=1,
        unit="epochs", advanced=True,
    )  # fmt: skip
    minimum: float = param(
        1e-7, "Lowest rate", "The rate never falls below this.", low=1e-9, high=0.1, scale="log", zero=True,
        advanced=True,
    )  # fmt: skip

    @property
    def watches(self) -> Monitor | None:
        return self.monitor

    def factor(self, base: float, epoch: int, epochs: int, seen: Sequence[float]) -> float:
        # Replayed from the start each time: no state to save, and resuming cannot differ. The rule is
        # torch's ReduceLROnPlateau with its relative threshold of 1e-4.
        rate, best, bad, cooling = base, inf, 0, 0
        for value in seen:
            if value < best * (1 - 1e-4) if best > 0 else value < best:
                best, bad = value, 0
            else:
                bad += 1
            if cooling > 0:
                cooling, bad = cooling - 1, 0
            if bad > self.patience:
                lower = max(rate * self.reduce_by, self.minimum)
                rate = lower if rate - lower > 1e-8 else rate
                cooling, bad = self.cooldown, 0
        return rate / base
