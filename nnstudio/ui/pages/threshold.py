"""The threshold from which a class is named, or an answer is given at all; matrix and metrics follow."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnstudio.core.param import Param
from nnstudio.ui.charts.numbers import share
from nnstudio.ui.pages.judgement import Judgement
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.slider import ParamSlider

STEP = 0.01
TWO = Param(
    "Threshold", "The share of the second class from which it is named.", low=0.0, high=1.0, step=STEP,
    too_low="Almost everything is named: nothing is missed, but many false alarms.",
    too_high="Hardly anything is named: no false alarms, but many are missed.",
)  # fmt: skip
LABELS = Param(
    "Threshold", "The share from which a label is named.", low=0.0, high=1.0, step=STEP,
    too_low="Many labels are named: few are missed, but many are wrong.",
    too_high="Few labels are named: those are right, but many are missed.",
)  # fmt: skip
MANY = Param(
    "Confidence needed", "Below this confidence the network gives no answer.", low=0.0, high=1.0, step=STEP,
    too_high="Few answers are left, but those are sure.",
)  # fmt: skip
USUAL = {"two": 0.5, "labels": 0.5, "many": 0.0}


class ThresholdBar(QWidget):
    """A slider for one judgement; hidden where outputs are no shares."""

    judged = Signal(object)
    """The Judgement at the threshold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._given: Judgement | None = None
        self._which = "many"
        self._sliders = {
            "two": ParamSlider(TWO, 0.5, default=0.5),
            "labels": ParamSlider(LABELS, 0.5, default=0.5),
            "many": ParamSlider(MANY, 0.0, default=0.0),
        }
        self.told = QLabel(wordWrap=True)
        set_role(self.told, "hint")
        # The metrics of a large split take a moment: once per turn of the event loop is enough.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._judge)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(2))
        for slider in self._sliders.values():
            slider.value_changed.connect(lambda *_: self._soon.start())
            column.addWidget(slider)
        column.addWidget(self.told)

    @property
    def slider(self) -> ParamSlider:
        """The slider that fits the labels, or the number of classes."""
        return self._sliders[self._which]

    @property
    def threshold(self) -> float:
        """The threshold in use."""
        return float(self.slider.value() or 0.0)

    def show_judgement(self, judgement: Judgement) -> None:
        """Begin anew with the usual threshold."""
        self._soon.stop()
        self._given = judgement
        two = "two" if judgement.target.count == 2 else "many"
        self._which = "labels" if judgement.target.asks == "labels" else two
        self.setVisible(judgement.shares is not None)
        for key, slider in self._sliders.items():
            slider.setVisible(key == self._which)
            slider.set_value(USUAL[key])
        self._tell(judgement)

    def _judge(self) -> None:
        if self._given is None or self._given.shares is None:
            return
        moved = self.threshold != USUAL[self._which]
        found = self._given.at_threshold(self.threshold) if moved else self._given
        self._tell(found)
        self.judged.emit(found)

    def _tell(self, found: Judgement) -> None:
        names = found.target.names
        if found.target.asks == "labels":
            text = f"Every label is named from a share of {self.threshold:.2f} on."
        elif len(names) == 2:
            text = f"“{names[1]}” is named from a share of {self.threshold:.2f} on."
        elif found.answered is None:
            text = "Every example gets an answer, however unsure."
        else:
            text = f"Answers {share(float(found.answered.mean()))} of the examples; the others are left open."
        self.told.setText(text)
