"""What the network writes: a sample of text with its prompt and temperature, anew as it learns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from nnstudio.core.param import Param
from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.pictures import Sample
from nnstudio.ui.theme import colours, scaled
from nnstudio.ui.widgets.slider import ParamSlider

TEMPERATURE = Param(
    "Temperature",
    "How boldly the next token is drawn: 0 always takes the most probable one, 1 draws as the network says.",
    low=0.0,
    high=2.0,
    step=0.05,
    typical=(0.6, 1.0),
    too_low="The text soon repeats itself.",
    too_high="The text falls apart.",
)
USUAL = 0.8
SEEDS = 10_000


class SampleView(ChartCard):
    """Shows the prompt and how the network goes on; asks for another text by `wanted`."""

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Sample", "Press Train: what the network writes appears here.", parent)
        self._seed, self._shown = 0, ("", "")
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName("Text written by the network")
        self.text.setToolTip("The prompt, and how the network goes on; while training anew every second")
        self.prompt = QLineEdit(placeholderText="What the text begins with")
        self.prompt.setAccessibleName("Prompt")
        self.prompt.setToolTip("The network goes on from here; a short prompt follows the text's beginning")
        self.prompt.returnPressed.connect(self.wanted)
        self.write = QPushButton("Write")
        self.write.setAccessibleName("Write")
        self.write.setToolTip("Draw another text")
        self.write.clicked.connect(self._another)
        self.temperature = ParamSlider(TEMPERATURE, USUAL, default=USUAL)
        self.temperature.value_changed.connect(self._warm)
        self.set_content(self._arranged())
        self.restyle()

    @property
    def wish(self) -> Sample:
        """Return what is to be written, from the settings as they are."""
        return Sample(self.prompt.text(), float(self.temperature.value() or 0), self._seed)

    def show_text(self, prompt: str, text: str) -> None:
        """Show a text that was written."""
        self._shown = prompt, text
        self.set_empty(False)
        self.text.clear()
        cursor, shades = QTextCursor(self.text.document()), colours(self)
        for part, shade in ((prompt, shades.accent), (text, shades.text)):
            style = QTextCharFormat()
            style.setForeground(QColor(shade))
            cursor.insertText(part, style)

    def clear(self) -> None:
        """Take the text away: it belongs to another network."""
        self._shown = "", ""
        self.set_empty(True)

    def table(self) -> Iterable[Sequence[object]]:
        return [("prompt", "text"), self._shown]

    def restyle(self) -> None:
        super().restyle()
        if not self.is_empty:
            self.show_text(*self._shown)

    def _arranged(self) -> QWidget:
        whole = QWidget()
        row = QHBoxLayout()
        row.setSpacing(scaled(6))
        row.addWidget(self.prompt, 1)
        row.addWidget(self.write)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(6))
        column.addWidget(self.text, 1)
        column.addLayout(row)
        column.addWidget(self.temperature)
        return whole

    def _another(self) -> None:
        self._seed = (self._seed + 1) % SEEDS
        self.wanted.emit()

    def _warm(self, value: object, _drag: str) -> None:
        self.temperature.set_value(value)  # type: ignore[arg-type]
        self.wanted.emit()
