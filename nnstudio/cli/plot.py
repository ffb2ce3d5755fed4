"""Curves with plain characters, for terminals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 64, 12


def plot(
    title: str, curves: Mapping[str, Sequence[float]], width: int = WIDTH, height: int = HEIGHT
) -> list[str]:
    """Return the lines of a chart; the first letter of each name draws its curve, gaps stay empty.

    Where curves meet, the later one is seen.
    """
    known = [value for values in curves.values() for value in values if math.isfinite(value)]
    if not known:
        return [f"{title}: nothing to draw"]
    low, high = min(known), max(known)
    span = high - low or 1.0
    length = max(len(values) for values in curves.values())
    grid = [[" "] * width for _ in range(height)]
    for name, values in curves.items():
        for column in range(width):
            value = values[at] if (at := _index(column, width, length)) < len(values) else math.nan
            if math.isfinite(value):
                grid[round((high - value) / span * (height - 1))][column] = name[0]
    marks = {0: f"{high:.3g}", height - 1: f"{low:.3g}"}
    lines = [f"{marks.get(row, ''):>9} |{''.join(cells).rstrip()}" for row, cells in enumerate(grid)]
    axis = f"{'':9} +{'-' * width}"
    legend = ", ".join(f"{name[0]} = {name}" for name in curves)
    return [f"{title} ({legend})", *lines, axis, f"{'':11}1{'epochs':^{width - 2}}{length}".rstrip()]


def _index(column: int, width: int, length: int) -> int:
    return round(column / max(1, width - 1) * (length - 1))
