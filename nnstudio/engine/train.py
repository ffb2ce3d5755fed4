"""Training as a generator of events: pausing is not pulling, stopping is closing."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack

from nnstudio.core.controls import Controls
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.core.run import Checkpoint, Event, Finished, Started, Status
from nnstudio.engine.assembly import assemble, checked_table, repeatable_kernels
from nnstudio.engine.build import CannotBuild
from nnstudio.engine.checkpoint import Weights
from nnstudio.engine.device import choose
from nnstudio.engine.failure import message_for
from nnstudio.engine.graphed import replayed
from nnstudio.engine.loop import Loop
from nnstudio.engine.memory import keep_freed_memory
from nnstudio.engine.start import start_weights
from nnstudio.engine.stop import StopTraining
from nnstudio.engine.threads import threads_for


def train(
    project: Project,
    prepared: Prepared,
    controls: Controls | None = None,
    start: Weights | None = None,
    resume: Checkpoint | None = None,
) -> Generator[Event, None, None]:
    """Train the project's network and yield what happens; the last event is `Finished`, exactly once.

    `controls` are read between two steps. `start` are weights to begin with instead of those the
    seed draws. `resume` goes on after the last epoch of a checkpoint and tells the epochs before it
    once more: on the CPU the run equals one that has never stopped, bit for bit. Throwing
    StopTraining into the started generator makes it answer with `Finished(status="stopped")`;
    closing it ends at once without a word. Nothing else is raised: a failure is a `Finished` too,
    with the best weights so far and a message in words.

    The curve depends on project, data, start weights and device alone, not on pauses or rhythm.
    """
    loop: Loop | None = None
    device = "cpu"
    status: Status = "failed"
    with ExitStack() as stack:
        try:
            work = checked_table(project, prepared).multiply_adds * project.training.batch_size
            chosen, reason = choose(project.training.device, work)
            device = chosen.type
            keep_freed_memory()
            stack.enter_context(threads_for(work))
            stack.enter_context(repeatable_kernels())
            if start is None and resume is None:
                start = start_weights(project, prepared.signature)
            parts = assemble(project, prepared, chosen, start)
            stack.callback(parts.batches.close)
            if resume is not None and resume.epoch >= project.training.epochs:
                raise CannotBuild(f"All {resume.epoch} epochs are done: set more epochs to go on.")
            loop = Loop(project, prepared, controls or Controls(), parts, resume)
            epochs, steps = project.training.epochs, loop.steps_per_epoch
            reason += parts.batches.note + replayed(parts.step)
            yield Started(device, reason, epochs, steps, prepared.facts, loop.initial_loss)
            status, message = yield from loop.run()
        except StopTraining:
            status, message = "stopped", "Stopped by hand."
        except Exception as error:
            message = message_for(error, loop.epoch if loop else 0, project.training.batch_size, device)
        if loop is None:
            finished = Finished(status, message, best_epoch=0, seconds=0.0, best=b"", last=b"")
        else:
            finished = loop.finished(status, message)
    yield finished
