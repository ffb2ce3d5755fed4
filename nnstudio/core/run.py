"""The events of a run, the history that folds them, and the run that is kept."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnstudio.core.check import CheckResult
from nnstudio.core.dataset import DataFacts
from nnstudio.core.project import Project
from nnstudio.core.registry import Frozen
from nnstudio.core.training import HIGHER_IS_BETTER

Status = Literal["running", "done", "early stopped", "stopped", "failed"]


class LayerHealth(Frozen):
    """What a probe saw in one layer at the end of an epoch; None where it does not apply."""

    id: str
    gradient_norm: float | None = None
    weight_norm: float | None = None
    update_ratio: float | None = None
    """Norm of the last update over the norm of the weights."""
    mean: float | None = None
    std: float | None = None
    """Of the activations on the probe batch."""
    dead: float | None = None
    """Share of units that are zero on every probe example (ReLU-like layers)."""
    saturated: float | None = None
    """Share of activations on the flat ends (sigmoid, tanh, softmax excluded)."""
    weight_size: float | None = None
    """Mean absolute value of the weights, biases left out."""
    weight_growth: float | None = None
    """The same as a multiple of what it was before the first step."""


class OutputHealth(Frozen):
    """What a probe saw behind the last activation at the end of an epoch; None where it does not apply."""

    mean: float | None = None
    std: float | None = None
    """Over all rows and units."""
    between: float | None = None
    """Spread of a unit's values between the rows, the mean over the units: 0 when all answers are equal."""
    entropy: float | None = None
    """Of the predicted shares, the mean over the rows, as a share of the highest there is (classes)."""
    predicted: tuple[int, ...] = ()
    """Rows of the probe batch that each class was the answer for (up to 100 classes)."""


@dataclass(frozen=True, slots=True)
class Started:
    """Training begins: epoch 0, before any step."""

    device: str
    device_reason: str
    epochs: int
    steps_per_epoch: int
    facts: DataFacts
    initial_loss: float | None = None
    """On some training rows, before the first step; None where it is not finite or the run is resumed."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Some steps have been done since the last event."""

    step: int
    """Steps done in all."""
    epoch: float
    """Epochs done, with the fraction."""
    losses: NDArray[np.float32]
    """Training loss of each of these steps."""
    examples_per_second: float


@dataclass(frozen=True, slots=True)
class Epoch:
    """An epoch is over; epochs count from 1."""

    epoch: int
    values: dict[str, float]
    """`train_loss`, `val_loss`, metrics as `train_accuracy`..., `rate`, `gradient_norm`, `seconds`."""
    layers: tuple[LayerHealth, ...] = ()
    confusion: NDArray[np.int64] | None = None
    """Validation counts[true, predicted] (classification)."""
    output: OutputHealth | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A hyperparameter was changed while training."""

    epoch: float
    path: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The weights of this moment, asked for by a picture; safe to use from another thread."""

    epoch: float
    weights: dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything needed to go on from the end of an epoch as if the run had never stopped."""

    epoch: int
    """Epochs done."""
    loss: float
    """Validation loss of that epoch, training loss where there is none."""
    data: bytes
    """Weights, optimizer, random streams and the curves so far, as safetensors."""
    role: Literal["every", "best", "last"] = "last"
    """Kept every so many epochs, as the best, or only until the next one."""


@dataclass(frozen=True, slots=True)
class Finished:
    """Training is over; the weights are safetensors bytes (empty when there is nothing worth keeping)."""

    status: Status
    message: str
    best_epoch: int
    """0 when no epoch was finished."""
    seconds: float
    best: bytes
    last: bytes
    checkpoints: tuple[Checkpoint, ...] = ()
    """Of the last epoch, and of the best one where checkpoints are wanted."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Simple models have been set beside a run that leaves a doubt; from here on the facts tell of them."""

    facts: DataFacts


Event = Started | Steps | Epoch | Changed | Snapshot | Checkpoint | Compared | Finished


