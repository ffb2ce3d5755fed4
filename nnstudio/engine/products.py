"""Matrix products into buffers, each by the library that is fastest for its size on this processor.

What PyTorch multiplies with (MKL) takes the slower road on processors that are not Intel's, and its
dispatcher costs more than a small product. NumPy hands small matrices straight to OpenBLAS; oneDNN, which
PyTorch brings along for convolutions, uses the widest instructions everywhere but takes longer to start.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from time import perf_counter

import numpy as np
import torch
from torch import Tensor

Call = Callable[[], object]
"""One prepared operation on buffers that stay."""

SMALL = 250_000
"""Multiply-adds up to which OpenBLAS works in the thread that asks: its own threads would be in the way
of PyTorch's."""
LARGE = 2_000_000
"""Multiply-adds from which the start of oneDNN no longer counts."""
CLEARLY = 1.3
"""How many times as fast oneDNN must be: ways that differ by a whole instruction set are told apart
whatever else the machine does, so the choice, and with it the rounding, repeats."""

TRIES = 30
"""Of each way, the best of which counts: other programs may be in between."""


def product(a: Tensor, b: Tensor, out: Tensor) -> Call:
    """Return the call that writes a @ b to `out`, which is contiguous; all are matrices of float32."""
    work = a.shape[0] * a.shape[1] * b.shape[1]
    if work <= SMALL:
        return partial(np.dot, a.numpy(), b.numpy(), out.numpy())
    if work >= LARGE and onednn_pays():
        return _by_onednn(a, b.t(), None, out)
    return partial(torch.mm, a, b, out=out)


def affine(x: Tensor, weight: Tensor, bias: Tensor | None, out: Tensor) -> Call:
    """Return the call that writes x @ weight' + bias to `out`."""
    if bias is None:
        return product(x, weight.t(), out)
    if x.shape[0] * weight.numel() >= LARGE and onednn_pays():
        return _by_onednn(x, weight, bias, out)
    return partial(torch.addmm, bias, x, weight.t(), out=out)


def products(a: Tensor, b: Tensor, out: Tensor) -> Call:
    """Return the call that writes a[i] @ b[i] to out[i] for every i.

    NumPy warns of values that run away: the caller says whether that is to be heard.
    """
    if a.shape[1] * a.shape[2] * b.shape[2] <= SMALL:
        return partial(np.matmul, a.numpy(), b.numpy(), out=out.numpy())
    return partial(torch.bmm, a, b, out=out)


@cache
def onednn_pays() -> bool:
    """Tell whether oneDNN multiplies clearly faster here than what PyTorch takes; measured once."""
    a, b, out = torch.zeros(128, 256), torch.zeros(256, 256), torch.zeros(128, 256)
    ways = partial(torch.mm, a, b, out=out), _by_onednn(a, b.t(), None, out)
    try:
        with torch.inference_mode():
            usual, other = (min(_seconds(way) for _ in range(TRIES)) for way in ways)
    except (AttributeError, RuntimeError):
        # Not every build of PyTorch has it.
        return False
    return usual > CLEARLY * other


def _by_onednn(a: Tensor, turned: Tensor, bias: Tensor | None, out: Tensor) -> Call:
    return lambda: out.copy_(torch.ops.mkldnn._linear_pointwise.default(a, turned, bias, "none", [], ""))


def _seconds(way: Call) -> float:
    began = perf_counter()
    way()
    return perf_counter() - began
