"""The main window: arranges bars and pages and wires them to the session."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from nnstudio.core.dataset import DataProblem
from nnstudio.core.files import Saved
from nnstudio.core.project import Project
from nnstudio.ui.actions import make_actions
from nnstudio.ui.appearance import Appearance
from nnstudio.ui.beginnings import Beginner
from nnstudio.ui.commands import CANVAS_COMMANDS, handlers
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.devices import Devices
from nnstudio.ui.guide import Guide
from nnstudio.ui.notice import Notice
from nnstudio.ui.pages.welcome import WelcomePage
from nnstudio.ui.panels.status import StatusLine
from nnstudio.ui.panels.top_bar import TopBar
from nnstudio.ui.project_files import ProjectFiles
from nnstudio.ui.resources import app_icon
from nnstudio.ui.session import Session
from nnstudio.ui.training_tools import offer_resumption
from nnstudio.ui.widgets.message_bar import MessageBar
from nnstudio.ui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from nnstudio.data.beginning import Beginning
    from nnstudio.ui.explain import Explainer
    from nnstudio.ui.pages.design import DesignPage
    from nnstudio.ui.workspaces import Workspaces

WELCOME = "welcome"
NUMBERS_EVERY = 250
"""Milliseconds between two readings of epoch, speed and time left: faster ones cannot be read."""
ON_CANVAS = (*CANVAS_COMMANDS, "table")
"""Commands that make sense only where the network is shown."""


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
        # From outside in: a widget that moves to another parent is styled anew with all it holds.
        whole = QWidget()
        self.setCentralWidget(whole)
        self.top, self.status = TopBar(self.actions_by_name, whole), StatusLine()
        self.pages = QStackedWidget(whole)
        self.welcome = WelcomePage(self.pages)
        self._numbers = QTimer(self, singleShot=True, interval=NUMBERS_EVERY)
        self._arrange(QVBoxLayout(whole))
        self.guide = Guide(self)
        self._connect()
        self._show_project(session.project)
        self.show_page(WELCOME)
        self._show_state(session.trainer.state)

    @cached_property
    def work(self) -> Workspaces:
        """The workspaces; made when first needed, so that the window is on the screen before them."""
        from nnstudio.ui.workspaces import Workspaces

        work = Workspaces(self.session, self.pages)
        work.page_wanted.connect(self.show_page)
        work.csv_wanted.connect(self.import_csv)
        work.table_wanted.connect(self.actions_by_name["table"].trigger)
        work.design.diagnosis.page_wanted.connect(self.explainer.open)
        self.pages.addWidget(work)
        self.dock.setWidget(work.table)
        self.dock.visibilityChanged.connect(lambda on: None if on else work.design.canvas.show_cost(None))
        return work

    @cached_property
    def explainer(self) -> Explainer:
        """The way to the glossary."""
        from nnstudio.ui.explain import Explainer

        return Explainer(self)

    @property
    def design(self) -> DesignPage:
        """The page of canvas, sliders, charts and diagnosis."""
        return self.work.design

    # -- arrange -----------------------------------------------------------------------------------

    def _arrange(self, column: QVBoxLayout) -> None:
        self.pages.addWidget(self.welcome)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.top, self.message, self.progress):
            column.addWidget(widget)
        column.addWidget(self.pages, 1)
        self.setStatusBar(self.status)
        self.dock = QDockWidget("Layer table", self)
        self.dock.setObjectName("layer_table")
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
        session.noticed.connect(self.show_notice)
        session.document.modified_changed.connect(lambda _on: self._show_name())
        trainer.state_changed.connect(self._show_state)
        session.tuner.changed.connect(self._enable_transport)
        session.rates.changed.connect(self._enable_transport)
        session.checker.changed.connect(self._enable_transport)
        self._numbers.timeout.connect(self._show_progress)
        trainer.progressed.connect(lambda _events: self._numbers.isActive() or self._numbers.start())
        files.opened.connect(self._opened)
        files.opened.connect(lambda: offer_resumption(self))
        files.path_changed.connect(self._show_name)
        files.recent_changed.connect(self._show_recent)
        stack = session.document.stack
        stack.canUndoChanged.connect(self.actions_by_name["undo"].setEnabled)
        stack.canRedoChanged.connect(self.actions_by_name["redo"].setEnabled)
        self._connect_bars()

    def _connect_bars(self) -> None:
        self.welcome.example_chosen.connect(self.open_example)
        self.welcome.open_wanted.connect(self.open_file)
        self.welcome.data_wanted.connect(self.import_csv)
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
        if name == WELCOME:
            self.pages.setCurrentWidget(self.welcome)
            self.welcome.setFocus()
        else:
            self.work.show_page(name)
            self.pages.setCurrentWidget(self.work)
        self.top.show_workspace(name)
        if name != "design":
            self.dock.hide()
        self._enable_editing()

    @property
    def page(self) -> str:
        """The name of the page shown."""
        return WELCOME if self.pages.currentWidget() is self.welcome else self.work.page

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
        """Ask what a file or folder is and how to read it, and start a project on it."""
        from nnstudio.ui.pages.ask_source import ask_source  # Late: few starts need it.

        chosen = path or self.files.ask_data_path()
        try:
            source = ask_source(chosen, self) if chosen else None
        except DataProblem as problem:
            self.message.show_message("bad", str(problem))
            return
        if source is not None and self.files.may_leave():
            self.beginner.source(source)

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
        self.work.begin()
        self.session.loader.ask(self.session.project.data)

    # -- show --------------------------------------------------------------------------------------

    def _show_project(self, project: Project) -> None:
        self.devices.show_choice(project.training.device)
        self._show_name()
        self._show_data()

    def _show_data(self) -> None:
        self.status.show_data(self.session.loader.busy)
        self._enable_transport()

    def _show_progress(self) -> None:
        trainer = self.session.trainer
        self.top.show_progress(trainer, trainer.record.project.training.epochs if trainer.record else 0)
        self.status.show_progress(trainer)

    def _show_state(self, state: str) -> None:
        trainer = self.session.trainer
        self.top.show_state(trainer.state)
        if state == "finished":
            self._show_progress()
        self.status.show_state(trainer)
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
            "reload": ("Try again", self.session.reload),
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
