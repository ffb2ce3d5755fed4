"""The data at a glance: what, how many, and how they are split."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget

from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.core.shape import IMAGE, SEQUENCE, TOKENS
from nnstudio.ui.theme import set_role
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.split_bar import SplitBar

REBUILT = "input"
"""What the target is called that an autoencoder rebuilds."""


class DataCard(Card):
    """A summary that opens the data page when clicked."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("No data", parent=parent)
        self._what = QLabel(wordWrap=True)
        set_role(self._what, "muted")
        self._bar = SplitBar()
        self._numbers = QLabel(wordWrap=True)
        set_role(self._numbers, "hint")
        for widget in (self._what, self._bar, self._numbers):
            self.body.addWidget(widget)
        self.setToolTip("Open the data page: source, preparation and split")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_data(self, project: Project, prepared: Prepared | None, busy: bool, problem: str = "") -> None:
        """Show the project's data; `prepared` is None while they load or when they cannot be."""
        self.set_title(project.data.source.label())
        self._bar.setVisible(prepared is not None)
        if prepared is None:
            self._what.setText(problem or ("Loading…" if busy else "Not loaded"))
            self._numbers.setText("")
            return
        sizes = [len(prepared.train), len(prepared.validation), len(prepared.test)]
        self._what.setText(describe(prepared))
        self._bar.set_counts(*sizes)
        train, validation, test = (f"{n:,}".replace(",", " ") for n in sizes)
        self._numbers.setText(f"train {train} · val {validation} · test {test}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


def describe(prepared: Prepared) -> str:
    """Return e.g. `1 797 images · 8×8 · 10 classes` or `132 windows · 12 → 1 steps · passengers`."""
    shape, target = prepared.signature.input, prepared.signature.target
    rows = len(prepared.train) + len(prepared.validation) + len(prepared.test)
    total = f"{rows:,}".replace(",", " ")
    if shape.is_a(IMAGE):
        what = f"{total} images · {shape.sizes[1]}×{shape.sizes[2]}"
    elif shape.is_a(TOKENS):
        kind = "windows" if target.column == "next token" else "texts"
        what = f"{total} {kind} · {shape.count} tokens"
    elif shape.is_a(SEQUENCE):
        many = f" of {shape.sizes[1]} variables" if shape.sizes[1] > 1 else ""
        ahead = "" if target.column == REBUILT else f" → {target.count}"
        what = f"{total} windows · {shape.sizes[0]}{ahead} steps{many}"
    else:
        what = f"{total} rows · {shape.count} feature" + "s" * (shape.count != 1)
    return f"{what} · {_goal(prepared)}"


def _goal(prepared: Prepared) -> str:
    target = prepared.signature.target
    if target.asks != "numbers":
        return f"{target.count} {target.noun()}{' in order' if target.task == 'ordinal' else ''}"
    if target.column == REBUILT:
        return f"{target.count} numbers rebuilt"
    return target.column if len(target.names) > 1 else target.names[0]
