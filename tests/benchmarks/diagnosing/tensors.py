"""What other tools look at: gradients, weights and activations of every layer, before and after training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from nnstudio.engine.build import Graph, build
from nnstudio.engine.checkpoint import load_into
from nnstudio.engine.objective import Objective
from tests.benchmarks.diagnosing.runs import Trained
from tests.benchmarks.diagnosing.specs import Array

ROWS = 128


@dataclass(frozen=True)
class Look:
    """One layer with weights: its kind of activation, first weight, that one's gradient, its output."""

    id: str
    activation: str
    weight: Array
    gradient: Array
    output: Array


def looks(run: Trained) -> tuple[list[Look], list[Look]]:
    """Return the layers before training and after it (as before where no weights are left)."""
    project, prepared = run.program.project, run.program.prepared
    graph = build(project.network, prepared.signature.input, project.training.seed)
    before = _layers(run, graph)
    packed = run.run.weights.get("last", b"")
    if not packed:
        return before, []
    load_into(graph, packed)
    return before, _layers(run, graph)


def _layers(run: Trained, graph: Graph) -> list[Look]:
    project, prepared = run.program.project, run.program.prepared
    table = project.trace()
    assert table is not None
    output = table.rows[-1].output
    objective = Objective(project, prepared.signature.target, output.count if output else 1)
    x = torch.tensor(prepared.train.x[:ROWS])
    graph.train()
    graph.zero_grad()
    objective(objective.outputs(graph, x), objective.targets(prepared.train.y[:ROWS])).backward()
    with torch.no_grad():
        values = graph.values(x)
    found = []
    for node in project.network.nodes:
        weights = [p for p in graph.part(node.id).parameters() if p.ndim >= 2 and p.grad is not None]
        if weights and weights[0].grad is not None:
            activation = getattr(node.layer, "activation", None)
            kind = str(activation.kind) if activation is not None else ""
            tensors = (weights[0].detach(), weights[0].grad, values[node.id])
            found.append(Look(node.id, kind, *(np.array(t.numpy(), copy=True) for t in tensors)))
    return found
