"""Whether a network is a chain of layers that the dense path knows, and which."""

from __future__ import annotations

import torch
from torch import nn

from nnstudio.core.network import INPUT, Network
from nnstudio.engine.batches import Batches
from nnstudio.engine.build import Graph
from nnstudio.engine.dense.activations import CURVES
from nnstudio.engine.dense.layers import LAYERS
from nnstudio.engine.flat import FlatParameters
from nnstudio.engine.objective import Objective


def chain_of(
    graph: Graph, network: Network, objective: Objective, flat: FlatParameters, batches: Batches
) -> list[nn.Module] | None:
    """Return the modules as far as the loss wants them, without Flatten; None: take the general path."""
    if batches.x.device.type != "cpu" or batches.x.dtype != torch.float32 or batches.varied:
        return None
    if not _in_a_row(network):
        return None
    modules = [module for node in network.nodes for module in graph.part(node.id).children()]
    if objective.fused:
        modules.pop()
    if batches.x.ndim > 2 and not isinstance(modules[0], nn.Flatten):
        return None
    modules = [module for module in modules if type(module) is not nn.Flatten]
    return modules if modules and _known(modules, flat, min(batches.sizes)) else None


def _in_a_row(network: Network) -> bool:
    before = INPUT
    for at, node in enumerate(network.nodes):
        if network.sources(at) != (before,):
            return False
        before = node.id
    return True


def _known(modules: list[nn.Module], flat: FlatParameters, smallest: int) -> bool:
    kinds = {type(module) for module in modules}
    learnables = [parameter for module in modules for parameter in module.parameters()]
    return (
        kinds <= LAYERS.keys()
        and type(modules[-1]) in {nn.Linear, *CURVES}
        and all(parameter in flat for parameter in learnables)
        # Torch refuses to norm a batch of one, in words that become the run's message.
        and not (nn.BatchNorm1d in kinds and smallest < 2)
    )
