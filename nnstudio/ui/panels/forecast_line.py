"""One line that measures, when asked, what an epoch will cost on this device."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.ui.pages.job import Job
from nnstudio.ui.pages.run_columns import duration
from nnstudio.ui.panels.sizes import in_bytes
from nnstudio.ui.theme import set_role

HINT = "Runs two batches and forgets them: nothing is trained."


WAITS = {False: "The network must fit the data first.", True: "The data are not loaded yet."}
"""Why nothing can be measured, by whether the network fits."""


def measured(project: Project, prepared: Prepared) -> Generator[Any, None, None]:
    """Yield the forecast of a project once."""
    from nnstudio.engine.forecast import forecast

    yield forecast(project, prepared)


class ForecastLine(QWidget):
    """A button, and beside it seconds per epoch and memory; an edit takes the answer back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._prepared: Prepared | None = None
        self._valid = False
        self._job: Job | None = None
        self.button = QPushButton("Forecast")
        set_role(self.button, "small")
        self.button.setAccessibleName("Forecast the cost of training")
        self.answer = QLabel(wordWrap=True)
        set_role(self.answer, "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        row.addWidget(self.answer, 1)
        self.button.clicked.connect(self.measure)
        self._offer()

    def show_project(self, project: Project, valid: bool) -> None:
        """Know what would be trained; a change takes an earlier answer back."""
        same = self._project is not None and _costs_the_same(project, self._project)
        self._project, self._valid = project, valid
        self._offer(keep=same)

    def show_data(self, prepared: Prepared | None) -> None:
        """Know the data; other data take an earlier answer back."""
        if prepared is not self._prepared:
            self._prepared = prepared
            self._offer()

    def measure(self) -> None:
        """Start the measurement in the background."""
        if self._project is None or self._prepared is None:
            return
        project, prepared = self._project, self._prepared
        self.button.setEnabled(False)
        self._say("Measuring two batches…")
        self._job = Job(lambda: measured(project, prepared))
        self._job.delivered.connect(self._tell)
        self._job.failed.connect(self._fail)
        self._job.finished.connect(self._over)

    def close_job(self) -> None:
        """Hear nothing more of a measurement in work."""
        if self._job is not None:
            self._job.abandon()
            self._job = None

    def _offer(self, keep: bool = False) -> None:
        ready = self._valid and self._prepared is not None
        if keep and ready:
            return
        self.close_job()
        self.button.setEnabled(ready)
        why = "" if ready else WAITS[self._valid]
        self.button.setToolTip(why or HINT)
        self._say("Seconds per epoch and memory on this device" if ready else why)

    def _tell(self, answers: list[Any]) -> None:
        assert self._project is not None
        found, epochs = answers[-1], self._project.training.epochs
        whole = _short(found.seconds_per_epoch * epochs)
        self._say(
            f"About {_short(found.seconds_per_epoch)} per epoch on {found.device.upper()}, at most {whole} "
            f"for {epochs} epochs; about {in_bytes(found.memory_bytes)} of memory"
        )

    def _fail(self, sentence: str, details: str) -> None:
        set_role(self.answer, "problem")
        self.answer.setText(sentence)
        self.answer.setToolTip(details)

    def _over(self) -> None:
        self._job = None
        self.button.setEnabled(True)

    def _say(self, text: str) -> None:
        set_role(self.answer, "muted")
        self.answer.setText(text)
        self.answer.setToolTip("")


def _costs_the_same(a: Project, b: Project) -> bool:
    return a.network == b.network and a.training == b.training and a.data == b.data


def _short(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 0.5 else duration(seconds)
