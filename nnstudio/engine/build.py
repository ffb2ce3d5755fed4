"""A network of the project as a torch module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nnstudio.catalog.layers.weights import Weighted
from nnstudio.core.network import INPUT, Layer, Network
from nnstudio.core.registry import Call
from nnstudio.core.shape import Shape
from nnstudio.core.trace import trace
from nnstudio.engine.initialise import activation_behind, fill
from nnstudio.engine.modules import MODULES
from nnstudio.engine.modules.noise import draw_from
from nnstudio.engine.randomness import stream

Function = Callable[..., Tensor]


class CannotBuild(ValueError):
    """The network has layers that do not fit: the text names them all."""


def module_of(call: Call) -> nn.Module:
    """Build the module of a call: one of ours first, else torch.nn's of that name."""
    factory = MODULES.get(call.name) or getattr(nn, call.name)
    module: nn.Module = factory(*call.args, **dict(call.kwargs))
    return module


@dataclass(frozen=True, slots=True)
class Stage:
    """One node on the straight line: its functions are run one after another."""

    id: str
    sources: tuple[str, ...]
    functions: tuple[Function, ...]

    def run(self, values: dict[str, Tensor]) -> None:
        """Take the sources' values and add this node's."""
        if not self.functions:
            values[self.id] = values[self.sources[0]]
            return
        value = self.functions[0](*[values[source] for source in self.sources])
        for function in self.functions[1:]:
            value = function(value)
        values[self.id] = value


class Graph(nn.Module):
    """Runs the nodes in their topological order; children bear the node ids.

    The modules' `forward` are called directly: `Module.__call__` costs more than a small layer's
    arithmetic. So hooks do not fire; `values` hands out what they would see.
    """

    def __init__(self, nodes: list[tuple[str, tuple[str, ...], list[nn.Module]]], ends_in_activation: bool):
        super().__init__()
        stages = []
        for id, sources, modules in nodes:
            # Straight into the table: a node may be called like a method of Module, e.g. `half`.
            self._modules[id] = nn.Sequential(*modules)
            stages.append(Stage(id, sources, tuple(module.forward for module in modules)))
        last = stages[-1]
        split = len(last.functions) - int(ends_in_activation)
        self._last = last.functions[split:]
        self._stages = [*stages[:-1], Stage(last.id, last.sources, last.functions[:split])]
        self._end = last.id

    def forward(self, x: Tensor) -> Tensor:
        return self.finish(self.scores(x))

    def scores(self, x: Tensor) -> Tensor:
        """Return the values BEFORE the last layer's activation."""
        values = {INPUT: x}
        for stage in self._stages:
            stage.run(values)
        return values[self._end]

    def finish(self, scores: Tensor) -> Tensor:
        """Apply the last layer's activation to its scores."""
        for function in self._last:
            scores = function(scores)
        return scores

    def values(self, x: Tensor) -> dict[str, Tensor]:
        """Return the output of every node by id, the input under `input`."""
        values = {INPUT: x}
        for stage in self._stages:
            stage.run(values)
        values[self._end] = self.finish(values[self._end])
        return values

    def part(self, id: str) -> nn.Module:
        """Return the modules of one node."""
        part = self._modules[id]
        assert part is not None
        return part


def build(network: Network, input: Shape, seed: int | None) -> Graph:
    """Return the network as a module on the CPU, filled from the seed alone.

    `seed` None leaves the weights as torch made them, for weights that are loaded at once. Raises
    CannotBuild, in words, when layers do not fit.
    """
    table = trace(network, input)
    if not table.valid:
        raise CannotBuild(" ".join(table.errors.values()))
    with torch.random.fork_rng(devices=[]):
        # Modules fill themselves when made; those without an initialisation of ours stay that way.
        torch.default_generator.manual_seed(seed or 0)
        nodes = [
            (
                row.id,
                network.sources(at),
                [module_of(call) for call in network[row.id].layer.calls(*row.inputs)],
            )
            for at, row in enumerate(table.rows)
        ]
    last = network.nodes[-1].layer
    graph = Graph(nodes, ends_in_activation(last, table.rows[-1].inputs))
    if seed is not None:
        initialise(graph, network, seed)
        draw_from(graph, stream(seed, "noise"))
    return graph


def initialise(graph: Graph, network: Network, seed: int) -> None:
    """Fill every layer that owns weights, in order, from one stream."""
    generator = stream(seed, "weights")
    for node in network.nodes:
        if isinstance(node.layer, Weighted):
            init = node.layer.initialisation(activation_behind(network, node))
            fill(graph.part(node.id), init, generator)


def ends_in_activation(layer: Layer, inputs: tuple[Shape, ...]) -> bool:
    """Tell whether the last call of a layer is its activation."""
    activation = getattr(layer, "activation", None)
    call = activation.call() if activation is not None else None
    calls = layer.calls(*inputs)
    return bool(call and calls and calls[-1].name == call.name)
