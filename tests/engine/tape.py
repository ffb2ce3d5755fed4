"""A recording that plays tensor operations back without the Python code that made them, as a GPU does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

Played = tuple[Any, tuple[Any, ...], dict[str, Any], Any]


class Tape(TorchDispatchMode):
    """Writes down every operation with its tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.played: list[Played] = []

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        self.played.append((func, args, kwargs or {}, out))
        return out

    def play(self) -> None:
        """Do it once more: what was new then is filled again, views and changes in place are as they were."""
        with torch.no_grad():
            for func, args, kwargs, out in self.played:
                memory = {t.untyped_storage().data_ptr() for t in _tensors((args, kwargs))}
                again = func(*args, **kwargs)
                for old, new in zip(_tensors(out), _tensors(again), strict=True):
                    if old.untyped_storage().data_ptr() not in memory:
                        old.copy_(new)


class Recorder:
    """Stands in for a GPU: warms up, records on a tape, replays it; counts what it is asked for."""

    def __init__(self, fails: str = "") -> None:
        self.recordings = self.replays = 0
        self._fails = fails

    def __call__(self, work: Callable[[], None], generators: Sequence[torch.Generator]) -> Callable[[], None]:
        work()
        if self._fails:
            raise RuntimeError(self._fails)
        self.recordings += 1
        with Tape() as tape:
            work()

        def replay() -> None:
            self.replays += 1
            tape.play()

        return replay


def _tensors(tree: Any) -> list[Tensor]:
    return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, Tensor)]
