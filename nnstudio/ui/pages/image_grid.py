"""Sample pictures of every class, side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nnstudio.core.dataset import Examples
from nnstudio.ui.theme import colours, scaled, sized_font

MOST_CLASSES = 20
MOST_PER_CLASS = 24
GAP = 4


class ImageGrid(QWidget):
    """Draw a row of pictures per class, as large as the room allows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Sample pictures")
        self.rows: list[tuple[str, list[QImage]]] = []

    def show_examples(self, examples: Examples) -> None:
        """Take the first pictures of every class (of all rows when a number is to be predicted)."""
        assert examples.pixels is not None
        self.rows = [
            (name, [as_image(examples.picture(row)) for row in rows[:MOST_PER_CLASS]])
            for name, rows in _groups(examples)
        ]
        self.setAccessibleDescription(", ".join(f"{len(images)} of {name}" for name, images in self.rows))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.rows:
            return
        painter = QPainter(self)
        font = sized_font(self, 12, bold=True)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        label = min(max(metrics.horizontalAdvance(name) for name, _ in self.rows), scaled(110)) + scaled(12)
        height = (self.height() - GAP * (len(self.rows) - 1)) / len(self.rows)
        side = min(height, scaled(96), (self.width() - label) / 4 - GAP)
        for place, (name, images) in enumerate(self.rows):
            top = place * (min(height, side) + GAP)
            painter.setPen(QColor(colours(self).muted))
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, label - scaled(8))
            painter.drawText(QRectF(0, top, label, side), Qt.AlignmentFlag.AlignVCenter, text)
            fit = max(int((self.width() - label + GAP) / (side + GAP)), 1)
            for number, image in enumerate(images[:fit]):
                painter.drawImage(QRectF(label + number * (side + GAP), top, side, side), image)


def as_image(pixels: NDArray[np.float32]) -> QImage:
    """Return channels x height x width in 0..1 as a picture; more or fewer than 3 channels are averaged."""
    grey = pixels.shape[0] != 3
    values = np.repeat(pixels.mean(axis=0)[..., None], 3, axis=2) if grey else pixels.transpose(1, 2, 0)
    shades = np.ascontiguousarray(np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8))
    height, width, _ = shades.shape
    return QImage(shades.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _groups(examples: Examples) -> list[tuple[str, NDArray[np.int64]]]:
    if examples.asks == "numbers":
        return [("", np.arange(len(examples)))]
    labels = np.array([str(value) for value in examples.target.values])
    names = sorted(set(labels.tolist()))[:MOST_CLASSES]
    return [(name, np.flatnonzero(labels == name)) for name in names]
