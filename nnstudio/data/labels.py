"""Several labels of one row: read from a text or from columns of 0 and 1, named, and as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations.rows import levels, missing
from nnstudio.core.dataset import LABEL_SIGN, Column, DataProblem, Examples
from nnstudio.core.trace import Target

SIGNS = (";", "|", ",")
"""What may stand between two labels, the likeliest first."""


def labels_in(text: str, sign: str = LABEL_SIGN) -> tuple[str, ...]:
    """Return the labels of a text, each once, in its order."""
    return tuple(dict.fromkeys(filter(None, (label.strip() for label in text.split(sign)))))


def sign_of(texts: Iterable[str]) -> str:
    """Return the sign that stands between labels in most of the texts; the first of SIGNS if none does."""
    counts = dict.fromkeys(SIGNS, 0)
    for text in texts:
        for sign in SIGNS:
            counts[sign] += sign in text
    return max(SIGNS, key=lambda sign: counts[sign])


def joined(text: str, sign: str) -> str:
    """Return a text of labels as Examples hold it: in natural order, joined by LABEL_SIGN."""
    return LABEL_SIGN.join(levels(label.replace(LABEL_SIGN, ",") for label in labels_in(text, sign)))


def from_flags(columns: Sequence[Column]) -> tuple[Column, tuple[str, ...]]:
    """Return one column of labels from several of 0 and 1, and the labels; raises DataProblem.

    A row with a gap in one of them is missing.
    """
    for column in columns:
        _check_flags(column)
    gaps = np.logical_or.reduce([missing(column.values) for column in columns])
    names = tuple(column.name.replace(LABEL_SIGN, ",") for column in columns)
    flags = np.stack([column.values == 1 for column in columns], axis=1)
    texts = [
        None if gap else LABEL_SIGN.join(name for name, true in zip(names, row, strict=True) if true)
        for gap, row in zip(gaps, flags, strict=True)
    ]
    return Column(", ".join(names), "category", np.array(texts, dtype=object)), names


def label_target(examples: Examples) -> tuple[Target, Column]:
    """Return the labels by name, and their column; raises DataProblem when there is nothing to choose."""
    column = examples.target
    if column.values.dtype != object:
        raise DataProblem(
            f"'{column.name}' holds one number per row: choose a column with labels such as "
            f"'red{LABEL_SIGN}round', or several columns of 0 and 1."
        )
    found = levels(label for text in column.values for label in labels_in(text))
    names = examples.names or tuple(found)
    if len(names) < 2:
        only = f"the only label is '{names[0]}'" if names else "no row has a label"
        raise DataProblem(
            f"In '{column.name}' {only}: predict it as a class, or check the sign between labels."
        )
    if len(names) > len(column.values) / 2:
        raise DataProblem(
            f"'{column.name}' holds {len(names)} different labels in {len(column.values)} rows, too many to "
            f"be learnt. Is the sign between two labels the right one?"
        )
    return Target(task="multilabel", names=names, column=column.name), column


def label_flags(target: Target, texts: NDArray[Any]) -> NDArray[np.float32]:
    """Return 1 for every label that is true and 0 for the others; (N, labels)."""
    at = {name: i for i, name in enumerate(target.names)}
    flags = np.zeros((len(texts), target.count), np.float32)
    for row, text in enumerate(texts):
        flags[row, [at[label] for label in labels_in(text)]] = 1
    return flags


def _check_flags(column: Column) -> None:
    known = column.values[~missing(column.values)]
    odd = [value for value in known.tolist() if value not in (0, 1)]
    if odd:
        raise DataProblem(
            f"Each of several target columns must hold 0 or 1, but '{column.name}' holds '{odd[0]}'. "
            f"Labels in one column, such as 'red{LABEL_SIGN}round', need that column alone."
        )
