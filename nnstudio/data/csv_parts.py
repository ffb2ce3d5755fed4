"""Tables of the splits that lie in files of their own, put together as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import Column, Examples


def together(parts: Mapping[str, Examples]) -> Examples:
    """Return tables of the same columns, by split, as one whose rows know their split."""
    tables = list(parts.values())
    first = tables[0]
    columns = (_joined(same) for same in zip(*(table.columns for table in tables), strict=True))
    split = np.repeat(np.array(list(parts), dtype=object), [len(table) for table in tables])
    return replace(
        first,
        target=_joined([table.target for table in tables]),
        answers=_all([table.answers for table in tables]),
        columns=tuple(columns),
        split=split,
        notes=tuple(dict.fromkeys(chain.from_iterable(table.notes for table in tables))),
    )


def _all(answers: list[NDArray[np.float32] | None]) -> NDArray[np.float32] | None:
    known = [each for each in answers if each is not None]
    return np.concatenate(known) if known else None


def _joined(columns: tuple[Column, ...] | list[Column]) -> Column:
    return replace(columns[0], values=np.concatenate([column.values for column in columns]))
