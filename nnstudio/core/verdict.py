"""What came of trying a fix: both arms in numbers, and whether the change is worth keeping."""

from __future__ import annotations

from typing import Any, Literal

from nnstudio.core.registry import Frozen

Reason = Literal["helped", "honest", "failed", "stays", "eased", "new", "worse", "small"]
"""Why a fix was taken over (the first two) or not."""

WORDS: dict[Reason, str] = {
    "helped": "It helped",
    "honest": "It helped: the score is honest now",
    "failed": "Not taken over: training with it fails",
    "stays": "Not taken over: the problem is still there",
    "eased": "Not taken over: better, but the problem is still there",
    "new": "Not taken over: it brings another problem",
    "worse": "Not taken over: it is worse with it",
    "small": "Not taken over: no gain beyond chance",
}
ACCEPTED: tuple[Reason, ...] = ("helped", "honest")
SPLITS = {"val": "validation", "train": "training"}
MEASURES = {"r2": "R²", "f1": "F1", "rmse": "RMSE", "mae": "MAE"}


class Verdict(Frozen):
    """One fix, tried: the same training with it and without it."""

    finding: str
    """Id of the problem."""
    fix: str
    title: str
    """The fix in a student's words."""
    reason: Reason
    metric: str = ""
    """The column compared, e.g. `val_loss`."""
    before: float | None = None
    """Its value where both arms began; None where they began anew."""
    control: float | None = None
    """Its value without the fix; None: there is no number, the run broke down."""
    treatment: float | None = None
    """Its value with the fix, the mean over the seeds like `control`."""
    gain: float | None = None
    """By how much it is better with the fix, negative when worse; None: one of the two has no number."""
    noise: float | None = None
    """By how much the value differs by chance: between seeds, or along the curve of a single one."""
    seeds: int = 1
    epochs: int = 0
    """Epochs that the arm with the fix was trained for."""
    continued: bool = False
    """Both arms went on from the checkpoint instead of beginning anew."""
    new: tuple[str, ...] = ()
    """Titles of the problems that only the fix has brought."""
    details: str = ""
    """Why training with the fix failed."""

    @property
    def accepted(self) -> bool:
        """Whether the fix is worth keeping."""
        return self.reason in ACCEPTED

    def line(self) -> str:
        """Return the numbers, e.g. `validation loss 0.92 → 0.31, control 0.95, seed noise 0.04`."""
        if not self.metric:
            return ""
        begin = self.control if self.before is None else self.before
        parts = [f"{measure(self.metric)} {_number(begin)} → {_number(self.treatment)}"]
        if self.before is not None and _number(self.before) != _number(self.control):
            parts.append(f"control {_number(self.control)}")
        if self.noise is not None:
            parts.append(f"{'seed noise' if self.seeds > 1 else 'noise'} {_number(self.noise)}")
        return ", ".join(parts)

    def text(self) -> str:
        """Return the verdict as a sentence with its numbers."""
        more = "; ".join(self.new) if self.reason == "new" else self.details
        words = WORDS[self.reason] + (f" ({more.rstrip('.')})" if more else "")
        return f"{words}: {self.line()}." if self.line() else f"{words}."

    def told(self) -> dict[str, Any]:
        """Return the verdict as plain JSON data, with its sentence."""
        return {"accepted": self.accepted, "text": self.text(), **self.model_dump(mode="json")}


def measure(column: str) -> str:
    """Return the name of a column as a student reads it, e.g. `validation loss`."""
    split, _, name = column.partition("_")
    return f"{SPLITS.get(split, split)} {MEASURES.get(name, name.replace('_', ' '))}"


def _number(value: float | None) -> str:
    return "no number" if value is None else f"{value:.3g}"
