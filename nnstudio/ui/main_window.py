"""The main window: arranges bars and pages and wires them to the session."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from nnstudio.core.files import Saved
from nnstudio.core.project import Project
from nnstudio.core.run import History
from nnstudio.ui.actions import make_actions
from nnstudio.ui.appearance import Appearance
from nnstudio.ui.beginnings import Beginner
from nnstudio.ui.commands import CANVAS_COMMANDS, handlers
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.devices import Devices
from nnstudio.ui.health import Level, judge, latest
from nnstudio.ui.pages.csv_import import CsvImportDialog
from nnstudio.ui.pages.data import DataPage
from nnstudio.ui.pages.design import DesignPage
from nnstudio.ui.pages.evaluate import EvaluatePage
from nnstudio.ui.pages.runs import RunsPage
from nnstudio.ui.pages.welcome import WelcomePage
from nnstudio.ui.panels.layer_table import LayerTable
from nnstudio.ui.panels.status import StatusLine
from nnstudio.ui.panels.top_bar import TopBar
from nnstudio.ui.project_files import ProjectFiles
from nnstudio.ui.resources import app_icon
from nnstudio.ui.session import Notice, Session
from nnstudio.ui.widgets.message_bar import MessageBar
from nnstudio.ui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from nnstudio.data.beginning import Beginning

WELCOME = "welcome"
ON_CANVAS = (*CANVAS_COMMANDS, "table")
"""Commands that make sense only where the network is shown."""
GREY_RUNS = 12
"""Earlier runs drawn behind the present one."""


class MainWindow(QMainWindow):
    """One window, one project."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowIcon(app_icon())
        self.session = session
        session.setParent(self)
        self.files = ProjectFiles(session, self)
        self.appearance = Appearance()
        self.devices, self.beginner = Devices(self), Beginner(self)
        self.actions_by_name: dict[str, QAction] = make_actions(self, handlers(self))
        self.message, self.progress = MessageBar(), ProgressStrip()
        self.welcome, self.design = WelcomePage(), DesignPage()
        self.data, self.evaluate, self.runs = DataPage(), EvaluatePage(), RunsPage()
        self.table = LayerTable()
        self.top, self.status = TopBar(self.actions_by_name), StatusLine()
        self._marks: dict[str, tuple[str, Level]] = {}
        self._arrange()
        self._connect()
        self._show_project(session.project)
        self.show_page(WELCOME)
        self._show_state(session.trainer.state)

    # -- arrange -----------------------------------------------------------------------------------

    def _arrange(self) -> None:
        self.pages = QStackedWidget()
        self.page_by_name: dict[str, QWidget] = {
            WELCOME: self.welcome,
            "data": self.data,
            "design": self.design,
            "evaluate": self.evaluate,
            "runs": self.runs,
        }
        for page in self.page_by_name.values():
            self.pages.addWidget(page)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.top, self.message, self.progress):
            column.addWidget(widget)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(whole)
        self.setStatusBar(self.status)
        self.dock = QDockWidget("Layer table", self)
        self.dock.setObjectName("layer_table")
        self.dock.setWidget(self.table)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.dock)
        self.dock.hide()
        self.setMinimumSize(960, 640)
        room = self.screen().availableGeometry()
        self.resize(min(1440, room.width()), min(900, room.height()))
        geometry = QSettings().value("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)

    def _connect(self) -> None:
        session, files, trainer = self.session, self.files, self.session.trainer
        session.project_changed.connect(self._show_project)
        session.data_changed.connect(self._show_data)
        session.loader.failed.connect(self.data.show_problem)
        session.findings_changed.connect(self._show_findings)
        session.noticed.connect(self.show_notice)
        session.document.runs_changed.connect(self._show_runs)
        session.document.modified_changed.connect(lambda _on: self._show_name())
        session.pictures.made.connect(self.design.board.show_picture)
        trainer.state_changed.connect(self._show_state)
        trainer.started.connect(lambda _record: self._show_history())
        trainer.progressed.connect(self._show_progress)
        files.opened.connect(self._opened)
        files.path_changed.connect(self._show_name)
        files.recent_changed.connect(self._show_recent)
        stack = session.document.stack
        stack.canUndoChanged.connect(self.actions_by_name["undo"].setEnabled)
        stack.canRedoChanged.connect(self.actions_by_name["redo"].setEnabled)
        self._connect_pages()
        self._connect_bars()

    def _connect_pages(self) -> None:
        edit = self.session.document.edit
        for page in (self.data, self.design):
            page.edited.connect(edit)
        self.design.data_card.clicked.connect(lambda: self.show_page("data"))
        self.design.diagnosis.fix_chosen.connect(lambda fix, _finding: self.session.apply(fix))
        self.design.board.picture_wanted.connect(self.session.want_picture)
        self.design.shape_bar.table_wanted.connect(self.actions_by_name["table"].trigger)
        self.data.reload_wanted.connect(self._reload)
        self.data.csv_wanted.connect(self.import_csv)
        self.welcome.example_chosen.connect(self.open_example)
        self.welcome.open_wanted.connect(self.open_file)
        self.welcome.data_wanted.connect(self.import_csv)
        self.runs.renamed.connect(self.session.rename_run)
        self.runs.deleted.connect(self.session.document.delete_runs)
        self.runs.restore_wanted.connect(self._restore_run)
        self.evaluate.tested.connect(self.session.keep_test)
        self.table.layer_chosen.connect(lambda id: self.design.canvas.select((id,)))
        self.table.cost_chosen.connect(self.design.canvas.show_cost)
        self.dock.visibilityChanged.connect(lambda on: None if on else self.design.canvas.show_cost(None))

    def _connect_bars(self) -> None:
        self.top.workspace_chosen.connect(self.show_page)
        self.top.device_clicked.connect(lambda: self.devices.popup(self.session.project, self.top.device))
        self.devices.chosen.connect(self._choose_device)
        self.devices.known.connect(lambda text, tip: self.top.show_device(text, tip))
        beginner = self.beginner
        beginner.started.connect(self.progress.start)
        beginner.ended.connect(self.progress.finish)
        beginner.ready.connect(self._begun)
        beginner.failed.connect(lambda text, details: self.show_notice(Notice("bad", text, details)))
        self.progress.cancelled.connect(beginner.cancel)
        self._show_recent()

    # -- pages and files ---------------------------------------------------------------------------

    def show_page(self, name: str) -> None:
        """Show a workspace, or the welcome page."""
        self.pages.setCurrentWidget(self.page_by_name[name])
        self.top.show_workspace(name)
        if name != "design":
            self.dock.hide()
        self._enable_editing()
        if name == "evaluate":
            self._show_runs()

    @property
    def page(self) -> str:
        """The name of the page shown."""
        return next(n for n, page in self.page_by_name.items() if page is self.pages.currentWidget())

    def open_example(self, name: str) -> None:
        """Start a project from a bundled example, once what is open may be left."""
        if self.files.may_leave():
            self.beginner.example(name)

    def open_file(self, path: str = "") -> None:
        """Open a project file; without a path ask for one."""
        chosen = path or self.files.ask_open_path()
        if chosen:
            self.files.open(chosen)

    def import_csv(self, path: str = "") -> None:
        """Ask how to read a CSV file and start a project on it."""
        chosen = path or self.files.ask_data_path()
        if not chosen:
            return
        dialog = CsvImportDialog(Path(chosen), self)
        accepted = dialog.exec() == CsvImportDialog.DialogCode.Accepted
        dialog.deleteLater()
        if accepted and self.files.may_leave():
            self.beginner.source(dialog.source())

    def offer_recovery(self) -> None:
        """Offer unsaved work that a crash has left behind."""
        copies = self.files.left_behind()
        if not copies:
            return
        newest = copies[0]
        when = newest.when.strftime("%d %B, %H:%M")
        self.message.show_message(
            "info",
            f"The studio did not end well last time: unsaved work on “{newest.name}” was kept ({when}).",
            actions=[("Open it", lambda: self.files.recover(newest)), ("Throw it away", newest.discard)],
        )

    def _begun(self, beginning: Beginning) -> None:
        self.session.loader.adopt(Loaded(beginning.project.data, beginning.examples, beginning.prepared))
        self.files.start(Saved(beginning.project))

    def _opened(self) -> None:
        self.show_page("design")
        runs = self.session.document.runs
        self._show_history(runs[-1].history if runs else None)
        self.session.loader.ask(self.session.project.data)
        self.design.canvas.fit()
        self.design.canvas.setFocus()

    def _reload(self) -> None:
        self.session.loader.again(self.session.project.data)

    # -- show --------------------------------------------------------------------------------------

    def _show_project(self, project: Project) -> None:
        trainer = self.session.trainer
        self.design.show_project(project, self.session.trace, trainer.active)
        self.data.show_project(project)
        self.runs.show_project(project)
        if project.signature is not None:
            loaded = self.session.loaded
            self.design.board.show_signature(project.signature, loaded.prepared if loaded else None)
        self.table.show_network(project, self.session.trace, project.training.batch_size)
        self.devices.show_choice(project.training.device)
        self._show_data()
        self._show_name()
        self._enable_transport()

    def _show_data(self) -> None:
        session = self.session
        loaded, busy = session.loaded, session.loader.busy
        prepared = loaded.prepared if loaded else None
        self.design.data_card.show_data(session.project, prepared, busy, session.data_problem)
        self.data.show_busy(busy)
        self.data.show_loaded(loaded)
        self.table.show_data(prepared)
        if loaded is not None and session.project.signature is not None:
            self.design.board.show_signature(session.project.signature, loaded.prepared)
            if self.design.board.view and not session.trainer.active:
                session.want_picture(self.design.board.view)
        self.status.show_data(busy)
        self._enable_transport()

    def _show_history(self, history: History | None = None) -> None:
        trainer = self.session.trainer
        shown = history if history is not None else trainer.history
        record = trainer.record if history is None else None
        network = record.project.network if record else self.session.project.network
        self.design.board.start(shown, network)
        runs = [run for run in self.session.document.runs if run.history is not shown]
        self.design.board.show_background(runs[-GREY_RUNS:])
        self._show_health(shown)

    def _show_progress(self, events: list[object]) -> None:
        trainer = self.session.trainer
        epochs = trainer.record.project.training.epochs if trainer.record else 0
        self.top.show_progress(trainer, epochs)
        self.status.show_progress(trainer)
        self.design.board.progress(events)
        self._show_health(trainer.history)

    def _show_health(self, history: History) -> None:
        known = latest(history)
        marks = {layer.id: judge(layer, is_output=layer is known[-1]) for layer in known}
        if marks != self._marks:
            self._marks = marks
            self.design.canvas.set_health(marks)

    def _show_findings(self, findings: object) -> None:
        self.design.diagnosis.show_findings(findings, self.session.project)  # type: ignore[arg-type]
        self.design.board.show_findings(findings)  # type: ignore[arg-type]

    def _show_runs(self) -> None:
        runs = self.session.document.runs
        self.runs.show_runs(runs)
        if self.page == "evaluate":
            self.evaluate.show_runs(runs)
            self.evaluate.show_run(runs[-1] if runs else None, self.session.loaded)

    def _show_state(self, state: str) -> None:
        trainer = self.session.trainer
        self.top.show_state(trainer.state)
        self.status.show_state(trainer)
        self.design.hyperparameters.show_project(self.session.project, trainer.active)
        if state == "idle":
            self._show_history()
        if state == "finished":
            self.top.show_progress(trainer, trainer.record.project.training.epochs if trainer.record else 0)
            if self.design.board.view:
                self.session.want_picture(self.design.board.view)
        self._enable_transport()

    def _show_name(self) -> None:
        project, files = self.session.project, self.files
        modified = self.session.document.modified
        name = files.path.name if files.path else project.name
        self.top.show_name(name, modified)
        self.setWindowTitle(f"{name}[*] – NN Studio")
        self.setWindowModified(modified)
        self.status.show_file(files.last_copy if modified else ("saved" if files.path else ""))

    def _show_recent(self) -> None:
        recent = self.files.recent
        self.welcome.show_recent(recent)
        menu = self.findChild(QMenu, "recent")
        if menu is not None:
            menu.clear()
            for path in recent:
                menu.addAction(path.name, partial(self.files.open, path)).setToolTip(str(path))
            menu.setEnabled(bool(recent))

    def show_notice(self, notice: Notice) -> None:
        """Show a message with the thing one may want to do about it."""
        calls: dict[str, tuple[str, Callable[[], object]]] = {
            "train_again": ("Train again", self.session.train_again),
            "undo": ("Undo", self.session.document.stack.undo),
            "reload": ("Try again", self._reload),
        }
        actions = [calls[notice.action]] if notice.action else []
        self.message.show_message(notice.severity, notice.text, actions=actions, details=notice.details)

    # -- what may be done now ----------------------------------------------------------------------

    def _enable_transport(self) -> None:
        trainer, by_name = self.session.trainer, self.actions_by_name
        reason = "" if trainer.active else self.session.why_not_train()
        train = by_name["train"]
        train.setIconText({"running": "Pause", "paused": "Resume"}.get(trainer.state, "Train"))
        train.setToolTip(reason or "Train the network; press again to pause")
        train.setEnabled(not reason)
        for name in ("step_batch", "step_epoch"):
            by_name[name].setEnabled(not reason and (trainer.active or self.session.loaded is not None))
        by_name["stop"].setEnabled(trainer.active)
        by_name["reset"].setEnabled(trainer.state != "idle")
        by_name["reset_new"].setEnabled(not reason)

    def _enable_editing(self) -> None:
        on_canvas = self.page == "design"
        for name in ON_CANVAS:
            self.actions_by_name[name].setEnabled(on_canvas)

    def _choose_device(self, id: str) -> None:
        self.session.document.edit(self.session.project.set("training.device", id), "Choose device")

    def _restore_run(self, id: str) -> None:
        self.session.restore_run(id)
        self.show_page("design")

    # -- the end -----------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_leave():
            event.ignore()
            return
        QSettings().setValue("geometry", self.saveGeometry())
        self.files.close()
        self.devices.close()
        self.beginner.close()
        self.session.close()
        event.accept()

    @property
    def quiet(self) -> bool:
        """Whether nothing is being loaded, trained or drawn in the background."""
        session = self.session
        return not (session.loader.busy or session.trainer.state == "running" or session.pictures.busy)

    def picture(self, path: Path) -> None:
        """Save what the window shows as a PNG file; raises OSError when it cannot be written."""
        if not self.grab().save(str(path), "PNG"):
            raise OSError(f"The picture could not be written to {path}.")
