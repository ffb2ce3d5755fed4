"""What each feature or token adds to an answer: bars to both sides, or tinted words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.confusion import readable_on
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.charts.palette import BLUE, ORANGE, blend
from nnstudio.ui.theme import colours, scaled, sized_font

Array = NDArray[np.float64]
NAME_SHARE, NUMBER = 0.4, 70
CHIP_GAP, CHIP_PAD = 4, 6


class ContributionChart(ChartCard):
    """Show contributions by name; the largest first, or in the order of a text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Contributions", "Choose a method and run it.", parent)
        self.bars, self.words = ContributionBars(), TokenChips()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setStyleSheet("background: transparent")
        self._scroll.setAccessibleName("Contributions")
        self._names: tuple[str, ...] = ()
        self._values: Array = np.empty(0)
        inside = QWidget()
        self._lay = _Stack(inside, (self.bars, self.words))
        self._scroll.setWidget(inside)
        self.set_content(self._scroll)
        self.restyle()

    def show_bars(self, names: Sequence[str], values: Array, spread: Array | None = None) -> None:
        """Show a bar per feature, the largest first."""
        self._names, self._values = tuple(names), values
        order = np.argsort(-np.abs(values), kind="stable")
        ordered = None if spread is None else spread[order]
        self.bars.show_bars([names[i] for i in order.tolist()], values[order], ordered)
        self._lay.show(self.bars)
        self.set_empty(not len(values))

    def show_words(self, words: Sequence[str], values: Array) -> None:
        """Show tokens in their order, tinted."""
        self._names, self._values = tuple(words), values
        self.words.show_words(words, values)
        self._lay.show(self.words)
        self.set_empty(not len(values))

    def table(self) -> Iterator[Sequence[object]]:
        """Yield name and contribution."""
        yield ["name", "contribution"]
        yield from zip(self._names, self._values.tolist(), strict=True)


class ContributionBars(QWidget):
    """Paint a bar per name, from the middle to the right (raises) or left (lowers)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names: tuple[str, ...] = ()
        self.values: Array = np.empty(0)
        self._spread: Array | None = None
        self.setAccessibleName("Contributions as bars")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)

    def show_bars(self, names: Sequence[str], values: Array, spread: Array | None) -> None:
        """Replace the bars."""
        self.names, self.values, self._spread = tuple(names), values, spread
        told = (f"{name}: {short(value, 3)}" for name, value in zip(names, values.tolist(), strict=True))
        self.setAccessibleDescription("; ".join(told))
        self.updateGeometry()
        self.update()

    def line(self) -> int:
        """Return the height of a bar's line in pixels."""
        return QFontMetrics(sized_font(self, 12)).height() + scaled(8)

    def sizeHint(self) -> QSize:
        return QSize(scaled(360), self.line() * max(1, len(self.names)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self.values):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font, shades = sized_font(self, 12), colours(self)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        names = min(
            int(self.width() * NAME_SHARE), max(metrics.horizontalAdvance(n) for n in self.names) + 12
        )
        number = scaled(NUMBER)
        negative = bool((self.values < 0).any())
        left = names + (number if negative else scaled(4))
        room = self.width() - left - number
        low, high = min(0.0, float(self.values.min())), max(0.0, float(self.values.max()))
        unit = room / ((high - low) or 1.0)
        zero = left - low * unit
        flags = Qt.AlignmentFlag.AlignVCenter
        for row, (name, value) in enumerate(zip(self.names, self.values.tolist(), strict=True)):
            box = QRectF(0, row * self.line(), names, self.line())
            painter.setPen(QColor(shades.text))
            painter.drawText(box, flags, metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, names - 8))
            self._bar(painter, row, zero, value * unit, unit)
            painter.setPen(QColor(shades.muted))
            text = short(value, 3) if value <= 0 else f"+{short(value, 3)}"
            if value >= 0:
                place = QRectF(zero + value * unit + 6, box.top(), number, box.height())
                painter.drawText(place, flags, text)
            else:
                place = QRectF(zero + value * unit - number - 6, box.top(), number, box.height())
                painter.drawText(place, flags | Qt.AlignmentFlag.AlignRight, text)
        painter.setPen(QPen(QColor(shades.muted), 1))
        painter.drawLine(int(zero), 0, int(zero), self.line() * len(self.names))

    def _bar(self, painter: QPainter, row: int, zero: float, length: float, unit: float) -> None:
        line = self.line()
        top, height = row * line + line * 0.2, line * 0.6
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*(ORANGE if length >= 0 else BLUE)))
        painter.drawRect(QRectF(min(zero, zero + length), top, abs(length), height))
        if self._spread is not None:
            reach = float(self._spread[row]) * unit
            painter.setPen(QPen(QColor(colours(self).text), 1.2))
            middle = top + height / 2
            painter.drawLine(int(zero + length - reach), int(middle), int(zero + length + reach), int(middle))


class TokenChips(QWidget):
    """Paint words one after another, each on the colour of its contribution."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words: tuple[str, ...] = ()
        self.values: Array = np.empty(0)
        self.setAccessibleName("Contributions of tokens")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_words(self, words: Sequence[str], values: Array) -> None:
        """Replace the words."""
        self.words, self.values = tuple(words), values
        told = (f"{word}: {short(value, 2)}" for word, value in zip(words, values.tolist(), strict=True))
        self.setAccessibleDescription("; ".join(told))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        boxes = self._boxes(width)
        return int(boxes[-1].bottom()) + 4 if boxes else 20

    def sizeHint(self) -> QSize:
        return QSize(scaled(360), self.heightForWidth(scaled(360)))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self.values):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized_font(self, 13))
        strength = np.abs(self.values) / (float(np.abs(self.values).max()) or 1.0)
        towards = np.where(self.values[:, None] < 0, np.array(BLUE), np.array(ORANGE)).astype(float)
        tints = blend(QColor(colours(self).card), 0.04 + 0.86 * strength, towards)
        for word, tint, box in zip(self.words, tints.tolist(), self._boxes(self.width()), strict=True):
            fill = QColor(*tint)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(readable_on(fill))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)

    def _boxes(self, width: int) -> list[QRectF]:
        metrics = QFontMetrics(sized_font(self, 13))
        height = metrics.height() + scaled(8)
        gap, pad = scaled(CHIP_GAP), scaled(CHIP_PAD)
        boxes: list[QRectF] = []
        x, y = 0, 0
        for word in self.words:
            wide = metrics.horizontalAdvance(word) + 2 * pad
            if x and x + wide > width:
                x, y = 0, y + height + gap
            boxes.append(QRectF(x, y, wide, height))
            x += wide + gap
        return boxes


class _Stack:
    """Show one of several widgets at the top of a column."""

    def __init__(self, parent: QWidget, widgets: tuple[QWidget, ...]) -> None:
        self._widgets = widgets
        column = QVBoxLayout(parent)
        column.setContentsMargins(0, 4, 0, 0)
        for widget in widgets:
            column.addWidget(widget)
        column.addStretch(1)

    def show(self, wanted: QWidget) -> None:
        """Show one and hide the others."""
        for widget in self._widgets:
            widget.setVisible(widget is wanted)
