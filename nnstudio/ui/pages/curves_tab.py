"""Curves behind an evaluation: over all thresholds for classes, over time for series."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QStackedWidget, QVBoxLayout, QWidget

from nnstudio.catalog.class_curves import Reliability, auc_word, precision_recall, reliability, roc
from nnstudio.ui.charts.calibration import CalibrationChart
from nnstudio.ui.charts.forecast import ForecastChart
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.charts.roc import ClassCurveChart
from nnstudio.ui.pages.judgement import Judgement
from nnstudio.ui.theme import scaled
from nnstudio.ui.widgets.choice import QuietComboBox

MOST_CURVES = 20
"""Classes drawn at once: more cannot be told apart."""
ALL = -1


class CurvesTab(QWidget):
    """Show ROC, precision over recall and calibration, or a forecast; computed when looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._judgement: Judgement | None = None
        self._fresh = False
        self._threshold = 0.5
        self.roc, self.pr = ClassCurveChart("roc"), ClassCurveChart("pr")
        self.calibration, self.forecast = CalibrationChart(), ForecastChart()
        self.classes = QuietComboBox()
        self.classes.setAccessibleName("Class of the curves")
        self.classes.setToolTip("Which class stands against the rest")
        self.ahead = QSpinBox()
        self.ahead.setAccessibleName("Steps ahead")
        self.ahead.setToolTip("How many steps ahead the forecast was made")
        self.ahead.setMinimum(1)
        self._lay_out()
        self.classes.activated.connect(lambda: self._draw_classes())
        self.ahead.valueChanged.connect(lambda: self._draw_forecast())

    @staticmethod
    def fits(judgement: Judgement) -> bool:
        """Tell whether there is anything to draw."""
        return judgement.shares is not None or _is_series(judgement)

    def show_judgement(self, judgement: Judgement) -> None:
        """Draw the curves of a judgement once they are looked at."""
        self._judgement, self._fresh, self._threshold = judgement, False, 0.5
        if self.isVisible():
            self._refresh()

    def mark(self, threshold: float) -> None:
        """Mark the threshold of two classes on their curves."""
        self._threshold = threshold
        if self._judgement is not None and _marked(self._judgement):
            for chart in (self.roc, self.pr):
                chart.mark(threshold)

    def showEvent(self, event: object) -> None:
        self._refresh()

    def _refresh(self) -> None:
        found = self._judgement
        if found is None or self._fresh or not self.fits(found):
            return
        self._fresh = True
        series = _is_series(found)
        self._pages.setCurrentIndex(1 if series else 0)
        if series:
            self.ahead.setMaximum(found.target.count)
            self._ahead.setVisible(found.target.count > 1)
            self._draw_forecast()
            return
        self.classes.clear()
        labels = found.target.asks == "labels"
        if found.target.count == 2 and not labels:
            self.classes.addItem(f"{found.target.names[1]} against {found.target.names[0]}", 1)
        else:
            self.classes.addItem("All labels" if labels else "All classes, each against the rest", ALL)
            for place, name in enumerate(found.target.names):
                self.classes.addItem(name if labels else f"{name} against the rest", place)
        self.classes.setEnabled(self.classes.count() > 1)
        self.calibration.show_reliability(_reliability(found))
        self._draw_classes()

    def _draw_classes(self) -> None:
        found, chosen = self._judgement, self.classes.currentData()
        if found is None or found.shares is None or chosen is None:
            return
        true = found.true if found.target.asks == "labels" else np.eye(found.target.count)[found.true]
        occurs = true.sum(axis=0)
        places = [k for k in range(found.target.count) if 0 < occurs[k] < len(true)]
        places = places[:MOST_CURVES] if chosen == ALL else [k for k in places if k == chosen]
        names = [found.target.names[k] for k in places]
        rates = [roc(true[:, k] == 1, found.shares[:, k]) for k in places]
        precisions = [precision_recall(true[:, k] == 1, found.shares[:, k]) for k in places]
        self.roc.show_curves(names, rates, places, _areas("AUC", names, [c.area for c in rates], auc_word))
        base = float(true[:, places[0]].mean()) if places else 0.0
        areas = _areas("average precision", names, [c.area for c in precisions])
        if len(places) == 1:
            areas += f" · guessing would give {short(base, 2)}"
        self.pr.show_curves(names, precisions, places, areas, base)
        if _marked(found):
            self.mark(self._threshold)

    def _draw_forecast(self) -> None:
        found = self._judgement
        if found is None or not _is_series(found):
            return
        from nnstudio.data.windows import naive_forecast

        step = self.ahead.value() - 1
        naive = naive_forecast(found.examples, found.rows, found.target.count)
        order = np.argsort(found.rows, kind="stable")
        rows = (found.rows[order] + 1 + step).astype(float)
        lines = (found.true[order, step], found.predicted[order, step], naive[order, step])
        self.forecast.show_forecast(rows, *lines, found.split, found.target.column, _guess(found))

    def _lay_out(self) -> None:
        charts, series = QWidget(), QWidget()
        row = QHBoxLayout()
        row.setSpacing(scaled(10))
        for chart in (self.roc, self.pr, self.calibration):
            row.addWidget(chart, 1)
        column = QVBoxLayout(charts)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.classes, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(row, 1)
        self._ahead = QWidget()
        line = QHBoxLayout(self._ahead)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(QLabel("Steps ahead"))
        line.addWidget(self.ahead)
        line.addStretch(1)
        below = QVBoxLayout(series)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self._ahead)
        below.addWidget(self.forecast, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(charts)
        self._pages.addWidget(series)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)


def _guess(found: Judgement) -> str:
    """Return what the naive forecast says, in words."""
    how = found.examples.windows
    seasonal = how is not None and 1 < how.season <= how.size
    return f"naive: as {how.season} steps ago" if how and seasonal else "naive: the last value"


def _is_series(found: Judgement) -> bool:
    windows = found.examples.windows
    return found.target.asks == "numbers" and windows is not None and windows.size > 0


def _marked(found: Judgement) -> bool:
    """Tell whether a threshold stands for a point on the curves."""
    return found.target.asks == "labels" or found.target.count == 2


def _reliability(found: Judgement) -> Reliability | None:
    if found.shares is None:
        return None
    if found.target.asks == "labels":
        sure = np.maximum(found.shares, 1 - found.shares).ravel()
        return reliability(sure, ((found.shares > 0.5) == (found.true == 1)).ravel())
    return reliability(found.shares.max(1), found.shares.argmax(1) == found.true)


def _areas(
    what: str, names: Sequence[str], areas: Sequence[float], word: Callable[[float], str] | None = None
) -> str:
    """Return the area of one curve, or the mean and the weakest of several."""
    if not areas:
        return "This split has no examples of one of the sides."
    mean = float(np.mean(areas))
    text = f"{what} {short(mean, 3)}" + (f": {word(mean)}" if word else "")
    if len(areas) == 1:
        return text
    weakest = int(np.argmin(areas))
    return f"mean {text} · weakest: {names[weakest]} {short(areas[weakest], 3)}"
