"""What training minimises: the loss on a network's outputs, in its stable fused form where it fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nnstudio.core.answers import taught
from nnstudio.core.project import Project
from nnstudio.core.registry import Call
from nnstudio.core.trace import Target
from nnstudio.engine.build import CannotBuild, Graph, module_of
from nnstudio.engine.every_step import at_every_step, following, learns_every_step
from nnstudio.engine.few_classes import cross_entropies, softmax


class Objective:
    """The loss of a project on the outputs of its network, the mean over the examples of a batch.

    Where the last activation and the loss make a fitting pair, `outputs` are the values before that
    activation and both are computed in one stable step.
    """

    def __init__(self, project: Project, target: Target, units: int, counts: Sequence[int] = ()) -> None:
        """`counts` are the training rows of each class. Raises CannotBuild when the loss does not fit."""
        loss = project.training.loss.on(counts)
        if unfit := loss.unfit(units):
            raise CannotBuild(unfit)
        activation = getattr(project.network.nodes[-1].layer, "activation", None)
        fused = loss.fused() if activation is not None and activation.kind == loss.fused_with else None
        # Softmax over a single unit is always 1; the fused form would want the index of a class.
        self.fused = fused is not None and (fused.name != "CrossEntropyLoss" or units == target.count > 1)
        self._softmax = self.fused and activation is not None and activation.kind == "softmax"
        call = fused if self.fused and fused is not None else loss.call()
        self._target, self._units = target, units
        self._indices = (
            call.name == "CrossEntropyLoss" and target.asks == "class" and units == target.count > 1
        )
        self.every = learns_every_step(project)
        """Whether the loss is the mean over all steps of a text, (N, steps, units), not over the last."""
        if self.every and not self._indices:
            raise CannotBuild("Learning at every step needs cross-entropy and an output for every token.")
        self.call = call
        """The module in use, giving one value per example."""
        self.module = module_of(call)
        self._mean = _averaging(call)

    def outputs(self, graph: Graph, x: Tensor) -> Tensor:
        """Run the network as far as the loss wants it."""
        run = graph.scores if self.fused else graph.forward
        return at_every_step(graph, run, x) if self.every else run(x)

    def answers(self, outputs: Tensor) -> Tensor:
        """Return what the network answers as a whole: of all steps the last; (N, units)."""
        return outputs[:, -1] if self.every else outputs

    def activated(self, graph: Graph, outputs: Tensor) -> Tensor:
        """Bring outputs as the loss wants them behind the last activation."""
        if self._softmax:
            return softmax(outputs)
        return graph.finish(outputs) if self.fused else outputs

    def targets(self, y: NDArray[Any], x: NDArray[Any] | Tensor | None = None) -> Tensor:
        """Return the targets as the loss takes them: float (N, units), or class indices (N,) where
        the loss computes the same from them; (N, steps) of every step of the inputs `x`."""
        if self.every and x is not None:
            return following(torch.as_tensor(x).cpu(), torch.tensor(y, dtype=torch.int64))
        if self._indices:
            return torch.tensor(y, dtype=torch.int64)
        return torch.tensor(taught(self._target, y, self._units))

    def __call__(self, outputs: Tensor, targets: Tensor, weights: Tensor | None = None) -> Tensor:
        """Return the mean loss of a batch; each example's loss counts `weights` times."""
        if self.every:
            outputs, targets = outputs.flatten(0, 1), targets.flatten()
        if weights is None:
            return self._mean(outputs, targets)  # type: ignore[no-any-return]
        return (_per_example(self.module(outputs, targets)) * weights).mean()

    def each(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the loss of every example, (N,); of outputs (N, units)."""
        if self._indices:
            return cross_entropies(self.module, outputs, targets)
        return _per_example(self.module(outputs, targets))


def class_counts(y: NDArray[Any], target: Target) -> list[int]:
    """Return how many rows each class has; empty where the target is no class."""
    if target.asks != "class":
        return []
    counts: list[int] = np.bincount(y, minlength=target.count).tolist()
    return counts


def class_weights(y: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """Return n / (K n_k) for each class from the training rows; (K,), 0 for classes without a row."""
    counts = np.bincount(y, minlength=classes)
    weights = np.divide(len(y), classes * counts, out=np.zeros(classes), where=counts > 0)
    return weights.astype(np.float32)


def _per_example(each: Tensor) -> Tensor:
    return each.flatten(1).mean(1) if each.ndim > 1 else each


def _averaging(call: Call) -> Any:
    """Return the loss that averages by itself: one kernel less than averaging afterwards."""
    kept = {name: value for name, value in call.kwargs if name != "reduction"}
    if len(kept) < len(call.kwargs):
        return module_of(Call(call.name, *call.args, **kept)).forward
    each = module_of(call).forward
    return lambda outputs, targets: each(outputs, targets).mean()
