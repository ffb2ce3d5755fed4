"""Arrays of token ids as texts of numbers: padding cut off, so that it can be told from a token."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import Column, DataProblem
from nnstudio.core.tokens import PADDING


def as_texts(x: NDArray[Any], file: str) -> tuple[Column, int]:
    """Return rows of ids (N, steps) as texts such as `5 3 8`, and how many ids there are.

    Zeros are padding where they stand at the ends of rows only; with others among them 0 is a token as any.
    Raises DataProblem for what is no id.
    """
    ids = _whole(x.reshape(len(x), -1), file)
    padded = _padded(ids)
    rows = [row[_first(row) : _last(row)] if padded else row for row in ids]
    texts = np.array([" ".join(map(str, row.tolist())) for row in rows], dtype=object)
    return Column("tokens", "text", texts), int(ids.max(initial=0)) + 1


def _whole(x: NDArray[Any], file: str) -> NDArray[np.int64]:
    if x.dtype.kind == "f" and not (np.isfinite(x).all() and (x == np.round(x)).all()):
        raise DataProblem(f"{file}: x holds fractions, but token ids are whole numbers from 0 on.")
    if x.size and x.min() < 0:
        raise DataProblem(f"{file}: x holds {int(x.min())}, but token ids are whole numbers from 0 on.")
    return np.asarray(x, np.int64)


def _padded(ids: NDArray[np.int64]) -> bool:
    """Tell whether no 0 stands between two other ids."""
    real = ids != PADDING
    before = np.maximum.accumulate(real, axis=1)
    behind = np.maximum.accumulate(real[:, ::-1], axis=1)[:, ::-1]
    return not (before & behind & ~real).any()


def _first(row: NDArray[np.int64]) -> int:
    return int((row != PADDING).argmax())


def _last(row: NDArray[np.int64]) -> int:
    return len(row) - int((row[::-1] != PADDING).argmax()) if row.any() else 0
