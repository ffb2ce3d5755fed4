"""Projects and runs that the tests of core save, edit and compare."""

from __future__ import annotations

import math

import numpy as np

from nnstudio.catalog.datasets.playground import Circles
from nnstudio.catalog.defaults import new_project
from nnstudio.catalog.layers.merge import Add
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.catalog.presets import Funnel
from nnstudio.core.dataset import DataFacts, DataSpec, SplitFacts
from nnstudio.core.project import Project
from nnstudio.core.run import (
    Changed,
    Epoch,
    History,
    LayerHealth,
    OutputHealth,
    Run,
    RunRecord,
    Started,
    Steps,
    fold,
)
from nnstudio.core.shape import features
from nnstudio.core.trace import Signature, Target

SIGNATURE = Signature(
    input=features(2), target=Target(task="classification", names=("A", "B"), column="class")
)
FACTS = DataFacts(
    train=SplitFacts(rows=350, class_counts=(175, 175), input_mean=0.1, input_std=1 / 3),
    validation=SplitFacts(rows=75, class_counts=(38, 37)),
    test=SplitFacts(rows=75, class_counts=(37, 38)),
    features=2,
    feature_mean_max=0.1,
    feature_std_min=0.9,
    feature_std_max=1.1,
    feature_abs_max=2.5,
    constant_features=("x7",),
    baseline_loss={"accuracy": 0.5},
)


def project() -> Project:
    """Return a project whose network follows a funnel: 2 -> 16 -> 8 -> 1."""
    return new_project("Circles", DataSpec(source=Circles(noise=0.1)), SIGNATURE, Funnel(depth=2, width=16))


def branched() -> Project:
    """Return a project made by hand, with a skip connection, a name and dropout."""
    made = project()
    network = made.network.insert(Dropout(rate=0.3), 1).insert(Add(), 3).wire("n1", "n5").rename("n1", "Stem")
    return made.with_network(network.replace("n2", network["n2"].layer.model_copy(update={"units": 16})))


def history() -> History:
    """Return the curves of three epochs, one of them with a loss that is not finite."""
    health = (
        LayerHealth(
            id="n1", gradient_norm=0.1, weight_norm=1 / 3, update_ratio=1e-3, mean=0.0, std=1.0, dead=0.25
        ),
        LayerHealth(id="n3", saturated=0.5),
    )
    losses = (0.7, math.nan, 0.1 + 0.2)
    events = [Started("cpu", "no GPU was found", 3, 11, FACTS, 0.6932)]
    for epoch, loss in enumerate(losses, start=1):
        steps = np.linspace(loss, 0.3, 11, dtype=np.float32)
        events.append(Steps(11 * epoch, float(epoch), steps, 1000.0))  # type: ignore[arg-type]
        values = {"train_loss": loss, "val_loss": 2 * loss, "rate": 1e-3}
        confusion = np.array([[30, 8], [epoch, 37]])
        output = OutputHealth(mean=0.3, entropy=0.5, predicted=(epoch, 3)) if epoch % 2 else None
        events.append(Epoch(epoch, values, health[: epoch % 3], confusion, output))  # type: ignore[arg-type]
    events.append(Changed(1.5, "training.optimizer.rate", 1e-3, 1e-4))  # type: ignore[arg-type]
    return fold(events)


def run(id: str = "r1", weights: bytes = b"best weights") -> Run:
    """Return a kept run."""
    record = RunRecord(
        id=id,
        name=f"Run {id}",
        created="2026-01-31T12:00:00+01:00",
        project=project(),
        device="cpu",
        status="done",
        best_epoch=3,
        seconds=1.25,
        test={"accuracy": 2 / 3},
    )
    return Run(record, history(), {"best": weights, "last": weights[::-1]})
