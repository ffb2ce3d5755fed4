"""How the C library keeps memory: what a step gives back, the next one wants again."""

from __future__ import annotations

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
KEPT_BYTES = 256 << 20
"""Up to this much freed memory stays with the program."""
LARGEST_BYTES = 32 << 20
"""Tensors up to this size come from memory that stays; the largest value that glibc takes."""


def keep_freed_memory() -> bool:
    """Keep what large tensors give back instead of returning it to the system; tell whether it works.

    Returned memory comes back empty, page by page: for images that took a tenth of the time of a step.
    Only glibc (Linux) needs to be asked.
    """
    if not sys.platform.startswith("linux"):
        return False
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is None:
        return False
    done = (set_option(_MMAP_THRESHOLD, LARGEST_BYTES), set_option(_TRIM_THRESHOLD, KEPT_BYTES))
    return all(done)
