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
class CosineRestarts(Schedule):
    """Falls along a cosine, jumps back to the full rate and falls again: it can leave a poor minimum."""

    kind = "cosine_restarts"
    title = "Cosine with restarts"
    family = "cycles"
    first: int = param(
        10, "First cycle", "Epochs until the first restart.", low=1, high=500, scale="log", step=1,
        unit="epochs", typical=(5, 50), too_low="Never settles.", too_high="Never restarts.",
    )  # fmt: skip
    stretch: int = param(
        2, "Stretch", "Each cycle lasts this many times as long as the one before.", low=1, high=4, step=1,
        typical=(1, 2), source="Loshchilov and Hutter 2017 (SGDR).",
    )  # fmt: skip
    floor: float = param(
        0.0, "Floor", "Rate at the end of a cycle, as a share of the start.", low=1e-4, high=1.0, scale="log",
        zero=True, typical=(0.001, 0.1), advanced=True,
    )  # fmt: skip

    def factor(self, base: float, epoch: int, epochs: int, seen: Sequence[float]) -> float:
        length, inside = self.first, epoch
        while inside >= length:
            inside, length = inside - length, length * self.stretch
        return self.floor + (1 - self.floor) * (1 + cos(pi * inside / length)) / 2


@SCHEDULES.entry
class OneCycle(Schedule):
    """Climbs from a low rate to the full one, then falls far below it: fast training in few epochs.

    Choose the full rate with the rate finder: it may be higher than usual, as it lasts only a moment.
    """

    kind = "one_cycle"
    title = "One cycle"
    family = "cycles"
    climb: float = param(
        0.3, "Climb", "Share of all epochs in which the rate rises.", low=0.05, high=0.9, step=0.05,
        typical=(0.2, 0.5), source="Smith and Topin 2018; 0.3 in torch and fastai.",
    )  # fmt: skip
    start: float = param(
        0.04, "Start", "Rate at the first epoch, as a share of the highest.", low=0.001, high=1.0,
        scale="log", typical=(0.04, 0.1), advanced=True,
    )  # fmt: skip
    end: float = param(
        4e-6, "End", "Rate at the last epoch, as a share of the highest.", low=1e-8, high=1.0, scale="log",
        typical=(1e-6, 0.01), advanced=True,
    )  # fmt: skip

    def factor(self, base: float, epoch: int, epochs: int, seen: Sequence[float]) -> float:
        top, last = self.climb * epochs - 1, epochs - 1
        # A climb of less than an epoch begins at the top.
        if epoch <= top:
            return _half_cosine(self.start, 1.0, epoch / top if top else 1.0)
        return _half_cosine(1.0, self.end, (epoch - max(top, 0.0)) / max(last - max(top, 0.0), 1.0))


def _half_cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) * (1 + cos(pi * share)) / 2


@SCHEDULES.entry
class Polynomial(Schedule):
    """Falls to zero at the last epoch; power 1 is a straight line, 2 falls early and ends gently."""

    kind = "polynomial"
    title = "Polynomial"
    family = "fixed"
    power: float = param(
        1.0, "Power", "How bent the way down is.", low=0.1, high=5.0, step=0.1, typical=(0.9, 2.0),
        too_low="High until nearly the end.", too_high="Tiny after a few epochs.",
    )  # fmt: skip

    def factor(self, base: float, epoch: int, epochs: int, seen: Sequence[float]) -> float:
        return float((1 - epoch / epochs) ** self.power)


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
