"""What a user can PICK: importing this package fills every registry of core."""

from nnstudio.catalog import (
    activations,
    datasets,
    layers,
    losses,
    metrics,
    optimizers,
    preparations,
    presets,
    samplers,
    schedules,
    tokenisers,
)

__all__ = [
    "activations",
    "datasets",
    "layers",
    "losses",
    "metrics",
    "optimizers",
    "preparations",
    "presets",
    "samplers",
    "schedules",
    "tokenisers",
]
