"""Rows and values compared with each other: which repeat, which are missing, in which order they sort."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import Table


def fitting(table: Table) -> NDArray[np.bool_]:
    """Return which rows a step may learn from: training rows that no step has dropped."""
    return table.train & table.keep


def missing(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return where a column's values are missing (NaN or None)."""
    if values.dtype == object:
        return np.fromiter((value is None for value in values), np.bool_, len(values))
    return np.asarray(np.isnan(values))


def row_keys(columns: Sequence[NDArray[Any]]) -> NDArray[np.uint64]:
    """Return a 64-bit key per row of equally long columns: equal rows have equal keys.

    Different rows share a key with a chance of about 1e-7 in a million rows.
    """
    keys = np.zeros(len(columns[0]), np.uint64)
    for values in columns:
        keys = _mix(keys * np.uint64(0x9E3779B97F4A7C15) + _bits(values) + np.uint64(1))
    return keys


def repeats(keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return which keys have occurred before."""
    again = np.ones(len(keys), np.bool_)
    again[np.unique(keys, return_index=True)[1]] = False
    return again


def natural(text: str) -> tuple[tuple[int, float, str], ...]:
    """Return a sort key that puts `class 2` before `class 10`, and numbers in numeric order."""
    try:
        return ((0, float(text), ""),)
    except ValueError:
        parts = re.split(r"(\d+)", text)
        return tuple((0, float(part), "") if part.isdigit() else (1, 0.0, part.casefold()) for part in parts)


def levels(values: Iterable[Any]) -> list[str]:
    """Return the distinct values of a category in natural order, missing ones left out."""
    distinct = {value for value in values if value is not None}
    return sorted(distinct, key=lambda text: (natural(text), text))


def _bits(values: NDArray[Any]) -> NDArray[np.uint64]:
    if values.dtype == object:
        codes: dict[Any, int] = {}
        return np.fromiter((codes.setdefault(value, len(codes)) for value in values), np.uint64, len(values))
    if values.dtype.kind == "f":
        # Adding 0 turns -0 into 0; every NaN gets the same bits.
        plain = np.asarray(values, np.float64) + 0.0
        return np.where(np.isnan(plain), np.nan, plain).view(np.uint64)
    return values.astype(np.uint64)


def _mix(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble 64-bit numbers (the finaliser of splitmix64)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
