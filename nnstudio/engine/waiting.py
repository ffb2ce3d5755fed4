"""Which operations of some work make a processor wait for the GPU: they cannot be recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

WAITING = frozenset(
    (
        "_local_scalar_dense", "_pack_padded_sequence", "_unique2", "equal", "masked_select", "nonzero",
        "repeat_interleave", "unique_consecutive", "unique_dim",
    )
)  # fmt: skip
"""Operations whose result, or its size, the processor has to know."""
PICKING = frozenset(("index", "index_put", "index_put_"))
"""Operations that look for the rows themselves where they are given a mask."""


def what_waits(work: Callable[[], object]) -> str:
    """Run the work once and return the name of an operation that waits; empty if there is none."""
    watch = _Watch()
    with watch:
        work()
    return watch.found


class _Watch(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.found = ""

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        name = func.overloadpacket.__name__
        leaves = name == "_to_copy" and _leaves(args[0], kwargs or {})
        if name in WAITING or leaves or (name in PICKING and any(map(_is_mask, args[1]))):
            self.found = name.strip("_")
        return func(*args, **(kwargs or {}))


def _leaves(value: Tensor, kwargs: dict[str, Any]) -> bool:
    """Tell whether a copy goes from a GPU to the processor or from it to a GPU."""
    to = kwargs.get("device")
    return to is not None and torch.device(to).type != value.device.type


def _is_mask(index: Tensor | None) -> bool:
    return index is not None and index.dtype in (torch.bool, torch.uint8)
