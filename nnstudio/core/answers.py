"""Between answers and outputs: what the outputs of a network shall be, and what they say."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.trace import Target


def taught(target: Target, y: NDArray[Any], units: int) -> NDArray[np.float32]:
    """Return what the outputs shall be for the answers y of prepared rows; (N, units).

    A class is 1 among zeros, or 1 in a single unit for the second of two. Of classes in order unit k says
    whether the class lies above the k-th (Frank and Hall 2001). Labels and numbers are their own.
    """
    if target.asks != "class":
        return np.asarray(y, np.float32).reshape(len(y), -1)
    classes = np.asarray(y, np.int64)[:, None]
    if target.task == "ordinal":
        return np.asarray(classes > np.arange(units), np.float32)
    true = classes == (np.arange(units) if units > 1 else 1)
    return np.asarray(true, np.float32)


def said(target: Target, outputs: NDArray[Any]) -> NDArray[np.int64]:
    """Return what outputs behind the last activation say: class numbers (N,), or labels (N, K) as 0 or 1."""
    if target.asks == "labels":
        return labels_of(outputs)
    return steps_of(outputs) if target.task == "ordinal" else classes_of(outputs)


def in_words(target: Target, answer: Any) -> str:
    """Return the name of a class number, or the names of the labels (K,) that are true."""
    if target.asks == "labels":
        return ", ".join(name for name, true in zip(target.names, answer, strict=True) if true) or "none"
    return target.names[int(answer)]


def classes_of(outputs: NDArray[Any]) -> NDArray[np.int64]:
    """Return the predicted class of each row: the largest output, or whether a single one is over 0.5."""
    if outputs.shape[1] == 1:
        return np.asarray(outputs[:, 0] > 0.5, np.int64)
    largest: NDArray[np.int64] = outputs.argmax(1)
    return largest


def steps_of(outputs: NDArray[Any]) -> NDArray[np.int64]:
    """Return the predicted class among classes in order: how many borders it lies above."""
    return np.asarray((outputs > 0.5).sum(1), np.int64)


def labels_of(outputs: NDArray[Any]) -> NDArray[np.int64]:
    """Return which labels are predicted to be true, as 0 or 1."""
    return np.asarray(outputs > 0.5, np.int64)


def shares_of(target: Target, outputs: NDArray[Any]) -> NDArray[np.float64] | None:
    """Return outputs as the share of each class or label, (N, count); None when they are no shares.

    Of classes in order the shares are the differences of the outputs, none of which may rise again.
    """
    shares = np.asarray(outputs, np.float64)
    if target.asks == "numbers" or not np.isfinite(shares).all() or not _between_0_and_1(shares):
        return None
    if target.asks == "class" and (target.task == "ordinal" or shares.shape[1] == 1):
        above = np.minimum.accumulate(shares, axis=1)
        ends = np.ones((len(shares), 1)), np.zeros((len(shares), 1))
        shares = np.concatenate([ends[0], above], axis=1) - np.concatenate([above, ends[1]], axis=1)
    return shares if shares.shape[1] == target.count else None


def _between_0_and_1(shares: NDArray[np.float64]) -> bool:
    return bool(shares.min() >= -1e-6 and shares.max() <= 1 + 1e-6) if shares.size else True
