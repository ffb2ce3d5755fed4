"""Train, pause, step, stop, reset: the run in progress, as the window sees it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from nnstudio.core.controls import Controls
from nnstudio.core.dataset import Prepared
from nnstudio.core.finding import Evidence, Finding
from nnstudio.core.project import Project
from nnstudio.core.run import (
    Checkpoint,
    Compared,
    Epoch,
    Event,
    Finished,
    History,
    Run,
    RunRecord,
    Snapshot,
    Started,
    Steps,
    new_record,
)
from nnstudio.ui.worker import Worker

State = Literal["idle", "running", "paused", "finished"]

DIAGNOSE_EVERY = 0.5
"""Seconds between two diagnoses of a running training: nobody reads faster."""


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """The findings about the run so far."""

    findings: tuple[Finding, ...]


def train_and_diagnose(
    project: Project,
    prepared: Prepared,
    controls: Controls,
    record: RunRecord | None = None,
    resume: Checkpoint | None = None,
) -> Generator[Event | Diagnosed, Any, None]:
    """Yield the trainer's events, with a diagnosis now and then and one at the end.

    An exception thrown in is passed on to the trainer. Checkpoints of a run with a `record` go to the
    disk from here, in the background, and not to the window. `resume` goes on after one.
    """
    from nnstudio.diagnosis import diagnose
    from nnstudio.diagnosis.comparison import compared
    from nnstudio.engine.resume import Keeper
    from nnstudio.engine.train import train

    history, last = History(), 0.0
    evidence = Evidence(project, project.trace(), prepared.facts, history)
    keeper = Keeper(record) if record is not None else None
    with ExitStack() as stack:
        events = stack.enter_context(closing(train(project, prepared, controls, resume=resume)))
        if keeper is not None:
            stack.enter_context(closing(keeper))
        event: Event | None = next(events, None)
        while event is not None:
            if keeper is not None:
                keeper.keep(event)
            if isinstance(event, Checkpoint):
                event = next(events, None)
                continue
            history.add(event)
            found: tuple[Event | Diagnosed, ...] = ()
            if isinstance(event, Finished):
                # At the end only, and only in doubt: nothing waits for it while a run goes on.
                ended = replace(evidence, status=event.status, message=event.message)
                evidence = compared(ended, prepared)
                models = (Compared(evidence.facts),) if evidence is not ended and evidence.facts else ()
                found = (*models, Diagnosed(tuple(diagnose(evidence))))
            elif isinstance(event, Epoch) and monotonic() - last > DIAGNOSE_EVERY:
                found, last = (Diagnosed(tuple(diagnose(evidence))),), monotonic()
            # The diagnosis before the event it belongs to, so that a step by epoch shows both.
            thrown = yield from _give(*found, event)
            if isinstance(event, Finished):
                return
            event = next(events, None) if thrown is None else events.throw(thrown)


def _give(*events: Event | Diagnosed) -> Generator[Event | Diagnosed, Any, Exception | None]:
    """Yield all of these, whatever is thrown in meanwhile; return what was."""
    thrown: Exception | None = None
    for event in events:
        try:
            yield event
        except Exception as problem:
            thrown = problem
    return thrown


def ends_epoch(event: Any) -> bool:
    """Tell whether a step by one epoch is done."""
    return isinstance(event, Epoch | Finished)


def ends_batch(event: Any) -> bool:
    """Tell whether a step by one batch is done; the last batch of an epoch brings the epoch's end."""
    inside = isinstance(event, Steps) and not event.epoch.is_integer()
    return inside or ends_epoch(event)


