"""One line that measures, when asked, what an epoch will cost on this device."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.ui.pages.job import Job
from nnstudio.ui.pages.run_columns import duration
from nnstudio.ui.panels.sizes import in_bytes
from nnstudio.ui.theme import set_role

HINT = "Runs two batches and forgets them: nothing is trained."
HINT_BATCH = (
    "Doubles the batch until it no longer fits this device; nothing is kept. Usual on a GPU with 8 GB: "
    "32-64, 16 GB: 64-128, 32 GB and more: 128-512."
)


WAITS = {False: "The network must fit the data first.", True: "The data are not loaded yet."}
"""Why nothing can be measured, by whether the network fits."""


def measured(project: Project, prepared: Prepared) -> Generator[Any, None, None]:
    """Yield the forecast of a project once."""
    from nnstudio.engine.forecast import forecast

    yield forecast(project, prepared)


def sized(project: Project, prepared: Prepared) -> Generator[Any, None, None]:
    """Yield every batch size tried, and at last the largest that fits."""
    from nnstudio.engine.largest_batch import largest_batch

    yield from largest_batch(project, prepared)


class ForecastLine(QWidget):
    """Two buttons, and beside them what was measured; an edit takes the answer back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._prepared: Prepared | None = None
        self._valid = False
        self._job: Job | None = None
        self.button = QPushButton("Forecast")
        set_role(self.button, "small")
        self.button.setAccessibleName("Forecast the cost of training")
        self.largest = QPushButton("Largest batch")
        set_role(self.largest, "small")
        self.largest.setAccessibleName("Measure the largest batch that fits this device")
        self.answer = QLabel(wordWrap=True)
        set_role(self.answer, "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        row.addWidget(self.largest)
        row.addWidget(self.answer, 1)
        self.button.clicked.connect(self.measure)
        self.largest.clicked.connect(self.measure_batch)
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
        """Start the forecast in the background."""
        self._start(measured, "Measuring two batches…")

    def measure_batch(self) -> None:
        """Start looking for the largest batch in the background."""
        self._start(sized, "Trying larger and larger batches…")

    def _start(self, work: Callable[[Project, Prepared], Generator[Any, None, None]], words: str) -> None:
        if self._project is None or self._prepared is None:
            return
        project, prepared = self._project, self._prepared
        self._enable(False)
        self._say(words)
        self._job = Job(lambda: work(project, prepared))
        self._job.delivered.connect(self._tell)
        self._job.failed.connect(self._fail)
        self._job.finished.connect(self._over)

    def _enable(self, on: bool) -> None:
        self.button.setEnabled(on)
        self.largest.setEnabled(on)

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
        self._enable(ready)
        why = "" if ready else WAITS[self._valid]
        self.button.setToolTip(why or HINT)
        self.largest.setToolTip(why or HINT_BATCH)
        self._say("Seconds per epoch and memory on this device" if ready else why)

    def _tell(self, answers: list[Any]) -> None:
        assert self._project is not None
        found, epochs = answers[-1], self._project.training.epochs
        if not hasattr(found, "seconds_per_epoch"):
            self._say(_of_batch(found))
            return
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
        self._enable(True)

    def _say(self, text: str) -> None:
        set_role(self.answer, "muted")
        self.answer.setText(text)
        self.answer.setToolTip("")


def _costs_the_same(a: Project, b: Project) -> bool:
    return a.network == b.network and a.training == b.training and a.data == b.data


def _of_batch(found: Any) -> str:
    """Return a trial, or the answer, as words."""
    if not hasattr(found, "limited_by"):
        return f"Batch {found.size}: {in_bytes(found.bytes)}"
    usual = f"; usual for its memory: {found.hint}" if found.hint else ""
    return f"Largest batch on {found.device.upper()}: {found.size}, as {found.limited_by}{usual}"


def _short(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 0.5 else duration(seconds)
