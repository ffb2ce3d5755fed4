"""Features looked at one by one: do the splits differ, and does a single one give the answer away?"""

from __future__ import annotations

from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.comparison import Giveaway, SplitShift
from nnstudio.core.dataset import Part

MOST_ROWS = 2000
MOST_FEATURES = 256
"""Of more rows and features, some spread evenly over all are looked at: enough for what is looked for."""
FEWEST_ROWS = 20
BINS = 32
"""Steps of the staircase that a single feature predicts with."""
FEWEST_PER_BIN = 5
"""Rows that a step needs on average, or it learns single rows by heart."""
TINY = 1e-9

Array = NDArray[np.float64]


def split_shift(train: Part, validation: Part, names: tuple[str, ...]) -> SplitShift | None:
    """Return how the splits' inputs differ; None for token ids, and where there is too little to tell.

    Features that are constant in training say nothing. `names` are those of the last axis of a table or
    the channels of an image.
    """
    if train.x.dtype.kind != "f" or min(len(train), len(validation)) < FEWEST_ROWS:
        return None
    seen, asked = _table(train.x), _table(validation.x)
    mean, spread = seen.mean(0), seen.std(0)
    varied = spread > TINY * (1 + np.abs(mean))
    if not varied.any():
        return None
    shift = np.abs(asked.mean(0) - mean)[varied] / spread[varied]
    stretch = asked.std(0)[varied] / spread[varied]
    worst = int(np.flatnonzero(varied)[shift.argmax()])
    return SplitShift(
        typical=float(np.median(shift)), largest=float(shift.max()), stretch=float(np.median(stretch)),
        feature=names[worst] if len(names) == seen.shape[1] else f"input {worst + 1}",
    )  # fmt: skip


def giveaway(train: Part, validation: Part, names: tuple[str, ...], classes: int) -> Giveaway | None:
    """Return the feature that predicts the answer best by itself; None where this makes no sense.

    `classes` is 0 for numbers. The columns of one category (`colour=red`, `colour=blue`) count as one.
    """
    if train.x.ndim != 2 or train.x.dtype.kind != "f" or len(names) != train.x.shape[1]:
        return None
    if min(len(train), len(validation)) < FEWEST_ROWS or (train.y.ndim > 1 and train.y.shape[1] > 1):
        return None
    columns = _columns(names)
    if len(columns) < 2:
        return None
    some, held = _some(len(train)), _some(len(validation))
    y, true = train.y[some].reshape(len(some)), validation.y[held].reshape(len(held))
    found = [
        (_alone(_values(train.x, some, at), y, _values(validation.x, held, at), true, classes), name)
        for name, at in columns
    ]
    found.sort(reverse=True)
    return Giveaway(feature=found[0][1], alone=found[0][0], runner_up=found[1][0])


def _some(rows: int) -> NDArray[np.int64]:
    return np.linspace(0, rows - 1, min(rows, MOST_ROWS)).astype(np.int64)


def _table(x: NDArray[np.float32]) -> Array:
    """Return some rows as a table; an image's channels are its features."""
    x = x[_some(len(x))]
    channels = x.shape[1] if x.ndim == 4 else x.shape[-1]
    found = x.transpose(0, 2, 3, 1) if x.ndim == 4 else x
    return np.asarray(found.reshape(-1, channels), np.float64)


def _columns(names: tuple[str, ...]) -> list[tuple[str, list[int]]]:
    """Return (name, features) of every column that features were made from, at most so many."""
    whole = [name.partition("=")[0] for name in names]
    groups = groupby(range(len(names)), key=lambda at: whole[at])
    found = [(name, list(places)) for name, places in groups]
    return found[:: max(1, -(-len(found) // MOST_FEATURES))]


def _values(x: NDArray[np.float32], rows: NDArray[np.int64], at: list[int]) -> Array:
    found = x[rows, at[0]] if len(at) == 1 else x[rows][:, at].argmax(1)
    return np.asarray(found, np.float64)


def _alone(x: Array, y: NDArray[np.generic], asked: Array, true: NDArray[np.generic], classes: int) -> float:
    """Return the skill of a staircase over one feature (N,), fitted on x and y, asked for other rows."""
    steps = min(BINS, max(2, len(x) // FEWEST_PER_BIN))
    levels = np.unique(x)
    edges = (
        (levels[1:] + levels[:-1]) / 2
        if len(levels) <= steps
        else np.unique(np.quantile(x, np.linspace(0, 1, steps + 1)[1:-1]))
    )
    bins, places = np.searchsorted(edges, x), np.searchsorted(edges, asked)
    count = len(edges) + 1
    if classes:
        table = np.bincount(bins * classes + y.astype(np.int64), minlength=count * classes)
        said = table.reshape(count, classes).argmax(1)[places]
        base = float(np.mean(true == np.bincount(y.astype(np.int64)).argmax()))
        return (float(np.mean(said == true)) - base) / max(TINY, 1 - base)
    numbers, wanted = y.astype(np.float64), true.astype(np.float64)
    sums = np.bincount(bins, numbers, count)
    means = sums / np.maximum(1, np.bincount(bins, minlength=count))
    line = np.polyfit(x, numbers, 1) if len(levels) > 1 else np.array([0.0, numbers.mean()])
    left = min(float(((said - wanted) ** 2).mean()) for said in (means[places], np.polyval(line, asked)))
    return 1 - left / max(TINY, float(((wanted - numbers.mean()) ** 2).mean()))
