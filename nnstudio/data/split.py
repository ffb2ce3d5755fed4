"""Which rows train, which validate and which are kept for the test."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from nnstudio.core.dataset import SPLITS, DataProblem, Examples, Split, SplitName

SPLIT_WORDS: dict[str, SplitName] = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}
"""What a split column may say, in any case."""

Parts = NDArray[np.object_]
FEWEST_ALIKE = 10
"""Rows with the same set of labels from which they are divided among themselves."""
SLIVER = 1e-9
"""Shares below this are rounding errors of 1 - train - validation."""


def assign(examples: Examples, split: Split) -> Parts:
    """Return `train`, `validation` or `test` per row.

    What the data say themselves is kept; if they name no validation row, some training rows are drawn
    for it. Rows in order of time are divided in this order. Raises DataProblem when a part that is asked
    for stays empty.
    """
    rng = np.random.default_rng(split.seed)
    shares = np.array([split.train, split.validation, split.test])
    shares[shares < SLIVER] = 0.0
    if examples.split is not None:
        return _given(examples, examples.split, shares, rng)
    if examples.windows is not None:
        # Shuffled, the network would be judged on moments that it has seen the future of.
        return np.repeat(np.array(SPLITS, dtype=object), _apportion(len(examples), shares, np.zeros(3)))
    parts = _drawn(_groups(examples, split, np.arange(len(examples))), len(examples), shares, rng)
    for name, share in zip(SPLITS, shares, strict=True):
        if share > 0 and not (parts == name).any():
            raise DataProblem(
                f"No row is left for the {name} part: {share:.0%} of {len(examples)} rows is less than one. "
                f"Give it a larger share or bring more rows."
            )
    return parts


def _given(examples: Examples, said: Parts, shares: NDArray[np.float64], rng: Generator) -> Parts:
    odd = sorted({str(value) for value in said} - set(SPLITS))
    if odd:
        raise DataProblem(
            f"A row must be marked train, validation or test, not '{odd[0]}': correct the split column."
        )
    if not (said == "train").any():
        raise DataProblem("The split column marks no row as train, so there is nothing to learn from.")
    if (said == "validation").any():
        return said.copy()
    rows = np.flatnonzero(said == "train")
    two = np.array([shares[0], shares[1], 0.0]) / (shares[0] + shares[1])
    parts = said.copy()
    parts[rows] = _drawn(_groups(examples, Split(), rows), len(said), two, rng)[rows]
    if not (parts == "validation").any():
        raise DataProblem("The split column marks no row as validation, and there are too few to draw some.")
    return parts


def _groups(examples: Examples, split: Split, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the rows of each class or set of labels, or all rows as one group."""
    if examples.asks == "numbers" or not split.stratify:
        return [rows]
    labels = examples.target.values[rows].astype(str)
    _, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    if examples.asks == "labels":
        # Sets of labels too rare to be divided make a group of their own.
        codes = np.where(counts[codes] < FEWEST_ALIKE, len(counts), codes)
    order = np.argsort(codes, kind="stable")
    return np.split(rows[order], np.flatnonzero(np.diff(codes[order])) + 1)


def _drawn(groups: list[NDArray[np.int64]], n: int, shares: NDArray[np.float64], rng: Generator) -> Parts:
    """Draw the parts of every group; what rounding denies a part in one group it gets in the next."""
    parts = np.empty(n, dtype=object)
    owed = np.zeros(3)
    for rows in groups:
        counts = _apportion(len(rows), shares, owed)
        owed += len(rows) * shares - counts
        parts[rng.permutation(rows)] = np.repeat(np.array(SPLITS, dtype=object), counts)
    return parts


def _apportion(n: int, shares: NDArray[np.float64], owed: NDArray[np.float64]) -> NDArray[np.int64]:
    """Divide `n` rows by largest remainder; a class is never absent from training."""
    quota = n * shares
    counts = np.floor(quota + SLIVER).astype(np.int64)
    claim = np.where(shares > 0, quota - counts + owed, -np.inf)
    counts[np.argsort(-claim, kind="stable")[: n - counts.sum()]] += 1
    if counts[0] == 0:
        counts[np.argmax(counts)] -= 1
        counts[0] = 1
    return counts
