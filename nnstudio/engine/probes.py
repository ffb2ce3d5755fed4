"""A look into the layers at the end of an epoch: gradients, weights and activations in a few numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import perf_counter

import torch
from torch import Tensor, nn

from nnstudio.catalog.activations import Activation
from nnstudio.core.network import Layer, Network
from nnstudio.core.run import LayerHealth
from nnstudio.engine.build import Graph
from nnstudio.engine.flat import FlatParameters

PROBE_ROWS = 256
"""Training rows that are watched, spread evenly over the set: enough for shares in per cent."""

BUDGET = 0.03
"""Share of the training time that probing may take; the interval stretches until it fits."""

FLAT_END = 0.02
"""An activation within this share of its range from an end is saturated: sigmoid < 0.02 or > 0.98,
|tanh| > 0.96; its slope there is below a tenth of the steepest."""


@dataclass(frozen=True, slots=True)
class _Watched:
    """A node with what to look at."""

    id: str
    parameters: tuple[Tensor, ...]
    activation: Activation | None


class Probe:
    """Measures every layer on a fixed batch, as often as the time budget allows.

    `gradient` is the flat gradient of the epoch's last step, `x` the training rows.
    """

    def __init__(
        self, graph: Graph, flat: FlatParameters, network: Network, x: Tensor, gradient: Tensor
    ) -> None:
        self._graph, self._flat, self._gradient = graph, flat, gradient
        rows = torch.linspace(0, len(x) - 1, min(PROBE_ROWS, len(x))).long().to(x.device)
        self._x = x[rows]
        self._nodes = [
            _Watched(
                n.id,
                tuple(p for p in graph.part(n.id).parameters() if p in flat),
                _activation_at_the_end(n.layer, graph.part(n.id)),
            )
            for n in network.nodes
        ]
        self._before: Tensor = flat.values.clone()
        self._spent, self._looks = 0.0, 0

    def before_last_step(self) -> None:
        """Remember the weights, to see what the last step of the epoch does to them."""
        self._before.copy_(self._flat.values)

    def due(self, seconds: float) -> bool:
        """Tell whether another look fits the budget after so many seconds of training."""
        return self._spent <= BUDGET * seconds

    @torch.inference_mode()
    def look(self) -> tuple[LayerHealth, ...]:
        """Return the health of every node, from the last step's gradients and one forward pass."""
        began = perf_counter()
        self._graph.eval()
        values = self._graph.values(self._x)
        self._graph.train()
        columns = [self._numbers(node, values[node.id]) for node in self._nodes]
        # One transfer for all numbers: on a GPU each single one would wait for the device.
        numbers = iter(torch.stack([n for row in columns for n in row.values()]).tolist())
        health = tuple(
            LayerHealth(id=node.id, **{name: _finite(next(numbers)) for name in row})
            for node, row in zip(self._nodes, columns, strict=True)
        )
        if self._looks:
            # The first look pays for torch's loading of its kernels.
            self._spent += perf_counter() - began
        self._looks += 1
        return health

    def _numbers(self, node: _Watched, out: Tensor) -> dict[str, Tensor]:
        found = {"mean": out.mean(), "std": out.std(correction=0)}
        if node.parameters:
            flat = self._flat
            values, old, gradients = (
                [flat.view(source, p) for p in node.parameters]
                for source in (flat.values, self._before, self._gradient)
            )
            found["gradient_norm"] = _norm(gradients)
            found["weight_norm"] = _norm(values)
            moved = _norm([new - was for new, was in zip(values, old, strict=True)])
            found["update_ratio"] = moved / found["weight_norm"].clamp_min(1e-12)
        if node.activation is not None and node.activation.rectifies:
            found["dead"] = _dead(out)
        if node.activation is not None and node.activation.saturates:
            low, high = node.activation.bounds
            edge = FLAT_END * (high - low)
            found["saturated"] = ((out < low + edge) | (out > high - edge)).float().mean()
        return found


def _activation_at_the_end(layer: Layer, part: nn.Module) -> Activation | None:
    """Return the activation that made a node's values, None where it acts deep inside a block only."""
    activation = getattr(layer, "activation", None)
    call = activation.call() if isinstance(activation, Activation) else None
    last = next(reversed(list(part.children())), None)
    return activation if call is not None and type(last).__name__ == call.name else None


def _norm(parts: list[Tensor]) -> Tensor:
    length: Tensor = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(part) for part in parts]))
    return length


def _dead(out: Tensor) -> Tensor:
    """Return the share of units (channels of an image, last axis otherwise) that are zero everywhere."""
    axis = 1 if out.ndim == 4 else out.ndim - 1
    others = [a for a in range(out.ndim) if a != axis]
    return (out == 0).float().amin(others).mean()


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
