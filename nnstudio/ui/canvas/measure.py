"""How large blocks, texts and notes are on the screen, with the current font and text size."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF
from PySide6.QtWidgets import QWidget

from nnstudio.ui.canvas.block import Block
from nnstudio.ui.canvas.layout import Size, block_height
from nnstudio.ui.theme import scaled, sized_font

NOTE_WIDTH = 230
NOTE_PADDING = 8
_TINY, _READABLE = 7.0, 10.0
"""Pixels on the screen: texts that would be smaller than the first are drawn as large as the second."""


def is_tiny(font: QFont, zoom: float) -> bool:
    """Tell whether nobody could read this font at this zoom."""
    return zoom * QFontInfo(font).pixelSize() < _TINY


def grown(font: QFont, zoom: float, most: float) -> QFont:
    """Return the font as large as it must be to be read at this zoom, but at most `most` times larger."""
    larger = QFont(font)
    wanted = _READABLE / (zoom * QFontInfo(font).pixelSize())
    larger.setPointSizeF(font.pointSizeF() * max(1.0, min(wanted, most)))
    return larger


class Measure:
    """Fonts of the canvas and the sizes that follow from them; made anew when the theme changes."""

    def __init__(self, widget: QWidget) -> None:
        self.title = sized_font(widget, 12.5, bold=True)
        self.summary = sized_font(widget, 11)
        self.small = sized_font(widget, 10)
        self.shape = sized_font(widget, 11, mono=True)
        self.note = sized_font(widget, 11.5)
        self.title_height = ceil(QFontMetricsF(self.title).height())
        self.summary_height = ceil(QFontMetricsF(self.summary).height())
        self.small_height = ceil(QFontMetricsF(self.small).height())
        self.action_height = ceil(QFontMetricsF(self.note).height()) + 6
        self.head = 9 + self.title_height + self.summary_height + 8
        """Height of the coloured bar, the title and the summary."""
        self.header = self.summary_height + 12
        """Height of a group's frame above its blocks."""
        self.chevron = scaled(14)
        """Width of the arrow that folds a group."""

    def width(self, font: QFont, text: str) -> float:
        """Return the width of a line of text."""
        return QFontMetricsF(font).horizontalAdvance(text)

    def block(self, block: Block) -> Size:
        """Return the size of a block: as wide as its words, as high as its units tell."""
        badges = (2 * self.chevron if block.layers else 0) + (scaled(10) if block.frozen else 0)
        title = self.width(self.title, block.title) + badges
        words = max(title, self.width(self.summary, block.summary))
        least = scaled(96) if block.striped or not block.family else scaled(64)
        height = block_height(block.units, max(scaled(88), self.head + 24))
        return Size(ceil(max(words + 2 * scaled(13), least)), ceil(height))

    def label(self, text: str) -> float:
        """Return the width of the shape text on a connection."""
        return self.width(self.shape, text)

    def note_size(self, text: str, action: str = "") -> Size:
        """Return the size of a wrapped message bubble, with room for an action below the text."""
        inner = QRectF(0, 0, scaled(NOTE_WIDTH) - 2 * NOTE_PADDING, 10_000)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        used = QFontMetricsF(self.note).boundingRect(inner, int(flags), text)
        width = max(used.width(), self.width(self.note, action)) + 2 * NOTE_PADDING + 2
        height = used.height() + 2 * NOTE_PADDING + (self.action_height if action else 0)
        return Size(ceil(width), ceil(height))
