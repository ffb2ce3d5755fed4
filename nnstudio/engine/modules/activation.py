"""Activations by name, for modules that hold one inside."""

from __future__ import annotations

from typing import Any

from torch import nn

from nnstudio.engine.modules.exponential import Exponential

Activation = tuple[Any, ...]
"""The name of an activation's module and its arguments, e.g. `("LeakyReLU", 0.01)`."""


def activation(named: Activation) -> nn.Module:
    """Build an activation from its name and arguments."""
    name, *arguments = named
    kind = Exponential if name == "Exponential" else getattr(nn, name)
    module: nn.Module = kind(*arguments)
    return module
