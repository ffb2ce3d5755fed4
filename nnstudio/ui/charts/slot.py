"""A card that shows one of several charts, the one a person picks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from nnstudio.ui.charts.card import ChartCard, draw_card
from nnstudio.ui.charts.title import TitleChoice


class ChartSlot(QWidget):
    """Hold charts by key, offer those that fit the project, and remember what was picked."""

    view_chosen = Signal(str)

    def __init__(self, charts: Mapping[str, ChartCard], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._charts = dict(charts)
        self._wanted = ""
        self.setMinimumSize(200, 200)
        self.setAccessibleName("Chart of your choice")
        self.title = TitleChoice("")
        self._stack = QStackedWidget()
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.title)
        for chart in self._charts.values():
            chart.embed()
            self._stack.addWidget(chart)
            top.addWidget(chart.header, 1)
            chart.header.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 8)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        self.title.chosen.connect(self._picked)

    @property
    def current(self) -> str:
        """Return the key of the chart shown, "" before any was offered."""
        return self.title.current

    @property
    def chosen(self) -> str:
        """Return the key a person picked last, even while it is not on offer."""
        return self._wanted

    def chart(self, key: str) -> ChartCard:
        """Return a chart by its key; KeyError for an unknown one."""
        return self._charts[key]

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer these charts, (key, title) each; the remembered choice is shown when it is among them."""
        unknown = [key for key, _ in choices if key not in self._charts]
        if unknown:
            raise KeyError(", ".join(unknown))
        self.title.offer(choices)
        if self._wanted in self.title.keys:
            self.title.choose(self._wanted)
        self._show()

    def choose(self, key: str) -> None:
        """Remember `key` as picked, from a saved setting, and show it if it is on offer."""
        self._wanted = key
        if key in self.title.keys:
            self.title.choose(key)
            self._show()

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_card(self)

    def _picked(self, key: str) -> None:
        self._wanted = key
        self._show()
        self.view_chosen.emit(key)

    def _show(self) -> None:
        for key, chart in self._charts.items():
            chart.header.setVisible(key == self.current)
        if self.current:
            self._stack.setCurrentWidget(self._charts[self.current])
