"""One arm of an experiment: a project trained from where it is to begin, as far as it is to go."""

from __future__ import annotations

import math
from collections.abc import Generator
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, replace

from nnstudio.core.dataset import Prepared
from nnstudio.core.finding import Evidence
from nnstudio.core.project import Project
from nnstudio.core.run import Epoch, Finished, History, Run, Started, Steps, new_record
from nnstudio.diagnosis.comparison import compared
from nnstudio.engine.stop import StopTraining
from nnstudio.engine.train import train
from nnstudio.tuning.tries import ArmBegun, ArmGoesOn, ArmName, Base


@dataclass(frozen=True, slots=True)
class Arm:
    """What is trained, from where, and up to which epoch."""

    name: ArmName
    project: Project
    prepared: Prepared
    base: Base | None = None
    """Go on from its checkpoint; None: begin anew."""
    start: bytes | None = None
    """Weights to begin with instead of those that the seed draws."""
    limit: int = 0
    """End after this epoch as if stopped by hand; 0: the project's own end."""
    seed: int = 0

    @property
    def epochs(self) -> int:
        """Up to which epoch it goes."""
        own: int = self.project.training.epochs
        return min(own, self.limit) if self.limit else own


@dataclass(frozen=True, slots=True)
class Done:
    """An arm that is over, or a kept run in its place."""

    base: Base
    prepared: Prepared

    @property
    def run(self) -> Run:
        """The run."""
        return self.base.run

    @property
    def evidence(self) -> Evidence:
        """What a diagnosis of it rests on."""
        return compared(Evidence.of(self.run, self.prepared.facts), self.prepared)


Events = Generator[ArmBegun | ArmGoesOn, None, Done]


def run_arm(arm: Arm, name: str = "") -> Events:
    """Train an arm and yield what happens; returns the run with its last checkpoint."""
    resume = arm.base.checkpoint if arm.base else None
    history = _before(arm.base) if arm.base and resume else History()
    record = new_record(arm.project, name, arm.prepared.states)
    known = history.epochs
    yield ArmBegun(arm.name, arm.seed, arm.epochs, curve_of(history))
    with closing(train(arm.project, arm.prepared, start=arm.start, resume=resume)) as events:
        event = next(events)
        while not isinstance(event, Finished):
            if isinstance(event, Started):
                record = record.model_copy(update={"device": event.device})
            # What lies before the checkpoint is told once more; it is known already.
            if not isinstance(event, Steps | Epoch) or event.epoch > known:
                history.add(event)
                if isinstance(event, Steps | Epoch):
                    yield _goes_on(arm, event)
            over = isinstance(event, Epoch) and event.epoch >= arm.epochs < arm.project.training.epochs
            event = events.throw(StopTraining()) if over else next(events)
    run = Run(record, history).finished(event)
    last = next((checkpoint for checkpoint in event.checkpoints if checkpoint.role == "last"), None)
    return Done(Base(run, last), arm.prepared)


def known_arm(name: ArmName, base: Base, prepared: Prepared) -> Events:
    """Show a kept run as an arm that needs no training."""
    history = base.run.history
    yield ArmBegun(name, 0, history.epochs, curve_of(history))
    return Done(base, prepared)


def with_seed(arm: Arm, number: int) -> Arm:
    """Return the same arm with another seed; one that goes on starts from the weights, anew otherwise."""
    seed = (arm.project.training.seed + number) % 10_000
    project = arm.project.set("training.seed", seed)
    changed = replace(arm, project=project, seed=number)
    if arm.base is None or arm.base.checkpoint is None:
        return changed
    done = arm.base.checkpoint.epoch
    return replace(
        changed,
        project=project.set("training.epochs", max(1, project.training.epochs - done)),
        limit=max(1, arm.limit - done) if arm.limit else 0,
        start=arm.base.run.weights["last"],
        base=None,
    )


def curve_of(history: History) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return epochs and losses as a chart shows them: of the validation rows where there are any."""
    values = history["val_loss"] or history["train_loss"]
    return tuple(history["epoch"]), tuple(values)


def _before(base: Base) -> History:
    """Return a copy of the history up to the checkpoint."""
    assert base.checkpoint is not None
    history, epochs = deepcopy(base.run.history), base.checkpoint.epoch
    history.columns = {name: column[:epochs] for name, column in history.columns.items()}
    history.layers = history.layers[:epochs]
    history.step_losses = history.step_losses[: epochs * history.steps_per_epoch]
    return history


def _goes_on(arm: Arm, event: Steps | Epoch) -> ArmGoesOn:
    loss = None
    if isinstance(event, Epoch):
        loss = event.values.get("val_loss", event.values.get("train_loss", math.nan))
    return ArmGoesOn(arm.name, arm.seed, float(event.epoch), arm.epochs, loss)
