"""Examples made from arrays in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import Column, Examples
from nnstudio.core.trace import Task
from nnstudio.data.labels import from_flags


def from_arrays(
    x: NDArray[Any],
    y: NDArray[Any],
    *,
    task: Task = "classification",
    names: Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
    split: Sequence[str] | None = None,
    title: str = "Arrays",
) -> Examples:
    """Return examples of a table x (N, features) or images x (N, channels, height, width) in 0..1.

    `y` (N,) holds class numbers, class names or numbers, or (N, labels) whether each label is true;
    `classes` names class numbers (ordinal: the lowest first) or labels; `split` says train, validation or
    test per row.
    """
    if task == "multilabel":
        classes = classes or [f"label {i + 1}" for i in range(np.shape(y)[1])]
    target = _target(y, task, classes)
    named = tuple(classes or ()) if task in ("multilabel", "ordinal") else ()
    given = None if split is None else np.array(split, dtype=object)
    if x.ndim == 4:
        return Examples(title, target, task, pixels=np.asarray(x, np.float32), split=given, names=named)
    names = names or [f"x{i + 1}" for i in range(x.shape[1])]
    columns = tuple(Column(name, "number", np.asarray(x[:, i], np.float64)) for i, name in enumerate(names))
    return Examples(title, target, task, columns, split=given, names=named)


def _target(y: NDArray[Any], task: Task, classes: Sequence[str] | None) -> Column:
    if task == "regression":
        return Column("target", "number", np.asarray(y, np.float64))
    if task == "multilabel":
        flags = zip(classes or (), np.asarray(y, np.float64).T, strict=True)
        column, _ = from_flags([Column(name, "number", true) for name, true in flags])
        return column
    texts = [classes[value] if classes else str(value) for value in y]
    return Column("target", "category", np.array(texts, dtype=object))
