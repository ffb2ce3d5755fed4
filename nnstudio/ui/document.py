"""The open project: one immutable value under an undo stack, and the runs kept beside it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from nnstudio.core.advice import Advice
from nnstudio.core.kept import Kept
from nnstudio.core.project import Project
from nnstudio.core.run import Run


class EditCommand(QUndoCommand):
    """The one kind of undo step: from one project to another.

    Edits with the same merge key (one drag of a slider) become a single step.
    """

    def __init__(self, document: Document, before: Project, after: Project, text: str, merge: str) -> None:
        super().__init__(text)
        self.document, self.before, self.after, self.merge = document, before, after, merge

    def id(self) -> int:
        return 1 if self.merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, EditCommand) or other.merge != self.merge:
            return False
        self.after = other.after
        self.setObsolete(self.after == self.before)
        return True

    def redo(self) -> None:
        self.after = self.document.turn_to(self.after)

    def undo(self) -> None:
        self.before = self.document.turn_to(self.before)


class Document(QObject):
    """Hold the project; everyone edits through `edit` and listens to `changed`."""

    changed = Signal(object)
    """The new Project; compare parts with `is` to see what to redraw."""
    runs_changed = Signal()
    modified_changed = Signal(bool)

    def __init__(self, project: Project, runs: tuple[Run, ...] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._runs = runs
        self._runs_modified = False
        self._turning = False
        self.folded: tuple[str, ...] = ()
        """The groups that the canvas draws as one block each: saved, but nothing to undo."""
        self._advice = Advice()
        self._kept = Kept()
        self.stack = QUndoStack(self)
        self.stack.cleanChanged.connect(self._tell_modified)

    def open(
        self,
        project: Project,
        runs: tuple[Run, ...] = (),
        modified: bool = False,
        folded: tuple[str, ...] = (),
        advice: Advice | None = None,
        kept: Kept | None = None,
    ) -> None:
        """Hold another project: its history of edits begins here."""
        self.stack.clear()
        self.folded = folded
        self._advice = advice or Advice()
        self._kept = kept or Kept()
        self._runs, self._runs_modified = runs, modified
        self._show(project)
        self.runs_changed.emit()
        self._tell_modified()

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self._project

    def edit(self, project: Project, text: str, merge: str = "") -> None:
        """Take a new project as one undo step; equal projects are ignored."""
        if project != self._project:
            self.stack.push(EditCommand(self, self._project, project, text, merge))

    def amend(self, project: Project) -> None:
        """Take what was found out about the project (its data's signature) without an undo step."""
        if project == self._project:
            return
        if not self._turning:  # Else the step that is being taken sees it by itself.
            index = self.stack.index()
            done, undone = self.stack.command(index - 1), self.stack.command(index)
            if isinstance(done, EditCommand):
                done.after = project
            if isinstance(undone, EditCommand):
                undone.before = project
        self._show(project)

    def turn_to(self, project: Project) -> Project:
        """Make an undo step's project current; return it as amended by those who were told."""
        self._turning = True
        try:
            self._show(project)
        finally:
            self._turning = False
        return self._project

    def _show(self, project: Project) -> None:
        self._project = project
        self.changed.emit(project)

    # -- runs --------------------------------------------------------------------------------------

    @property
    def runs(self) -> tuple[Run, ...]:
        """The kept runs, oldest first."""
        return self._runs

    def run(self, id: str) -> Run | None:
        """Return the run with this id."""
        return next((run for run in self._runs if run.record.id == id), None)

    def keep_run(self, run: Run) -> None:
        """Add a run, or replace the one with the same id."""
        ids = [kept.record.id for kept in self._runs]
        if run.record.id in ids:
            self._set_runs(tuple(run if kept.record.id == run.record.id else kept for kept in self._runs))
        else:
            self._set_runs((*self._runs, run))

    def delete_runs(self, ids: set[str]) -> None:
        """Throw runs away."""
        self._set_runs(tuple(run for run in self._runs if run.record.id not in ids))

    @property
    def kept(self) -> Kept:
        """The cross-validations and searches done in this project."""
        return self._kept

    def keep(self, kept: Kept) -> None:
        """Keep cross-validations and searches beside the runs."""
        self._kept = kept
        self._runs_modified = True
        self._tell_modified()

    @property
    def advice(self) -> Advice:
        """What the fixes offered in this project were worth."""
        return self._advice

    def keep_advice(self, advice: Advice) -> None:
        """Keep the score of the advice beside the runs."""
        self._advice = advice
        self._runs_modified = True
        self._tell_modified()

    def _set_runs(self, runs: tuple[Run, ...]) -> None:
        self._runs = runs
        self._runs_modified = True
        self.runs_changed.emit()
        self._tell_modified()

    # -- saved or not ------------------------------------------------------------------------------

    @property
    def modified(self) -> bool:
        """Whether there is anything that a save would keep."""
        return self._runs_modified or not self.stack.isClean()

    def set_saved(self) -> None:
        """Remember that all of this is on disk."""
        self._runs_modified = False
        self.stack.setClean()
        self._tell_modified()

    def _tell_modified(self) -> None:
        self.modified_changed.emit(self.modified)
