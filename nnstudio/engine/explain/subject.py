"""A trained network as captum wants it: one number per row, hooks that fire, and a way to be stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnstudio.core.answers import said, shares_of
from nnstudio.core.dataset import Prepared, SplitName
from nnstudio.core.project import Project
from nnstudio.core.trace import Target
from nnstudio.engine.build import Graph
from nnstudio.engine.checkpoint import Weights
from nnstudio.engine.evaluate import trained
from nnstudio.engine.explain.explanation import CannotExplain, Check

SEED = 0


class Answer(nn.Module):
    """The network's number about one class or label, (N,): its share, or with `scores` the value before
    the last activation; of numbers the one at `index`, scaled back."""

    def __init__(self, graph: Graph, target: Target, scale: tuple[float, float], index: int, scores: bool,
                 check: Check) -> None:  # fmt: skip
        super().__init__()
        self.graph = graph
        self._target = target
        self._scale, self._index, self._scores, self._check = scale, index, scores, check

    def forward(self, x: Tensor) -> Tensor:
        self._check()
        if self._target.asks == "numbers":
            shift, scale = self._scale
            return self.graph(x)[:, self._index] * scale + shift  # type: ignore[no-any-return]
        if self._target.task == "ordinal":
            return self._step(self.graph(x))
        outputs = self.graph.scores(x) if self._scores else self.graph(x)
        if outputs.shape[1] > 1:
            return outputs[:, self._index]
        # A single unit speaks for the second class.
        if self._index == 1:
            return outputs[:, 0]
        return -outputs[:, 0] if self._scores else 1 - outputs[:, 0]

    def _step(self, above: Tensor) -> Tensor:
        """Return the share of a class among classes in order: above the border below it, not the next."""
        least = above[:, self._index - 1] if self._index else torch.ones_like(above[:, 0])
        return least - above[:, self._index] if self._index < above.shape[1] else least


@dataclass(frozen=True, slots=True)
class Subject:
    """A trained network with its data, ready to be explained."""

    project: Project
    prepared: Prepared
    graph: Graph
    check: Check

    @property
    def target(self) -> Target:
        """What is predicted."""
        return self.prepared.signature.target

    def inputs(self, split: SplitName, position: int) -> Tensor:
        """Return one prepared example as a batch of one."""
        return torch.tensor(np.asarray(self.prepared.part(split).x[position : position + 1]))

    def answer(self, index: int, scores: bool = False) -> Answer:
        """Return the module that answers with one number per row."""
        return Answer(self.graph, self.target, self.prepared.units.tail, index, scores, self.check)

    def says(self, x: Tensor, row: int) -> NDArray[np.float64]:
        """Return shares of classes or labels, or numbers in their own units, of one example; (K,).

        `row` is where it stands in the source.
        """
        with torch.no_grad():
            outputs = self.graph(x).numpy()
        if self.target.asks != "numbers":
            shares = shares_of(self.target, outputs)
            found = np.asarray(outputs, np.float64) if shares is None else shares
            return found[0]  # type: ignore[no-any-return]
        own: NDArray[np.float64] = self.prepared.units.back(outputs, np.array([row]))[0]
        return own

    def answers(self, x: Tensor) -> NDArray[np.int64]:
        """Return the predicted class numbers, or labels as 0 or 1, of some examples."""
        with torch.no_grad():
            return said(self.target, self.graph(x).numpy())


def subject_of(project: Project, prepared: Prepared, weights: Weights, check: Check) -> Subject:
    """Return the network of trained weights; raises WeightsProblem, CannotBuild."""
    graph = trained(project, prepared.signature, weights).requires_grad_(False)
    return Subject(project, prepared, hooked(graph), check)


def hooked(graph: Graph) -> Graph:
    """Let the graph call its modules instead of their `forward`, so that captum's hooks fire."""
    graph._stages = [
        replace(stage, functions=tuple(getattr(f, "__self__", f) for f in stage.functions))
        for stage in graph._stages
    ]
    # The straight line leaves out modules and overwrites what hooks have seen.
    graph._line = None
    return graph


@contextmanager
def seeded() -> Iterator[None]:
    """Draw the same numbers every time, and leave torch's own stream as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(SEED)
        yield


def position_of(prepared: Prepared, row: int) -> tuple[SplitName, int]:
    """Return split and position of a row of the source, from 0; raises CannotExplain."""
    names: tuple[SplitName, ...] = ("validation", "train", "test")
    for name in names:
        found = np.flatnonzero(prepared.part(name).rows == row)
        if len(found):
            return name, int(found[0])
    raise CannotExplain(f"Row {row + 1} is not among the prepared examples.")
