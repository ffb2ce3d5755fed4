"""The list of projects opened before."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QDate, QLocale, Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnstudio.ui.pages.card_button import CardButton
from nnstudio.ui.theme import set_role
from nnstudio.ui.widgets.elided_label import ElidedLabel

MOST = 6


class RecentList(QWidget):
    """Show files newest first, each with its folder and the day it was saved."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._none = QLabel("Projects you save will be listed here.", wordWrap=True)
        set_role(self._none, "muted")
        self._column.addWidget(self._none)
        self._column.addStretch(1)
        self.buttons: list[CardButton] = []

    def show_paths(self, paths: list[Path]) -> None:
        """Show these files; one that is gone is shown as such and cannot be opened."""
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(path) for path in paths[:MOST]]
        for place, button in enumerate(self.buttons):
            self._column.insertWidget(place, button)
        self._none.setVisible(not self.buttons)

    def _button(self, path: Path) -> CardButton:
        button = CardButton(path.stem, str(path), self)
        set_role(button, "flat")
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        try:
            when = day_in_words(datetime.fromtimestamp(path.stat().st_mtime), datetime.now())
        except OSError:
            when = "moved or deleted"
            button.setEnabled(False)
        button.setAccessibleDescription(f"{path.parent}, {when}")
        column = QVBoxLayout(button)
        column.setContentsMargins(8, 5, 8, 5)
        column.setSpacing(0)
        name = ElidedLabel(path.stem, parent=button)
        set_role(name, "title")
        place = ElidedLabel(f"{when} · {path.parent}", Qt.TextElideMode.ElideMiddle, button)
        set_role(place, "hint")
        for label in (name, place):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(label)
        button.clicked.connect(lambda: self.chosen.emit(str(path)))
        return button


def day_in_words(moment: datetime, now: datetime) -> str:
    """Return e.g. `today 14:05`, `yesterday 09:30` or the date as the reader's country writes it."""
    days = (now.date() - moment.date()).days
    if days in (0, 1):
        return f"{('today', 'yesterday')[days]} {moment:%H:%M}"
    return QLocale().toString(QDate(moment.year, moment.month, moment.day), QLocale.FormatType.ShortFormat)
