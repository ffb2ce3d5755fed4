"""How long an epoch will take and how much memory it needs, from a dry run that leaves no trace."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import torch

from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.engine.assembly import assemble, checked_table
from nnstudio.engine.device import choose
from nnstudio.engine.start import start_weights
from nnstudio.engine.threads import threads_for


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run will cost on the device it would choose."""

    seconds_per_epoch: float
    memory_bytes: int
    device: str


def forecast(project: Project, prepared: Prepared) -> Forecast:
    """Run two batches and the validation rows on a throw-away network; raises CannotBuild or StartProblem.

    The first batch warms up, the second is timed.
    """
    table = checked_table(project, prepared)
    training = project.training
    work = table.multiply_adds * training.batch_size
    device, _ = choose(training.device, work)
    with threads_for(work):
        parts = assemble(project, prepared, device, start_weights(project, prepared.signature))
        steps = len(parts.batches)
        parts.batches.shuffle()
        parts.step(0, training.optimizer.rate)
        _wait(device)
        began = perf_counter()
        parts.step(min(1, steps - 1), training.optimizer.rate)
        _wait(device)
        seconds = (perf_counter() - began) * steps
        parts.batches.close()
        if parts.judge is not None:
            began = perf_counter()
            parts.judge(parts.graph)
            seconds += perf_counter() - began
    data = sum(part.x.nbytes + part.y.nbytes for part in (prepared.train, prepared.validation))
    memory = data + table.memory(min(training.batch_size, len(prepared.train)))
    return Forecast(seconds, memory, device.type)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
