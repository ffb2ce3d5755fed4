"""The heading of a chart: flat text that opens a menu when there is something to choose."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QActionGroup,
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from nnstudio.ui.theme import colours, sized_font

PAD = 3
ARROW = 12


class MenuButton(QAbstractButton):
    """Show flat text with a small arrow; a click opens a menu that is built at that moment."""

    def __init__(self, heading: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = heading
        self._build: Callable[[QMenu], None] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open_menu)
        self.set_menu(None)

    def set_menu(self, build: Callable[[QMenu], None] | None) -> None:
        """Fill the menu with `build` whenever it opens; None makes the button plain text."""
        self._build = build
        self.setEnabled(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if build else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if build else Qt.CursorShape.ArrowCursor)
        self.updateGeometry()
        self.update()

    def open_menu(self) -> None:
        """Open the menu below the text."""
        if self._build is None:
            return
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        self._build(menu)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def text_font(self) -> QFont:
        """Return the font of the text."""
        return sized_font(self, 12.5, bold=True) if self._heading else sized_font(self, 11.5)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.text_font())
        arrow = ARROW if self._build else 0
        return QSize(metrics.horizontalAdvance(self.text()) + 2 * PAD + arrow + 1, metrics.height() + 2 * PAD)

    def minimumSizeHint(self) -> QSize:
        metrics = QFontMetrics(self.text_font())
        return QSize(min(self.sizeHint().width(), metrics.averageCharWidth() * 6), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        shades = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._build and (self.underMouse() or self.hasFocus()):
            painter.setPen(QColor(shades.accent if self.hasFocus() else shades.accent_soft))
            painter.setBrush(QColor(shades.accent_soft))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        room = self.width() - 2 * PAD - (ARROW if self._build else 0)
        font = self.text_font()
        metrics = QFontMetrics(font)
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.setFont(font)
        painter.setPen(QColor(shades.text if self._heading else shades.muted))
        painter.drawText(QRect(PAD, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        if self._build:
            left = PAD + metrics.horizontalAdvance(text) + 4.0
            middle = self.height() / 2 + 1
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(shades.muted))
            corners = (
                QPointF(left, middle - 2),
                QPointF(left + 7, middle - 2),
                QPointF(left + 3.5, middle + 2.5),
            )
            painter.drawPolygon(QPolygonF(corners))


class TitleChoice(MenuButton):
    """Name what is shown and let a person choose among several."""

    chosen = Signal(str)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(heading=True, parent=parent)
        self._choices: tuple[tuple[str, str], ...] = ()
        self._current = ""
        self.setText(title)
        self.setAccessibleName(title)

    @property
    def current(self) -> str:
        """Return the key of what is shown, "" before anything was offered."""
        return self._current

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys on offer."""
        return tuple(key for key, _ in self._choices)

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Replace the choices, (key, title) each; the current one stays if it is still offered."""
        self._choices = tuple(choices)
        if self._choices and self._current not in self.keys:
            self._current = self._choices[0][0]
        self.set_menu(self._fill if len(self._choices) > 1 else None)
        self._name()

    def choose(self, key: str) -> None:
        """Show `key` without telling anybody; KeyError if it is not offered."""
        if key not in self.keys:
            raise KeyError(key)
        self._current = key
        self._name()

    def _name(self) -> None:
        title = dict(self._choices).get(self._current, self.text())
        self.setText(title)
        self.setAccessibleName(title)
        self.setToolTip(f"{title}: click to choose another view" if len(self._choices) > 1 else title)
        self.updateGeometry()

    def _fill(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for key, title in self._choices:
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(key == self._current)
            action.triggered.connect(lambda _=False, key=key: self._pick(key))
            group.addAction(action)

    def _pick(self, key: str) -> None:
        if key != self._current:
            self.choose(key)
            self.chosen.emit(key)
