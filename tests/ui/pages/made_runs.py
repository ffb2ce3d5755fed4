"""Runs with made-up curves and settings, and one that was really trained."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from nnstudio.catalog.datasets.sklearn_sets import Diabetes, Digits, Iris
from nnstudio.catalog.defaults import new_project
from nnstudio.core.dataset import Source
from nnstudio.core.project import Project
from nnstudio.core.run import Epoch, Finished, History, Run, RunRecord, Status
from nnstudio.data.prepare import default_spec, prepare
from nnstudio.ui.data_loader import Loaded
from tests.core import samples

SOURCES: dict[str, type[Source]] = {"iris": Iris, "digits": Digits, "diabetes": Diabetes}


def made_run(
    id: str = "r1",
    name: str = "",
    *,
    project: Project | None = None,
    losses: tuple[float, ...] = (0.7, 0.4, 0.5),
    status: Status = "done",
    message: str = "",
    **record: Any,
) -> Run:
    """Return a run with these validation losses; accuracy falls as the loss rises."""
    history = History()
    for epoch, loss in enumerate(losses, start=1):
        values = {"train_loss": 0.9 * loss, "val_loss": loss, "val_accuracy": 1 - loss, "rate": 1e-3}
        history.add(Epoch(epoch, values))
    best = int(np.argmin(losses)) + 1 if losses else 0
    created = f"2026-05-03T14:{len(id):02d}:{sum(map(ord, id)) % 60:02d}+02:00"
    known = RunRecord(
        id=id, name=name or f"Run {id}", created=created, project=project or samples.project(), device="cpu",
        status=status, message=message, best_epoch=best, seconds=2.5, **record,
    )  # fmt: skip
    return Run(known, history, {"best": b"weights"})


@lru_cache
def trained_run(kind: str, epochs: int = 2) -> tuple[Run, Loaded]:
    """Return a run really trained on one of scikit-learn's sets, and its data."""
    from nnstudio.engine.train import train

    source = SOURCES[kind]()
    examples = source.load()
    spec = default_spec(source, examples)
    prepared = prepare(examples, spec)
    project = new_project(kind, spec, prepared.signature)
    project = project.set("training.epochs", epochs).set("training.device", "cpu")
    history = History()
    record = RunRecord(
        id=kind, name="Run 1", created="2026-05-03T14:02:00+02:00", project=project, device="cpu"
    )
    run = Run(record, history)
    for event in train(project, prepared):
        history.add(event)
        if isinstance(event, Finished):
            run = run.finished(event)
    return run, Loaded(spec, examples, prepared)
