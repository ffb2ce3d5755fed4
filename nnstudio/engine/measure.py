"""Losses and metrics of a split: from outputs to numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nnstudio.catalog.defaults import metrics_for
from nnstudio.core.answers import said
from nnstudio.core.dataset import Part
from nnstudio.core.trace import Target, Trace
from nnstudio.core.training import ClassResult, NumberResult
from nnstudio.core.units import Units
from nnstudio.engine.batches import Batch
from nnstudio.engine.build import Graph
from nnstudio.engine.objective import Objective
from nnstudio.engine.scores import Result, result_of
from nnstudio.engine.streamed import StreamedBatches, on, shared, stays

CHUNK_VALUES = 8_000_000
"""Values held at once when many rows go forward: about 32 MB."""


def chunk_rows(values_per_row: int) -> int:
    """Return how many rows go forward together, given the values a row needs in all layers."""
    return max(64, CHUNK_VALUES // max(1, values_per_row))


def values_per_row(table: Trace, objective: Objective) -> int:
    """Return how many values a row needs in all layers, and in the answers of all its steps."""
    values = table.input.count + sum(row.activations for row in table.rows)
    return values + (table.input.count * table.rows[-1].activations if objective.every else 0)


@dataclass(frozen=True, slots=True)
class Measured:
    """Metrics by kind; classes, labels or numbers (original units) predicted and true; of classes
    counts[true, predicted]."""

    values: dict[str, float]
    predicted: NDArray[Any]
    true: NDArray[Any]
    confusion: NDArray[np.int64] | None = None


def measure(
    target: Target, outputs: NDArray[np.float32], y: NDArray[Any], rows: NDArray[np.int64], units: Units
) -> Measured:
    """Return all metrics of the task for outputs behind the last activation, (N, units).

    `rows` (N,) are those of the source; `units` lead back to the target's own units.
    """
    if target.asks != "numbers":
        predicted, true = said(target, outputs), np.asarray(y, np.int64)
        result = result_of(target, predicted, true)
        confusion = result.confusion if isinstance(result, ClassResult) else None
        return Measured(_metrics(target, result), predicted, true, confusion)
    numbers = NumberResult(
        predicted=units.back(outputs, rows),
        true=units.back(y.reshape(len(y), -1), rows),
    )
    return Measured(_metrics(target, numbers), numbers.predicted, numbers.true)


def _metrics(target: Target, result: Result) -> dict[str, float]:
    return {metric.kind: metric().value(result) for metric in metrics_for(target)}


class Judge:
    """Evaluates a network on one split again and again: its rows stay on the device, or are streamed."""

    def __init__(self, part: Part, objective: Objective, weights: NDArray[np.float32] | None,
                 device: torch.device, values_per_row: int) -> None:  # fmt: skip
        self._objective = objective
        rows = chunk_rows(values_per_row)
        self._rows = len(part)
        targets = objective.targets(part.y, part.x)
        each = None if weights is None else torch.tensor(weights[part.y])
        self._chunks: Iterable[Batch]
        if stays(part.x, device):
            x = shared(part.x)
            self._chunks = StreamedBatches(x, targets, each, rows, torch.Generator(), device, shuffled=False)
            return
        x = on(device, part.x)
        weights_of = each.to(device).split(rows) if each is not None else repeat(None)
        self._chunks = list(zip(x.split(rows), targets.to(device).split(rows), weights_of, strict=False))

    @torch.inference_mode()
    def __call__(self, graph: Graph) -> tuple[float, NDArray[np.float32]]:
        """Return the mean loss and the outputs behind the last activation."""
        graph.eval()
        losses, found = [], []
        for x, targets, weights in self._chunks:
            outputs = self._objective.outputs(graph, x)
            losses.append(self._objective(outputs, targets, weights) * (len(x) / self._rows))
            found.append(self._objective.activated(graph, self._objective.answers(outputs)))
        graph.train()
        return float(torch.stack(losses).sum()), torch.cat(found).cpu().numpy()
