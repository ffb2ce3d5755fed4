"""Weights as safetensors bytes, and back into a module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

Weights = bytes | Mapping[str, NDArray[Any]] | Mapping[str, Tensor]


class WeightsProblem(ValueError):
    """Weights that are damaged or belong to another network: says what does not fit."""


def state(module: nn.Module) -> dict[str, Tensor]:
    """Return copies of all learnables and buffers by name, on the CPU."""
    return {name: value.detach().to("cpu", copy=True) for name, value in module.state_dict().items()}


def arrays(module: nn.Module) -> dict[str, NDArray[Any]]:
    """Return copies of all learnables and buffers as numpy arrays, safe in any thread."""
    return {name: value.detach().cpu().numpy().copy() for name, value in module.state_dict().items()}


def pack(weights: nn.Module | Mapping[str, Tensor]) -> bytes:
    """Return the weights as safetensors bytes."""
    table = weights.state_dict() if isinstance(weights, nn.Module) else weights
    # Learnables may be views of one flat tensor; safetensors wants tensors of their own.
    data: bytes = save({name: value.detach().cpu().clone().contiguous() for name, value in table.items()})
    return data


def unpack(weights: Weights) -> dict[str, Tensor]:
    """Return tensors by name from safetensors bytes or from arrays; raises WeightsProblem."""
    if isinstance(weights, bytes | bytearray):
        try:
            tensors: dict[str, Tensor] = load(bytes(weights))
        except (SafetensorError, ValueError) as error:
            raise WeightsProblem(f"The weights are damaged: {error}") from None
        return tensors
    return {n: value if isinstance(value, Tensor) else torch.tensor(value) for n, value in weights.items()}


@torch.no_grad()
def load_into(module: nn.Module, weights: Weights) -> None:
    """Copy weights into a module in place; raises WeightsProblem when they belong to another network."""
    given, own = unpack(weights), module.state_dict()
    missing, unknown = own.keys() - given.keys(), given.keys() - own.keys()
    if missing or unknown:
        parts = [f"without a weight: {', '.join(sorted(missing))}"] if missing else []
        parts += [f"not in the network: {', '.join(sorted(unknown))}"] if unknown else []
        raise WeightsProblem(f"These weights belong to another network ({'; '.join(parts)}).")
    for name, value in own.items():
        if value.shape != given[name].shape:
            raise WeightsProblem(
                f"These weights belong to another network: {name} is {_size(given[name])}, "
                f"but the network has {_size(value)}."
            )
    for name, value in own.items():
        value.copy_(given[name])


def all_finite(weights: Mapping[str, Tensor]) -> bool:
    """Tell whether no weight is NaN or infinite."""
    return all(bool(torch.isfinite(value).all()) for value in weights.values())


def _size(value: Tensor) -> str:
    return "×".join(str(n) for n in np.shape(value)) or "one number"
