"""The dialog that asks what of which run shall be written where, and writes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.core.project import Project
from nnstudio.core.run import Run
from nnstudio.export.formats import FORMATS, Format, Wish, Written, with_suffix
from nnstudio.ui.pages.job import Job
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.choice import QuietComboBox
from nnstudio.ui.widgets.message_bar import Action, MessageBar, Severity
from nnstudio.ui.widgets.progress_strip import ProgressStrip

NOW = ""
"""In the list of runs: the project as it is, without a run."""
NO_RUN = "This needs a trained network: press Train first, then export its run."

Write = Callable[[Wish], Generator[str | Written, None, None]]


class ExportDialog(QDialog):
    """Choose a format, a run and a file; `write` makes the generator that does the work."""

    def __init__(
        self, project: Project, runs: Sequence[Run], folder: Path, write: Write, *, chosen: str = "",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """`chosen` is the id of the run to begin with, the last one if it is empty."""
        super().__init__(parent)
        self.setWindowTitle("Export")
        self._project, self._runs, self._write = project, tuple(runs), write
        self._folder = folder
        self._job: Job | None = None
        self._may_replace = ""
        self.formats: dict[str, QRadioButton] = {}
        self.runs = QuietComboBox()
        self.path = QLineEdit()
        self.choose_button = QPushButton("Choose…")
        self.reason = QLabel(wordWrap=True)
        self.progress = ProgressStrip()
        self.message = MessageBar()
        self.export_button = QPushButton("Export")
        self.close_button = QPushButton("Close")
        self._lay_out()
        self._connect()
        self.formats["script"].setChecked(True)
        self._fill_runs(chosen or (self._runs[-1].record.id if self._runs else NOW))
        self._suggest()

    @property
    def format(self) -> Format:
        """The format chosen."""
        return next(FORMATS[key] for key, button in self.formats.items() if button.isChecked())

    def wish(self) -> Wish:
        """Return what is asked for."""
        run = next((one for one in self._runs if one.record.id == self.runs.currentData()), None)
        at = self._runs.index(run) if run is not None else 0
        return Wish(
            self.format,
            with_suffix(Path(self.path.text().strip()).expanduser(), self.format),
            run.record.project if run is not None else self._project,
            run,
            self._runs[at - 1] if at else None,
        )

    def start(self) -> None:
        """Write the file, unless something is in the way."""
        wish = self.wish()
        problem = _in_the_way(wish.path)
        if problem:
            self._tell("bad", problem)
            return
        if wish.path.exists() and str(wish.path) != self._may_replace:
            self._tell("warn", f"{wish.path.name} is there already.", actions=[("Replace it", self._replace)])
            return
        self.message.hide()
        self.progress.start("Starting…")
        self._job = Job(lambda: self._write(wish))
        self._job.delivered.connect(self._take)
        self._job.failed.connect(self._fail)
        self._enable()

    def done(self, result: int) -> None:
        self._give_up()
        super().done(result)

    # -- what happens ------------------------------------------------------------------------------

    def _replace(self) -> None:
        self._may_replace = str(self.wish().path)
        self.start()

    def _take(self, events: list[str | Written]) -> None:
        last = events[-1]
        if isinstance(last, str):
            self.progress.start(last)
            return
        self._end()
        self._may_replace = str(last.paths[0])
        files = " and ".join(str(path) if at == 0 else path.name for at, path in enumerate(last.paths))
        folder = last.paths[0].parent
        actions = [("Open folder", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))]
        self._tell("good", f"Written: {files}. {last.words}", actions=actions)

    def _fail(self, sentence: str, details: str) -> None:
        self._end()
        self._tell("bad", f"Nothing was written. {sentence}", details=details)

    def _cancel(self) -> None:
        self._give_up()
        self._tell("info", "Cancelled: nothing was written.")

    def _give_up(self) -> None:
        if self._job is not None:
            self._job.abandon()
        self._end()

    def _end(self) -> None:
        self._job = None
        self.progress.finish()
        self._enable()

    # -- what is shown -----------------------------------------------------------------------------

    def _tell(
        self, severity: Severity, text: str, *, actions: Sequence[Action] = (), details: str = ""
    ) -> None:
        """Show a message, in a dialog high enough for it."""
        self.message.show_message(severity, text, actions=actions, details=details)
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    def _format_changed(self) -> None:
        chosen = self.runs.currentData()
        self._fill_runs(chosen if chosen or not self._runs else self._runs[-1].record.id)
        self._suggest()

    def _fill_runs(self, chosen: str) -> None:
        """Offer the runs, the newest first, and for a script the settings without a run."""
        self.runs.blockSignals(True)
        self.runs.clear()
        if not self.format.trained:
            self.runs.addItem("The project as it is now", NOW)
        for run in reversed(self._runs):
            if run.weights or not self.format.trained:
                self.runs.addItem(f"{run.record.name} · {run.record.status}", run.record.id)
        self.runs.setCurrentIndex(max(0, self.runs.findData(chosen)))
        self.runs.blockSignals(False)

    def _suggest(self) -> None:
        """Suggest a file name of the project, the run and the format, in the folder in use."""
        name = self._project.name
        if self.runs.currentData():
            name += f" {self.runs.currentText().partition(' · ')[0]}"
        plain = re.sub(r"[^\w.-]+", "_", name).strip("_.") or "network"
        self.path.setText(str(self._folder / f"{plain}{self.format.suffix}"))
        self._enable()

    def _enable(self) -> None:
        missing = self.format.trained and not self.runs.count()
        self.reason.setText(NO_RUN if missing else "")
        self.reason.setVisible(missing)
        busy = self._job is not None
        self.export_button.setEnabled(not missing and not busy and bool(self.path.text().strip()))
        for widget in (self.runs, self.path, self.choose_button, *self.formats.values()):
            widget.setEnabled(not busy and (widget is not self.runs or self.runs.count() > 0))

    def _choose_path(self) -> None:
        words = f"{self.format.title} (*{self.format.suffix})"
        chosen, _ = QFileDialog.getSaveFileName(self, "Export", self.path.text(), words)
        if chosen:
            path = with_suffix(Path(chosen), self.format)
            self._folder, self._may_replace = path.parent, str(path)
            self.path.setText(str(path))

    # -- building ----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(scaled(16), scaled(14), scaled(16), scaled(14))
        column.setSpacing(scaled(4))
        self._group = QButtonGroup(self)
        for format in FORMATS.values():
            button = QRadioButton(f"{format.title} ({format.suffix})")
            button.setAccessibleName(format.title)
            button.setToolTip(format.about)
            about = QLabel(format.about, wordWrap=True)
            about.setIndent(scaled(24))
            set_role(about, "muted")
            self.formats[format.key] = button
            self._group.addButton(button)
            column.addWidget(button)
            column.addWidget(about)
        column.addSpacing(scaled(8))
        column.addLayout(self._asked())
        set_role(self.reason, "problem")
        for widget in (self.reason, self.progress, self.message):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(self._buttons())
        self.setMinimumWidth(scaled(600))

    def _asked(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for row, (text, widget) in enumerate((("&Of", self.runs), ("&File", self.path))):
            label = QLabel(text)
            label.setBuddy(widget)
            grid.addWidget(label, row, 0)
            grid.addWidget(widget, row, 1)
        grid.addWidget(self.choose_button, 1, 2)
        for widget, name, tip in (
            (self.runs, "Run to export", "Whose settings and best weights are written"),
            (self.path, "File to write", "Where the file is written"),
            (self.choose_button, "Choose a file", "Choose folder and name"),
        ):
            widget.setAccessibleName(name)
            widget.setToolTip(tip)
        return grid

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        set_role(self.export_button, "primary")
        self.export_button.setDefault(True)
        for button, tip in (
            (self.close_button, "Close this dialog"),
            (self.export_button, "Write the file"),
        ):
            button.setAccessibleName(button.text())
            button.setToolTip(tip)
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        self._group.buttonToggled.connect(lambda _button, on: self._format_changed() if on else None)
        self.runs.activated.connect(lambda _index: self._suggest())
        self.path.textEdited.connect(lambda _text: self._enable())
        self.choose_button.clicked.connect(self._choose_path)
        self.export_button.clicked.connect(self.start)
        self.close_button.clicked.connect(self.reject)
        self.progress.cancelled.connect(self._cancel)


def _in_the_way(path: Path) -> str:
    """Return why a file cannot be written there, or an empty text."""
    if not path.is_absolute():
        return f"Say in which folder {path.name} shall be: press Choose."
    if not path.parent.is_dir():
        return f"There is no folder {path.parent}: choose another one."
    return f"{path} is a folder: add a file name." if path.is_dir() else ""
