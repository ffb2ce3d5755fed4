"""First weights: each layer filled by its own initialisation, from the seed alone."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nnstudio.catalog.activations import Activation, Linear
from nnstudio.catalog.layers.weights import Init
from nnstudio.core.network import Network, Node


def activation_behind(network: Network, node: Node) -> Activation | None:
    """Return the activation that the values of a layer meet first: its own, or that of a later layer.

    Layers without weights (dropout, normalisation) are looked through as long as the chain is single.
    """
    own: Activation | None = getattr(node.layer, "activation", None)
    if own is not None and not isinstance(own, Linear):
        return own
    takers = [target for source, target in network.edges() if source == node.id]
    if len(takers) != 1:
        return own
    behind = network[takers[0]]
    if behind.layer.has_units or behind.layer.merges:
        return own
    return activation_behind(network, behind)


@torch.no_grad()
def fill(module: nn.Module, init: Init, generator: torch.Generator) -> None:
    """Fill the weights (two axes or more) of a layer's modules by `init`; so are biases."""
    for name, parameter in module.named_parameters():
        if parameter.ndim >= 2:
            fill_weight(parameter, init, generator)
        elif name.rpartition(".")[2].startswith("bias"):
            parameter.fill_(init.bias)


@torch.no_grad()
def fill_weight(weight: Tensor, init: Init, generator: torch.Generator) -> None:
    """Fill one weight (out, in, ...) in place.

    He: normal, variance 2 / fan in (He et al. 2015). Glorot: uniform, variance 2 / (fan in + fan out)
    (Glorot and Bengio 2010). LeCun: normal, variance 1 / fan in (LeCun et al. 1998).
    """
    match init.name:
        case "he":
            nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=generator)
        case "lecun":
            nn.init.kaiming_normal_(weight, nonlinearity="linear", generator=generator)
        case "normal":
            weight.normal_(0.0, abs(init.value), generator=generator)
        case "uniform":
            weight.uniform_(-abs(init.value), abs(init.value), generator=generator)
        case "zeros":
            weight.zero_()
        case "constant":
            weight.fill_(init.value)
        case _:
            nn.init.xavier_uniform_(weight, generator=generator)
