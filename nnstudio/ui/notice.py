"""What the studio has to tell the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell the person, with the one thing they may want to do about it."""

    severity: Literal["info", "good", "warn", "bad"]
    text: str
    details: str = ""
    action: Literal["", "train_again", "undo", "reload"] = ""
