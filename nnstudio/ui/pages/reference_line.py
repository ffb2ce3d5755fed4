"""One line that sets the network beside simple models fitted to the same rows."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from nnstudio.catalog.defaults import metrics_for
from nnstudio.core.dataset import SplitName
from nnstudio.core.training import HIGHER_IS_BETTER
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.pages.job import Job
from nnstudio.ui.pages.judgement import Judgement
from nnstudio.ui.theme import scaled, set_role

ASK, CANCEL = "Compare with simple models", "Cancel"
TIP = (
    "Fits a linear model and a random forest to the same training rows (at most 5,000), in the background; "
    "counts neighbours in a text, takes principal components instead of an autoencoder. A network should "
    "beat them, or they are the better choice"
)


class ReferenceLine(QWidget):
    """Fit the simple models when asked; what is known of these data is shown at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._judgement: Judgement | None = None
        self._known: dict[SplitName, tuple[Loaded, list[Any]]] = {}
        self._found: list[Any] = []
        self._naive: list[Any] = []
        self._job: Job | None = None
        self.label = QLabel(wordWrap=True)
        set_role(self.label, "muted")
        self.button = QPushButton(ASK)
        set_role(self.button, "small")
        self.button.setAccessibleName(ASK)
        self.button.setToolTip(TIP)
        self.button.clicked.connect(self._clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(scaled(8))
        row.addWidget(self.label, 1)
        row.addWidget(self.button)

    @property
    def busy(self) -> bool:
        """Whether models are being fitted."""
        return self._job is not None

    def show_judgement(self, judgement: Judgement) -> None:
        """Compare with this network from now on."""
        self.give_up()
        self._judgement = judgement
        known = self._known.get(judgement.split)
        fits = known is not None and known[0] is judgement.loaded
        self._found = list(known[1]) if known is not None and fits else []
        self._naive = list(_naive(judgement))
        self._refresh()

    def give_up(self) -> None:
        """Stop fitting."""
        if self._job is not None:
            self._job.abandon()
            self._job = None
        self._refresh()

    def _clicked(self) -> None:
        if self._job is not None:
            self.give_up()
            return
        found = self._judgement
        if found is None:
            return
        self._found = []
        self._job = Job(lambda: _fitted(found))
        self._job.delivered.connect(self._take)
        self._job.failed.connect(self._fail)
        self._job.finished.connect(self._finish)
        self._refresh()

    def _take(self, models: list[Any]) -> None:
        self._found += models
        self._refresh()

    def _finish(self) -> None:
        self._job = None
        if self._judgement is not None:
            self._known[self._judgement.split] = (self._judgement.loaded, self._found)
        self._refresh()

    def _fail(self, sentence: str, _details: str) -> None:
        self._found, self._job = [], None
        self._refresh()
        self.label.setText(f"The simple models could not be fitted: {sentence}")

    def _refresh(self) -> None:
        self.button.setText(CANCEL if self.busy else ASK)
        self.button.setAccessibleName(self.button.text())
        self.button.setVisible(self.busy or not self._found)
        self.label.setText(self._words())

    def _words(self) -> str:
        models = self._found or self._naive
        if self._judgement is None or not (models or self.busy):
            return ""
        metric = metrics_for(self._judgement.target)[0]
        scores = [(one.title, one.values.get(metric.kind)) for one in models]
        scores.append(("this network", self._judgement.values.get(metric.kind)))
        known = [(title, value) for title, value in scores if value is not None]
        pick = max if f"val_{metric.kind}" in HIGHER_IS_BETTER else min
        best = pick((value for _, value in known), default=0.0)
        words = [
            f"<b>{title} {value:.3f}</b>" if value == best else f"{title} {value:.3f}"
            for title, value in known
        ]
        return f"{metric.title}: " + " · ".join(words) + (" · fitting…" if self.busy else "")


def _naive(judgement: Judgement) -> Generator[Any, None, None]:
    """Yield the naive forecasts of a series, which cost nothing and so stand there unasked."""
    if judgement.examples.windows is not None:
        from nnstudio.engine.reference import naive_forecasts

        yield from naive_forecasts(judgement.loaded.prepared, judgement.split, judgement.examples)


def _fitted(judgement: Judgement) -> Generator[Any, None, None]:
    from nnstudio.engine.reference import references

    loaded = judgement.loaded
    yield from references(loaded.prepared, judgement.split, judgement.examples, judgement.waist)
