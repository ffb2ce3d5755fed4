"""The data page: where the data come from, what they look like, how they are prepared and split."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from nnstudio.core.dataset import DataSpec, Preparation, Source
from nnstudio.core.finding import Fix
from nnstudio.core.project import Project
from nnstudio.data.csv_file import CsvSource
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.pages.augmentation import AugmentationPanel
from nnstudio.ui.pages.balance import BalancePanel
from nnstudio.ui.pages.csv_import import CsvImportDialog
from nnstudio.ui.pages.data_view import DataView
from nnstudio.ui.pages.job import Job
from nnstudio.ui.pages.noticed import NoticedPanel
from nnstudio.ui.pages.preparation import PreparationPanel
from nnstudio.ui.pages.source_panel import SourcePanel
from nnstudio.ui.pages.split_panel import SplitPanel
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.message_bar import MessageBar
from nnstudio.ui.widgets.progress_strip import ProgressStrip
from nnstudio.ui.widgets.section import Section

PATIENCE_MS = 400
"""Work that is over sooner shows no progress: it would only flicker."""


class DataPage(QWidget):
    """Show and edit Project.data; every edit is a whole new project for the document."""

    edited = Signal(object, str, str)
    """(Project, text for undo, merge key)"""
    reload_wanted = Signal()
    csv_wanted = Signal(str)
    """Path of a file to start a project from; "" asks for one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._project: Project | None = None
        self._loaded: Loaded | None = None
        self._job: Job | None = None
        self._busy = False
        self.source = SourcePanel()
        self.view = DataView()
        self.preparation = PreparationPanel()
        self.split = SplitPanel()
        self.balance = BalancePanel()
        self.augmentation = AugmentationPanel()
        self.noticed = NoticedPanel()
        self.message = MessageBar()
        self.progress = ProgressStrip()
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(lambda: self.progress.start("Loading the data…", can_cancel=False))
        self._lay_out()
        for panel in (self.source, self.preparation, self.split, self.balance, self.augmentation):
            panel.edited.connect(self.edited)
        self.view.quality.fix_chosen.connect(self._mend)
        self.source.csv_wanted.connect(self.csv_wanted)
        self.source.reload_wanted.connect(self.reload_wanted)
        self.source.source_picked.connect(self._prepare_for)
        self.source.columns_wanted.connect(self._change_columns)

    def show_project(self, project: Project) -> None:
        """Show a project's data settings."""
        self._project = project
        self.source.show_project(project)
        self.preparation.show_project(project)
        self.split.show_project(project)
        self.balance.show_project(project)
        self.augmentation.show_project(project)
        self.view.show_title(project.data.source.label())
        self.view.quality.show_project(project)

    def show_loaded(self, loaded: Loaded | None) -> None:
        """Show the rows, what was fitted and what was noticed; None when there are none.

        While others are being loaded the old ones stay in sight, so that a slider does not flicker.
        """
        if loaded is not None and self.message.isVisible():
            self.message.dismiss()
        self.preparation.show_loaded(loaded)
        if loaded is self._loaded or (loaded is None and self._busy):
            return
        self._loaded = loaded
        self.view.show_loaded(loaded)
        given = loaded is not None and loaded.examples.split is not None
        in_time = loaded is not None and loaded.examples.windows is not None
        self.split.show_prepared(
            loaded.prepared if loaded is not None else None, given=given, in_time=in_time
        )
        self.balance.show_prepared(loaded.prepared if loaded is not None else None)
        self.augmentation.show_prepared(loaded.prepared if loaded is not None else None)
        self.noticed.show_loaded(loaded)

    def show_busy(self, busy: bool) -> None:
        """Show that data are being loaded, once it takes longer than a moment."""
        self._busy = busy
        if busy and self.progress.isHidden():
            self._patience.start()
        elif not busy:
            self._patience.stop()
            self.progress.finish()

    def show_problem(self, sentence: str, details: str) -> None:
        """Say why the data cannot be used, with what can be done at once."""
        actions = [("Try again", self.reload_wanted.emit)]
        if self._project is not None and self._project.data.source.kind == "csv":
            actions.append(("Change columns…", self.source.columns_button.click))
        self.message.show_message("bad", sentence, actions=actions, details=details)

    def _lay_out(self) -> None:
        left = _panel(("Source", self.source), name="Source of the data", width=268)
        right = _panel(
            ("Preparation", self.preparation),
            ("Split", self.split),
            ("Balance", self.balance),
            ("Augmentation", self.augmentation),
            ("What was noticed", self.noticed),
            name="Preparation and split",
            width=304,
        )
        middle = QVBoxLayout()
        middle.setContentsMargins(16, 14, 16, 14)
        middle.setSpacing(8)
        middle.addWidget(self.progress)
        middle.addWidget(self.message)
        middle.addWidget(self.view, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addLayout(middle, 1)
        row.addWidget(right)

    def _mend(self, fix: Fix) -> None:
        """Apply a remedy for the data as one undo step."""
        assert self._project is not None
        self.edited.emit(fix.apply(self._project), fix.title, "")

    def _change_columns(self) -> None:
        """Ask again how the present file is read; what is decided becomes one undo step."""
        assert self._project is not None
        source = self._project.data.source
        assert isinstance(source, CsvSource)
        dialog = CsvImportDialog(Path(source.path), self, start=source)
        dialog.finished.connect(dialog.deleteLater)
        dialog.accepted.connect(lambda: self._prepare_for(dialog.source()))
        dialog.open()

    def _prepare_for(self, source: Source) -> None:
        """Find out in the background which preparation another data set needs, then switch to it."""
        if self._job is not None:
            self._job.abandon()
        self.show_busy(True)
        self._job = Job(lambda: _spec_for(source))
        self._job.delivered.connect(self._take_spec)
        self._job.failed.connect(self.show_problem)
        self._job.finished.connect(self._prepared_for)

    def _take_spec(self, found: list[DataSpec]) -> None:
        assert self._project is not None
        before, spec = self._project.data, found[-1]
        chain = spec.preparation
        if before.source.kind == spec.source.kind:
            chain = with_old_settings(chain, before.preparation)
        spec = spec.model_copy(update={"split": before.split, "preparation": chain})
        self.edited.emit(self._project.with_data(spec), f"Use the data {spec.source.label()}", "")

    def _prepared_for(self) -> None:
        self._job = None


def with_old_settings(
    chain: tuple[Preparation, ...], before: tuple[Preparation, ...]
) -> tuple[Preparation, ...]:
    """Return the chain with the settings that the same steps had before."""
    known = {type(step): step for step in before}
    return tuple(known.get(type(step), step) for step in chain)


def _spec_for(source: Source) -> Generator[DataSpec, None, None]:
    from nnstudio.data.prepare import default_spec

    yield default_spec(source, source.load())


def _panel(*parts: tuple[str, QWidget], name: str, width: int) -> QScrollArea:
    content = QFrame()
    set_role(content, "surface")
    column = QVBoxLayout(content)
    column.setContentsMargins(14, 12, 14, 14)
    column.setSpacing(10)
    for title, widget in parts:
        section = Section(title)
        section.body.addWidget(widget)
        column.addWidget(section)
    column.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(name)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    # Very large text would leave no room for the rows in between.
    area.setFixedWidth(min(scaled(width), round(1.3 * width)))
    area.setWidget(content)
    return area
