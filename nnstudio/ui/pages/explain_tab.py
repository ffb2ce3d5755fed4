"""Why the network answers an example as it does: choose example and method, run, see, read."""

from __future__ import annotations

from collections.abc import Generator
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnstudio.core.answers import in_words
from nnstudio.core.run import Run
from nnstudio.ui.charts.contributions import ContributionChart
from nnstudio.ui.charts.heat import HeatChart
from nnstudio.ui.charts.numbers import share, short
from nnstudio.ui.charts.steps import StepsChart
from nnstudio.ui.pages.job import GivenUp, Job
from nnstudio.ui.pages.judgement import Judgement
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.choice import QuietComboBox
from nnstudio.ui.widgets.icon_button import IconButton
from nnstudio.ui.widgets.message_bar import MessageBar
from nnstudio.ui.widgets.progress_strip import ProgressStrip
from nnstudio.ui.widgets.side_width import SideWidth

if TYPE_CHECKING:
    from nnstudio.engine.explain.explanation import Explanation, Method

SIDE = 300
PREDICTED, LAST = -1, ""


class ExplainTab(QWidget):
    """Explain answers of one judged split in the background."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._judgement: Judgement | None = None
        self._run: Run | None = None
        self._methods: tuple[Method, ...] = ()
        self._job: Job | None = None
        self._enough = Event()
        self._next = 0
        self.found: Explanation | None = None
        self.row = QSpinBox()
        self.row.setAccessibleName("Row to explain")
        self.row.setToolTip(
            "Row in the data source, counted from 1; only rows of the judged part can be chosen"
        )
        self.mistake = IconButton(
            "forward", "Go to the next mistake, the worst first", "Next mistake", role="small"
        )
        self.told = QLabel(wordWrap=True)
        self.method = _box("Method", "How to explain")
        self.about = QLabel(wordWrap=True)
        set_role(self.about, "hint")
        self.asked = _box("Explain", "Which answer is explained")
        self.layer = _box("Layer", "Which layer is looked into")
        self.button = IconButton("play", "Explain this answer", "Explain")
        set_role(self.button, "primary")
        self.progress, self.message = ProgressStrip(), MessageBar()
        self.heat, self.bars, self.steps = HeatChart(), ContributionChart(), StepsChart()
        self.reading = QLabel(wordWrap=True)
        self._lay_out()
        self._connect()

    @property
    def can_explain(self) -> bool:
        """Whether some method fits the judged network."""
        return bool(self._methods)

    @property
    def busy(self) -> bool:
        """Whether an explanation is being computed."""
        return self._job is not None

    def show_judgement(self, judgement: Judgement, run: Run) -> None:
        """Explain answers of this split from now on."""
        from nnstudio.engine.explain.explanation import methods_for

        self.give_up()
        self._judgement, self._run, self._next = judgement, run, 0
        self._methods = methods_for(run.record.project.network, judgement.loaded.prepared.signature)
        rows = judgement.rows
        self.row.setRange(int(rows.min()) + 1, int(rows.max()) + 1)
        _fill(self.method, [(method.title, method.kind) for method in self._methods])
        names = judgement.target.names
        firsts = {"class": "the predicted class", "labels": "the likeliest label"}
        first = (firsts[judgement.target.asks], PREDICTED) if judgement.target.asks in firsts else None
        _fill(self.asked, [*([first] if first else []), *((name, place) for place, name in enumerate(names))])
        self.mistake.setVisible(judgement.target.asks != "numbers")
        worst = judgement.worst()
        self.choose(int(worst[0]) if len(worst) else 0)
        self._method_changed()

    def choose(self, position: int) -> None:
        """Choose the example at a position of the split."""
        if self._judgement is not None:
            self.row.setValue(int(self._judgement.rows[position]) + 1)
            self._tell()

    def start(self) -> None:
        """Compute the explanation that is asked for."""
        judgement, run = self._judgement, self._run
        if judgement is None or run is None or not self._methods:
            return
        self.give_up()
        self.message.hide()
        kind, layer = str(self.method.currentData()), str(self.layer.currentData() or LAST)
        asked = self.asked.currentData()
        position, enough = self._position(), Event()
        self._enough = enough
        self.progress.start(f"{self.method.currentText()}…")
        self.button.setEnabled(False)
        chosen = None if asked == PREDICTED else int(asked)
        self._job = Job(lambda: _explained(run, judgement, kind, position, chosen, layer, enough))
        self._job.delivered.connect(self._take)
        self._job.failed.connect(self._fail)

    def give_up(self) -> None:
        """Stop computing at the next chance."""
        self._enough.set()
        if self._job is not None:
            self._job.abandon()
        self._end()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.give_up()

    # -- what happens ------------------------------------------------------------------------------

    def _position(self) -> int:
        """Return the position of the chosen row, or of the nearest one of this part."""
        assert self._judgement is not None
        return int(np.abs(self._judgement.rows - (self.row.value() - 1)).argmin())

    def _tell(self) -> None:
        found = self._judgement
        if found is None:
            return
        position = self._position()
        row = int(found.rows[position]) + 1
        near = (
            ""
            if row == self.row.value()
            else f"Row {self.row.value()} is in another part; the nearest is {row}. "
        )
        if found.target.asks != "numbers":
            sure = float(found.confidence[position])
            true = in_words(found.target, found.true[position])
            told = f"true {true}, predicted {in_words(found.target, found.predicted[position])}"
            told += "" if np.isnan(sure) else f" ({share(sure)})"
        else:
            number, answer = float(found.true[position, 0]), float(found.predicted[position, 0])
            told = f"true {short(number)}, predicted {short(answer)}"
        self.told.setText(near + told)

    def _next_mistake(self) -> None:
        found = self._judgement
        worst = found.worst() if found is not None else np.empty(0, np.int64)
        if len(worst):
            self._next = (self._next + 1) % len(worst)
            self.choose(int(worst[self._next]))

    def _method_changed(self) -> None:
        method = next((one for one in self._methods if one.kind == self.method.currentData()), None)
        if method is None or self._judgement is None or self._run is None:
            return
        self.about.setText(method.about)
        self._fill_layers(method.kind)
        one = not method.is_global
        for widget in (self.row, self.mistake, self.told):
            widget.setEnabled(one)
        asks = one and method.kind != "attention" and not method.rebuilds
        self.asked.setEnabled(asks and self.asked.count() > 1)

    def _fill_layers(self, kind: str) -> None:
        from nnstudio.engine.explain.explanation import attentions, convolutions

        assert self._run is not None
        assert self._judgement is not None
        network = self._run.record.project.network
        nodes = attentions(network) if kind == "attention" else ()
        if kind == "gradcam":
            nodes = convolutions(network, self._judgement.loaded.prepared.signature.input)
        _fill(self.layer, [(f"{node.title} ({node.id})", node.id) for node in reversed(nodes)])
        for widget in (self.layer, self._layer_label):
            widget.setVisible(bool(nodes))

    def _take(self, found: list[Explanation]) -> None:
        self._end()
        explanation = self.found = found[-1]
        judgement = self._judgement
        assert judgement is not None
        shares = judgement.target.asks != "numbers"
        self._result.set_title(_title(explanation, shares))
        self._charts.setCurrentWidget(self._drawn(explanation))
        reading = explanation.reading(shares)
        note = f" {explanation.note}" if explanation.note and explanation.row >= 0 else ""
        self.reading.setText(reading + note)

    def _drawn(self, found: Explanation) -> QWidget:
        """Give an explanation to the chart that suits it; returns that."""
        if found.curve is not None:
            self.steps.show_steps(found.names, found.curve, found.values, found.rebuilt)
            return self.steps
        if found.values.ndim == 2:
            self.heat.show_heat(found.values, found.picture, found.names, found.rebuilt)
            return self.heat
        if found.method.kind == "gradients":
            self.bars.show_words(found.names, found.values)
        else:
            self.bars.show_bars(found.names, found.values, found.spread)
        return self.bars

    def _fail(self, sentence: str, details: str) -> None:
        self._end()
        self.message.show_message("bad", sentence, details=details)

    def _end(self) -> None:
        self._job = None
        self.progress.finish()
        self.button.setEnabled(True)

    # -- building ----------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.button.clicked.connect(self.start)
        self.progress.cancelled.connect(self.give_up)
        self.mistake.clicked.connect(self._next_mistake)
        self.row.valueChanged.connect(lambda _: self._tell())
        self.method.activated.connect(lambda _: self._method_changed())

    def _lay_out(self) -> None:
        ask = Card("Why this answer?")
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        self._layer_label = QLabel("Layer")
        for line, (label, widget) in enumerate(
            ((QLabel("Method"), self.method), (self._layer_label, self.layer), (QLabel("Row"), self.row),
             (QLabel("Explain"), self.asked))
        ):  # fmt: skip
            label.setBuddy(widget)
            grid.addWidget(label, line, 0)
            grid.addWidget(widget, line, 1)
        ask.body.addLayout(grid)
        for widget in (self.told, self.about):
            ask.body.addWidget(widget)
        buttons = QHBoxLayout()
        buttons.addWidget(self.button)
        buttons.addWidget(self.mistake)
        buttons.addStretch(1)
        ask.body.addLayout(buttons)
        ask.body.addWidget(self.progress)
        ask.body.addStretch(1)
        side = QScrollArea()  # With large text the questions need more height than a small window has.
        side.setFrameShape(QScrollArea.Shape.NoFrame)
        side.setWidgetResizable(True)
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        side.setWidget(ask)
        side.viewport().setAutoFillBackground(False)
        ask.setAutoFillBackground(False)
        SideWidth(side, SIDE + 12)
        self._charts = QStackedWidget()
        for chart in (self.heat, self.bars, self.steps):
            chart.embed()
            chart.header.hide()
            self._charts.addWidget(chart)
        self._result = Card("Nothing is explained yet")
        self._result.body.addWidget(self._charts, 1)
        self._result.body.addWidget(self.reading)
        right = QVBoxLayout()
        right.addWidget(self.message)
        right.addWidget(self._result, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(scaled(10))
        row.addWidget(side)
        row.addLayout(right, 1)


def _title(found: Explanation, classes: bool) -> str:
    if found.row < 0:
        return f"{found.method.title}: {found.note}"
    text = f"{found.method.title} · row {found.row + 1}: {found.told}"
    if classes and found.answer is not None:
        text += f" · share of {found.asked} {found.answer:.2f}"
    return text + (f", average {found.start:.3g}" if found.start is not None else "")


def _explained(
    run: Run, judgement: Judgement, kind: str, position: int, asked: int | None, layer: str, enough: Event
) -> Generator[Explanation, None, None]:
    from nnstudio.engine.explain.explain import explain

    def check() -> None:
        if enough.is_set():
            raise GivenUp

    weights = run.weights.get("best") or run.weights["last"]
    project, prepared = run.record.project, judgement.loaded.prepared
    yield explain(
        project, prepared, weights, kind, judgement.split, position, asked=asked, layer=layer, check=check
    )


def _box(name: str, tip: str) -> QuietComboBox:
    box = QuietComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    return box


def _fill(box: QuietComboBox, items: list[tuple[str, object]]) -> None:
    box.clear()
    for text, data in items:
        box.addItem(text, data)
