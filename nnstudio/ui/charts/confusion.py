"""The confusion matrix: which class was taken for which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.numbers import share
from nnstudio.ui.charts.palette import blend
from nnstudio.ui.theme import colours, scaled, set_role, sized_font

LARGEST_CELL = 64
SMALLEST_SEPARATE_CELL = 11
LABEL_SHARE = 0.24
"""The row labels take at most this share of the width."""
MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ConfusionChart(ChartCard):
    """Show counts by true class (rows) and predicted class (columns)."""

    cell_clicked = Signal(int, int)

    def __init__(self, title: str = "Confusion matrix", parent: QWidget | None = None) -> None:
        super().__init__(title, "Train the network to see which classes it mixes up.", parent)
        self.matrix = ConfusionMatrix()
        self.matrix.cell_clicked.connect(self.cell_clicked)
        self.matrix.cell_changed.connect(self._tell)
        self._caption = QLabel()
        set_role(self._caption, "hint")
        self._caption.setWordWrap(True)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._given = ""
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.matrix, 1)
        column.addWidget(self._caption)
        self.set_content(content)
        self.restyle()

    def set_counts(self, counts: ArrayLike, class_names: Sequence[str], caption: str = "") -> None:
        """Show K x K counts, row = true class; `caption` is added below, as in "macro F1 0.868"."""
        table = np.asarray(counts, dtype=int)
        if table.shape != (len(class_names), len(class_names)):
            raise ValueError(f"{len(class_names)} classes need a square table, not {table.shape}")
        self.matrix.set_counts(table, class_names)
        self._given = caption
        self.set_empty(not table.sum())
        self._tell()

    def clear(self) -> None:
        """Show nothing until counts arrive."""
        self.set_empty(True)

    def table(self) -> Iterator[Sequence[object]]:
        """Yield the counts with true classes as rows and predicted classes as columns."""
        names = self.matrix.names
        yield ["true \\ predicted", *names]
        for name, row in zip(names, self.matrix.counts.tolist(), strict=True):
            yield [name, *row]

    def _tell(self) -> None:
        self._caption.setText(self.matrix.cell_text() or f"true ↓ predicted →\n{self._given}".rstrip())

    def restyle(self) -> None:
        super().restyle()
        # Room for two lines at any time: the cells must not move when the mouse passes over them.
        self._caption.setFixedHeight(2 * QFontMetrics(sized_font(self, 11)).lineSpacing())


class ConfusionMatrix(QWidget):
    """Paint the cells; the mouse or the arrow keys choose one, a click or Enter opens it."""

    cell_clicked = Signal(int, int)
    cell_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counts: NDArray[np.int_] = np.zeros((0, 0), dtype=int)
        self.names: tuple[str, ...] = ()
        self.cell: tuple[int, int] | None = None
        self.setAccessibleName("Confusion matrix, true classes as rows, predicted classes as columns")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_counts(self, counts: NDArray[np.int_], names: Sequence[str]) -> None:
        """Replace the table."""
        self.counts, self.names = counts, tuple(names)
        if self.cell and max(self.cell) >= len(names):
            self.cell = None
        self.update()

    def cell_text(self) -> str:
        """Say in words what the chosen cell counts, "" when none is chosen."""
        if self.cell is None or not len(self.names):
            return ""
        row, column = self.cell
        count, total = int(self.counts[row, column]), int(self.counts[row].sum())
        part = f" ({share(count / total)})" if total else ""
        return f"true {self.names[row]} predicted {self.names[column]}: {count} of {total}{part}"

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Return where a cell lies, in pixels."""
        left, top, size = self._grid()
        return QRectF(left + column * size, top + row * size, size, size)

    def choose(self, cell: tuple[int, int] | None) -> None:
        """Choose a cell, or none."""
        if cell != self.cell:
            self.cell = cell
            self.setAccessibleDescription(self.cell_text())
            self.cell_changed.emit()
            self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 100)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.choose(self._at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        if not self.hasFocus():
            self.choose(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        cell = self._at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.choose(cell)
            self.cell_clicked.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in MOVES and len(self.names):
            row, column = self.cell or (0, 0)
            down, right = MOVES[key] if self.cell else (0, 0)
            last = len(self.names) - 1
            self.choose((min(max(row + down, 0), last), min(max(column + right, 0), last)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.cell:
            self.cell_clicked.emit(*self.cell)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self.names):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_cells(painter)
        self._paint_labels(painter)
        if self.cell is not None:
            painter.setPen(QPen(QColor(colours(self).text), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.cell_rect(*self.cell).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def _paint_cells(self, painter: QPainter) -> None:
        left, top, size = self._grid()
        tints = self._tints()
        if size < SMALLEST_SEPARATE_CELL:
            side = len(self.names)
            image = QImage(tints.tobytes(), side, side, 3 * side, QImage.Format.Format_RGB888)
            painter.drawImage(QRectF(left, top, size * side, size * side), image)
            return
        font = sized_font(self, 10)
        metrics = QFontMetrics(font)
        widest = metrics.horizontalAdvance("0" * len(str(self.counts.max())))
        numbers = size >= max(widest + 4, metrics.height())
        painter.setFont(font)
        for (row, column), count in np.ndenumerate(self.counts):
            fill = QColor(*tints[row, column].tolist())
            box = QRectF(left + column * size + 0.5, top + row * size + 0.5, size - 1, size - 1)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(box, 3, 3)
            if numbers and count:
                painter.setPen(readable_on(fill))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(count))

    def _tints(self) -> NDArray[np.uint8]:
        """Return K x K x 3 colours: blue by share on the diagonal, red by share beside it."""
        shades = colours(self)
        shares = self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
        hit = np.eye(len(self.names), dtype=bool)
        right, wrong = (QColor(name) for name in (shades.train, shades.bad))
        blue = np.array([right.red(), right.green(), right.blue()], dtype=float)
        red = np.array([wrong.red(), wrong.green(), wrong.blue()], dtype=float)
        strength = np.where(hit, 0.06 + 0.84 * shares, np.where(shares > 0, 0.14 + 1.5 * shares, 0.05))
        towards = np.where((hit | (shares == 0))[..., None], blue, red)
        return np.ascontiguousarray(blend(QColor(shades.card), np.minimum(strength, 0.9), towards))

    def _paint_labels(self, painter: QPainter) -> None:
        left, top, size = self._grid()
        font = sized_font(self, 10)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(QColor(colours(self).faint))
        every = max(int(np.ceil(0.9 * metrics.height() / size)), 1)
        elide = Qt.TextElideMode.ElideRight
        for index in range(0, len(self.names), every):
            name = metrics.elidedText(self.names[index], elide, int(left) - 6)
            box = QRectF(0, top + index * size, left - 5, size)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
            painter.drawText(box, flags, name)
        names = self.names
        widest = max(metrics.horizontalAdvance(name) for name in names)
        if widest > size:
            names = without_common_start(names)
            widest = max(metrics.horizontalAdvance(name) for name in names)
        across = max(int(np.ceil(min(widest + 4, metrics.averageCharWidth() * 4) / size)), 1)
        for index in range(0, len(names), across):
            room = int(size * across) - 2
            name = metrics.elidedText(names[index], elide, max(room, metrics.averageCharWidth() * 2))
            box = QRectF(left + index * size - (room - size) / 2, 0, room, top - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, name)

    def _grid(self) -> tuple[float, float, float]:
        metrics = QFontMetrics(sized_font(self, 10))
        widest = max((metrics.horizontalAdvance(name) for name in self.names), default=0)
        left = min(widest + 8, int(self.width() * LABEL_SHARE))
        top = metrics.height() + 4
        count = max(len(self.names), 1)
        size = min((self.width() - left - 1) / count, (self.height() - top - 1) / count, scaled(LARGEST_CELL))
        return float(left), float(top), max(float(int(size)) if size >= 8 else size, 0.5)

    def _at(self, point: QPoint) -> tuple[int, int] | None:
        left, top, size = self._grid()
        row, column = int((point.y() - top) // size), int((point.x() - left) // size)
        count = len(self.names)
        return (row, column) if 0 <= row < count and 0 <= column < count else None


def readable_on(fill: QColor) -> QColor:
    """Return black or white, whichever stands out from `fill`."""
    light = 0.299 * fill.red() + 0.587 * fill.green() + 0.114 * fill.blue()
    return QColor("#1c2430") if light > 145 else QColor("#ffffff")


def without_common_start(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names without the words they all begin with: "class 7" becomes "7"."""
    if len(names) < 2:
        return tuple(names)
    ends = [match.end() for match in re.finditer(r"[\s_-]+", names[0])]
    cut = max((end for end in ends if all(name.startswith(names[0][:end]) for name in names)), default=0)
    return tuple(name[cut:] or name for name in names)
