"""A network of the project as a torch module."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import torch
from torch import Tensor, nn

from nnstudio.catalog.layers.weights import Initialised
from nnstudio.core.network import INPUT, Layer, Network
from nnstudio.core.registry import Call
from nnstudio.core.shape import SEQUENCE, TOKENS, Shape
from nnstudio.core.trace import Row, trace
from nnstudio.engine.initialise import activation_behind, fill
from nnstudio.engine.modules import MODULES
from nnstudio.engine.modules.masking import Masked, real_steps
from nnstudio.engine.modules.noise import draw_from
from nnstudio.engine.randomness import stream
from nnstudio.engine.straight import Function, straightened


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

    def run(self, values: dict[str, Tensor], masks: dict[str, Tensor]) -> None:
        """Take the sources' values and add this node's."""
        if not self.functions:
            values[self.id] = values[self.sources[0]]
            return
        value = self.functions[0](*[values[source] for source in self.sources])
        for function in self.functions[1:]:
            value = function(value)
        values[self.id] = value


@dataclass(frozen=True, slots=True)
class MaskedStage(Stage):
    """A node behind token ids: it hands on which steps are real, see `modules.masking`."""

    modules: tuple[nn.Module, ...]
    keeps_steps: bool
    """The steps of the output are those of the input, or a module says how they changed."""

    def run(self, values: dict[str, Tensor], masks: dict[str, Tensor]) -> None:
        """Take the sources' values and masks and add this node's."""
        mask = next((masks[source] for source in self.sources if source in masks), None)
        given = [values[source] for source in self.sources]
        for module, function in zip(self.modules, self.functions, strict=False):
            if isinstance(module, Masked) and mask is not None:
                given, mask = [function(*given, mask)], module.mask_after(mask)
            else:
                given = [function(*given)]
        values[self.id] = given[0]
        if mask is not None and self.keeps_steps:
            masks[self.id] = mask


@dataclass(frozen=True, slots=True)
class Placed:
    """A node with its modules, and whether its steps still pair with those of its first input."""

    id: str
    sources: tuple[str, ...]
    modules: tuple[nn.Module, ...]
    keeps_steps: bool

    def stage(self, tokens: bool) -> Stage:
        """Return what the graph runs, with masks where the input is made of tokens."""
        functions: tuple[Function, ...] = tuple(module.forward for module in self.modules)
        if not tokens:
            return Stage(self.id, self.sources, functions)
        return MaskedStage(self.id, self.sources, functions, self.modules, self.keeps_steps)


class Graph(nn.Module):
    """Runs the nodes in their topological order; children bear the node ids.

    The modules' `forward` are called directly: `Module.__call__` costs more than a small layer's
    arithmetic. So hooks do not fire; `values` hands out what they would see. With `tokens` the input
    is ids (of any number type; 0 is padding), and the graph carries which steps are real.
    """

    def __init__(self, nodes: list[Placed], ends_in_activation: bool, tokens: bool = False):
        super().__init__()
        for node in nodes:
            # Straight into the table: a node may be called like a method of Module, e.g. `half`.
            self._modules[node.id] = nn.Sequential(*node.modules)
        stages = [node.stage(tokens) for node in nodes]
        last = stages[-1]
        split = len(last.functions) - int(ends_in_activation)
        self._last = last.functions[split:]
        self._stages = [*stages[:-1], replace(last, functions=last.functions[:split])]
        self._end = last.id
        self._tokens = tokens
        self._line = _line(self._stages)
        self._parts: tuple[nn.Module, ...] = ()

    def forward(self, x: Tensor) -> Tensor:
        return self.finish(self.scores(x))

    def scores(self, x: Tensor) -> Tensor:
        """Return the values BEFORE the last layer's activation."""
        if self._line is not None:
            for function in self._line:
                x = function(x)
            return x
        return self._run(x)[self._end]

    def finish(self, scores: Tensor) -> Tensor:
        """Apply the last layer's activation to its scores."""
        for function in self._last:
            scores = function(scores)
        return scores

    def values(self, x: Tensor) -> dict[str, Tensor]:
        """Return the output of every node by id, the input under `input`."""
        values = self._run(x)
        values[self._end] = self.finish(values[self._end])
        return values

    def _run(self, x: Tensor) -> dict[str, Tensor]:
        masks: dict[str, Tensor] = {}
        if self._tokens:
            x = x.long()
            masks[INPUT] = real_steps(x)
        values = {INPUT: x}
        for stage in self._stages:
            stage.run(values, masks)
        return values

    def train(self, mode: bool = True) -> Self:
        """Switch all parts at once: torch's way through the tree costs as much as steps of a small net."""
        if not self._parts:
            self._parts = tuple(self.modules())
        for part in self._parts:
            own = part.__dict__
            # A frozen layer has a `train` of its own, which leaves it as it is.
            if "train" not in own:
                own["training"] = mode
        return self

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
        nodes = [_placed(network, at, row) for at, row in enumerate(table.rows)]
    last = network.nodes[-1].layer
    graph = Graph(nodes, ends_in_activation(last, table.rows[-1].inputs), input.is_a(TOKENS))
    if seed is not None:
        initialise(graph, network, seed)
        draw_from(graph, stream(seed, "noise"))
    return graph


def _line(stages: list[Stage]) -> tuple[Function, ...] | None:
    """Return the functions of a chain as one straight line; None for anything else."""
    before = INPUT
    for stage in stages:
        if type(stage) is not Stage or stage.sources != (before,):
            return None
        before = stage.id
    return straightened([function for stage in stages for function in stage.functions])


def _placed(network: Network, at: int, row: Row) -> Placed:
    modules = tuple(module_of(call) for call in network[row.id].layer.calls(*row.inputs))
    output, taken = row.output, row.inputs[0]
    steps = output is not None and output.is_a(SEQUENCE)
    same = steps and output is not None and taken.sizes[0] == output.sizes[0]
    keeps = steps and (same or any(isinstance(module, Masked) for module in modules))
    return Placed(row.id, network.sources(at), modules, keeps)


def initialise(graph: Graph, network: Network, seed: int) -> None:
    """Fill every layer that owns weights, in order, from one stream."""
    generator = stream(seed, "weights")
    for node in network.nodes:
        if isinstance(node.layer, Initialised):
            init = node.layer.initialisation(activation_behind(network, node))
            fill(graph.part(node.id), init, generator)


def ends_in_activation(layer: Layer, inputs: tuple[Shape, ...]) -> bool:
    """Tell whether the last call of a layer is its activation."""
    activation = getattr(layer, "activation", None)
    call = activation.call() if activation is not None else None
    calls = layer.calls(*inputs)
    return bool(call and calls and calls[-1].name == call.name)
