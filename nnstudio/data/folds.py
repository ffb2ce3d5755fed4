"""Folds for cross-validation: every row validates once, and the test rows stay out of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import DataProblem, DataSpec, Examples
from nnstudio.core.param import param
from nnstudio.core.registry import Frozen
from nnstudio.data.split import Parts, assign
from nnstudio.data.target import labelled

Kind = Literal["k-fold", "stratified", "grouped", "time series"]


class Folds(Frozen):
    """How the rows are divided into folds."""

    kind: Kind = param(
        "stratified", "Kind",
        "Stratified keeps the share of every class; grouped keeps rows with the same value of a column "
        "together; time series only ever validates on what comes after the training rows.",
        choices=("k-fold", "stratified", "grouped", "time series"),
    )  # fmt: skip
    folds: int = param(
        5, "Folds", "Parts of which each validates once, on a network trained on the others.",
        low=2, high=20, step=1, typical=(5, 10), too_low="Trains on few rows.", too_high="Takes long.",
    )  # fmt: skip
    repeats: int = param(
        1, "Repeats", "Times that the rows are divided anew.", low=1, high=10, step=1,
        too_high="Takes long.",
    )  # fmt: skip
    group: str = param("", "Group column", "Rows with the same value in this column stay together (grouped).")
    seed: int = param(0, "Seed", "Another seed divides the rows in another way.", low=0, high=9999, step=1)

    @property
    def count(self) -> int:
        """Networks to be trained."""
        return self.folds * (1 if self.kind == "time series" else self.repeats)


def default_folds(examples: Examples) -> Folds:
    """Return the kind of folds that suits the data."""
    if examples.windows is not None:
        return Folds(kind="time series")
    return Folds(kind="stratified" if examples.asks == "class" else "k-fold")


def divided(examples: Examples, spec: DataSpec, folds: Folds) -> Iterator[tuple[Examples, Parts]]:
    """Yield the examples with the part of every row, once per fold; raises DataProblem.

    Rows of the test part stay test rows in every fold. The splits are those of scikit-learn.
    """
    if examples.windows is None and spec.goal == "predict":
        examples, _ = labelled(examples)
    before = assign(examples, spec.split)
    rows = np.flatnonzero(before != "test")
    for train, held in _splits(examples, rows, folds):
        parts = np.full(len(examples), "test", dtype=object)
        parts[rows[train]] = "train"
        parts[rows[held]] = "validation"
        yield examples, parts


def _splits(
    examples: Examples, rows: NDArray[np.int64], folds: Folds
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    from sklearn.model_selection import GroupKFold, RepeatedKFold, RepeatedStratifiedKFold, TimeSeriesSplit

    if len(rows) < 2 * folds.folds:
        raise DataProblem(f"{len(rows)} rows are too few for {folds.folds} folds: take fewer folds.")
    if examples.windows is not None and folds.kind != "time series":
        raise DataProblem("Rows that follow each other in time can only be divided as a time series.")
    k, n, seed = folds.folds, folds.repeats, folds.seed
    if folds.kind == "time series":
        yield from TimeSeriesSplit(k).split(rows)
    elif folds.kind == "grouped":
        groups = _groups(examples, rows, folds)
        for repeat in range(n):
            yield from GroupKFold(k, shuffle=True, random_state=seed + repeat).split(rows, groups=groups)
    elif folds.kind == "stratified":
        labels = _labels(examples, rows, k)
        yield from RepeatedStratifiedKFold(n_splits=k, n_repeats=n, random_state=seed).split(rows, labels)
    else:
        yield from RepeatedKFold(n_splits=k, n_repeats=n, random_state=seed).split(rows)


def _labels(examples: Examples, rows: NDArray[np.int64], k: int) -> NDArray[Any]:
    if examples.asks != "class":
        raise DataProblem("Only classes can be stratified: choose k-fold for labels or numbers.")
    labels = examples.target.values[rows].astype(str)
    names, counts = np.unique(labels, return_counts=True)
    if counts.min() < k:
        raise DataProblem(
            f"The class '{names[counts.argmin()]}' has {counts.min()} rows, fewer than {k} folds: take fewer "
            f"folds, or k-fold."
        )
    return labels


def _groups(examples: Examples, rows: NDArray[np.int64], folds: Folds) -> NDArray[Any]:
    found = {column.name: column for column in examples.columns}
    if folds.group not in found:
        known = ", ".join(found) or "none"
        raise DataProblem(f"Name the column that makes the groups; there are: {known}.")
    groups = found[folds.group].values[rows].astype(str)
    if len(np.unique(groups)) < folds.folds:
        raise DataProblem(
            f"'{folds.group}' has {len(np.unique(groups))} different values, fewer than {folds.folds} folds."
        )
    return groups
