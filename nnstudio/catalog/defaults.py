"""Sensible beginnings: the training settings and the network of a new project."""

from __future__ import annotations

from nnstudio.catalog.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError
from nnstudio.catalog.optimizers import Adam
from nnstudio.catalog.presets import Funnel
from nnstudio.catalog.schedules import Constant
from nnstudio.core.dataset import DataSpec
from nnstudio.core.project import Preset, Project
from nnstudio.core.trace import Signature, Target
from nnstudio.core.training import METRICS, Loss, Metric, Training


def loss_for(target: Target) -> Loss:
    """Return the loss that fits the target."""
    fitting = {"linear": MeanSquaredError, "sigmoid": BinaryCrossEntropy, "softmax": CrossEntropy}
    loss: Loss = fitting[target.activation]()
    return loss


def metrics_for(target: Target) -> list[type[Metric]]:
    """Return the metrics of every epoch that apply to the target, the most telling first."""
    return [metric for metric in metrics_of_evaluation(target) if metric.every_epoch]


def metrics_of_evaluation(target: Target) -> list[type[Metric]]:
    """Return all metrics that apply to the target, the most telling first."""
    return [metric for metric in METRICS if target.task in metric.tasks]


def training_for(target: Target) -> Training:
    """Return the recommended start: Adam at 0.001, batch 32, 100 epochs, early stopping at 15."""
    return Training(loss=loss_for(target), optimizer=Adam(), schedule=Constant())


def new_project(name: str, data: DataSpec, signature: Signature, preset: Preset | None = None) -> Project:
    """Return a project with the recommended start for these data."""
    project = Project(
        name=name, data=data, training=training_for(signature.target), preset=preset or Funnel()
    )
    return project.with_signature(signature)


def refit(project: Project, signature: Signature, before: Signature | None = None) -> Project:
    """Return the project on data that have turned out to look like `signature`.

    A preset is written anew. The loss is exchanged when the task has changed and it cannot serve the new
    one, or when it was the recommended one and another is now; a loss chosen against all advice stays.
    `before` is what the data looked like until now, where the project itself no longer knows.
    """
    before = before or project.signature
    known = project.with_signature(signature)
    if _loss_stays(known.training.loss, before.target if before else None, signature.target):
        return known
    training = known.training.model_copy(update={"loss": loss_for(signature.target)})
    return known.model_copy(update={"training": training})


def _loss_stays(loss: Loss, before: Target | None, now: Target) -> bool:
    if before is None or before.task != now.task:
        return now.task in loss.tasks
    return loss != loss_for(before) or loss == loss_for(now)
