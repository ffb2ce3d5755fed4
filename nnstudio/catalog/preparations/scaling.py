"""Steps that bring inputs and targets to a size that networks learn well from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations.rows import fitting
from nnstudio.core.dataset import PREPARATIONS, Column, Preparation, Table
from nnstudio.core.param import param
from nnstudio.core.units import Change, Linear

Method = Literal["standardise", "min-max", "none"]
METHODS = ("standardise", "min-max", "none")


@PREPARATIONS.entry
class ScaleInputs(Preparation):
    """Brings all inputs to a similar size, so that none shouts the others down.

    Standardise: mean 0 and standard deviation 1, the usual choice. Min-max: from 0 to 1, sensitive to
    extreme values. Without scaling, a column in thousands makes training slow or unstable. Columns
    that hold only 0 and 1 (such as one-hot ones) are left alone.
    """

    kind = "scale_inputs"
    title = "Scale inputs"
    family = "scaling"

    method: Method = param(
        "standardise", "Method", "How the inputs are brought to a similar size.", choices=METHODS
    )

    def fit(self, table: Table) -> dict[str, Any]:
        rows = fitting(table)
        state = {}
        for column in table.columns:
            if column.type == "number" and not _is_flag(column.values[rows]):
                state[column.name] = shift_and_scale(column.values[rows], self.method)
        return {"columns": state}

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        scaled = tuple(_scaled(column, state["columns"].get(column.name)) for column in table.columns)
        return replace(table, columns=scaled)


@PREPARATIONS.entry
class ScaleTarget(Preparation):
    """Brings the number to be predicted to a similar size as the outputs of a fresh network.

    For regression only; classes are left alone. Predictions and errors are shown in the original
    units all the same. Without it, a target in thousands makes the first losses huge.
    """

    kind = "scale_target"
    title = "Scale target"
    family = "scaling"

    method: Method = param(
        "standardise", "Method", "How the target is brought to a handy size.", choices=METHODS
    )

    def fit(self, table: Table) -> dict[str, Any]:
        if table.target.type != "number":
            return {"target": [0.0, 1.0]}
        return {"target": shift_and_scale(table.target.values[fitting(table)], self.method)}

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        if table.target.type != "number":
            return table
        return replace(table, target=_scaled(table.target, state["target"]))

    def change(self, table: Table, state: Mapping[str, Any]) -> Change | None:
        return Linear(*state["target"])


def shift_and_scale(values: NDArray[np.float64], method: Method) -> list[float]:
    """Return [shift, scale] such that (values - shift) / scale is scaled; missing values are skipped.

    A constant column gets scale 1: it becomes 0 instead of a division by zero.
    """
    values = values[~np.isnan(values)]
    if method == "none" or len(values) == 0:
        return [0.0, 1.0]
    if method == "min-max":
        low, high = float(values.min()), float(values.max())
        return [low, high - low if high > low else 1.0]
    mean, deviation = float(values.mean()), float(values.std())
    # Rounding makes the deviation of a constant column tiny instead of 0.
    rounding = 10 * np.finfo(np.float64).eps * max(1e-300, float(np.abs(values).max()))
    return [mean, deviation if deviation > rounding else 1.0]


def _scaled(column: Column, fitted: list[float] | None) -> Column:
    if fitted is None:
        return column
    shift, scale = fitted
    return replace(column, values=(column.values - shift) / scale)


def _is_flag(values: NDArray[np.float64]) -> bool:
    return bool(np.all((values == 0) | (values == 1) | np.isnan(values)))
