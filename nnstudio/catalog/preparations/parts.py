"""The step that mends parts which were scaled apart before they came here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations.scaling import shift_and_scale
from nnstudio.core.dataset import PREPARATIONS, Preparation, SplitName, Table

FAR, STRETCHED = 0.5, 1.5
"""Shift in training spreads, and ratio of the spreads, from which a part lies on another scale."""
JUDGING: tuple[SplitName, ...] = ("validation", "test")

Inputs = dict[str, NDArray[Any]]


@PREPARATIONS.entry
class AlignParts(Preparation):
    """Brings validation and test rows to the centre and spread of the training rows, input by input.

    Made for rows that were divided and scaled apart before they came here: the network would learn numbers
    of one size and be asked about numbers of another. Parts on the same scale stay as they are. Better, where
    it can be had, is the table from before: scaled here, once, by the training rows.
    """

    kind = "align_parts"
    title = "Align the parts"
    family = "scaling"

    def fit(self, table: Table) -> dict[str, Any]:
        inputs = {} if table.series or table.parts is None else _inputs(table)
        found = {}
        for part in JUDGING:
            rows = table.keep & (table.parts == part) if inputs else np.zeros(0, np.bool_)
            changes = {name: _change(x, table.train & table.keep, rows) for name, x in inputs.items()}
            if rows.any() and any(_differs(change) for change in changes.values()):
                found[part] = {name: change[:2] for name, change in changes.items()}
        return {"parts": found}

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        # New examples belong to no part: they are taken to be on the scale of the training rows.
        if table.parts is None or not state["parts"]:
            return table
        values = {name: np.array(x) for name, x in _inputs(table).items()}
        for part, changes in state["parts"].items():
            rows = table.parts == part
            for name, (shift, scale) in changes.items():
                values[name][rows] = values[name][rows] * scale + shift
        if table.pixels is not None:
            return replace(table, pixels=np.stack(list(values.values()), axis=1))
        columns = (replace(c, values=values[c.name]) if c.name in values else c for c in table.columns)
        return replace(table, columns=tuple(columns))


def _inputs(table: Table) -> Inputs:
    """Return what can be scaled: number columns, or the channels of images that are held in memory."""
    if isinstance(table.pixels, np.memmap):
        return {}
    if table.pixels is not None:
        return {str(channel): table.pixels[:, channel] for channel in range(table.pixels.shape[1])}
    return {column.name: column.values for column in table.columns if column.type == "number"}


def _change(x: NDArray[Any], train: NDArray[np.bool_], rows: NDArray[np.bool_]) -> list[float]:
    """Return [shift, scale] that align rows with the training rows, the distance and the stretch."""
    if not rows.any() or np.isnan(x[rows]).all() or np.isnan(x[train]).all():
        return [0.0, 1.0, 0.0, 1.0]
    (mean, spread), (own_mean, own_spread) = (
        shift_and_scale(x[some].ravel().astype(np.float64), "standardise") for some in (train, rows)
    )
    scale = spread / own_spread
    return [mean - own_mean * scale, scale, abs(own_mean - mean) / spread, own_spread / spread]


def _differs(change: list[float]) -> bool:
    return change[2] > FAR or not 1 / STRETCHED < change[3] < STRETCHED
