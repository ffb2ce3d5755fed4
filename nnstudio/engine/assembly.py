"""The parts of a run put together: network, loss, rows, optimizer, step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnstudio.catalog.preparations.text import words_of
from nnstudio.core.dataset import Part, Prepared
from nnstudio.core.network import Network
from nnstudio.core.project import Project
from nnstudio.core.trace import Trace, trace
from nnstudio.data.row_store import chunks
from nnstudio.engine.augment import Augment
from nnstudio.engine.average import Average
from nnstudio.engine.batches import Batches
from nnstudio.engine.build import CannotBuild, Graph, build
from nnstudio.engine.checkpoint import Weights, load_into, state
from nnstudio.engine.dense.chain import chain_of
from nnstudio.engine.dense.step import DenseStep
from nnstudio.engine.every_step import check_network, check_settings
from nnstudio.engine.flat import FlatParameters
from nnstudio.engine.graphed import GraphedStep, capture_for, undisturbed
from nnstudio.engine.measure import Judge, values_per_row
from nnstudio.engine.modules.noise import draw_from
from nnstudio.engine.objective import Objective, class_counts, class_weights
from nnstudio.engine.precision import Context, precision_for
from nnstudio.engine.randomness import stream
from nnstudio.engine.step import GeneralStep, Step
from nnstudio.engine.streamed import StreamedBatches, on, shared, some_of, stays
from nnstudio.engine.update import Update

_BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


@dataclass(frozen=True, slots=True)
class Assembly:
    """Everything the training loop works with, ready for the first step."""

    table: Trace
    graph: Graph
    flat: FlatParameters
    objective: Objective
    batches: Batches
    update: Update
    step: Step
    judge: Judge | None
    """Of the validation rows; None when there are none."""
    average: Average
    streams: dict[str, torch.Generator]
    """Everything that training draws from, by purpose: what a checkpoint must hold."""

    def weights(self) -> dict[str, Tensor]:
        """Return copies, on the CPU, of the weights that are validated and kept."""
        with self.average.shown():
            return state(self.graph)


def checked_table(project: Project, prepared: Prepared) -> Trace:
    """Return the layer table of a project that can be trained; raises CannotBuild in words."""
    signature = prepared.signature
    table = trace(project.network, signature.input, signature.target)
    if not table.valid:
        raise CannotBuild(" ".join(table.errors.values()))
    if not table.learnables:
        raise CannotBuild("This network has nothing to learn: add a layer with weights, e.g. Dense.")
    return table


def check_rows(prepared: Prepared) -> None:
    """Raise CannotBuild, in words, when there is nothing to train on or a value is missing."""
    if not len(prepared.train):
        raise CannotBuild("There are no training rows: give the training part a larger share.")
    for name, part in (("training", prepared.train), ("validation", prepared.validation)):
        if not (_finite(part.x) and _finite(part.y)):
            raise CannotBuild(
                f"The prepared {name} rows hold missing or infinite values: "
                "choose in the preparation how missing values are filled."
            )


def _finite(values: NDArray[Any]) -> bool:
    """Tell whether all values are finite, some rows at a time."""
    return all(np.isfinite(values[at]).all() for at in chunks(values))


def assemble(
    project: Project, prepared: Prepared, device: torch.device, start: Weights | None = None
) -> Assembly:
    """Put a run together on a device; raises CannotBuild or WeightsProblem in words."""
    check_rows(prepared)
    table, training, target = checked_table(project, prepared), project.training, prepared.signature.target
    graph = build(project.network, prepared.signature.input, training.seed)
    if start is not None:
        load_into(graph, start)
    graph.to(device)
    streams = {"noise": stream(training.seed, "noise", device), "order": stream(training.seed, "order")}
    draw_from(graph, streams["noise"])
    freeze(graph, project.network)
    flat = FlatParameters(graph, {node.id: node.rate_factor for node in project.network.nodes})
    if not flat.segments[0].parameter.numel():
        raise CannotBuild("Every layer with weights is frozen: let at least one of them learn.")
    output = table.rows[-1].output
    units = output.count if output else 1
    objective = Objective(project, target, units, class_counts(prepared.learnt.y, target))
    weights = None
    if training.class_weights and target.asks == "class":
        weights = class_weights(prepared.learnt.y, target.count)
    batches = _batches(project, prepared, graph, objective, weights, units, streams, device)
    update = Update(flat, training)
    average = Average(flat.values, training.ema)
    precision = precision_for(training.precision, device)
    step = _step(project, graph, objective, batches, update, units, average, precision, streams)
    judge = _judge(prepared.validation, objective, weights, device, table)
    return Assembly(table, graph, flat, objective, batches, update, step, judge, average, streams)


def _batches(
    project: Project, prepared: Prepared, graph: Graph, objective: Objective,
    weights: NDArray[np.float32] | None, units: int, streams: dict[str, torch.Generator],
    device: torch.device,
) -> Batches:  # fmt: skip
    """Return the training rows with their answers; raises CannotBuild where they cannot be learnt so."""
    training, signature, learnt = project.training, prepared.signature, prepared.learnt
    streamed = stays(learnt.x, device)
    rows = shared(learnt.x) if streamed else on(device, learnt.x)
    if objective.every:
        check_settings(project, signature)
        check_network(graph, rows[:2].to(device), signature.target.count)
    augment = None
    if training.augmentations:
        streams["augment"] = stream(training.seed, "augment", device)
        words = words_of(prepared.states)
        shown = some_of(rows, device)
        augment = Augment(training.augmentations, signature.input, shown, units, streams["augment"], words)
    pairs = any(isinstance(module, _BATCH_NORMS) for module in graph.modules())
    targets = objective.targets(learnt.y, learnt.x)
    each = None if weights is None else torch.tensor(weights[learnt.y])
    size, order, shuffled = training.batch_size, streams["order"], training.shuffle
    if streamed:
        return StreamedBatches(rows, targets, each, size, order, device, pairs, augment, shuffled)
    each = None if each is None else each.to(device)
    return Batches(rows, targets.to(device), each, size, order, pairs, augment, shuffled)


def _step(
    project: Project, graph: Graph, objective: Objective, batches: Batches, update: Update, units: int,
    average: Average, precision: Context | None, streams: dict[str, torch.Generator],
) -> Step:  # fmt: skip
    """Return the fastest step that knows the network: all give the same to rounding."""
    accumulate = project.training.accumulate
    follower = average if project.training.ema else None
    exact = precision is None and update.flat.values.device.type == "cpu"
    chain = chain_of(graph, project.network, objective, update.flat, batches) if exact else None
    if chain is not None:
        return DenseStep(chain, objective, batches, update, units, accumulate, follower)
    general = graph, objective, batches, update, units, accumulate, follower, precision
    capture = capture_for(update.flat.values.device)
    if capture is None:
        return GeneralStep(*general)
    step = GraphedStep(*general)
    with undisturbed((), list(streams.values())):
        first = batches.first()
    step.prepare(first, capture, [streams["noise"]])
    return step


def freeze(graph: Graph, network: Network) -> None:
    """Leave the frozen layers of a network as they are, the statistics of batch norm included."""
    for node in network.nodes:
        if node.frozen:
            part = graph.part(node.id).requires_grad_(False)
            for module in part.modules():
                if isinstance(module, _BATCH_NORMS):
                    module.eval()
                    # Whatever mode its parents are put in, it stays in this one.
                    vars(module)["train"] = lambda mode=True, module=module: module


def _judge(part: Part, objective: Objective, weights: NDArray[np.float32] | None,
           device: torch.device, table: Trace) -> Judge | None:  # fmt: skip
    if not len(part):
        return None
    return Judge(part, objective, weights, device, values_per_row(table, objective))


@contextmanager
def repeatable_kernels() -> Iterator[None]:
    """Let cuDNN pick only algorithms that give the same bits every time; restore afterwards."""
    before = torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark
    torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False
    try:
        yield
    finally:
        torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = before
