"""The small label beside the cursor that gives exact values."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLabel, QWidget

from nnstudio.ui.theme import colours, sized_font


class HoverLabel(QLabel):
    """Float over a chart, beside a point and inside the chart; the mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._chart = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Values under the cursor")
        self.hide()

    def show_lines(self, lines: Sequence[tuple[str, str]], at: QPointF) -> None:
        """Show lines, each with the colour of its mark ("" for none), beside `at` in the parent's pixels."""
        shades = colours(self)
        self.setFont(sized_font(self, 11))
        self.setStyleSheet(
            f"background: {shades.card}; border: 1px solid {shades.border}; "
            f"border-radius: 5px; padding: 3px 6px; color: {shades.text};"
        )
        rows = [
            (f'<span style="color:{colour}">■</span> ' if colour else "") + html.escape(text)
            for text, colour in lines
        ]
        self.setText("<br>".join(rows))
        self.adjustSize()
        room = self._chart.rect()
        left = at.x() + 12
        if left + self.width() > room.right():
            left = at.x() - 12 - self.width()
        top = min(max(at.y() - self.height() / 2, 0.0), float(room.bottom() - self.height()))
        self.move(round(max(left, 0.0)), round(max(top, 0.0)))
        self.show()
        self.raise_()
