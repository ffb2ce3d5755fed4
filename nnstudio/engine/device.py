"""Where the arithmetic runs: which devices there are, why one cannot be used, and the choice."""

from __future__ import annotations

import os
import platform
import warnings
from dataclasses import dataclass
from typing import Literal

import torch

from nnstudio.data.memory import available_memory

DeviceId = Literal["cpu", "cuda", "mps"]

CUDA_COMMAND = (
    f"pip install torch=={torch.__version__.split('+')[0]} --index-url https://download.pytorch.org/whl/cu130"
)
"""Installs the build that can use an NVIDIA GPU: CUDA 13.0 is the stable one of this version (its release
matrix) and knows GPUs from GTX 16 and RTX 20 on; for older ones there is cu126."""

GPU_PAYS_FROM = 50_000_000
"""Multiply-adds per step from which a GPU is faster: below, launching its kernels takes longer than
a processor core needs for the arithmetic."""


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """A device, whether it can be used, and why (not); memory in bytes where it is known."""

    id: DeviceId
    name: str
    usable: bool
    reason: str
    memory_total: int | None = None
    memory_used: int | None = None


def devices() -> list[DeviceChoice]:
    """Return all kinds of device, the usable and the others, with the reason in words."""
    return [_cpu(), _cuda(), _mps()]


def choose(wanted: str, work: int = 0) -> tuple[torch.device, str]:
    """Return the device for a run and the reason; never fails: the CPU is always there.

    `wanted` is auto, cpu, cuda or mps; `work` the multiply-adds of one step, forward.
    """
    usable = {choice.id: choice for choice in devices() if choice.usable}
    if wanted in usable:
        return torch.device(wanted), f"{usable[wanted].name}, as chosen"
    if wanted != "auto":
        missing = next((choice for choice in devices() if choice.id == wanted), None)
        why = missing.reason if missing else "there is no such device"
        return torch.device("cpu"), f"CPU instead of {wanted}: {why}"
    gpu = usable.get("cuda") or usable.get("mps")
    if gpu is None:
        return torch.device("cpu"), "CPU: no usable GPU was found"
    if work < GPU_PAYS_FROM:
        return torch.device("cpu"), f"CPU: faster than {gpu.name} for a network this small"
    return torch.device(gpu.id), f"{gpu.name}: pays off for a network this large"


def _cpu() -> DeviceChoice:
    total, available = _memory()
    used = total - available if total is not None and available is not None else None
    name = f"CPU, {os.cpu_count() or 1} threads ({platform.machine() or 'unknown'})"
    return DeviceChoice("cpu", name, True, "always there", total, used)


def _memory() -> tuple[int | None, int | None]:
    """Return the machine's (total, available) memory in bytes where the system tells."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None, None
    return total, available_memory()


def _cuda() -> DeviceChoice:
    if torch.version.cuda is None:
        how = f"for an NVIDIA GPU run (older than GTX 16: with cu126): {CUDA_COMMAND}"
        reason = f"this PyTorch is built for the CPU only; {how}"
        return DeviceChoice("cuda", "NVIDIA GPU", False, reason)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        usable = torch.cuda.is_available()
    if not usable:
        told = str(said[0].message).split("\n")[0] if said else "no NVIDIA driver or no NVIDIA GPU was found"
        return DeviceChoice("cuda", "NVIDIA GPU", False, told)
    free, total = torch.cuda.mem_get_info()
    return DeviceChoice("cuda", torch.cuda.get_device_name(), True, "found", total, total - free)


def _mps() -> DeviceChoice:
    if not torch.backends.mps.is_built():
        return DeviceChoice("mps", "Apple GPU", False, "only in Macs with Apple silicon")
    if not torch.backends.mps.is_available():
        return DeviceChoice("mps", "Apple GPU", False, "needs macOS 14 or later on a Mac with Apple silicon")
    total = int(torch.mps.recommended_max_memory())
    return DeviceChoice("mps", "Apple GPU", True, "found", total, int(torch.mps.driver_allocated_memory()))
