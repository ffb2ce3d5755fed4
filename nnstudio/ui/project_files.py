"""Open, save, recent files, automatic copies, and the question about unsaved changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from operator import is_
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnstudio.core.advice import Advice
from nnstudio.core.archive import FileProblem
from nnstudio.core.files import SUFFIX, Saved, load
from nnstudio.core.kept import Kept
from nnstudio.core.project import Project
from nnstudio.core.recovery import Autosave, Copy, pending
from nnstudio.core.run import Run
from nnstudio.data.project_file import open_project, save_project
from nnstudio.ui.notice import Notice
from nnstudio.ui.session import Session

FILTER = f"NN Studio project (*{SUFFIX})"
MOST_RECENT = 10
AUTOSAVE_EVERY = 30_000
"""Milliseconds between two automatic copies of unsaved work."""
THUMBNAIL_WIDTH = 480

Answer = Literal["save", "discard", "cancel"]


class ProjectFiles(QObject):
    """The file behind the session; every question goes through a method that tests may answer."""

    path_changed = Signal()
    opened = Signal()
    recent_changed = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self.session, self.window = session, window
        self.path: Path | None = None
        self.last_copy = ""
        """When the last automatic copy was made, as words; empty when everything is saved."""
        self._uuid = ""
        self._autosave: Autosave | None = None
        self._kept: tuple[Project, tuple[Run, ...], Advice, Kept] | None = None
        self._timer = QTimer(self, interval=AUTOSAVE_EVERY)
        self._timer.timeout.connect(self.keep_copy)
        self._timer.start()

    # -- recent ------------------------------------------------------------------------------------

    @property
    def recent(self) -> list[Path]:
        """Project files used before that still exist, newest first."""
        kept = QSettings().value("recent", [])
        names = [kept] if isinstance(kept, str) else kept if isinstance(kept, list) else []
        # Not Path.exists: it raises where a folder may not be looked into.
        return [Path(name) for name in map(str, names) if os.path.isfile(name)]

    def _remember(self, path: Path) -> None:
        others = [p for p in self.recent if p != path]
        QSettings().setValue("recent", [str(p) for p in [path, *others][:MOST_RECENT]])
        self.recent_changed.emit()

    # -- open and save -----------------------------------------------------------------------------

    def open(self, path: str | Path) -> bool:
        """Open a file after asking about unsaved changes; a bad file is refused in words."""
        path = Path(path).absolute()
        saved = self._read(path, open_project)
        if saved is not None and self.may_leave():
            # It may just have been saved on the way.
            saved = self._read(path, open_project) if path == self.path else saved
            if saved is not None:
                self._hold(path, saved)
                self._remember(path)
                return True
        return False

    def recover(self, copy: Copy) -> bool:
        """Open unsaved work left behind by a crash; it stays unsaved, and kept until there is a new copy."""
        saved = self._read(copy.file, load)
        if saved is None or not self.may_leave():
            return False
        self._hold(copy.original, saved, modified=True)
        if self.keep_copy():
            copy.discard()
        return True

    def _read(self, path: Path, read: Callable[[Path], Saved]) -> Saved | None:
        """Return what a file holds, or say why it cannot be used."""
        try:
            return read(path)
        except FileProblem as problem:
            self.session.noticed.emit(Notice("bad", str(problem)))
            return None

    def start(self, saved: Saved) -> None:
        """Begin a new project that has no file yet."""
        self._hold(None, saved)

    def _hold(self, path: Path | None, saved: Saved, modified: bool = False) -> None:
        self.path, self._uuid = path, saved.uuid
        self._drop_copy()
        self.session.open(
            saved.project, saved.runs, modified, folded=saved.folded, advice=saved.advice, kept=saved.kept
        )
        self.path_changed.emit()
        self.opened.emit()

    def save(self) -> bool:
        """Save to the project's file, asking for one when there is none; tell whether it is saved."""
        return self.save_to(self.path) if self.path else self.save_as()

    def save_as(self) -> bool:
        """Ask for a file and save to it."""
        start = str(self.path or Path.home() / f"{self.session.project.name}{SUFFIX}")
        chosen = self.ask_save_path(start)
        return bool(chosen) and self.save_to(Path(chosen))

    def save_to(self, path: Path) -> bool:
        """Save to this file; a failure leaves the old file as it was and says why."""
        path = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
        document = self.session.document
        renamed = document.project.model_copy(update={"name": path.stem})
        try:
            save_project(path, self._to_save(renamed, self._thumbnail()))
        except FileProblem as problem:
            self.session.noticed.emit(Notice("bad", str(problem)))
            return False
        self.path = path
        document.amend(renamed)
        document.set_saved()
        self._drop_copy()
        self._remember(path)
        self.path_changed.emit()
        return True

    def _to_save(self, project: Project, thumbnail: bytes | None = None) -> Saved:
        document = self.session.document
        return Saved(
            project, document.runs, thumbnail, self._uuid, document.advice, document.folded, document.kept
        )

    # -- automatic copies --------------------------------------------------------------------------

    def keep_copy(self) -> bool:
        """Keep a copy of unsaved work in case the machine stops; tell whether all is kept somewhere."""
        document = self.session.document
        now = (document.project, document.runs, document.advice, document.kept)
        if not document.modified or (self._kept is not None and all(map(is_, now, self._kept))):
            return True
        try:
            self._autosave = self._autosave or Autosave()
            self._autosave.keep(self._to_save(document.project), self.path)
        except (FileProblem, OSError) as problem:
            self.session.noticed.emit(Notice("warn", f"No automatic copy could be kept: {problem}"))
            return False
        self._kept = now
        self.last_copy = "autosaved"
        self.path_changed.emit()
        return True

    def left_behind(self) -> list[Copy]:
        """Return unsaved work of windows that ended badly, newest first."""
        return pending()

    def _drop_copy(self) -> None:
        self.last_copy, self._kept = "", None
        if self._autosave is not None:
            self._autosave.close()
            self._autosave = None

    def close(self) -> None:
        """Let go of the copy: the window closes in good order."""
        self._timer.stop()
        self._drop_copy()

    # -- questions ---------------------------------------------------------------------------------

    def may_leave(self) -> bool:
        """Ask what to do with a run in progress and with unsaved changes; False: stay."""
        session = self.session
        training = session.trainer.active
        if not training and not session.document.modified:
            return True
        answer = self.ask_leave(training)
        if answer == "cancel":
            return False
        if answer == "discard":
            session.trainer.reset()
            return True
        session.trainer.close_run()
        return self.save()

    def ask_leave(self, training: bool) -> Answer:
        """Ask once, for the run and the changes together."""
        box = QMessageBox(self.window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("NN Studio")
        if training:
            box.setText("Training is still running.")
            box.setInformativeText("Keep what it has learnt so far, and save the project?")
        else:
            box.setText(f"“{self.session.project.name}” has changes that are not saved.")
            box.setInformativeText("Save them before going on?")
        keep = box.addButton("Keep and save" if training else "Save", QMessageBox.ButtonRole.AcceptRole)
        throw = box.addButton("Throw away", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.exec()
        clicked = box.clickedButton()
        box.deleteLater()
        return "save" if clicked is keep else "discard" if clicked is throw else "cancel"

    def ask_save_path(self, start: str) -> str:
        """Ask where to save; empty when cancelled."""
        dialog = QFileDialog(self.window, "Save project", start, FILTER)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # Put on before the dialog asks whether to replace a file: it asks about the right one.
        dialog.setDefaultSuffix(SUFFIX)
        chosen = dialog.selectedFiles() if dialog.exec() else []
        dialog.deleteLater()
        return chosen[0] if chosen else ""

    def ask_open_path(self) -> str:
        """Ask which project to open; empty when cancelled."""
        folder = str(self.path.parent if self.path else Path.home())
        return QFileDialog.getOpenFileName(self.window, "Open project", folder, FILTER)[0]

    def ask_data_path(self) -> str:
        """Ask which table to import; empty when cancelled."""
        tables = "Tables (*.csv *.tsv *.txt);;All files (*)"
        return QFileDialog.getOpenFileName(self.window, "Import data", str(Path.home()), tables)[0]

    def _thumbnail(self) -> bytes:
        smooth = Qt.TransformationMode.SmoothTransformation
        picture = self.window.grab().scaledToWidth(THUMBNAIL_WIDTH, smooth)
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        picture.save(buffer, "PNG")
        return bytes(data.data())
