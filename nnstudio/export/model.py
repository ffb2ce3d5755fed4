"""A run's network ready to be exported: trained, at rest, with names that every format can hold."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nnstudio import __version__
from nnstudio.core.dataset import Prepared
from nnstudio.core.network import Network
from nnstudio.core.project import Project
from nnstudio.core.run import Run
from nnstudio.engine.build import Graph
from nnstudio.engine.checkpoint import unpack
from nnstudio.engine.evaluate import trained
from nnstudio.export.problem import CannotExport
from nnstudio.export.script_network import layer_name

TRACED = 3
"""Rows of the example that an exporter follows through the network; one row would be taken for a constant."""
CHECKED = (1, TRACED, 8)
"""Numbers of rows with which an exported model is compared."""
CLOSE = 1e-4
"""Largest difference of an answer, relative to the largest answer: another order of sums, no more."""
KNOWN_WARNINGS = (
    # torch 2.13: its own use of a class that it has deprecated, and weights that recurrent layers hold twice.
    (FutureWarning, r"`isinstance\(treespec, LeafSpec\)` is deprecated"),
    (UserWarning, r"The tensor attributes? self\..*_flat_weights"),
)


@dataclass(frozen=True, slots=True)
class Model:
    """A trained network, the example rows it is followed and checked with, and what is known about it."""

    graph: Graph
    rows: NDArray[Any]
    information: dict[str, Any]

    @property
    def example(self) -> torch.Tensor:
        """The rows that an exporter follows through the network."""
        return torch.tensor(self.rows[:TRACED])

    @property
    def words(self) -> str:
        """What is known about it, as JSON."""
        return json.dumps(self.information, ensure_ascii=False)


def model_of(run: Run, prepared: Prepared) -> Model:
    """Return the best weights of a run in their network; raises CannotExport or WeightsProblem."""
    weights = weights_of(run)
    project = run.record.project
    names = {node.id: layer_name(node) for node in project.network.nodes}
    tensors = {_renamed(key, names): value for key, value in unpack(weights).items()}
    graph = trained(_with_names(project, names), prepared.signature, tensors)
    x = prepared.train.x if len(prepared.train) else prepared.validation.x
    # Short data are repeated: the number of rows must differ between the checks.
    rows = np.asarray(x)[np.resize(np.arange(len(x)), max(CHECKED))]
    return Model(graph, rows, information(run, prepared))


def weights_of(run: Run) -> bytes:
    """Return the best weights of a run, else its last ones; raises CannotExport when there are none."""
    weights = run.weights.get("best") or run.weights.get("last")
    if not weights:
        raise CannotExport(f"{run.record.name} kept no weights: {run.record.message or 'it learnt nothing'}")
    return weights


def information(run: Run, prepared: Prepared) -> dict[str, Any]:
    """Return, as plain data, what whoever uses the network must know to feed and read it."""
    record, signature = run.record, prepared.signature
    project, target = record.project, signature.target
    last = project.network.nodes[-1].layer
    activation = getattr(last, "activation", None)
    steps = zip(project.data.preparation, prepared.states, strict=True)
    return {
        "made_by": f"NN Studio {__version__}, torch {torch.__version__}",
        "project": project.name,
        "run": {"name": record.name, "created": record.created, "best_epoch": record.best_epoch},
        "input": {
            "shape": ["rows", *signature.input.sizes],
            "axes": ["rows", *signature.input.axes],
            "type": str(np.asarray(prepared.train.x).dtype),
            "names": list(prepared.feature_names),
        },
        "output": {
            "task": target.task,
            "column": target.column,
            "names": list(target.names),
            "activation": activation.kind if activation is not None else "linear",
            "to_own_units": _way_back(prepared),
        },
        "data": project.data.source.label(),
        "preparation": [step.model_dump(mode="json") | {"fitted": state} for step, state in steps],
    }


def _way_back(prepared: Prepared) -> dict[str, Any]:
    """Return how an answer becomes a number in the target's own units."""
    shift, scale = prepared.units.tail
    found: dict[str, Any] = {"shift": shift, "scale": scale}
    if prepared.units.linear is None:
        found["then"] = "undo the steps logarithm and difference of the preparation, the last one first"
    return found


def check(model: Model, run: Callable[[NDArray[Any]], NDArray[Any]], what: str) -> float:
    """Compare an exported model with the network at several numbers of rows; returns the largest difference.

    Raises CannotExport when it is more than rounding.
    """
    largest = 0.0
    for count in CHECKED:
        rows = model.rows[:count]
        with torch.inference_mode():
            own = model.graph(torch.tensor(rows)).numpy()
        other = run(rows)
        if other.shape != own.shape:
            raise CannotExport(
                f"The {what} model gives {other.shape} values for {count} rows, not {own.shape}."
            )
        difference = float(np.abs(other - own).max())
        if not difference <= CLOSE * max(1.0, float(np.abs(own).max())):
            raise CannotExport(
                f"The {what} model differs from the network by up to {difference:.2g}: it was not written."
            )
        largest = max(largest, difference)
    return largest


@contextmanager
def quiet() -> Iterator[None]:
    """Keep back the warnings that the exporters are known to give about themselves."""
    with warnings.catch_warnings():
        for category, text in KNOWN_WARNINGS:
            warnings.filterwarnings("ignore", text, category)
        yield


def culprit(model: Model, project: Project, export: Callable[[nn.Module, tuple[Any, ...]], Any]) -> str:
    """Return the title of the first layer that cannot be exported by itself, or an empty text."""
    with torch.inference_mode():
        values = model.graph.values(model.example)
    names = {node.id: layer_name(node) for node in project.network.nodes}
    for at, node in enumerate(project.network.nodes):
        sources = [values[names.get(id, id)].clone() for id in project.network.sources(at)]
        part: nn.Module = model.graph.part(names[node.id])
        try:
            export(part[0] if len(sources) > 1 else part, tuple(sources))  # type: ignore[index]
        except Exception:  # Whatever the exporter stumbles over, this is the layer.
            return f"{node.title} (layer {at + 1})"
    return ""


def refused(model: Model, project: Project, what: str, error: Exception,
            export: Callable[[nn.Module, tuple[Any, ...]], Any]) -> CannotExport:  # fmt: skip
    """Return the sentence for an exporter's failure: which layer, and the first line of the reason."""
    where = culprit(model, project, export) or "this network"
    reason = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return CannotExport(f"{what} cannot hold {where}: {reason[:200]}")


def _with_names(project: Project, names: dict[str, str]) -> Project:
    nodes = [
        node.model_copy(
            update={
                "id": names[node.id],
                "inputs": node.inputs and tuple(names.get(id, id) for id in node.inputs),
            }
        )
        for node in project.network.nodes
    ]
    return project.model_copy(update={"network": Network(nodes=tuple(nodes))})


def _renamed(key: str, names: dict[str, str]) -> str:
    id, dot, rest = key.partition(".")
    return names.get(id, id) + dot + rest
