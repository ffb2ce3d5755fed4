"""What a user can PICK: importing this package fills every registry of core."""

from nnstudio.catalog import (
    activations,
    augmentations,
    datasets,
    label_metrics,
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
    "augmentations",
    "datasets",
    "label_metrics",
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
