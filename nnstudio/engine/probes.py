"""A look into a network at the end of an epoch: gradients, weights, activations, answers in a few numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnstudio.catalog.activations import Activation
from nnstudio.core.network import Layer, Network
from nnstudio.core.run import LayerHealth, OutputHealth
from nnstudio.engine.build import Graph
from nnstudio.engine.flat import FlatParameters
from nnstudio.engine.objective import Objective

PROBE_ROWS = 256
"""Training rows that are watched, spread evenly over the set: enough for shares in per cent."""

BUDGET = 0.03
"""Share of the training time that probing may take; the interval stretches until it fits."""

MOST_CLASSES = 100
"""Above this, how often each class is the answer is no picture any more."""

FLAT_END = 0.02
"""An activation within this share of its range from an end is saturated: sigmoid < 0.02 or > 0.98,
|tanh| > 0.96; its slope there is below a tenth of the steepest."""


@dataclass(frozen=True, slots=True)
class _Watched:
    """A node with what to look at."""

    id: str
    parameters: tuple[Tensor, ...]
    activation: Activation | None
    size: Tensor | None
    """Mean absolute weight before training; None without weights."""


class Probe:
    """Measures every layer on a fixed batch, as often as the time budget allows.

    `gradient` is the flat gradient of the epoch's last step, `x` the training rows, `classes` how many
    there are to choose from (0: numbers are predicted).
    """

    def __init__(
        self, graph: Graph, flat: FlatParameters, network: Network, x: Tensor, gradient: Tensor,
        classes: int = 0,
    ) -> None:  # fmt: skip
        self._graph, self._flat, self._gradient, self._classes = graph, flat, gradient, classes
        self._rows = torch.linspace(0, len(x) - 1, min(PROBE_ROWS, len(x))).long()
        self._x = x[self._rows.to(x.device)]
        self._nodes = [_watched(n.id, n.layer, graph.part(n.id), flat) for n in network.nodes]
        self._before: Tensor = flat.values.clone()
        self._spent, self._looks = 0.0, 0

    def before_last_step(self) -> None:
        """Remember the weights, to see what the last step of the epoch does to them."""
        self._before.copy_(self._flat.values)

    def due(self, seconds: float) -> bool:
        """Tell whether another look fits the budget after so many seconds of training."""
        return self._spent <= BUDGET * seconds

    @torch.inference_mode()
    def loss(self, objective: Objective, y: NDArray[Any]) -> float | None:
        """Return the loss on the watched rows, given all targets; None when it is not finite.

        No class weights, no augmentation, and what is random in training is switched off.
        """
        self._graph.eval()
        try:
            targets = objective.targets(y[self._rows.numpy()], self._x).to(self._x.device)
            return _finite(float(objective(objective.outputs(self._graph, self._x), targets)))
        except (RuntimeError, ValueError):
            # A loss that cannot take these outputs: the first step will say so in words.
            return None
        finally:
            self._graph.train()

    @torch.inference_mode()
    def look(self) -> tuple[tuple[LayerHealth, ...], OutputHealth]:
        """Return the health of every node and of the output, from the last step's gradients and one
        forward pass."""
        began = perf_counter()
        self._graph.eval()
        values = self._graph.values(self._x)
        self._graph.train()
        columns = [self._numbers(node, values[node.id]) for node in self._nodes]
        answers = values[self._nodes[-1].id].flatten(0, -2)
        columns.append(_answers(answers, self._classes))
        counts = self._predicted(answers)
        # One transfer for all numbers: on a GPU each single one would wait for the device.
        scalars = torch.stack([n for row in columns for n in row.values()])
        numbers = iter(torch.cat([scalars, counts]).tolist())
        *health, output = [{name: _finite(next(numbers)) for name in row} for row in columns]
        layers = tuple(LayerHealth(id=n.id, **found) for n, found in zip(self._nodes, health, strict=True))
        if self._looks:
            # The first look pays for torch's loading of its kernels.
            self._spent += perf_counter() - began
        self._looks += 1
        return layers, OutputHealth(**output, predicted=_counts(numbers))

    def _numbers(self, node: _Watched, out: Tensor) -> dict[str, Tensor]:
        found = {"mean": out.mean(), "std": out.std(correction=0)}
        if node.parameters:
            flat = self._flat
            values, old, gradients = (
                [flat.view(source, p) for p in node.parameters]
                for source in (flat.values, self._before, self._gradient)
            )
            if node.size is not None:
                found["weight_size"] = _size(values)
                found["weight_growth"] = found["weight_size"] / node.size.clamp_min(1e-12)
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

    def _predicted(self, answers: Tensor) -> Tensor:
        """Return how many rows each class is the answer for, as floats; empty where nobody asks."""
        if not 2 <= self._classes <= MOST_CLASSES:
            return answers.new_empty(0)
        chosen = answers[:, 0] > 0.5 if answers.shape[1] == 1 else answers.argmax(1)
        return torch.bincount(chosen.long(), minlength=self._classes).to(answers.dtype)


def _watched(id: str, layer: Layer, part: nn.Module, flat: FlatParameters) -> _Watched:
    parameters = tuple(p for p in part.parameters() if p in flat)
    matrices = [p.detach() for p in parameters if p.ndim > 1]
    return _Watched(
        id, parameters, _activation_at_the_end(layer, part), _size(matrices) if matrices else None
    )


def _answers(out: Tensor, classes: int) -> dict[str, Tensor]:
    """Return how the outputs (rows, units) are spread."""
    found = {
        "mean": out.mean(),
        "std": out.std(correction=0),
        "between": out.std(dim=0, correction=0).mean(),
    }
    if classes > 1:
        shares = out.clamp(0, 1)
        shares = torch.cat([1 - shares, shares], 1) if out.shape[1] == 1 else shares
        shares = shares / shares.sum(1, keepdim=True).clamp_min(1e-12)
        found["entropy"] = torch.special.entr(shares).sum(1).mean() / math.log(shares.shape[1])
    return found


def _size(parts: list[Tensor]) -> Tensor:
    """Return the mean absolute value of the weights, those with one axis (biases, norms) left out."""
    flat = [part.abs().mean() * part.numel() for part in parts if part.ndim > 1]
    return torch.stack(flat).sum() / sum(part.numel() for part in parts if part.ndim > 1)


def _counts(numbers: Iterator[float]) -> tuple[int, ...]:
    left = list(numbers)
    return tuple(map(int, left)) if all(map(math.isfinite, left)) else ()


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
