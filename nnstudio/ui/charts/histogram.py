"""A small picture of one column of a table: how often its values occur."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nnstudio.ui.charts.numbers import share, short
from nnstudio.ui.theme import colours, scaled, sized_font

MOST_BARS = 24
MOST_CATEGORIES = 12


class Histogram(QWidget):
    """Draw bars over the range of numbers, or one bar per category."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counts: tuple[int, ...] = ()
        self.labels: tuple[str, ...] = ()
        self._ends = ("", "")
        self.setMouseTracking(True)
        self.setAccessibleName("Histogram")

    def set_numbers(self, values: ArrayLike) -> None:
        """Count numbers in bars of equal width; those that are not finite are left out."""
        numbers = np.asarray(values, dtype=float).ravel()
        numbers = numbers[np.isfinite(numbers)]
        if not len(numbers):
            self._show((), (), ("", ""))
            return
        bars = int(np.clip(np.sqrt(len(numbers)), 5, MOST_BARS))
        counts, edges = np.histogram(numbers, bars if numbers.min() < numbers.max() else 1)
        labels = [f"{short(a, 3)} to {short(b, 3)}" for a, b in itertools.pairwise(edges)]
        if len(counts) == 1:
            labels = [short(float(numbers[0]), 3)]
        self._show(counts.tolist(), labels, (short(float(numbers.min()), 3), short(float(numbers.max()), 3)))

    def set_categories(self, names: Sequence[str], counts: Sequence[int]) -> None:
        """Show a bar per category; after the first 12 the rest is one bar "others"."""
        shown, numbers = list(names[:MOST_CATEGORIES]), list(counts[:MOST_CATEGORIES])
        if len(names) > MOST_CATEGORIES:
            shown.append(f"{len(names) - MOST_CATEGORIES} others")
            numbers.append(sum(counts[MOST_CATEGORIES:]))
        self._show(numbers, shown, (shown[0] if shown else "", shown[-1] if len(shown) > 1 else ""))

    def bar_text(self, index: int) -> str:
        """Say in words what one bar counts."""
        total = max(sum(self.counts), 1)
        return f"{self.labels[index]}: {self.counts[index]} ({share(self.counts[index] / total)})"

    def bar_rect(self, index: int) -> QRectF:
        """Return where a bar lies, in pixels."""
        room = self.height() - self._text_height() - 2
        step = self.width() / max(len(self.counts), 1)
        height = room * self.counts[index] / max(max(self.counts), 1)
        height = max(height, 1.5) if self.counts[index] else 0.0
        gap = min(step * 0.12, 1.5)
        return QRectF(index * step + gap, room - height + 1, step - 2 * gap, height)

    def sizeHint(self) -> QSize:
        return QSize(scaled(120), scaled(52))

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(56), scaled(32))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = int(event.position().x() / max(self.width(), 1) * len(self.counts))
        self.setToolTip(self.bar_text(index) if 0 <= index < len(self.counts) else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        shades = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shades.train))
        for index in range(len(self.counts)):
            painter.drawRoundedRect(self.bar_rect(index), 1, 1)
        font = sized_font(self, 9.5)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(QColor(shades.faint))
        box = QRectF(1, self.height() - self._text_height(), self.width() - 2, self._text_height())
        room = int(box.width() / 2) - 2
        for text, side in zip(
            self._ends, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True
        ):
            painter.drawText(box, side, metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))

    def _show(self, counts: Sequence[int], labels: Sequence[str], ends: tuple[str, str]) -> None:
        self.counts, self.labels, self._ends = tuple(counts), tuple(labels), ends
        texts = [self.bar_text(index) for index in range(len(self.counts))]
        self.setAccessibleDescription(", ".join(texts))
        self.update()

    def _text_height(self) -> int:
        return QFontMetrics(sized_font(self, 9.5)).height()
