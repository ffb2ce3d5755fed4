"""What the answers of arrays are: classes, labels or numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import Column, DataProblem
from nnstudio.core.trace import Task
from nnstudio.data.array_file import ArrayFile
from nnstudio.data.labels import from_flags

Array = NDArray[Any]
FEW_CLASSES = 20
"""Of more, whole numbers are classes only where they count from 0 or 1 on without a gap."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The target column, the task, and all numbers of a row where there are several."""

    values: Array
    task: Task
    several: NDArray[np.float32] | None = None
    notes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Of the labels."""


def answers_of(y: Array, source: ArrayFile) -> Answers:
    """Return what is to be predicted: classes from whole numbers and texts, else numbers."""
    if y.ndim > 2:
        raise DataProblem(f"{source.label()}: y has {y.ndim} axes; a row may have one answer, or several.")
    texts = y.dtype.kind == "U"
    if texts and source.task == "regression":
        raise DataProblem(f"{source.label()}: y holds texts, which cannot be predicted as numbers.")
    if y.ndim == 2:
        return _several(y, source)
    if source.task == "multilabel":
        raise DataProblem(f"{source.label()}: for several labels y needs a column of 0 and 1 for each.")
    classes = texts or _are_classes(y) if source.task == "auto" else source.task != "regression"
    if not classes:
        return Answers(y.astype(np.float64), "regression")
    if y.dtype.kind == "f" and not (np.isfinite(y).all() and (y == np.round(y)).all()):
        raise DataProblem(f"{source.label()}: y holds fractions, so it names no classes: choose regression.")
    whole = y if texts else y.astype(np.int64)
    task: Task = "ordinal" if source.task == "ordinal" else "classification"
    return Answers(np.array([str(value) for value in whole], dtype=object), task)


def _are_classes(y: Array) -> bool:
    """Tell whether numbers are names of classes: 0 and 1, or whole ones, few or without a gap."""
    found = np.unique(y)
    if y.dtype.kind == "f":
        return bool(found.tolist() == [0.0, 1.0])
    counted = len(found) > 0 and found[0] in (0, 1) and len(found) == int(found[-1]) - int(found[0]) + 1
    return bool(y.dtype.kind in "biu" and (len(found) <= FEW_CLASSES or counted))


def _several(y: Array, source: ArrayFile) -> Answers:
    if y.dtype.kind == "U" or y.shape[1] == 0:
        raise DataProblem(f"{source.label()}: y has several columns, which must hold numbers.")
    flags = bool(((y == 0) | (y == 1)).all())
    if flags and bool((y.sum(axis=1) == 1).all()) and source.task in ("auto", "classification"):
        note = "Each row of y marks exactly one column, so the columns are taken as classes."
        texts = np.array([str(at) for at in y.argmax(axis=1)], dtype=object)
        return Answers(texts, "classification", notes=(note,))
    if source.task == "multilabel" or (flags and source.task == "auto"):
        columns = [Column(f"y{at + 1}", "number", y[:, at].astype(np.float64)) for at in range(y.shape[1])]
        labels, names = from_flags(columns)
        return Answers(labels.values, "multilabel", names=names)
    if source.task != "regression" and source.task != "auto":
        raise DataProblem(
            f"{source.label()}: a row of y marks several columns or none, so it names no class: choose "
            f"multilabel or regression."
        )
    numbers = y.astype(np.float32)
    return Answers(numbers[:, 0].astype(np.float64), "regression", several=numbers)


def named(answers: Answers, given: Array | None) -> Array:
    """Return the answers, class numbers replaced by the names that the file may give."""
    if answers.task != "classification" or given is None:
        return answers.values
    titles = [str(name) for name in given.ravel()]
    known = {str(at): title for at, title in enumerate(titles)}
    if len(set(titles)) < len(titles) or not set(answers.values) <= set(known):
        return answers.values
    return np.array([known[value] for value in answers.values], dtype=object)
