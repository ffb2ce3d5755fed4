"""Draws the bundled icons; bundled files are found by `path`."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from nnstudio.core.resources import path

__all__ = ["app_icon", "icon", "path"]

_ICON_SIZES = (16, 24, 32, 64)
_STROKE = "#7a8598"
"""The colour in the SVG files, replaced when an icon is drawn; readable on light and on dark."""
_FADED = 0.4


def icon(name: str, colour: str, disabled: str = "") -> QIcon:
    """Return the icon `icons/<name>.svg` drawn in `colour`; disabled in its own colour or faded.

    Raises FileNotFoundError for an icon there is not.
    """
    return QIcon(_Drawing(_source(name), colour, disabled))


def app_icon() -> QIcon:
    """Return the program's icon in its own colours."""
    return icon("app", _STROKE)


class _Drawing(QIconEngine):
    """Draw an icon when it is shown, in the size it is shown in: most wait in menus nobody has opened."""

    def __init__(self, source: str, colour: str, disabled: str) -> None:
        super().__init__()
        self._source, self._colour, self._disabled = source, colour, disabled
        self._drawn: dict[tuple[int, int, bool], QPixmap] = {}

    def clone(self) -> QIconEngine:
        return _Drawing(self._source, self._colour, self._disabled)

    def availableSizes(
        self, mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off
    ) -> list[QSize]:
        return [QSize(size, size) for size in _ICON_SIZES]

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        side = min(size.width(), size.height())
        return QSize(side, side)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        key = (size.width(), size.height(), mode == QIcon.Mode.Disabled)
        if key not in self._drawn:
            pixmap = QPixmap(size)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            self.paint(painter, pixmap.rect(), mode, state)
            painter.end()
            self._drawn[key] = pixmap
        return self._drawn[key]

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        grey = mode == QIcon.Mode.Disabled
        shade = self._disabled if grey and self._disabled else self._colour
        source = self._source.replace(_STROKE, QColor(shade).name())
        painter.save()
        painter.setOpacity(_FADED if grey and not self._disabled else 1.0)
        QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(rect))
        painter.restore()


@lru_cache(maxsize=128)
def _source(name: str) -> str:
    return path(f"icons/{name}.svg").read_text(encoding="utf-8")
