"""How many threads the arithmetic of a run takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

WORK_PER_THREAD = 1_000_000
"""Multiply-adds per step that keep a thread busy: with less, handing out the work costs more than it."""


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
    """Return the number of threads of at most `most`.

    One is left to the window and to other programs where there are more than two: threads wait for
    each other after every layer, so a core that is busy otherwise slows all of them down. Of two, both
    work: even beside the window they are faster than one. The rule knows nothing of the moment:
    another number of threads could round differently, and the curve would not repeat.
    """
    free = most - 1 if most > 2 else most
    return max(1, min(free, -(-work // WORK_PER_THREAD) if work >= WORK_PER_THREAD else 1))
