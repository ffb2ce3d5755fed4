"""A look into a network at the end of an epoch: gradients, weights, activations, answers in a few numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, islice
from time import thread_time
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

PROBE_ROWS = 128
"""Training rows that are watched, spread evenly over the set: enough for shares in per cent."""

BUDGET = 0.015
"""Share of the computing time that probing may take; the interval stretches until it fits. The caches that a
look empties make the next step a little slower, which it does not see: 3 % in all is the promise. It is the
thread's own time: on a busy machine a long run waits more often than a short look."""

TINY = 1e-12
MOST_CLASSES = 100
"""Above this, how often each class is the answer is no picture any more."""

FLAT_END = 0.02
"""An activation within this share of its range from an end is saturated: sigmoid < 0.02 or > 0.98,
|tanh| > 0.96; its slope there is below a tenth of the steepest."""


@dataclass(frozen=True, slots=True)
class _Watched:
    """A node with what to look at."""

    id: str
    own: slice
    """Which of all learnables, in the order of the nodes, are its."""
    activation: Activation | None


class Probe:
    """Measures every layer on a fixed batch, as often as the time budget allows.

    `gradient` is the flat gradient of the epoch's last step, `x` the training rows, `classes` how many
    there are to choose from (0: numbers are predicted).
    """

    def __init__(
        self, graph: Graph, flat: FlatParameters, network: Network, x: Tensor, gradient: Tensor,
        classes: int = 0,
    ) -> None:  # fmt: skip
        self._began = thread_time()
        self._graph, self._flat, self._gradient, self._classes = graph, flat, gradient, classes
        self._rows = torch.linspace(0, len(x) - 1, min(PROBE_ROWS, len(x))).long()
        self._x = x[self._rows.to(x.device)].to(flat.values.device)
        parameters = [[p for p in graph.part(n.id).parameters() if p in flat] for n in network.nodes]
        ends = list(accumulate(map(len, parameters), initial=0))
        self._nodes = [
            _Watched(n.id, slice(*ends[at : at + 2]), _activation_at_the_end(n.layer, graph.part(n.id)))
            for at, n in enumerate(network.nodes)
        ]
        every = [p for own in parameters for p in own]
        self._before: Tensor = flat.values.clone()
        self._moved = torch.zeros_like(flat.values)
        # All views are made once: to make one costs as much as to use it.
        self._views = [[flat.view(of, p) for p in every] for of in (gradient, flat.values, self._moved)]
        self._matrices = [(p.numel() if p.ndim > 1 else 0) for p in every]
        self._sizes = self._weight_sizes(_norms(self._views[1], 1).tolist()) if every else []
        self.wanted = self._remembered = False
        self._cost, self._looks = 0.0, 0
        self._spent = thread_time() - self._began

    def before_last_step(self, outer: bool) -> None:
        """Decide whether this epoch ends with a look: `outer` ones do, the others if one fits the budget.

        The weights are then remembered, to see what the last step does to them.
        """
        # With what this look and the one at the end are going to cost.
        fits = self._spent + 2 * self._cost <= BUDGET * (thread_time() - self._began)
        self.wanted = self._remembered = outer or fits
        if self.wanted:
            self._before.copy_(self._flat.values)

    @torch.inference_mode()
    def loss(self, objective: Objective, y: NDArray[Any]) -> float | None:
        """Return the loss on the watched rows, given all targets; None when it is not finite.

        No class weights, no augmentation, and what is random in training is switched off.
        """
        began = thread_time()
        self._graph.eval()
        try:
            targets = objective.targets(y[self._rows.numpy()], self._x).to(self._x.device)
            return _finite(float(objective(objective.outputs(self._graph, self._x), targets)))
        except (RuntimeError, ValueError):
            # A loss that cannot take these outputs: the first step will say so in words.
            return None
        finally:
            self._graph.train()
            self._spent += thread_time() - began

    @torch.inference_mode()
    def look(self) -> tuple[tuple[LayerHealth, ...], OutputHealth]:
        """Return the health of every node and of the output, from the last step's gradients and one
        forward pass."""
        began = thread_time()
        self._graph.eval()
        values = self._graph.values(self._x)
        self._graph.train()
        columns = [_activations(node, values[node.id]) for node in self._nodes]
        answers = values[self._nodes[-1].id].flatten(0, -2)
        columns.append(_answers(answers, self._classes))
        torch.sub(self._flat.values, self._before, out=self._moved)
        lengths = [*(_norms(views) for views in self._views), _norms(self._views[1], 1)]
        scalars = torch.stack([number for row in columns for number in row.values()])
        # One transfer for all numbers: on a GPU each single one would wait for the device.
        numbers = iter(torch.cat([scalars, *lengths, self._predicted(answers)]).tolist())
        seen = [{name: _finite(next(numbers)) for name in row} for row in columns]
        found = [list(islice(numbers, len(self._matrices))) for _ in lengths]
        layers = tuple(
            LayerHealth(id=node.id, **row, **self._weights(node.own, found))
            for node, row in zip(self._nodes, seen[:-1], strict=True)
        )
        took = thread_time() - began
        # The first look pays for torch's loading of its kernels: it foretells nothing.
        self._cost = took if self._looks else 0.0
        self._spent += took
        self._looks += 1
        self._remembered = False
        return layers, OutputHealth(**seen[-1], predicted=_counts(numbers))

    def _weights(self, own: slice, found: list[list[float]]) -> dict[str, float | None]:
        """Return what there is to say about the learnables of one node."""
        if own.start == own.stop:
            return {}
        gradient, values, moved = (math.hypot(*norms[own]) for norms in found[:3])
        told = {"gradient_norm": gradient, "weight_norm": values}
        if self._remembered:
            told["update_ratio"] = moved / max(values, TINY)
        matrices = self._matrices[own]
        if any(matrices):
            now = self._weight_sizes(found[3])[own]
            size, first = (sum(sums) / sum(matrices) for sums in (now, self._sizes[own]))
            told |= {"weight_size": size, "weight_growth": size / max(first, TINY)}
        return {name: _finite(value) for name, value in told.items()}

    def _weight_sizes(self, sums: list[float]) -> list[float]:
        """Return the sums of absolute weights, those with one axis (biases, norms) left out."""
        return [total if count else 0.0 for total, count in zip(sums, self._matrices, strict=True)]

    def _predicted(self, answers: Tensor) -> Tensor:
        """Return how many rows each class is the answer for, as floats; empty where nobody asks."""
        if not 2 <= self._classes <= MOST_CLASSES:
            return answers.new_empty(0)
        chosen = answers[:, 0] > 0.5 if answers.shape[1] == 1 else answers.argmax(1)
        return torch.bincount(chosen.long(), minlength=self._classes).to(answers.dtype)


