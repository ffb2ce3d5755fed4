"""The log of a run: the moments one may go back to, and what has happened before one was resumed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.project import Project
from nnstudio.core.run import Checkpoint, Epoch, Event, Steps
from nnstudio.engine.assembly import Assembly
from nnstudio.engine.ledger import Ledger
from nnstudio.engine.moment import Moment, Past, capture, packed

SAFETY_SECONDS = 30.0
"""Between two checkpoints that only a crash makes use of: what it may cost to train again."""


class Log:
    """Takes a moment at the end of every epoch and decides which become checkpoints.

    `past` fills the books with the epochs of the run that is resumed.
    """

    def __init__(self, project: Project, parts: Assembly, ledger: Ledger, past: Past | None) -> None:
        self._parts, self._ledger, self._past = parts, ledger, past
        self._every = project.training.checkpoint_every
        self._saved_at = 0.0
        self._moment: Moment | None = None
        self._best: Moment | None = None
        self._losses: list[NDArray[np.float32]] = []
        if past is not None:
            ledger.columns = {name: list(column) for name, column in past.columns.items()}
            ledger.best_epoch, ledger.best = past.best_epoch, past.best
            self._losses = [past.losses]
            self._moment = capture(parts, past.epoch)

    def replay(self, steps_per_epoch: int) -> Iterator[Event]:
        """Yield the steps and epochs before the checkpoint once more, so that curves are whole."""
        if self._past is None:
            return
        steps = self._past.epoch * steps_per_epoch
        yield Steps(steps, float(self._past.epoch), self._past.losses, 0.0)
        for at in range(self._past.epoch):
            yield Epoch(at + 1, {name: column[at] for name, column in self._past.columns.items()})

    def close_epoch(self, losses: NDArray[np.float32], epoch: int) -> None:
        """Take the losses of the epoch's steps and the moment of now."""
        self._losses.append(losses)
        self._moment = capture(self._parts, epoch)
        if self._every and self._ledger.best_epoch == epoch:
            self._best = self._moment

    def checkpoint(self, project: Project, seconds: float) -> Checkpoint | None:
        """Return the checkpoint that is due after so many seconds of training, if one is."""
        assert self._moment is not None
        if self._every and self._moment.epoch % self._every == 0:
            self._saved_at = seconds
            return self._packed(self._moment, project, "every")
        if seconds - self._saved_at >= SAFETY_SECONDS:
            self._saved_at = seconds
            return self._packed(self._moment, project, "last")
        return None

    def last_checkpoints(self, project: Project) -> tuple[Checkpoint, ...]:
        """Return the checkpoints to keep at the end; none when the device cannot be read any more."""
        found = []
        try:
            if self._moment is not None:
                found.append(self._packed(self._moment, project, "last"))
            if self._best is not None and self._best is not self._moment:
                found.append(self._packed(self._best, project, "best"))
        except RuntimeError:
            return ()
        return tuple(found)

    def _packed(self, moment: Moment, project: Project, role: Literal["every", "best", "last"]) -> Checkpoint:
        self._losses = [np.concatenate(self._losses)]
        steps = moment.epoch * len(self._parts.batches)
        data = packed(moment, self._ledger, self._losses[0][:steps], project)
        return Checkpoint(moment.epoch, self._ledger.loss(moment.epoch), data, role)
