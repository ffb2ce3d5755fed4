"""The cheat sheet: which knob to turn which way, for what a finding says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nnstudio.catalog.edits import dropout_rate
from nnstudio.core.finding import Finding
from nnstudio.core.project import EditProblem, Project

Direction = Literal["up", "down"]

DROPOUT = "dropout"
"""The slider for all dropout layers; every other knob is named by its path in the project."""
RATE, BATCH, EPOCHS = "training.optimizer.rate", "training.batch_size", "training.epochs"
DECAY, DEPTH, WIDTH = "training.weight_decay", "preset.depth", "preset.width"

TOO_WEAK: dict[str, Direction] = {
    RATE: "up", BATCH: "down", DEPTH: "up", WIDTH: "up", DROPOUT: "down", DECAY: "down", EPOCHS: "up",
}  # fmt: skip
"""The founding documents on a model that underfits; the penalty goes with dropout."""
TOO_FREE: dict[str, Direction] = {
    RATE: "down", BATCH: "up", DEPTH: "down", WIDTH: "down", DROPOUT: "up", DECAY: "up", EPOCHS: "down",
}  # fmt: skip
"""The same on a model that overfits."""
CHEAT_SHEET: dict[str, dict[str, Direction]] = {
    "underfitting": TOO_WEAK,
    "overfitting": TOO_FREE,
    "lr_too_high": {RATE: "down"},
    "oscillating_loss": {RATE: "down"},
    "nan_or_exploding": {RATE: "down"},
    "lr_too_low": {RATE: "up"},
    "too_few_epochs": {EPOCHS: "up"},
    "overtraining": {EPOCHS: "down"},
    "batch_too_small": {BATCH: "up"},
    "batch_too_large": {BATCH: "down"},
    "excessive_dropout": {DROPOUT: "down"},
    "over_regularization": {DECAY: "down"},
}
OFF_AT_ZERO = (DROPOUT, DECAY)


@dataclass(frozen=True, slots=True)
class Arrow:
    """Which way to turn a knob, and because of what."""

    direction: Direction
    why: str


def arrows(findings: Sequence[Finding], project: Project) -> dict[str, Arrow]:
    """Return an arrow for each knob that helps against the primary problem; none on a healthy project."""
    finding = next((f for f in findings if f.primary and f.severity in ("error", "warning")), None)
    if finding is None:
        return {}
    found = {}
    for path, direction in CHEAT_SHEET.get(finding.id, {}).items():
        value = _value(project, path)
        if value is None or (direction == "down" and path in OFF_AT_ZERO and not value):
            continue
        found[path] = Arrow(direction, f"{finding.title}: {WORDS[direction]} this helps.")
    return found


WORDS: dict[Direction, str] = {"up": "raising", "down": "lowering"}


def _value(project: Project, path: str) -> float | None:
    if path == DROPOUT:
        return dropout_rate(project)
    try:
        value = project.get(path)
    except EditProblem:
        return None
    return float(value) if isinstance(value, int | float) else None
