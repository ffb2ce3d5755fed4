"""The small mark below a block: how a layer is doing, in two or three words."""

from __future__ import annotations

from typing import Literal

from nnstudio.core.run import History, LayerHealth

Level = Literal["good", "warn", "bad"]

MANY_DEAD, MOST_DEAD = 0.4, 0.9
"""Healthy networks run with a third of their ReLU units silent; the diagnosis judges harm, not this mark."""
MANY_FLAT = 0.6
TINY_GRADIENT = 1e-7


def latest(history: History) -> tuple[LayerHealth, ...]:
    """Return how the layers were when last looked at: not every epoch takes the time to look."""
    return next((layers for layers in reversed(history.layers) if layers), ())


def judge(layer: LayerHealth, is_output: bool = False) -> tuple[str, Level]:
    """Return the words and the level of a layer's mark; a sure answer is no flaw of the output layer."""
    if layer.mean is None and layer.std is None:  # Every look measures both; None stands for no number.
        return "not a number", "bad"
    if is_output:
        return "ok", "good"
    if layer.dead is not None and layer.dead > 0.005:
        level: Level = "bad" if layer.dead > MOST_DEAD else "warn" if layer.dead > MANY_DEAD else "good"
        return f"{layer.dead:.0%} dead".replace("%", " %"), level
    if layer.saturated is not None and layer.saturated > MANY_FLAT:
        return f"{layer.saturated:.0%} flat".replace("%", " %"), "warn"
    if layer.gradient_norm is not None and layer.gradient_norm < TINY_GRADIENT:
        return "no gradient", "warn"
    return "ok", "good"
