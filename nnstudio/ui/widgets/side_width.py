"""Widths that grow with the text, also while the window is open."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from nnstudio.ui.theme import scaled, text_percent

MOST = 130
"""Percent of the text up to which the least width grows: with huge text the middle needs room too."""


class SideWidth(QObject):
    """Keeps a side panel as wide as designed, at every size of the text."""

    def __init__(self, widget: QWidget, pixels: int, *, least: bool = False) -> None:
        """`pixels` are those at 100 percent text; with `least` the panel may be wider."""
        super().__init__(widget)
        self._widget, self._pixels, self._least = widget, pixels, least
        self._percent = 0
        self._apply()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._apply()
        return False

    def _apply(self) -> None:
        if text_percent() == self._percent:
            return
        self._percent = text_percent()
        width = scaled(self._pixels)
        if self._least:
            self._widget.setMinimumWidth(min(width, round(self._pixels * MOST / 100)))
        else:
            self._widget.setFixedWidth(width)