def once_trained(ends: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Let a step end only after a batch: a pause may lie between an epoch's last batch and its report."""
    trained = False

    def done(event: Any) -> bool:
        nonlocal trained
        trained = trained or isinstance(event, Steps)
        return isinstance(event, Finished) or (trained and ends(event))

    return done


class Trainer(QObject):
    """The run in progress. At most one; everything arrives in the GUI thread."""

    state_changed = Signal(str)
    started = Signal(object)
    """RunRecord of the new run."""
    progressed = Signal(object)
    """The list of events that have arrived; `history` has them already."""
    diagnosed = Signal(object)
    """tuple[Finding, ...]"""
    snapshot = Signal(object)
    finished = Signal(object)
    """The Run, to be kept."""
    failed = Signal(str, str)
    """The trainer itself broke: a sentence and the details."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state: State = "idle"
        self.history = History()
        self.record: RunRecord | None = None
        self.device = ""
        self.device_reason = ""
        self.speed = 0.0
        """Examples per second, as last reported."""
        self.epoch = 0.0
        """Epochs done, with the fraction of the one in progress."""
        self._controls = Controls()
        self._worker: Worker | None = None

    @property
    def active(self) -> bool:
        """Whether a run is under way (running or paused)."""
        return self.state in ("running", "paused")

    def train(
        self,
        project: Project,
        prepared: Prepared,
        name: str,
        paused: bool = False,
        resume: Checkpoint | None = None,
    ) -> None:
        """Start a new run; `paused` waits for the first step, `resume` goes on after a checkpoint."""
        self._end_worker()
        self.history = History()
        self.epoch = self.speed = 0.0
        self.record = new_record(project, name, prepared.states)
        controls = self._controls = Controls(project=project)
        record = self.record
        worker = Worker(
            lambda: train_and_diagnose(project, prepared, controls, record, resume), self, paused=paused
        )
        worker.delivered.connect(self._take)
        worker.failed.connect(self._broke)
        self._worker = worker
        self.started.emit(self.record)
        self._set_state("paused" if paused else "running")
        worker.start()

    def resume(self) -> None:
        """Go on after a pause or a step."""
        if self.state == "paused" and self._worker is not None:
            self._controls.rhythm = "screen"
            self._worker.resume()
            self._set_state("running")

    def step(self, what: Literal["step", "epoch"]) -> None:
        """Do one batch or one epoch of the run under way, and rest."""
        assert self._worker is not None
        self._controls.rhythm = what
        self.pause()
        self._worker.step(until=once_trained(ends_epoch if what == "epoch" else ends_batch))

    def pause(self) -> None:
        """Rest after the step in progress."""
        if self.state == "running" and self._worker is not None:
            self._worker.pause()
            self._set_state("paused")

    def stop(self) -> None:
        """End the run well: keep its curves and its best weights."""
        if self.active and self._worker is not None:
            from nnstudio.engine.stop import StopTraining

            self._controls.rhythm = "screen"  # Else it would answer at the end of the epoch only.
            self._worker.stop(StopTraining())

    def close_run(self) -> None:
        """End the run well and wait for its last words: it has `finished` when this returns."""
        if self.active and self._worker is not None:
            self.stop()
            self._worker.finish()

    def reset(self) -> None:
        """Throw the run in progress away and clear the curves."""
        self._end_worker()
        self.history, self.record = History(), None
        self.epoch = self.speed = 0.0
        self._set_state("idle")

    def steer(self, project: Project) -> None:
        """Hand the edited project to the run: what is live acts at the next step."""
        self._controls.project = project

    def ask_snapshot(self) -> None:
        """Ask for the weights of this moment; a run that rests gives them without training on."""
        self._controls.snapshot = True
        if self.state == "paused" and self._worker is not None and not self._worker.stepping:
            self._worker.step(until=lambda event: isinstance(event, Snapshot))

    def _end_worker(self) -> None:
        if self._worker is not None:
            self._controls.rhythm = "screen"
            self._worker.cancel()
            self._worker.deleteLater()
            self._worker = None

    def _set_state(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _take(self, events: list[Event | Diagnosed]) -> None:
        worker = self._worker
        plain = [event for event in events if not isinstance(event, Diagnosed | Snapshot)]
        for event in plain:
            self._note(event)
        if plain:
            self.progressed.emit(plain)
        for each in events:
            if self._worker is not worker:  # Whoever was told has begun or thrown away a run.
                return
            if isinstance(each, Diagnosed):
                self.diagnosed.emit(each.findings)
            elif isinstance(each, Snapshot):
                self.snapshot.emit(each)
            elif isinstance(each, Finished):
                assert self.record is not None
                self._close(Run(self.record, self.history).finished(each))

    def _note(self, event: Event) -> None:
        self.history.add(event)
        match event:
            case Started(device=device, device_reason=reason):
                self.device, self.device_reason = device, reason
                if self.record is not None:
                    self.record = self.record.model_copy(update={"device": device})
            case Steps(epoch=epoch, examples_per_second=speed):
                self.epoch, self.speed = epoch, speed
            case Epoch(epoch=epoch):
                self.epoch = float(epoch)
            case _:
                pass

    def _close(self, run: Run) -> None:
        # The run is kept before anyone hears of the new state: they show the runs there are.
        self.record, self.state = run.record, "finished"
        self.finished.emit(run)
        self.state_changed.emit(self.state)

    def _broke(self, sentence: str, details: str) -> None:
        assert self.record is not None
        broken = Run(self.record, self.history).with_record(status="failed", message=sentence)
        self._close(broken)
        self.failed.emit(sentence, details)
