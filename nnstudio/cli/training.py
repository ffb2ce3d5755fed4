"""One run on the command line: pull the trainer's events, show progress, end well on Ctrl+C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nnstudio.cli.output import Progress
from nnstudio.cli.projects import evidence_of

if TYPE_CHECKING:
    from nnstudio.core.dataset import Prepared
    from nnstudio.core.project import Project
    from nnstudio.core.run import Checkpoint, Event, History, Run

SHOWN = ("train_loss", "val_loss", "val_accuracy", "val_r2")
"""Columns on the progress line, where there are any."""


@dataclass(slots=True)
class Interrupt:
    """Whether Ctrl+C was pressed."""

    wanted: bool = False


def train_run(
    project: Project, prepared: Prepared, name: str, progress: Progress, resume: Checkpoint | None = None
) -> tuple[Run, str]:
    """Train to the end or to Ctrl+C; returns the run and the reason for its device.

    `resume` goes on after a checkpoint; new ones are kept for `nnstudio resume`.
    """
    from nnstudio.core.run import Finished, History, Run, Started, new_record
    from nnstudio.diagnosis.comparison import compared
    from nnstudio.engine.resume import Keeper
    from nnstudio.engine.train import train

    record = new_record(project, name, prepared.states)
    history, reason, keeper = History(), "", Keeper(record)
    for event in _until_interrupted(train(project, prepared, resume=resume)):
        history.add(event)
        keeper.keep(event)
        _show(event, history, project.training.epochs, progress)
        if isinstance(event, Started):
            record, reason = record.model_copy(update={"device": event.device}), event.device_reason
        if isinstance(event, Finished):
            progress.clear()
            keeper.close()
            done = Run(record, history).finished(event)
            # Simple models beside a run in doubt; kept with it, so that it is diagnosed the same again.
            history.facts = compared(evidence_of(done), prepared).facts
            return done, reason
    raise AssertionError("the trainer ended without a last event")


def _until_interrupted(events: Any) -> Iterator[Event]:
    """Yield the events; Ctrl+C asks the trainer to end well, a second one ends at once."""
    from nnstudio.engine.stop import StopTraining

    with ctrl_c() as interrupt:
        event = next(events, None)
        while event is not None:
            yield event
            if interrupt.wanted:
                interrupt.wanted = False
                event = events.throw(StopTraining())
            else:
                event = next(events, None)


@contextmanager
def ctrl_c() -> Iterator[Interrupt]:
    """Note the first Ctrl+C instead of raising it: inside the arithmetic it would lose the run."""
    interrupt = Interrupt()
    if threading.current_thread() is not threading.main_thread():
        yield interrupt
        return

    def note(_number: int, _frame: Any) -> None:
        signal.signal(signal.SIGINT, before)
        interrupt.wanted = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, before)


def _show(event: Event, history: History, epochs: int, progress: Progress) -> None:
    from nnstudio.core.run import Epoch, Steps

    if isinstance(event, Steps | Epoch):
        values = "  ".join(f"{name} {history[name][-1]:.4f}" for name in SHOWN if history[name])
        progress.show(event.epoch / epochs, f"epoch {int(event.epoch)}/{epochs}  {values}")


def epoch_rows(history: History) -> list[dict[str, Any]]:
    """Return the columns as one dictionary per epoch."""
    return [
        {name: int(column[i]) if name == "epoch" else column[i] for name, column in history.columns.items()}
        for i in range(history.epochs)
    ]
