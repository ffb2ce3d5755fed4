"""Outputs and metrics of trained weights, on the CPU, from any thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nnstudio.core.answers import shares_of
from nnstudio.core.dataset import Prepared, SplitName
from nnstudio.core.project import Project
from nnstudio.core.trace import Signature, trace
from nnstudio.engine.assembly import checked_table
from nnstudio.engine.build import Graph, build
from nnstudio.engine.checkpoint import Weights, load_into
from nnstudio.engine.measure import Judge, chunk_rows, measure, values_per_row
from nnstudio.engine.objective import Objective, class_counts, class_weights
from nnstudio.engine.scores import scores


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How weights do on one split: `loss` and metrics by kind; classes, labels or numbers (original
    units) predicted and true; outputs behind the last activation (N, units); of classes
    counts[true, predicted]."""

    values: dict[str, float]
    predicted: NDArray[Any]
    true: NDArray[Any]
    outputs: NDArray[np.float32]
    confusion: NDArray[np.int64] | None = None
    shares: NDArray[np.float64] | None = None
    """Of each class or label (N, count), where the outputs are shares."""


def trained(project: Project, signature: Signature, weights: Weights) -> Graph:
    """Return the project's network with these weights in eval mode; raises WeightsProblem, CannotBuild."""
    graph = build(project.network, signature.input, seed=None)
    load_into(graph, weights)
    return graph.eval()


def predict(
    project: Project, signature: Signature, weights: Weights, x: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the outputs behind the last activation for prepared rows x (N, *input shape); (N, units)."""
    graph = trained(project, signature, weights)
    table = trace(project.network, signature.input)
    rows = chunk_rows(signature.input.count + sum(row.activations for row in table.rows))
    with torch.inference_mode():
        # Rows in a file are read as they are needed.
        chunks = (x[at : at + rows] for at in range(0, max(1, len(x)), rows))
        parts = [graph(torch.tensor(part, dtype=torch.float32)) for part in chunks]
        found: NDArray[np.float32] = torch.cat(parts).numpy()
    return found


def evaluate(project: Project, prepared: Prepared, weights: Weights, split: SplitName) -> Evaluation:
    """Evaluate weights on a split; raises WeightsProblem, CannotBuild, or ValueError for an empty split."""
    part, signature = prepared.part(split), prepared.signature
    if not len(part):
        raise ValueError(f"There are no {split} rows.")
    table = checked_table(project, prepared)
    graph = trained(project, signature, weights)
    output = table.rows[-1].output
    counts = class_counts(prepared.learnt.y, signature.target)
    objective = Objective(project, signature.target, output.count if output else 1, counts)
    balance = None
    if project.training.class_weights and signature.target.asks == "class":
        balance = class_weights(prepared.learnt.y, signature.target.count)
    size = values_per_row(table, objective)
    loss, outputs = Judge(part, objective, balance, torch.device("cpu"), size)(graph)
    found = measure(signature.target, outputs, part.y, part.rows, prepared.units)
    shares = shares_of(signature.target, outputs)
    values = scores(signature.target, found.predicted, found.true, shares)
    return Evaluation({"loss": loss, **values}, found.predicted, found.true, outputs, found.confusion, shares)
