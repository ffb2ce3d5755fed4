"""What whoever pulls a run may ask of it while it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nnstudio.core.project import Project

Rhythm = Literal["screen", "step", "epoch"]

LIVE_PATHS = ("training.weight_decay", "training.l1", "training.clip_norm", "training.clip_value")
"""Settings outside optimizer and layers that act at the next step."""


@dataclass(slots=True)
class Controls:
    """Wishes of the screen, read by the trainer between two steps.

    Each field is replaced as a whole (never mutated), so another thread may set it at any moment.
    """

    project: Project | None = None
    """The project as edited by now: its live settings act from the next step on."""
    rhythm: Rhythm = "screen"
    """When the trainer hands control back: about 30 times a second, after one step, or one epoch."""
    snapshot: bool = False
    """A picture wants the current weights; the trainer answers with a Snapshot and clears it."""
