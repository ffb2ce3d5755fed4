"""The dialog that turns a text table into data: how it is read, what each column is for."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from nnstudio.core.dataset import ColumnType
from nnstudio.data.csv_file import CsvSource, Role
from nnstudio.data.csv_types import Doubt
from nnstudio.ui.pages.column_table import ColumnTable
from nnstudio.ui.pages.csv_columns import ColumnsList
from nnstudio.ui.pages.csv_draft import FORMAT, Draft
from nnstudio.ui.pages.csv_look import Checked, Look, check, look
from nnstudio.ui.pages.csv_options import ORDER, OptionsPanel
from nnstudio.ui.pages.csv_questions import QuestionList
from nnstudio.ui.pages.job import Job
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.elided_label import ElidedLabel
from nnstudio.ui.widgets.message_bar import Action, MessageBar
from nnstudio.ui.widgets.numbers import group_digits
from nnstudio.ui.widgets.progress_strip import ProgressStrip
from nnstudio.ui.widgets.section import Section

REMEDIES = (
    ("skip such rows", "Leave such rows out", "bad_rows", "skip"),
    ("treat such values as missing", "Treat them as missing", "bad_values", "missing"),
)
"""Words of a problem, the button that mends it, and the setting it makes."""


class CsvImportDialog(QDialog):
    """Show a file, ask what is doubtful, and return the source it makes with `source()`.

    The file is read in the background: first its beginning for the eye, then every row for the check.
    """

    def __init__(self, path: Path, parent: QWidget | None = None, *, start: CsvSource | None = None) -> None:
        """`start` is a source of the same file whose columns are to be changed."""
        super().__init__(parent)
        self.setWindowTitle(f"Import {path.name}")
        self._draft = Draft.of(start) if start is not None else Draft(str(path))
        self._look: Job | None = None
        self._check: Job | None = None
        self._check_waits = False
        self._problem = False
        self.message = MessageBar()
        self.progress = ProgressStrip()
        self.questions = QuestionList()
        self.options = OptionsPanel()
        self.columns = ColumnsList()
        self.rows = ColumnTable("First rows of the file", brief=True)
        self.counted = ElidedLabel("Looking at the file…")
        self.reason = QLabel(wordWrap=True)
        self.accept_button = QPushButton("Use these data")
        self.cancel_button = QPushButton("Cancel")
        self._lay_out(path)
        self._connect()
        self.columns.setFocus()
        self._look_again(afresh=True)

    def source(self) -> CsvSource:
        """Return the file as it is to be read; only after the dialog was accepted."""
        assert self._draft.source is not None
        return self._draft.source

    def done(self, result: int) -> None:
        self._give_up()
        super().done(result)

    # -- what a person decides ---------------------------------------------------------------------

    def _answer(self, doubt: Doubt, choice: str) -> None:
        self._take(self._draft.answered(doubt, choice), afresh=doubt.about in FORMAT)

    def _set_option(self, name: str, value: object) -> None:
        if name in FORMAT:
            self._take(self._draft.formatted(name, value), afresh=True)
        else:
            self._take(self._draft.with_setting(name, value), afresh=False)

    def _set_column(self, name: str, type: ColumnType | None, role: Role | None) -> None:
        self._take(self._draft.with_column(name, type, role), afresh=False)

    def _take(self, draft: Draft, *, afresh: bool) -> None:
        self._draft = draft
        self._show_draft()
        self._look_again(afresh=afresh or draft.source is None)

    # -- what is found in the background -----------------------------------------------------------

    def _look_again(self, *, afresh: bool) -> None:
        if self._look is not None:
            self._look.abandon()
        self._problem = False
        self.message.dismiss()
        self.progress.start("Looking at the file…", can_cancel=False)
        draft = self._draft
        self._look = Job(lambda: look(draft, afresh))
        self._look.delivered.connect(self._show_look)
        self._look.failed.connect(self._show_problem)
        self._look.finished.connect(self._looked)

    def _show_look(self, found: list[Look]) -> None:
        seen = found[-1]
        self._draft = seen.draft
        self.rows.show_columns(seen.shown)
        self._show_draft()
        self.columns.columns.show_facts(seen.facts)
        self.columns.columns.show_first(seen.shown, seen.unread)
        self.counted.setText(f"Counted over the first {group_digits(seen.rows)} rows")
        if not self._draft.reason():
            self._check_all()

    def _looked(self) -> None:
        self._look = None
        if self._check is None:
            self.progress.finish()

    def _check_all(self) -> None:
        """Read every row; one file is read by one thread at a time, the newest wish waits."""
        if self._check is not None:
            self._check_waits = True
            return
        self._check_waits = False
        source = self.source()
        self.progress.start("Checking every row…", can_cancel=False)
        self._check = Job(lambda: check(source))
        self._check.delivered.connect(self._show_checked)
        self._check.failed.connect(self._show_check_failed)
        self._check.finished.connect(self._checked)

    def _show_checked(self, found: list[Checked]) -> None:
        if self._check_waits or self._look is not None:
            return
        checked = found[-1]
        self.columns.columns.show_facts(checked.facts)
        self.counted.setText(f"Counted over all {group_digits(checked.rows)} rows that will be used")
        if checked.notes:
            self.message.show_message("info", " ".join(checked.notes))

    def _show_check_failed(self, sentence: str, details: str) -> None:
        if not self._check_waits and self._look is None:
            self._show_problem(sentence, details)

    def _checked(self) -> None:
        self._check = None
        if self._check_waits:
            self._check_all()
        elif self._look is None:
            self.progress.finish()

    def _show_problem(self, sentence: str, details: str) -> None:
        self._problem = True
        actions: list[Action] = [
            (words, partial(self._set_option, name, value))
            for sign, words, name, value in REMEDIES
            if sign in sentence
        ]
        self.message.show_message("bad", sentence, actions=actions, details=details if not actions else "")
        self._show_reason()

    # -- the widgets -------------------------------------------------------------------------------

    def _show_draft(self) -> None:
        draft = self._draft
        self.questions.show_asked(draft.questions)
        self._to_decide.setVisible(bool(draft.questions))
        if draft.source is not None:
            self.options.show_values({name: getattr(draft.source, name) for name in ORDER})
            self.columns.columns.show_source(draft.source)
        self.options.show_values({**draft.answers, **draft.settings})
        self._show_reason()

    def _show_column(self, place: int) -> None:
        self.rows.scrollTo(self.rows.rows.index(0, max(place, 0)))

    def _show_reason(self) -> None:
        reason = "Solve the problem above first." if self._problem else self._draft.reason()
        self.reason.setText(reason)
        self.accept_button.setEnabled(not reason)
        self.accept_button.setToolTip(reason or "Start a project with these data")

    def _give_up(self) -> None:
        for job in (self._look, self._check):
            if job is not None:
                job.abandon()
        self._look = self._check = None

    def _connect(self) -> None:
        self.questions.answered.connect(self._answer)
        self.options.changed.connect(self._set_option)
        self.columns.column_changed.connect(self._set_column)
        self.columns.column_picked.connect(self._show_column)
        self.accept_button.clicked.connect(self.accept)
        self.cancel_button.clicked.connect(self.reject)

    def _lay_out(self, path: Path) -> None:
        title = ElidedLabel(path.name, Qt.TextElideMode.ElideMiddle)
        set_role(title, "big")
        set_role(self.counted, "muted")
        set_role(self.reason, "problem")
        tables = QSplitter(Qt.Orientation.Vertical)
        tables.addWidget(self.columns)
        tables.addWidget(self.rows)
        tables.setChildrenCollapsible(False)
        tables.setStretchFactor(0, 3)
        tables.setStretchFactor(1, 2)
        right = QVBoxLayout()
        right.setContentsMargins(16, 12, 16, 12)
        right.setSpacing(8)
        for widget in (title, self.counted, self.message):
            right.addWidget(widget)
        right.addWidget(tables, 1)
        right.addWidget(self.progress)
        right.addLayout(self._buttons())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side())
        row.addLayout(right, 1)
        room = QGuiApplication.primaryScreen().availableSize()
        self.resize(min(scaled(1200), room.width() - 40), min(scaled(740), room.height() - 60))
        self.setMinimumSize(720, 480)

    def _buttons(self) -> QHBoxLayout:
        set_role(self.accept_button, "primary")
        self.accept_button.setDefault(True)
        self.accept_button.setAccessibleName("Use these data")
        self.accept_button.setEnabled(False)
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.setAccessibleName("Cancel")
        self.cancel_button.setToolTip("Close without importing")
        buttons = QHBoxLayout()
        buttons.addWidget(self.reason, 1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.accept_button)
        return buttons

    def _side(self) -> QWidget:
        panel = QFrame()
        set_role(panel, "surface")
        column = QVBoxLayout(panel)
        column.setContentsMargins(14, 12, 14, 14)
        self._to_decide = Section("To decide")
        self._to_decide.body.addWidget(self.questions)
        self._to_decide.hide()
        how = Section("How the file is read")
        how.body.addWidget(self.options)
        column.addWidget(self._to_decide)
        column.addWidget(how)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName("Questions and format")
        area.setFixedWidth(min(scaled(312), 400))
        area.setWidget(panel)
        return area
