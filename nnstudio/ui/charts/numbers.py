"""Numbers as a person reads them in a chart."""

from __future__ import annotations

import math


def short(value: float | None, digits: int = 4) -> str:
    """Return a number with `digits` significant digits; a dash stands for none."""
    if value is None or math.isnan(value):
        return "–"
    return f"{value:.{digits}g}".replace("-", "−").replace("inf", "∞")


def share(value: float) -> str:
    """Return a share from 0 to 1 as percent."""
    percent = 100 * value
    if 0 < percent < 1:
        return "< 1 %"
    return f"{percent:.0f} %"
