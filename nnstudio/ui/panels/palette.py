"""The layer palette: everything that can be dragged onto the canvas, by family, with a filter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDrag,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

import nnstudio.catalog.layers
import nnstudio.catalog.presets  # noqa: F401  (both fill the registries that are shown here)
from nnstudio.core.network import LAYERS, Layer
from nnstudio.core.project import PRESETS
from nnstudio.core.registry import Entry
from nnstudio.ui.canvas.drag import layer_mime
from nnstudio.ui.canvas.find import rank
from nnstudio.ui.theme import colours, scaled, set_role, sized_font

_FIRST = ("core", "convolution", "sequence", "attention", "regularise", "normalise", "merge", "shape")
"""The order in which families are taught; others follow."""
_TILE, _NARROW = (28, 84)
"""Height of a tile, and the width below which only one column fits; pixels at 100 percent text."""


class Tile(QWidget):
    """One thing to pick: drag it, double click it, or press Enter on it."""

    picked = Signal()

    def __init__(self, entry: type[Entry], family: str, hint: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self._family = family
        self._pressed: QPoint | None = None
        self._hovered = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName(entry.title)
        self.setAccessibleDescription(entry.about())
        about = entry.about().replace("\n\n", "</p><p>")
        self.setToolTip(f"<p><b>{entry.title}</b></p><p>{about}</p><p><i>{hint}</i></p>")

    def sizeHint(self) -> QSize:
        width = QFontMetrics(sized_font(self, 12)).horizontalAdvance(self.entry.title)
        return QSize(width + scaled(22), scaled(_TILE))

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(56), scaled(_TILE))

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        outline = QPainterPath()
        outline.addRoundedRect(rect, 6, 6)
        painter.fillPath(outline, QColor(c.field if self._hovered else c.card))
        edge = QPainterPath()
        edge.addRect(QRectF(rect.x(), rect.y(), 4, rect.height()))
        painter.fillPath(outline.intersected(edge), QColor(c.family(self._family)))
        focused = self.hasFocus()
        painter.setPen(QPen(QColor(c.accent if focused else c.border), 2 if focused else 1))
        painter.drawPath(outline)
        font = sized_font(self, 12)
        painter.setFont(font)
        painter.setPen(QColor(c.text))
        inner = QRect(scaled(11), 0, self.width() - scaled(15), self.height())
        text = QFontMetrics(font).elidedText(self.entry.title, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def enterEvent(self, event: QEvent) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        if (event.position().toPoint() - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            start, self._pressed = self._pressed, None
            self._drag(start)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.picked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Right):
            self.focusNextChild()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Left):
            self.focusPreviousChild()
        else:
            event.ignore()

    def _drag(self, grip: QPoint) -> None:
        if not issubclass(self.entry, Layer):
            return
        drag = QDrag(self)
        drag.setMimeData(layer_mime(self.entry()))
        drag.setPixmap(self.grab())
        drag.setHotSpot(grip)
        drag.exec(Qt.DropAction.CopyAction)


class TileGroup(QWidget):
    """A heading over tiles in two columns, in one where two would be too narrow."""

    def __init__(self, title: str, tiles: Sequence[Tile], role: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.tiles = tiles
        self._columns = 0
        heading = QLabel(title, self)
        set_role(heading, role)
        self._grid = QGridLayout()
        self._grid.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addWidget(heading)
        column.addLayout(self._grid)
        for tile in tiles:
            tile.setParent(self)
        self._arrange()

    def show_only(self, text: str) -> int:
        """Show the tiles that answer a search; returns how many there are."""
        shown = 0
        for tile in self.tiles:
            found = rank(tile.entry, text) is not None
            tile.setVisible(found)
            shown += found
        self._columns = 0
        self._arrange()
        self.setVisible(shown > 0)
        return shown

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        columns = 2 if self.width() >= 2 * scaled(_NARROW) + 6 else 1
        if columns == self._columns:
            return
        self._columns = columns
        for tile in self.tiles:
            self._grid.removeWidget(tile)
        place, half = 0, (self.width() - self._grid.spacing()) / 2
        for tile in self.tiles:
            if tile.isHidden():
                continue
            wide = columns == 2 and tile.sizeHint().width() - scaled(7) > half
            # A long title takes a row of its own.
            place += place % 2 if wide else 0
            self._grid.addWidget(tile, place // columns, place % columns, 1, 2 if wide else 1)
            place += 2 if wide else 1
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if columns == 2 else 0)


class Palette(QWidget):
    """All layers by family, and the architectures to start from."""

    insert_requested = Signal(object)
    """A Layer with its usual settings."""
    preset_requested = Signal(object)
    """A Preset with its usual settings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Layers")
        self._filter = QLineEdit(self)
        self._filter.setPlaceholderText("Find a layer")
        self._filter.setClearButtonEnabled(True)
        self._filter.setAccessibleName("Find a layer")
        self._filter.setToolTip("Finds layers by name or by what they do; Enter inserts the first")
        self._filter.textChanged.connect(self._on_filter)
        self._filter.returnPressed.connect(self._insert_first)
        self._nothing = QLabel("No layer answers this.", self)
        set_role(self._nothing, "hint")
        self._nothing.hide()
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        body = QWidget(area)
        body.setAutoFillBackground(False)
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(4)
        self.groups = [self._layer_group(family, entries, body) for family, entries in _families()]
        self._presets = self._preset_group(body)
        for group in (*self.groups, self._presets):
            self._column.addWidget(group)
        self._column.addStretch(1)
        area.setWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self._filter, self._nothing, area):
            column.addWidget(widget)

    def tiles(self) -> list[Tile]:
        """Return the layers' tiles that are offered now."""
        return [tile for group in self.groups for tile in group.tiles if not tile.isHidden()]

    def set_filter(self, text: str) -> None:
        """Offer only what answers a search; empty offers everything."""
        self._filter.setText(text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            for tile in self.findChildren(Tile):
                tile.updateGeometry()

    def _layer_group(self, family: str, entries: list[type[Layer]], parent: QWidget) -> TileGroup:
        hint = "Drag it onto the network; double click or Enter inserts it behind the selection."
        tiles = [Tile(entry, family, hint, parent) for entry in entries]
        for tile in tiles:
            tile.picked.connect(lambda tile=tile: self.insert_requested.emit(tile.entry()))
        return TileGroup(family.capitalize(), tiles, "hint", parent)

    def _preset_group(self, parent: QWidget) -> TileGroup:
        hint = "Double click or Enter writes the whole network; one undo brings back the old one."
        tiles = [Tile(entry, "preset", hint, parent) for entry in PRESETS]
        for tile in tiles:
            tile.picked.connect(lambda tile=tile: self.preset_requested.emit(tile.entry()))
            tile.setCursor(Qt.CursorShape.PointingHandCursor)
        return TileGroup("Start from", tiles, "heading", parent)

    def _on_filter(self, text: str) -> None:
        shown = sum([group.show_only(text) for group in (*self.groups, self._presets)])
        self._nothing.setVisible(shown == 0)

    def _insert_first(self) -> None:
        text = self._filter.text()
        ranked = [(place, tile) for tile in self.tiles() if (place := rank(tile.entry, text)) is not None]
        if text.strip() and ranked:
            min(ranked, key=lambda pair: pair[0])[1].picked.emit()


def _families() -> list[tuple[str, list[type[Layer]]]]:
    groups = LAYERS.families()
    known = [family for family in _FIRST if family in groups]
    return [(family, groups[family]) for family in (*known, *(f for f in groups if f not in known))]
