"""The training loop: epochs of steps, and what is reported in between."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.defaults import metrics_for
from nnstudio.core.controls import Controls
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.core.run import (
    Changed,
    Checkpoint,
    Epoch,
    Event,
    Finished,
    LayerHealth,
    OutputHealth,
    Snapshot,
    Status,
    Steps,
)
from nnstudio.engine.assembly import Assembly
from nnstudio.engine.checkpoint import arrays
from nnstudio.engine.failure import NotFinite
from nnstudio.engine.ledger import Ledger
from nnstudio.engine.live import live_changes
from nnstudio.engine.log import Log
from nnstudio.engine.measure import measure
from nnstudio.engine.modules.noise import Dropout
from nnstudio.engine.moment import restore
from nnstudio.engine.probes import Probe
from nnstudio.engine.rate import monitored, schedule_factor, warm_up

SCREEN_SECONDS = 1 / 30
"""Between two reports to a screen."""

Events = Generator[Event, None, None]


class Loop:
    """One run from the first step to the last."""

    def __init__(
        self, project: Project, prepared: Prepared, controls: Controls, parts: Assembly,
        resume: Checkpoint | None = None,
    ) -> None:  # fmt: skip
        self.project, self._prepared, self._controls, self._parts = project, prepared, controls, parts
        self._seen: Project | None = None
        target = prepared.signature.target
        self._probe = Probe(
            parts.graph, parts.flat, project.network, parts.batches.x, parts.step.gradient,
            target.count if target.task == "classification" else 0,
        )  # fmt: skip
        self.initial_loss = self._probe.loss(parts.objective, prepared.learnt.y) if resume is None else None
        self.steps_per_epoch = len(parts.batches)
        self._sizes = np.array(parts.batches.sizes)
        self.epoch = 0
        self._ledger = Ledger(parts.weights)
        self._log = Log(project, parts, self._ledger, None if resume is None else restore(parts, resume))
        self._done = self._read = 0
        self._factor = self._rate = 1.0
        self._began = self._reported = self._looked = perf_counter()
        self._away = 0.0

    # -- the run -----------------------------------------------------------------------------------

    def run(self) -> Generator[Event, None, tuple[Status, str]]:
        """Train to the end; returns how it ended and a message. Raises NotFinite on a runaway loss."""
        training = self.project.training
        self._parts.graph.train()
        self._began = self._reported = self._looked = perf_counter()
        for event in self._log.replay(self.steps_per_epoch):
            yield from self._give(event)
        done = self._ledger.epochs
        for self.epoch in range(done + 1, training.epochs + 1):
            began = self._seconds()
            try:
                yield from self._steps()
                event, stop = self._close_epoch(began)
            except NotFinite:
                yield self._ruined_epoch(began)
                raise
            yield from self._give(event)
            checkpoint = self._log.checkpoint(self.project, self._seconds())
            if checkpoint is not None:
                yield from self._give(checkpoint)
            if stop:
                rule = training.early_stopping
                split, _, name = monitored(rule.monitor, self._ledger.columns).partition("_")
                words = f"{'validation' if split == 'val' else 'training'} {name}"
                return "early stopped", f"The {words} has not improved for {rule.patience} epochs."
        return "done", f"All {training.epochs} epochs are done."

    def _steps(self) -> Events:
        """Do the steps of one epoch."""
        parts, controls, last = self._parts, self._controls, self.steps_per_epoch - 1
        parts.batches.shuffle()
        self._done = self._read = 0
        self._factor = schedule_factor(self.project.training, self.epoch - 1, self._ledger.columns)
        while self._done <= last:
            if controls.project is not self._seen:
                yield from self._adopt()
            if controls.snapshot:
                controls.snapshot = False
                with parts.average.shown():
                    weights = arrays(parts.graph)
                yield from self._give(Snapshot(self._epochs_done(), weights))
            self._do_some()
            if self._done > last or self._due():
                yield from self._report(self._done > last)

    def _do_some(self) -> None:
        """Do steps until somebody wants something or the epoch ends."""
        step, controls, last = self._parts.step, self._controls, self.steps_per_epoch - 1
        with step.ready():
            while True:
                if self._done == last:
                    self._probe.before_last_step(self.epoch in (1, self.project.training.epochs))
                self._rate = self._step_rate(self._done)
                step.once(self._done, self._rate)
                self._done += 1
                if self._done > last or self._due():
                    return
                if controls.snapshot or controls.project is not self._seen:
                    return

    def _step_rate(self, index: int) -> float:
        training = self.project.training
        step = (self.epoch - 1) * self.steps_per_epoch + index
        climb = warm_up(training, step, self.steps_per_epoch) if training.warmup_epochs else 1.0
        return float(training.optimizer.rate * self._factor * climb)

    def _adopt(self) -> Events:
        """Take the live settings of the edited project."""
        self._seen = self._controls.project
        if self._seen is None:
            return
        for path, before, after in live_changes(self.project, self._seen):
            self.project = self.project.set(path, after)
            if path.startswith("network."):
                self._set_dropout(path.split(".")[1], after)
            yield from self._give(Changed(self._epochs_done(), path, before, after))
        self._parts.update.set(self.project.training)
        self._factor = schedule_factor(self.project.training, self.epoch - 1, self._ledger.columns)

    def _set_dropout(self, id: str, rate: float) -> None:
        for module in self._parts.graph.part(id).modules():
            if isinstance(module, Dropout):
                module.p = rate

    # -- reports -----------------------------------------------------------------------------------

    def _due(self) -> bool:
        return self._controls.rhythm == "step" or perf_counter() - self._looked >= SCREEN_SECONDS

    def _report(self, ends: bool) -> Events:
        """Read the losses since the last report and give them out; raises NotFinite after that."""
        parts, self._looked = self._parts, perf_counter()
        losses = parts.step.losses(self._read, self._done)
        broken = _first_not_finite(losses)
        if self._controls.rhythm == "epoch" and not ends and broken is None:
            return
        losses = losses if broken is None else losses[: broken + 1]
        rows = sum(parts.batches.sizes[self._read : self._done])
        speed = rows / max(self._looked - self._reported, 1e-9)
        done, self._read = self._read + len(losses), self._done
        step = (self.epoch - 1) * self.steps_per_epoch + done
        self._reported = self._looked
        yield from self._give(Steps(step, self.epoch - 1 + done / self.steps_per_epoch, losses, speed))
        if broken is not None:
            when = f"epoch {self.epoch}, step {done}"
            raise NotFinite("loss", float(losses[-1]), when, self._rate)

    def _close_epoch(self, began: float) -> tuple[Epoch, bool]:
        """Measure, judge and look into the layers; returns the event and whether to stop early."""
        values, confusion = self._measured()
        values |= {"rate": self._rate, "gradient_norm": float(self._parts.step.norms.mean())}
        self._ledger.add(values)
        rule = self.project.training.early_stopping
        stop = self._ledger.judge(rule) and self.epoch < self.project.training.epochs
        self._log.close_epoch(self._parts.step.losses(0, self.steps_per_epoch), self.epoch)
        layers: tuple[LayerHealth, ...] = ()
        output: OutputHealth | None = None
        if stop or self._probe.wanted:
            layers, output = self._probe.look()
        values["seconds"] = self._seconds() - began
        self._ledger.add({"seconds": values["seconds"]})
        return Epoch(self.epoch, values, layers, confusion, output), stop

    def _measured(self) -> tuple[dict[str, float], NDArray[np.int64] | None]:
        """Return losses and metrics of both splits; raises NotFinite for runaway weights or losses."""
        parts, prepared = self._parts, self._prepared
        size = float(parts.flat.values.abs().max())
        if not math.isfinite(size):
            raise NotFinite("size of a weight", size, f"epoch {self.epoch}", self._rate)
        target, units, learnt = prepared.signature.target, prepared.units, prepared.learnt
        outputs = parts.objective.activated(parts.graph, parts.step.outputs)
        order = parts.batches.order.cpu().numpy()
        train = measure(target, outputs.cpu().numpy(), learnt.y[order], learnt.rows[order], units)
        values = {"train_loss": self._train_loss()}
        metrics = {f"train_{name}": value for name, value in train.values.items()}
        confusion = None
        if parts.judge is not None:
            with parts.average.shown():
                values["val_loss"], outputs_val = parts.judge(parts.graph)
            if not math.isfinite(values["val_loss"]):
                raise NotFinite("validation loss", values["val_loss"], f"epoch {self.epoch}", self._rate)
            held = prepared.validation
            found = measure(target, outputs_val, held.y, held.rows, units)
            metrics |= {f"val_{name}": value for name, value in found.values.items()}
            confusion = found.confusion
        return values | metrics, confusion

    def _train_loss(self) -> float:
        """Return the mean loss of the epoch's steps so far, each counted by its rows."""
        losses = self._parts.step.losses(0, self._done).astype(np.float64)
        sizes = self._sizes[: self._done]
        return float(losses @ sizes / sizes.sum())

    def _ruined_epoch(self, began: float) -> Epoch:
        """Return the epoch in which a loss ran away: its numbers are NaN."""
        splits = ("train", "val") if self._parts.judge is not None else ("train",)
        names = ("loss", *(metric.kind for metric in metrics_for(self._prepared.signature.target)))
        values = {f"{split}_{name}": math.nan for name in names for split in splits}
        values |= {"train_loss": self._train_loss(), "rate": self._rate, "gradient_norm": math.nan}
        values["seconds"] = self._seconds() - began
        layers, output = self._probe.look()
        return Epoch(self.epoch, values, layers, output=output)

    def finished(self, status: Status, message: str) -> Finished:
        """Return the last event."""
        restore_best = self.project.training.early_stopping.restore_best
        finished = self._ledger.close(status, message, self._seconds(), restore_best)
        return replace(finished, checkpoints=self._log.last_checkpoints(self.project))

    # -- time --------------------------------------------------------------------------------------

    def _epochs_done(self) -> float:
        return self.epoch - 1 + self._done / self.steps_per_epoch

    def _seconds(self) -> float:
        """Return the time of the run, without that in which nobody pulled."""
        return perf_counter() - self._began - self._away

    def _give(self, event: Event) -> Events:
        """Hand an event out; the time until the next pull is not the run's."""
        left = perf_counter()
        yield event
        away = perf_counter() - left
        self._away += away
        self._reported += away
        self._looked += away


def _first_not_finite(losses: NDArray[np.float32]) -> int | None:
    broken = ~np.isfinite(losses)
    return int(broken.argmax()) if broken.any() else None
