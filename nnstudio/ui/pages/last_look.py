"""The test set stays closed until a person opens it: why, how often it was, and the button."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnstudio.core.run import Run
from nnstudio.ui.pages.metric_tiles import MetricTiles, tiles_for
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.icon_button import IconButton

WHY = (
    "The test set answers one question: how good is the finished network on examples that had no part in any "
    "decision? Look once, at the end. Whoever looks often and keeps what scores best turns it into a second "
    "validation set, and its result becomes too good to be true."
)
LOOKS, TIME = "looks", "time"
"""Kept with a run's test metrics: the number of this look in the project, and when (seconds since 1970)."""


def looks_so_far(runs: Iterable[Run]) -> int:
    """Return how often the test set was looked at in this project, as far as its runs tell."""
    tests = [run.record.test for run in runs if run.record.test]
    return max([len(tests), *(int(test.get(LOOKS, 0)) for test in tests)])


def with_look(values: dict[str, float], looks: int) -> dict[str, float]:
    """Return test metrics stamped with the number of this look and the present time."""
    return {**values, LOOKS: float(looks), TIME: time.time()}


def stamp(test: dict[str, float]) -> str:
    """Return when a test result was made and the number of the look, e.g. `3 May 2026, 14:02 · look 2`."""
    words = []
    if TIME in test:
        when = datetime.fromtimestamp(test[TIME])
        words.append(f"{when.day} {when:%b %Y, %H:%M}")
    if LOOKS in test:
        words.append(f"look {int(test[LOOKS])} in this project")
    return " · ".join(words)


class LastLook(QWidget):
    """Explain, show an earlier result of this run, and ask before the test set is used."""

    look_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = Card("The test set has not been looked at")
        self.why = QLabel(WHY, wordWrap=True)
        self.count = QLabel(wordWrap=True)
        set_role(self.count, "muted")
        self.earlier = MetricTiles()
        self.button = IconButton(
            "evaluate", "Measure this run on the test rows; the look is counted", "Evaluate on the test set"
        )
        set_role(self.button, "primary")
        self.button.clicked.connect(self.look_wanted)
        for widget in (self.why, self.earlier, self.count):
            self.card.body.addWidget(widget)
        self.card.body.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.card.setMaximumWidth(scaled(720))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        column.addStretch(1)

    def show_run(self, run: Run, looks: int) -> None:
        """Show the run's earlier test result, if any, and how often the set was looked at."""
        test, signature = run.record.test, run.record.project.signature
        title = f"{run.record.name} has been tested" if test else f"{run.record.name} has not been tested"
        self.card.set_title(title)
        known = test is not None and signature is not None
        self.earlier.setVisible(known)
        if test is not None and signature is not None:
            self.earlier.show_tiles(tiles_for(run.record.project, signature.target, test, {}, ""))
        self.button.setText("Look again" if test else "Evaluate on the test set")
        times = {0: "Nobody has looked at it in this project.", 1: "It was looked at once in this project."}
        lines = [times.get(looks, f"It was looked at {looks} times in this project.")]
        if test and stamp(test):
            lines.insert(0, f"Test result of {stamp(test)}.")
        self.count.setText(" ".join(lines))
