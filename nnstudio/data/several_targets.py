"""Several columns of a table to be predicted: classes where each row marks one, labels, or numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import Column, DataProblem
from nnstudio.core.trace import Task
from nnstudio.data.labels import from_flags

ONE_EACH = "Each row marks exactly one of the target columns, so they are taken as classes."


@dataclass(frozen=True, slots=True)
class Answers:
    """The target of a table, the task, names of what is predicted, and several numbers of every row."""

    target: Column
    task: Task
    names: tuple[str, ...] = ()
    numbers: NDArray[np.float32] | None = None
    notes: tuple[str, ...] = ()


def together(columns: Sequence[Column], wished: str) -> Answers:
    """Return what several columns ask for; `wished` is a task or auto. Raises DataProblem."""
    if wished == "ordinal":
        raise DataProblem("Classes in an order stand in a single column: choose one to be predicted.")
    if wished == "multilabel" or any(column.type != "number" for column in columns):
        return Answers(*_labels(columns))
    values = np.stack([column.values for column in columns], axis=1)
    flags = bool(np.isin(values[np.isfinite(values)], (0, 1)).all())
    names = tuple(column.name for column in columns)
    if wished != "regression" and flags and bool((values.sum(axis=1) == 1).all()):
        texts = np.array([names[at] for at in values.argmax(axis=1)], dtype=object)
        return Answers(Column(", ".join(names), "category", texts), "classification", notes=(ONE_EACH,))
    if wished == "classification":
        raise DataProblem("Several target columns are classes only where each row marks one by a 1.")
    if wished == "auto" and flags:
        return Answers(*_labels(columns))
    known = np.where(np.isnan(values).any(axis=1), np.nan, values[:, 0])
    return Answers(Column(", ".join(names), "number", known), "regression", names, values.astype(np.float32))


def _labels(columns: Sequence[Column]) -> tuple[Column, Task, tuple[str, ...]]:
    column, names = from_flags(columns)
    return column, "multilabel", names
