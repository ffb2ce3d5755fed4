"""Compares learning rates on the present project in the background."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.ui.worker import Worker

if TYPE_CHECKING:
    from nnstudio.engine.sweep.rates import RateStrip


def compared(project: Project, prepared: Prepared) -> Generator[RateStrip, Any, None]:
    """Yield the strip as it fills; the engine is loaded here, off the GUI thread."""
    from nnstudio.engine.sweep.rates import compare_rates

    yield from compare_rates(project, prepared)


class RateComparer(QObject):
    """Holds the last comparison, until the project becomes another than the one compared."""

    changed = Signal()
    failed = Signal(str, str)
    """A sentence for the person, and the details to fold away."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.strip: RateStrip | None = None
        self._about: Project | None = None
        self._worker: Worker | None = None

    @property
    def busy(self) -> bool:
        """Whether a comparison goes on."""
        return self._worker is not None

    def start(self, project: Project, prepared: Prepared) -> None:
        """Begin a comparison; one under way is given up."""
        self.reset()
        self._about = _without_rate(project)
        self._worker = Worker(lambda: compared(project, prepared), self)
        self._worker.delivered.connect(self._take)
        self._worker.failed.connect(self.failed)
        self._worker.finished.connect(self._over)
        self._worker.start()
        self.changed.emit()

    def stop(self) -> None:
        """End the comparison; what is known stays."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.finished.disconnect(self._over)
            worker.cancel()
            worker.deleteLater()
            self.changed.emit()

    def reset(self) -> None:
        """End the comparison and forget it."""
        self.stop()
        if self.strip is not None or self._about is not None:
            self.strip = self._about = None
            self.changed.emit()

    def show_project(self, project: Project) -> None:
        """Forget what is known when it no longer is about this project."""
        if self._about is not None and _without_rate(project) != self._about:
            self.reset()

    def _take(self, strips: list[RateStrip]) -> None:
        self.strip = strips[-1]
        self.changed.emit()

    def _over(self) -> None:
        assert self._worker is not None
        self._worker.finish()
        self._worker.deleteLater()
        self._worker = None
        self.changed.emit()


def _without_rate(project: Project) -> Project:
    """Return what a comparison depends on: anything but the rate itself, and how long runs are."""
    plain = {"name": "", "notes": ""}
    training = project.training.model_copy(
        update={
            "optimizer": project.training.optimizer.model_copy(update={"rate": 1.0}),
            "epochs": 1,
            "early_stopping": type(project.training.early_stopping)(),
        }
    )
    return project.model_copy(update={**plain, "training": training})
