"""How much memory is free on this machine."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path


def available_memory() -> int | None:
    """Return the bytes a program can take without anything being swapped out; None where nobody tells.

    What the system only keeps of files it has read counts as free. A Mac tells its whole memory: half
    of that is taken as free.
    """
    if sys.platform == "win32":
        return _of_windows()
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return 1024 * int(line.split()[1])
    except (OSError, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (OSError, ValueError):
        return None


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        ("total", ctypes.c_uint64),
        ("available", ctypes.c_uint64),
        ("rest", ctypes.c_uint64 * 5),
    )


def _of_windows() -> int | None:
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - only there on Windows
    return int(status.available) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None
