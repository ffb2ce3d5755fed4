"""Buttons whose icons follow the theme."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QPushButton, QWidget

from nnstudio.ui import resources
from nnstudio.ui.theme import colours, scaled, set_role


class IconButton(QPushButton):
    """A button with a bundled icon in the colour of its text; without a text it is flat and square.

    `role` is a style of the theme: "" (plain), "primary", "small", "flat" or "fold".
    """

    def __init__(
        self, icon: str, tip: str, text: str = "", *, role: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._icon_name = icon
        self._drawn: tuple[object, ...] = ()
        self.setToolTip(tip)
        self.setAccessibleName(text or tip)
        self.setAutoDefault(False)
        set_role(self, role or ("" if text else "flat"))
        self._redraw()

    def set_icon(self, name: str) -> None:
        """Show another bundled icon."""
        if name != self._icon_name:
            self._icon_name = name
            self._redraw()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._redraw()
        super().changeEvent(event)

    def _redraw(self) -> None:
        c = colours(self)
        quiet = {"primary": c.on_accent, "flat": c.muted, "fold": c.muted}
        wanted = (self._icon_name, quiet.get(self.property("role"), c.text), c.grey_run)
        self.setIconSize(QSize(scaled(16), scaled(16)))
        # One switch of theme sends several change events; an icon takes a millisecond to draw.
        if wanted != self._drawn:
            self._drawn = wanted
            self.setIcon(resources.icon(*wanted))
