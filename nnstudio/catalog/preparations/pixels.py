"""The step that brings the pixels of images to a size that networks learn well from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from nnstudio.catalog.preparations.rows import fitting
from nnstudio.core.dataset import PREPARATIONS, Preparation, Table
from nnstudio.core.param import param

ENOUGH = 2000
"""Images that mean and deviation are taken from: more would not change them."""


@PREPARATIONS.entry
class NormalisePixels(Preparation):
    """Shifts and scales every channel of an image; 0 is then the middle instead of black.

    Standardise: mean 0 and standard deviation 1 of each channel over the training images, what most
    published networks expect. From -1 to 1: the same without looking at the images.
    """

    kind = "normalise_pixels"
    title = "Normalise pixels"
    family = "scaling"

    method: Literal["standardise", "from -1 to 1"] = param(
        "standardise", "Method", "How the pixels are shifted and scaled.",
        choices=("standardise", "from -1 to 1"),
    )  # fmt: skip

    def fit(self, table: Table) -> dict[str, Any]:
        if table.pixels is None:
            return {"channels": []}
        channels = table.pixels.shape[1]
        if self.method == "from -1 to 1":
            return {"channels": [[0.5, 0.5]] * channels}
        rows = np.flatnonzero(fitting(table))
        some = table.pixels[rows[:: max(1, len(rows) // ENOUGH)]]
        means = some.mean(axis=(0, 2, 3), dtype=np.float64)
        deviations = some.std(axis=(0, 2, 3), dtype=np.float64)
        return {
            "channels": [
                [float(m), float(d) if d > 1e-6 else 1.0] for m, d in zip(means, deviations, strict=True)
            ]
        }

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        return replace(table, channels=tuple((shift, scale) for shift, scale in state["channels"]))
