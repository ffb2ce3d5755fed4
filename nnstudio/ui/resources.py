"""Draws the bundled icons; bundled files are found by `path`."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from nnstudio.core.resources import path

__all__ = ["app_icon", "icon", "path"]

_ICON_SIZES = (16, 24, 32, 64)
_STROKE = "#7a8598"
"""The colour in the SVG files, replaced when an icon is drawn; readable on light and on dark."""


def icon(name: str, colour: str, disabled: str = "") -> QIcon:
    """Return the icon `icons/<name>.svg` drawn in `colour`; disabled in its own colour or faded."""
    result = QIcon()
    normal, grey = _renderer(name, colour), _renderer(name, disabled or colour)
    for size in _ICON_SIZES:
        result.addPixmap(_draw(normal, size, 1.0), QIcon.Mode.Normal)
        result.addPixmap(_draw(grey, size, 1.0 if disabled else 0.4), QIcon.Mode.Disabled)
    return result


def app_icon() -> QIcon:
    """Return the program's icon in its own colours."""
    return icon("app", _STROKE)


def _renderer(name: str, colour: str) -> QSvgRenderer:
    source = path(f"icons/{name}.svg").read_text(encoding="utf-8").replace(_STROKE, QColor(colour).name())
    return QSvgRenderer(QByteArray(source.encode()))


def _draw(renderer: QSvgRenderer, size: int, opacity: float) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(opacity)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