@dataclass(slots=True)
class History:
    """Everything a run has reported, as columns."""

    columns: dict[str, list[float]] = field(default_factory=dict)
    """One value per finished epoch; NaN where a value is missing or not finite."""
    layers: list[tuple[LayerHealth, ...]] = field(default_factory=list)
    outputs: dict[int, OutputHealth] = field(default_factory=dict)
    """By epoch (from 1), for the epochs in which the output was looked at."""
    marks: list[Changed] = field(default_factory=list)
    confusion: NDArray[np.int64] | None = None
    facts: DataFacts | None = None
    steps_per_epoch: int = 0
    initial_loss: float | None = None
    _losses: list[NDArray[np.float32]] = field(default_factory=list)

    @property
    def epochs(self) -> int:
        """Number of finished epochs."""
        return len(self.columns.get("epoch", []))

    @property
    def step_losses(self) -> NDArray[np.float32]:
        """Training loss of every step, in order."""
        if len(self._losses) > 1:
            self._losses = [np.concatenate(self._losses)]
        return self._losses[0] if self._losses else np.empty(0, np.float32)

    @step_losses.setter
    def step_losses(self, losses: NDArray[np.float32]) -> None:
        self._losses = [losses]

    def __getitem__(self, name: str) -> list[float]:
        """Return a column; empty when it was never reported."""
        return self.columns.get(name, [])

    def add(self, event: Event) -> None:
        """Fold one event in."""
        match event:
            case Started(facts=facts, steps_per_epoch=steps, initial_loss=loss):
                self.facts, self.steps_per_epoch, self.initial_loss = facts, steps, loss
            case Steps(losses=losses):
                self._losses.append(losses)
            case Epoch():
                row, before = {"epoch": float(event.epoch), **event.values}, self.epochs
                for name in dict.fromkeys((*self.columns, *row)):
                    column = self.columns.setdefault(name, [math.nan] * before)
                    value = float(row.get(name, math.nan))
                    column.append(value if math.isfinite(value) else math.nan)
                self.layers.append(event.layers)
                if event.output is not None:
                    self.outputs[event.epoch] = event.output
                if event.confusion is not None:
                    self.confusion = event.confusion
            case Changed():
                self.marks.append(event)
            case Compared(facts=facts):
                self.facts = facts
            case _:
                pass

    def best_epoch(self, name: str = "val_loss") -> int:
        """Return the epoch (from 1) with the best value of a column; 0 when there is none.

        Without the column the training loss decides.
        """
        name = name if self[name] else "train_loss"
        values = np.asarray(self[name], dtype=float)
        if not np.isfinite(values).any():
            return 0
        pick = np.nanargmax if name in HIGHER_IS_BETTER else np.nanargmin
        return int(pick(np.where(np.isfinite(values), values, np.nan))) + 1


def fold(events: Iterable[Event]) -> History:
    """Return the history of a finished stream of events."""
    history = History()
    for event in events:
        history.add(event)
    return history


class RunRecord(Frozen):
    """What is known about a run besides its curves and weights."""

    id: str = Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$")
    """Names the run's folder in the project file."""
    name: str
    created: str
    """ISO 8601, local time with offset."""
    project: Project
    """The project as it was when Train was pressed."""
    device: str = ""
    status: Status = "running"
    message: str = ""
    best_epoch: int = 0
    seconds: float = 0.0
    states: tuple[dict[str, Any], ...] = ()
    """What each preparation step learnt from the training rows, in order."""
    test: dict[str, float] | None = None
    """Test metrics, only when they were asked for."""
    checks: tuple[CheckResult, ...] = ()
    """What checks on demand have found, each once."""


@dataclass(frozen=True, slots=True)
class Run:
    """A kept run. `weights` holds safetensors bytes under `best` and `last`."""

    record: RunRecord
    history: History
    weights: dict[str, bytes] = field(default_factory=dict)

    def with_record(self, **changes: Any) -> Run:
        """Return the run with some fields of its record changed."""
        return replace(self, record=self.record.model_copy(update=changes))

    def with_checks(self, results: Iterable[CheckResult]) -> Run:
        """Return the run with these results kept; a newer one takes the place of an older."""
        kept = {result.id: result for result in (*self.record.checks, *results)}
        return self.with_record(checks=tuple(kept.values()))

    def finished(self, event: Finished) -> Run:
        """Return the run closed by its last event."""
        weights = {name: data for name, data in (("best", event.best), ("last", event.last)) if data}
        record = self.record.model_copy(
            update={
                "status": event.status,
                "message": event.message,
                "best_epoch": event.best_epoch,
                "seconds": event.seconds,
            }
        )
        return Run(record, self.history, weights)


def new_record(project: Project, name: str, states: tuple[dict[str, Any], ...]) -> RunRecord:
    """Return the record of a run that begins now; `states` is what the preparation has learnt."""
    created = datetime.now().astimezone().isoformat(timespec="seconds")
    return RunRecord(id=uuid4().hex[:12], name=name, created=created, project=project, states=states)


def next_name(runs: Iterable[Run]) -> str:
    """Return the name of the next run: one above the highest number in use."""
    numbers = [int(name) for run in runs if (name := run.record.name.removeprefix("Run ")).isdigit()]
    return f"Run {max(numbers, default=0) + 1}"
