"""Short trainings for the checks: few rows, few steps, nothing kept but the curves."""

from __future__ import annotations

import math
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.schedules import Constant
from nnstudio.core.check import CheckResult
from nnstudio.core.controls import Controls
from nnstudio.core.dataset import Part, Prepared
from nnstudio.core.project import Project
from nnstudio.core.run import Epoch, Finished, History
from nnstudio.engine.assembly import checked_table
from nnstudio.engine.train import train

MOST_ROWS, MOST_ASKED = 1000, 500
"""Training and validation rows of a check."""
STEPS, FEWEST_STEPS = 400, 60
MOST_WORK = 2e10
"""Multiply-adds of one short training, forwards: about ten seconds on one core."""
EPOCHS = (5, 200)
"""Fewest and most; a short run that is only one long epoch would show no curve."""
SCORES = ("accuracy", "r2")
DROPOUTS = ("dropout", "attention_dropout")
CLEAR = 2.0
"""A difference counts from this many times the noise."""
SMALLEST = 0.02
"""Of the loss: less is no difference, however quiet the curves are."""

Working = Generator[tuple[float, str], None, CheckResult]
"""Yields the share done and what is being done; returns the result."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A short training in numbers; NaN where there is none."""

    loss: float
    """The best validation loss, smoothed over three epochs."""
    train_loss: float
    """The best training loss, likewise."""
    score: float
    """The best validation accuracy or R², likewise."""
    train_score: float
    noise: float
    """Standard deviation of the validation loss around its best, from epoch to epoch."""
    broken: str = ""
    """Why it failed."""

    def numbers(self, name: str = "") -> dict[str, float]:
        """Return the losses and scores that are numbers, e.g. `loss with shuffled answers`."""
        behind = f" {name}" if name else ""
        found = {"loss": self.loss, "train loss": self.train_loss, "score": self.score}
        return {f"{key}{behind}": value for key, value in found.items() if math.isfinite(value)}


Training = Generator[tuple[float, str], None, Trained]


def brief(project: Project, prepared: Prepared) -> tuple[Project, Prepared]:
    """Return a small version of a training: at most 1 000 rows and about 400 steps.

    Nothing ends it early, and nothing is saved.
    """
    rows = replace(
        prepared, train=_some(prepared.learnt, MOST_ROWS), validation=_some(prepared.validation, MOST_ASKED),
        balanced=None, worked_out={},
    )  # fmt: skip
    training = project.training
    batch = min(training.batch_size, len(rows.train))
    work = max(1, checked_table(project, prepared).multiply_adds) * batch
    steps = min(STEPS, max(FEWEST_STEPS, int(MOST_WORK / work)))
    epochs = min(EPOCHS[1], max(EPOCHS[0], ceil(steps * batch / max(1, len(rows.train)))))
    stopping = training.early_stopping.model_copy(update={"on": False})
    short = {"epochs": epochs, "early_stopping": stopping, "checkpoint_every": 0, "warmup_epochs": 0}
    return with_training(project, **short), rows


def with_training(project: Project, **values: object) -> Project:
    """Return the project with other training settings, unchecked."""
    training = project.training.model_copy(update=values)
    return project.model_copy(update={"training": training})


def plain(project: Project) -> Project:
    """Return the project without anything that holds learning back, nor a rate that changes."""
    network = project.network
    for node in network.nodes:
        layer = node.layer
        off = {name: 0.0 for name in DROPOUTS if getattr(layer, name, 0.0)}
        if layer.kind in ("dropout", "spatial_dropout"):
            off["rate"] = 0.0
        if layer.kind == "gaussian_noise":
            off["std"] = 0.0
        if off:
            network = network.replace(node.id, layer.model_copy(update=off))
    bare = project.model_copy(update={"network": network})
    return with_training(bare, weight_decay=0.0, l1=0.0, augmentations=(), ema=0.0)


def steady(project: Project) -> Project:
    """Return the project with one rate from the first step to the last."""
    return with_training(project, schedule=Constant(), warmup_epochs=0, accumulate=1, class_weights=False)


def trained(
    project: Project, prepared: Prepared, words: str, at: float = 0.0, until: float = 1.0
) -> Training:
    """Train to the end and return the curves in numbers; `at` and `until` are shares of the whole check."""
    history, broken = History(), ""
    with closing(train(project, prepared, Controls(rhythm="epoch"))) as events:
        for event in events:
            history.add(event)
            if isinstance(event, Epoch):
                yield at + (until - at) * event.epoch / project.training.epochs, words
            if isinstance(event, Finished) and event.status == "failed":
                broken = event.message
    return _in_numbers(history, broken)


def _in_numbers(history: History, broken: str) -> Trained:
    score = next((name for name in SCORES if history[f"train_{name}"]), "")
    judged = "val" if history["val_loss"] else "train"
    losses = _smooth(history[f"{judged}_loss"])
    return Trained(
        loss=_least(losses),
        train_loss=_least(_smooth(history["train_loss"])),
        score=-_least(-_smooth(history[f"{judged}_{score}"])),
        train_score=-_least(-_smooth(history[f"train_{score}"])),
        noise=_noise(history[f"{judged}_loss"]),
        broken=broken,
    )


def _smooth(values: list[float]) -> NDArray[np.float64]:
    """Return medians of three neighbours: a single lucky epoch is no result."""
    curve = np.asarray(values, np.float64)
    if len(curve) < 3:
        return curve
    return np.median(np.stack([curve[:-2], curve[1:-1], curve[2:]]), axis=0)


def _least(curve: NDArray[np.float64]) -> float:
    known = curve[np.isfinite(curve)]
    return float(known.min()) if known.size else math.nan


def _noise(values: list[float]) -> float:
    curve = np.asarray(values, np.float64)
    curve = curve[np.isfinite(curve)]
    if len(curve) < 5:
        return 0.0
    best = int(curve.argmin())
    near = np.diff(curve[max(0, best - 5) : best + 6])
    return float(1.4826 * np.median(np.abs(near - np.median(near))) / math.sqrt(2))


def better(one: Trained, other: Trained, rows: int = 0) -> bool:
    """Tell whether one training reached a lower validation loss than another, beyond noise.

    `rows` validation rows are a sample: given, what their number leaves to chance counts as noise too,
    for trainings that have nothing in common but these rows.
    """
    if not math.isfinite(other.loss):
        return math.isfinite(one.loss)
    chance = 1 / math.sqrt(rows) if rows else 0.0
    margin = max(CLEAR * max(one.noise, other.noise), max(SMALLEST, chance) * abs(other.loss))
    return other.loss - one.loss > margin


def _some(part: Part, most: int) -> Part:
    if len(part) <= most:
        return part
    rows = np.sort(np.random.default_rng(0).choice(len(part), most, replace=False))
    return Part(part.x[rows], part.y[rows], part.rows[rows])
