"""One window with every small widget; `python -m tests.ui.widgets.gallery FOLDER` saves its pictures."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nnstudio.core.param import Param
from nnstudio.ui import resources
from nnstudio.ui.theme import ThemeName, apply_theme, set_role
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.chip import Chip
from nnstudio.ui.widgets.choice import ChoiceBox, Toggle
from nnstudio.ui.widgets.elided_label import ElidedLabel
from nnstudio.ui.widgets.flow_layout import FlowLayout
from nnstudio.ui.widgets.icon_button import IconButton
from nnstudio.ui.widgets.message_bar import MessageBar, Severity
from nnstudio.ui.widgets.progress_strip import ProgressStrip
from nnstudio.ui.widgets.section import Section
from nnstudio.ui.widgets.segmented import Segmented
from nnstudio.ui.widgets.slider import ParamSlider
from nnstudio.ui.widgets.split_bar import SplitBar

RATE = Param("Learning rate", "Size of a step.", 1e-6, 1.0, "log", typical=(1e-4, 1e-2))


class Gallery(QWidget):
    """Everything side by side, the sliders and findings as in the studio's right column."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "page")
        columns = QHBoxLayout(self)
        columns.addWidget(self._sliders())
        columns.addWidget(self._findings())
        columns.addWidget(self._rest(), 1)

    def _sliders(self) -> QWidget:
        panel, column = _panel()
        section = Section("Hyperparameters")
        self.rate = ParamSlider(RATE, 0.001, default=0.001)
        size = Param("Batch size", "Examples per step.", 1, 1024, "power of two")
        decay = Param("Weight decay (L2)", "Penalty.", 1e-6, 0.1, "log", zero=True, typical=(1e-5, 1e-3))
        wrong = ParamSlider(Param("Momentum", "Memory of steps.", 0.0, 0.99, step=0.01, unit="of 1"), 0.9)
        off = ParamSlider(decay, 0.0)
        off.setEnabled(False)
        for editor in (
            ChoiceBox(Param("Optimizer", "How weights move.", choices=("Adam", "SGD + momentum")), "Adam"),
            self.rate,
            ParamSlider(size, 32, integer=True),
            ParamSlider(Param("Epochs", "Passes.", 1, 1000, "log"), 100, integer=True),
            ParamSlider(Param("Dropout", "Share off.", 0.0, 0.5, step=0.01, typical=(0.1, 0.3)), 0.3),
            ParamSlider(decay, 1e-4),
            off,
            wrong,
            Toggle(Param("Early stopping", "Stop when it stops helping."), True),
            Toggle(Param("Nesterov", "Look ahead."), False),
        ):
            section.body.addWidget(editor)
        wrong.box.setText("fast")
        wrong.box.editingFinished.emit()
        column.addWidget(section)
        column.addWidget(Section("Advanced", is_open=False))
        column.addStretch(1)
        return panel

    def _findings(self) -> QWidget:
        panel, column = _panel()
        heading = QLabel("Quick diagnosis")
        set_role(heading, "heading")
        column.addWidget(heading)
        for tone, title in (("warn", "Overfitting since epoch 16"), ("bad", "Loss is not a number")):
            card = Card(title, tone=tone)
            evidence = QLabel("train acc 0.998 · val acc 0.871")
            set_role(evidence, "mono")
            card.body.addWidget(evidence)
            card.body.addWidget(QLabel("The network is memorising the training set.", wordWrap=True))
            fixes = FlowLayout()
            for index, words in enumerate(("Try: add dropout 0.3", "L2 = 0.01", "Stop at best (16)", "Why?")):
                button = QPushButton(words)
                button.setProperty("compact", True)
                set_role(button, "small" if index else "primary", "" if index else tone)
                fixes.addWidget(button)
            card.body.addLayout(fixes)
            column.addWidget(card)
        column.addWidget(Card("Gradients healthy", tone="good"))
        data = Card("Handwritten digits")
        bar = SplitBar()
        bar.set_counts(1257, 270, 270)
        data.body.addWidget(bar)
        hint = QLabel(bar.toolTip(), wordWrap=True)
        set_role(hint, "hint")
        data.body.addWidget(hint)
        column.addWidget(data)
        column.addStretch(1)
        return panel

    def _rest(self) -> QWidget:
        panel, column = _panel()
        pages = ("Data", "Design & Train", "Evaluate", "Tune", "Runs")
        column.addWidget(Segmented({page: page.replace("&", "&&") for page in pages}, "Workspace"))
        self.shapes = Segmented(("Funnel", "Constant", "Custom"), "Shape")
        column.addWidget(self.shapes)
        row = QHBoxLayout()
        row.addWidget(IconButton("reset", "Start again", "Reset"))
        row.addWidget(IconButton("step", "One step", "Step"))
        row.addWidget(IconButton("pause", "Pause training", "Pause", role="primary"))
        row.addWidget(IconButton("stop", "End the run", "Stop"))
        disabled = IconButton("play", "Nothing to train", "Train", role="primary")
        disabled.setEnabled(False)
        row.addWidget(disabled)
        row.addStretch(1)
        column.addLayout(row)
        chips = FlowLayout()
        for text, tone in (("Epoch 37 / 100", ""), ("valid", "good"), ("slow", "warn"), ("2 errors", "bad")):
            chip = Chip(text, text)
            chip.set_tone(tone)
            chips.addWidget(chip)
        chips.addWidget(Chip("NVIDIA RTX 4060", "Choose the device", clickable=True))
        column.addLayout(chips)
        notices: list[tuple[Severity, str]] = [
            ("info", "A newer best was saved."),
            ("bad", "Cannot read it."),
        ]
        for severity, text in notices:
            bar = MessageBar(panel)
            column.addWidget(bar)
            bar.show_message(severity, text, actions=[("Try again", bar.dismiss)], details="line 3")
        strip = ProgressStrip(panel)
        column.addWidget(strip)
        strip.start("Reading digits.csv")
        strip.set_progress(0.4)
        column.addWidget(ElidedLabel("A very long path that does not fit " * 6))
        column.addLayout(_inputs())
        column.addWidget(_table())
        icons = FlowLayout()
        for file in sorted(resources.path("icons").glob("*.svg")):
            icons.addWidget(IconButton(file.stem, file.stem))
        column.addLayout(icons)
        column.addStretch(1)
        return panel


