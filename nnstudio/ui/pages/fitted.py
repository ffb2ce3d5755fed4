"""What a preparation step has learnt from the training rows, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nnstudio.catalog.preparations import (
    DropConstant,
    EncodeCategories,
    FillMissing,
    Outliers,
    ScaleInputs,
    ScaleTarget,
)
from nnstudio.core.dataset import Preparation
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.widgets.numbers import group_digits

MOST = 3
"""Columns that are named; the others are counted."""


def fitted_in_words(step: Preparation, state: dict[str, Any], rows: int) -> str:
    """Return e.g. `Fitted on 1 257 training rows: fills age with 37`; "" where nothing is fitted."""
    words = ""
    if isinstance(step, FillMissing):
        words = _filled(state)
    elif isinstance(step, EncodeCategories):
        words = _encoded(state)
    elif isinstance(step, ScaleInputs):
        words = _scaled(state.get("columns", {}), step.method)
    elif isinstance(step, ScaleTarget) and "target" in state:
        words = _scaled({"target": state["target"]}, step.method)
    elif isinstance(step, Outliers):
        words = _listed(
            f"{name} from {short(low, 3)} to {short(high, 3)}"
            for name, (low, high) in state.get("limits", {}).items()
        )
    elif isinstance(step, DropConstant):
        words = f"left out {_listed(state.get('constant', ()))}" if state.get("constant") else ""
    return f"Fitted on {group_digits(rows)} training rows: {words}." if words else ""


def _filled(state: dict[str, Any]) -> str:
    fill = state.get("fill", {})
    parts = (f"{_value(value)} in {name}" for name, value in fill.items())
    return f"a gap becomes {_listed(parts)}" if fill else ""


def _encoded(state: dict[str, Any]) -> str:
    return _listed(f"{name} has {len(levels)} categories" for name, levels in state.get("levels", {}).items())


def _scaled(columns: dict[str, list[float]], method: str) -> str:
    if method == "none":
        return ""
    first, second = ("mean", "deviation") if method == "standardise" else ("lowest", "range")
    return _listed(
        (
            f"{name} {first} {short(shift, 3)}, {second} {short(scale, 3)}"
            for name, (shift, scale) in columns.items()
        ),
        "; ",
    )


def _value(value: object) -> str:
    return short(value, 4) if isinstance(value, float) else f"“{value}”"


def _listed(parts: Iterable[str], between: str = ", ") -> str:
    every = list(parts)
    left = len(every) - MOST
    more = f"{between}and {left} more column{'s' * (left > 1)}" if left > 0 else ""
    return between.join(every[:MOST]) + more
