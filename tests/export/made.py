"""Prepared texts, and runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.core.run import Finished, Run, fold, new_record
from nnstudio.core.shape import tokens
from nnstudio.engine.train import train
from tests.engine.made import classes


def texts(steps: int = 7, vocabulary: int = 11) -> Prepared:
    """Return classes of token ids int64 (N, steps), padded with 0 at the end."""
    data = classes(columns=steps)
    rng = np.random.default_rng(0)

    def ids(rows: int) -> np.ndarray:
        found = rng.integers(1, vocabulary, (rows, steps))
        found[np.arange(steps) >= rng.integers(1, steps + 1, (rows, 1))] = 0
        return found

    parts = (replace(part, x=ids(len(part))) for part in (data.train, data.validation, data.test))
    train, validation, test = parts
    signature = data.signature.model_copy(update={"input": tokens(steps, vocabulary)})
    return replace(data, signature=signature, train=train, validation=validation, test=test)


def run_of(project: Project, prepared: Prepared) -> Run:
    """Train a project and return the run as it would be kept."""
    events = list(train(project, prepared))
    assert isinstance(events[-1], Finished)
    return Run(new_record(project, "Run 1", prepared.states), fold(events)).finished(events[-1])