def _panel() -> tuple[QWidget, QVBoxLayout]:
    panel = Card()
    return panel, panel.body


def _inputs() -> QGridLayout:
    grid = QGridLayout()
    combo, spin, line, check = QComboBox(), QSpinBox(), QLineEdit("text"), QCheckBox("Header row")
    combo.addItems(["comma", "tab"])
    check.setChecked(True)
    named = ((combo, "Delimiter"), (spin, "Rows"), (line, "Name"), (check, "Header"))
    for place, (widget, name) in enumerate(named):
        widget.setAccessibleName(name)
        widget.setToolTip(name)
        grid.addWidget(widget, place // 2, place % 2)
    return grid


def _table() -> QTableWidget:
    table = QTableWidget(3, 4)
    table.setAccessibleName("Layers")
    table.setHorizontalHeaderLabels(["Layer", "Output", "Learnables", "Memory"])
    for row in range(3):
        for column in range(4):
            table.setItem(row, column, QTableWidgetItem(f"{row} × {column}"))
    table.selectRow(1)
    return table


def save_pictures(folder: Path) -> list[Path]:
    """Save the gallery in every theme and in large text; returns the files."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app, "light")
    gallery = Gallery()
    gallery.show()
    gallery.rate.box.setFocus()
    gallery.rate.focusNextChild()
    looks: list[tuple[ThemeName, int]] = [("light", 100), ("dark", 100), ("contrast", 100), ("light", 150)]
    files = []
    for name, percent in looks:
        apply_theme(app, name, percent)
        gallery.resize(int(1120 * percent / 100), int(760 * percent / 100))
        for _ in range(3):  # a new text size settles over a few rounds of layout requests
            app.processEvents()
        files.append(folder / f"gallery-{name}-{percent}.png")
        gallery.grab().save(str(files[-1]))
    gallery.close()
    return files


if __name__ == "__main__":
    save_pictures(Path(sys.argv[1]))
