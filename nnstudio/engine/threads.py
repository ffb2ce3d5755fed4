"""How many threads the arithmetic of a run takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

WORK_PER_THREAD = 1_000_000
"""Multiply-adds per step that keep a thread busy: with less, handing out the work costs more than it."""
WORK_FOR_EVERY_CORE = 10_000_000
"""Multiply-adds per step from which no core is left free where there are only two."""


@contextmanager
def threads_for(work: int) -> Iterator[None]:
    """Use as many threads as a step of `work` multiply-adds keeps busy; restore afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads(work, before))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def threads(work: int, most: int) -> int:
    """Return the number of threads, of at most `most`, for steps of `work` multiply-adds.

    Threads wait for each other after every layer, so a core that the window or another program uses
    slows all of them down, many times where the layers are small: one core is left free. Of only two,
    large work takes both: even beside the window they are faster than one. The rule knows nothing of
    the moment: another number of threads could round differently, and the curve would not repeat.
    """
    if most == 2:
        return 2 if work >= WORK_FOR_EVERY_CORE else 1
    return max(1, min(most - 1, work // WORK_PER_THREAD))