def _activations(node: _Watched, out: Tensor) -> dict[str, Tensor]:
    found = _centre(out)
    if node.activation is not None and node.activation.rectifies:
        found["dead"] = _dead(out)
    if node.activation is not None and node.activation.saturates:
        low, high = node.activation.bounds
        # Signs of the way out of the steep middle: comparing would make slow masks of truth values.
        steep = (0.5 - FLAT_END) * (high - low)
        found["saturated"] = out.sub((low + high) / 2).abs_().sub_(steep).sign_().mean().add(1).div(2)
    return found


def _centre(out: Tensor) -> dict[str, Tensor]:
    """Return mean and deviation; in two passes, which is far quicker here than torch's one."""
    mean = out.mean()
    return {"mean": mean, "std": torch.linalg.vector_norm(out - mean) / math.sqrt(max(1, out.numel()))}


def _answers(out: Tensor, classes: int) -> dict[str, Tensor]:
    """Return how the outputs (rows, units) are spread."""
    found = _centre(out) | {"between": out.std(dim=0, correction=0).mean()}
    if classes > 1:
        shares = out.clamp(0, 1)
        shares = torch.cat([1 - shares, shares], 1) if out.shape[1] == 1 else shares
        shares = shares / shares.sum(1, keepdim=True).clamp_min(1e-12)
        found["entropy"] = torch.special.entr(shares).sum(1).mean() / math.log(shares.shape[1])
    return found


def _counts(numbers: Iterator[float]) -> tuple[int, ...]:
    left = list(numbers)
    return tuple(map(int, left)) if all(map(math.isfinite, left)) else ()


def _activation_at_the_end(layer: Layer, part: nn.Module) -> Activation | None:
    """Return the activation that made a node's values, None where it acts deep inside a block only."""
    activation = getattr(layer, "activation", None)
    call = activation.call() if isinstance(activation, Activation) else None
    last = next(reversed(list(part.children())), None)
    return activation if call is not None and type(last).__name__ == call.name else None


def _norms(tensors: list[Tensor], order: int = 2) -> Tensor:
    """Return the norm of each tensor; all in a few kernels, as torch's own clipping does it."""
    return torch.stack(list(torch._foreach_norm(tensors, order))) if tensors else torch.empty(0)


def _dead(out: Tensor) -> Tensor:
    """Return the share of units (channels of an image, last axis otherwise) that are zero everywhere."""
    axis = 1 if out.ndim == 4 else out.ndim - 1
    others = [a for a in range(out.ndim) if a != axis]
    return (out.amax(others) <= 0).float().mean()


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
