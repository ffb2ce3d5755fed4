"""The largest batch that fits this device: doubled until it fails or a share of the memory is used."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from nnstudio.core.dataset import Prepared
from nnstudio.core.param import params
from nnstudio.core.project import Project
from nnstudio.core.training import Training
from nnstudio.engine.assembly import assemble, checked_table
from nnstudio.engine.checkpoint import Weights
from nnstudio.engine.device import choose, devices
from nnstudio.engine.failure import is_out_of_memory
from nnstudio.engine.start import start_weights
from nnstudio.engine.threads import threads_for

SHARE = 0.8
"""Of the free memory that training may use: the rest is for the window and for other programs."""

HINTS = ((32 << 30, "128-512"), (16 << 30, "64-128"), (0, "32-64"))
"""Usual batch sizes by the memory of a GPU (8 GB: 32-64, 16 GB: 64-128, 32 GB and more: 128-512)."""


@dataclass(frozen=True, slots=True)
class BatchTrial:
    """One batch size that was tried."""

    size: int
    fits: bool
    bytes: int
    """Memory it took at its peak; the layer table's estimate where the system does not tell."""


@dataclass(frozen=True, slots=True)
class LargestBatch:
    """The answer: a power of two, 0 when not even one example fits."""

    size: int
    device: str
    limited_by: str
    """Why it goes no further, in words."""
    hint: str
    """Usual batch sizes for the memory of this device; empty on a processor."""


def largest_batch(project: Project, prepared: Prepared) -> Generator[BatchTrial | LargestBatch, None, None]:
    """Yield every size tried and at last the largest that fits; raises CannotBuild or StartProblem.

    Each trial trains one step of a throw-away network. No size is larger than the training rows or
    what the setting allows.
    """
    table = checked_table(project, prepared)
    work = table.multiply_adds * project.training.batch_size
    device, _ = choose(project.training.device, work)
    most = int(params(Training)["batch_size"].high or 1)
    available = free_memory(device)
    start = start_weights(project, prepared.signature)
    largest, why, size = 0, "", 1
    with threads_for(work):
        while not why:
            trial = _try(project, prepared, device, size, table.memory(size), start)
            yield trial
            why = _why_stop(trial, len(prepared.learnt), most, available)
            largest = size if trial.fits else largest
            size *= 2
    yield LargestBatch(largest, device.type, why, hint(device))


def _why_stop(trial: BatchTrial, rows: int, most: int, available: int | None) -> str:
    if not trial.fits:
        return f"{trial.size} examples do not fit into the memory"
    if trial.size >= rows:
        return f"there are only {rows} training rows"
    if trial.size * 2 > most:
        return f"{most} is the largest batch size that can be set"
    if available and 2 * trial.bytes > SHARE * available:
        return f"{2 * trial.size} examples would take more than {SHARE:.0%} of the free memory"
    return ""


def hint(device: torch.device) -> str:
    """Return the usual batch sizes for the memory of a GPU; empty for a processor."""
    found = next((choice for choice in devices() if choice.id == device.type), None)
    if device.type == "cpu" or found is None or not found.memory_total:
        return ""
    # A card sold with 16 GB reports a little less.
    memory = found.memory_total * 1.1
    return next(sizes for least, sizes in HINTS if memory >= least)


def free_memory(device: torch.device) -> int | None:
    """Return the bytes that are free on a device, None where it does not tell."""
    found = next((choice for choice in devices() if choice.id == device.type), None)
    if found is None or found.memory_total is None:
        return None
    return found.memory_total - (found.memory_used or 0)


def _try(
    project: Project, prepared: Prepared, device: torch.device, size: int, estimate: int,
    start: Weights | None,
) -> BatchTrial:  # fmt: skip
    """Train one step on a batch of this size; rows are repeated where there are too few."""
    training = project.training.model_copy(update={"batch_size": size, "accumulate": 1})
    project = project.model_copy(update={"training": training})
    part = prepared.learnt
    rows = np.resize(np.arange(len(part)), size)
    few = replace(part, x=part.x[rows], y=part.y[rows], rows=part.rows[rows])
    none = replace(part, x=part.x[:0], y=part.y[:0], rows=part.rows[:0])
    try:
        before = _memory_now(device)
        few_rows = replace(prepared, train=few, validation=none, balanced=None)
        parts = assemble(project, few_rows, device, start)
        parts.batches.shuffle()
        parts.step(0, training.optimizer.rate)
        float(parts.step.losses(0, 1)[0])
        peak = _memory_peak(device)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        return BatchTrial(size, False, estimate)
    return BatchTrial(size, True, estimate if peak is None or before is None else max(0, peak - before))


def _memory_now(device: torch.device) -> int | None:
    """Return the memory in use and begin to watch for the peak; None where the system does not tell."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)
        return torch.cuda.memory_allocated(device)
    if device.type == "mps":
        return torch.mps.current_allocated_memory()
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _of_process("VmRSS")


def _memory_peak(device: torch.device) -> int | None:
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return torch.mps.driver_allocated_memory() if device.type == "mps" else _of_process("VmHWM")


def _of_process(name: str) -> int | None:
    """Return a number of bytes from Linux's account of this process."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        text = Path("/proc/self/status").read_text()
        return 1024 * int(text.split(f"{name}:")[1].split()[0])
    return None
