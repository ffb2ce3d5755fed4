"""What is to be predicted: rows without it left out, classes named and numbered."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations.rows import levels, missing
from nnstudio.core.dataset import Column, DataProblem, Examples
from nnstudio.core.trace import Target
from nnstudio.data.labels import label_target
from nnstudio.data.order import in_order

FEWEST_ROWS = 10
"""Below this no split leaves enough rows to judge anything by."""


def labelled(examples: Examples) -> tuple[Examples, NDArray[np.int64]]:
    """Return the examples whose target is known, and their row numbers; raises DataProblem."""
    known = ~missing(examples.target.values)
    rows = np.flatnonzero(known)
    if len(rows) < FEWEST_ROWS:
        raise DataProblem(
            f"Only {len(rows)} of the rows of {examples.title} have a value in '{examples.target.name}'; at "
            f"least {FEWEST_ROWS} are needed, better hundreds."
        )
    if known.all():
        return examples, rows
    note = f"Rows left out because '{examples.target.name}' is missing: {len(known) - len(rows)}."
    return _only(examples, rows, note), rows


def as_classes_or_numbers(examples: Examples) -> tuple[Target, Column]:
    """Return the target's description, and its column as texts (classes, labels) or numbers.

    Raises DataProblem when there is nothing to be learnt or the task does not suit the column.
    """
    described = {"class": _classes, "labels": label_target, "numbers": _numbers}
    return described[examples.asks](examples)


def class_numbers(target: Target, texts: NDArray[Any]) -> NDArray[np.int64]:
    """Return the position of every class in `target.names`."""
    at = {name: i for i, name in enumerate(target.names)}
    return np.fromiter((at[text] for text in texts), np.int64, len(texts))


def lonely_classes(texts: NDArray[Any]) -> list[str]:
    """Return the classes with a single example."""
    counts = Counter(texts)
    return [name for name in levels(counts) if counts[name] == 1]


def _only(examples: Examples, rows: NDArray[np.int64], note: str) -> Examples:
    return replace(
        examples,
        target=replace(examples.target, values=examples.target.values[rows]),
        columns=tuple(replace(column, values=column.values[rows]) for column in examples.columns),
        pixels=None if examples.pixels is None else examples.pixels[rows],
        split=None if examples.split is None else examples.split[rows],
        answers=None if examples.answers is None else examples.answers[rows],
        notes=(*examples.notes, note),
    )


def _classes(examples: Examples) -> tuple[Target, Column]:
    column = examples.target
    texts = column.values if column.values.dtype == object else _number_texts(column.values)
    names = levels(texts)
    if len(names) == 1:
        raise DataProblem(
            f"All {len(texts)} rows have the same class '{names[0]}' in '{column.name}': there is nothing to "
            f"tell apart. Choose another target column."
        )
    if len(names) > len(texts) / 2:
        raise DataProblem(
            f"The target '{column.name}' has {len(names)} different values in {len(texts)} rows: too many to "
            f"be classes. Choose another target column, or predict it as a number."
        )
    ordered = in_order(names, examples.names) if examples.task == "ordinal" else tuple(names)
    target = Target(task=examples.task, names=ordered, column=column.name)
    return target, Column(column.name, "category", texts)


def _numbers(examples: Examples) -> tuple[Target, Column]:
    column = examples.target
    if column.values.dtype == object:
        raise DataProblem(
            f"The target '{column.name}' holds texts such as '{column.values[0]}', so it cannot be predicted "
            f"as a number: choose classification or another target column."
        )
    if examples.answers is not None:
        count = examples.answers.shape[1]
        names = examples.names or tuple(f"{column.name}{at + 1}" for at in range(count))
        return Target(task="regression", names=names, column=column.name), column
    if column.values.min() == column.values.max():
        raise DataProblem(
            f"Every row has the value {column.values[0]:g} in '{column.name}': there is nothing to learn."
        )
    target = Target(task="regression", names=(column.name,), column=column.name)
    return target, Column(column.name, "number", column.values)


def _number_texts(values: NDArray[np.float64]) -> NDArray[np.object_]:
    distinct, positions = np.unique(values, return_inverse=True)
    texts = [str(int(value)) if value.is_integer() else repr(float(value)) for value in distinct]
    return np.array(texts, dtype=object)[positions]
