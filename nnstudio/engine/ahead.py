"""Make things in order in a thread of its own, a few ahead of whoever takes them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")

DEPTH = 2
"""Things made ahead: one to be taken next and one in the making."""


class Ahead(Generic[T]):
    """Calls `make` for 0, 1, 2 ... up to `count`; there is a thread from the first take to the last."""

    def __init__(self, make: Callable[[int], T], count: int) -> None:
        self._make, self._count = make, count
        self._pool: ThreadPoolExecutor | None = None
        self._waiting: deque[tuple[int, Future[T]]] = deque()

    def take(self, index: int) -> T:
        """Return what is made for an index; out of order it begins anew there. Raises what `make` raises."""
        if not self._waiting or self._waiting[0][0] != index:
            self.close()
            self._submit(index)
        done = self._waiting.popleft()[1]
        for more in range(index + 1 + len(self._waiting), index + 1 + DEPTH):
            self._submit(more)
        found = done.result()
        if not self._waiting:
            self.close()
        return found

    def close(self) -> None:
        """Forget what is made ahead and end the thread."""
        for _, future in self._waiting:
            future.cancel()
        self._waiting.clear()
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def _submit(self, index: int) -> None:
        if index >= self._count:
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, "read-ahead")
        self._waiting.append((index, self._pool.submit(self._make, index)))
