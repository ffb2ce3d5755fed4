"""What a user can PICK: importing this package fills every registry of core."""

from nnstudio.catalog import activations, layers, losses, metrics, optimizers, presets, schedules

__all__ = ["activations", "layers", "losses", "metrics", "optimizers", "presets", "schedules"]
