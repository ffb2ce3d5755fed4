"""Colours of data: classes that colour-blind readers can tell apart, and a map for signed numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#7f7f7f")
"""Okabe and Ito 2008, black replaced by grey so that it shows on a dark window."""

BLUE, ORANGE = (31, 111, 235), (232, 113, 10)


def class_colour(index: int) -> QColor:
    """Return the colour of class `index`; after eight classes the colours return lighter, then darker."""
    colour = QColor(OKABE_ITO[index % len(OKABE_ITO)])
    turn = index // len(OKABE_ITO) % 3
    return (colour, colour.lighter(145), colour.darker(155))[turn]


def class_colours(count: int) -> NDArray[np.float64]:
    """Return `count` class colours as rows of red, green and blue from 0 to 255."""
    colours = [class_colour(index) for index in range(count)]
    return np.array([[c.red(), c.green(), c.blue()] for c in colours], dtype=float).reshape(-1, 3)


def blend(background: QColor, shares: NDArray[np.float64], colours: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Mix `colours` (..., 3) into the background by `shares` (...) from 0 to 1; returns (..., 3)."""
    base = np.array([background.red(), background.green(), background.blue()], dtype=float)
    mixed = base + np.clip(shares, 0.0, 1.0)[..., None] * (colours - base)
    return np.rint(mixed).astype(np.uint8)


def signed_colours(values: NDArray[np.float64], middle: QColor) -> NDArray[np.uint8]:
    """Map -1 to blue, 0 to the middle colour and 1 to orange; values (...) to (..., 3)."""
    ends = np.where(values[..., None] < 0, np.array(BLUE, dtype=float), np.array(ORANGE, dtype=float))
    return blend(middle, np.abs(values), ends)
