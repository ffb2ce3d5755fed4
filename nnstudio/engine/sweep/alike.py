"""Which runs can be trained together."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from nnstudio.core.network import INPUT
from nnstudio.core.project import Project
from nnstudio.engine.build import Graph
from nnstudio.engine.dense.activations import CURVES

FREE = ("weight_decay", "l1", "seed")
"""Settings of training that may differ from run to run, beside the rate."""


class NotTogether(ValueError):
    """These runs cannot share one program: says why."""


def check_alike(projects: Sequence[Project]) -> None:
    """Raise NotTogether unless the projects differ in rate, penalties and seed only."""
    first = _common(projects[0])
    if any(_common(project) != first for project in projects[1:]):
        raise NotTogether("Only rate, penalties and seed may differ between runs that train together.")
    training = projects[0].training
    if training.augmentations or training.clip_norm or training.clip_value or training.ema:
        raise NotTogether("Augmentation, clipping and a moving average are trained one run after another.")
    if training.accumulate > 1 or training.schedule.watches is not None:
        raise NotTogether("Gradient accumulation and a rate that waits for a plateau need a run alone.")
    if projects[0].start_from is not None:
        raise NotTogether("Runs that start from given weights are trained one after another.")
    nodes = projects[0].network.nodes
    if any(node.frozen or node.rate_factor != 1 for node in nodes):
        raise NotTogether("Frozen layers and layers with a rate of their own need a run alone.")
    if any(
        projects[0].network.sources(at) != (nodes[at - 1].id if at else INPUT,) for at in range(len(nodes))
    ):
        raise NotTogether("Only a chain of layers can be trained many at a time.")


def chain(graph: Graph, ids: Sequence[str], fused: bool) -> list[nn.Module]:
    """Return the modules as far as the loss wants them; raises NotTogether for any that is not known."""
    modules = [module for id in ids for module in graph.part(id).children()]
    if fused:
        modules.pop()
    modules = [module for module in modules if type(module) is not nn.Flatten]
    for module in modules:
        if type(module) is not nn.Linear and type(module) not in CURVES:
            name = type(module).__name__
            raise NotTogether(f"Only dense layers and activations are trained many at a time, not {name}.")
    return modules


def _common(project: Project) -> Project:
    training = project.training
    plain = {"weight_decay": 0.0, "l1": 0.0, "seed": 0}
    optimizer = training.optimizer.model_copy(update={"rate": 1e-3})
    return project.model_copy(
        update={"name": "", "training": training.model_copy(update=plain | {"optimizer": optimizer})}
    )
