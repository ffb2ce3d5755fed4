"""Compares learning rates on the present project in the background."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.ui.background import Background

if TYPE_CHECKING:
    from nnstudio.engine.sweep.rates import RateStrip


def compared(project: Project, prepared: Prepared) -> Generator[RateStrip, Any, None]:
    """Yield the strip as it fills; the engine is loaded here, off the GUI thread."""
    from nnstudio.engine.sweep.rates import compare_rates

    yield from compare_rates(project, prepared)


class RateComparer(Background):
    """Holds the last comparison, until the project becomes another than the one compared."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.strip: RateStrip | None = None
        self._about: Project | None = None

    def start(self, project: Project, prepared: Prepared) -> None:
        """Begin a comparison; one under way is given up."""
        self.reset()
        self._about = _without_rate(project)
        self._begin(lambda: compared(project, prepared))

    def reset(self) -> None:
        """End the comparison and forget it."""
        self.cancel()
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
