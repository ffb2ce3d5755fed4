"""Examples made from arrays in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import Column, Examples
from nnstudio.core.trace import Task


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

    `y` (N,) holds class numbers, class names or numbers; `classes` names class numbers; `split` says
    train, validation or test per row.
    """
    values = np.asarray(y, np.float64) if task == "regression" else _texts(y, classes)
    target = Column("target", "number" if task == "regression" else "category", values)
    given = None if split is None else np.array(split, dtype=object)
    if x.ndim == 4:
        return Examples(title, target, task, pixels=np.asarray(x, np.float32), split=given)
    names = names or [f"x{i + 1}" for i in range(x.shape[1])]
    columns = tuple(Column(name, "number", np.asarray(x[:, i], np.float64)) for i, name in enumerate(names))
    return Examples(title, target, task, columns, split=given)


def _texts(y: NDArray[Any], classes: Sequence[str] | None) -> NDArray[np.object_]:
    return np.array([classes[value] if classes else str(value) for value in y], dtype=object)
