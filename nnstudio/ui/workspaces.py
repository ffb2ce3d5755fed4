"""The workspaces of an open project (data, design, evaluate...) and what each shows of the session."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from nnstudio.core.network import Network
from nnstudio.core.project import Project
from nnstudio.core.run import History
from nnstudio.ui.health import Level, judge, latest
from nnstudio.ui.pages.data import DataPage
from nnstudio.ui.pages.design import DesignPage
from nnstudio.ui.pages.evaluate import EvaluatePage
from nnstudio.ui.pages.runs import RunsPage
from nnstudio.ui.pages.tune import TunePage
from nnstudio.ui.panels.layer_table import LayerTable
from nnstudio.ui.session import Session

GREY_RUNS = 12
"""Earlier runs drawn behind the present one."""


class Workspaces(QStackedWidget):
    """Pages side by side; each edit goes to the session, each change of the session to the pages."""

    page_wanted = Signal(str)
    csv_wanted = Signal(str)
    table_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.data, self.design = DataPage(self), DesignPage(self)
        self.evaluate, self.runs = EvaluatePage(self), RunsPage(self)
        self.tune = TunePage(session.tuner, self)
        self.table = LayerTable()
        self._marks: dict[str, tuple[str, Level]] = {}
        self._shown, self._trained = History(), Network()
        """The history on the charts, and the network it belongs to."""
        self._by_name: dict[str, QWidget] = {
            "data": self.data,
            "design": self.design,
            "evaluate": self.evaluate,
            "tune": self.tune,
            "runs": self.runs,
        }
        for page in self._by_name.values():
            self.addWidget(page)
        self._hear_session()
        self._hear_pages()
        self._show_project(session.project)
        self.design.hyperparameters.rates.wanted.connect(session.compare_rates)
        self.design.hyperparameters.rates.given_up.connect(session.rates.cancel)
        self._show_state(session.trainer.state)

    @property
    def page(self) -> str:
        """The name of the page in front."""
        return next(name for name, page in self._by_name.items() if page is self.currentWidget())

    def show_page(self, name: str) -> None:
        """Bring a page to the front."""
        self.setCurrentWidget(self._by_name[name])
        if name == "evaluate":
            self._show_runs()

    def begin(self) -> None:
        """Show a project that has just been opened, with the curves of its last run."""
        runs = self.session.document.runs
        if runs:
            self._show_history(runs[-1].history, runs[-1].record.project.network)
        else:
            self._show_history()
        self.design.canvas.fold(self.session.document.folded)
        self.design.canvas.fit()
        self.design.canvas.setFocus()

    # -- connections -------------------------------------------------------------------------------

    def _hear_session(self) -> None:
        session, trainer = self.session, self.session.trainer
        session.project_changed.connect(self._show_project)
        session.data_changed.connect(self._show_data)
        session.loader.failed.connect(self.data.show_problem)
        session.findings_changed.connect(self._show_findings)
        session.document.runs_changed.connect(self._show_runs)
        session.pictures.made.connect(self.design.board.show_picture)
        trainer.state_changed.connect(self._show_state)
        trainer.started.connect(lambda _record: self._show_history())
        trainer.progressed.connect(self._show_progress)
        session.run_taken.connect(lambda run: self._show_history(run.history, run.record.project.network))
        session.checker.changed.connect(self._show_data)
        fixer = session.mending.fixer
        fixer.drawn.connect(lambda: self.design.board.show_try(fixer.curves))
        fixer.changed.connect(self._show_fixer)

    def _hear_pages(self) -> None:
        session = self.session
        for page in (self.data, self.design, self.tune):
            page.edited.connect(session.document.edit)
        self.data.reload_wanted.connect(session.reload)
        self.data.csv_wanted.connect(self.csv_wanted)
        self.design.data_card.clicked.connect(lambda: self.page_wanted.emit("data"))
        self.design.diagnosis.fix_chosen.connect(lambda fix, _finding: session.apply(fix))
        self.design.diagnosis.try_wanted.connect(session.mending.try_fix)
        self.design.diagnosis.heal_wanted.connect(session.mending.heal)
        self.design.diagnosis.cancelled.connect(session.mending.fixer.cancel)
        self.design.diagnosis.checks.wanted.connect(session.checker.start)
        self.design.diagnosis.checks.cancelled.connect(session.checker.cancel)
        self.design.board.picture_wanted.connect(session.want_picture)
        self.design.shape_bar.table_wanted.connect(self.table_wanted)
        self.tune.start_wanted.connect(session.search)
        session.rates.changed.connect(self._show_rates)
        self.runs.renamed.connect(session.rename_run)
        self.runs.deleted.connect(session.document.delete_runs)
        self.runs.restore_wanted.connect(self._restore_run)
        self.evaluate.tested.connect(session.keep_test)
        self.table.layer_chosen.connect(lambda id: self.design.canvas.select((id,)))
        self.table.cost_chosen.connect(self.design.canvas.show_cost)
        self.design.canvas.selection_changed.connect(self.table.select_layers)
        self.design.canvas.folding_changed.connect(self._keep_folding)

    def _keep_folding(self, names: tuple[str, ...]) -> None:
        self.session.document.folded = names

    def _restore_run(self, id: str) -> None:
        self.session.restore_run(id)
        self.page_wanted.emit("design")

    # -- what is shown -----------------------------------------------------------------------------

    def _show_project(self, project: Project) -> None:
        session = self.session
        self.design.show_project(project, session.trace, session.trainer.active)
        self.data.show_project(project)
        self.runs.show_project(project)
        self.tune.show_project(project)
        if project.signature is not None:
            loaded = session.loaded
            self.design.board.show_signature(project.signature, loaded.prepared if loaded else None)
        self.table.show_network(project, session.trace, project.training.batch_size)
        self._show_health(self._shown)
        self._show_data()

    def _show_data(self) -> None:
        session = self.session
        loaded, busy = session.loaded, session.loader.busy
        prepared = loaded.prepared if loaded else None
        self.design.data_card.show_data(session.project, prepared, busy, session.data_problem)
        self.data.show_busy(busy)
        self.data.show_loaded(loaded)
        self.tune.show_ready(session.why_not_search())
        self.design.hyperparameters.rates.show_ready(session.why_not_search())
        self._show_fixer()
        self.table.show_data(prepared)
        if loaded is not None and session.project.signature is not None:
            self.design.board.show_signature(session.project.signature, loaded.prepared)
            if self.design.board.view and not session.trainer.active:
                session.want_picture(self.design.board.view)

    def _show_rates(self) -> None:
        rates = self.session.rates
        self.design.hyperparameters.rates.show_strip(rates.strip, busy=rates.busy)
        self._show_data()

    def _show_history(self, history: History | None = None, network: Network | None = None) -> None:
        """Show a kept run's curves, or those of the run in progress."""
        trainer = self.session.trainer
        begun = trainer.record.project if trainer.record else self.session.project
        self._shown = history if history is not None else trainer.history
        self._trained = network or begun.network
        self.design.board.start(self._shown, self._trained)
        runs = [run for run in self.session.document.runs if run.history is not self._shown]
        self.design.board.show_background(runs[-GREY_RUNS:])
        self._show_health(self._shown)

    def _show_progress(self, events: list[object]) -> None:
        self.design.board.progress(events)
        self._show_health(self.session.trainer.history)

    def _show_health(self, history: History) -> None:
        known, trained, now = latest(history), self._trained, self.session.project.network
        # A block edited since says nothing about the layer that was trained in its place.
        same = {id for id in now.ids if id in trained.ids and now[id].layer == trained[id].layer}
        marks = {layer.id: judge(layer, is_output=layer is known[-1]) for layer in known if layer.id in same}
        if marks != self._marks:
            self._marks = marks
            self.design.canvas.set_health(marks)

    def _show_findings(self, findings: object) -> None:
        self.design.diagnosis.show_findings(findings, self.session.project)  # type: ignore[arg-type]
        self.design.board.show_findings(findings)  # type: ignore[arg-type]

    def _show_fixer(self) -> None:
        session = self.session
        mending = session.mending
        self.design.diagnosis.show_fixer(mending.fixer, session.document.advice, mending.why_not())
        checker = session.checker
        self.design.diagnosis.checks.show_checks(
            checker.results, checker.progress, busy=checker.busy, reason=checker.why_not()
        )

    def _show_runs(self) -> None:
        runs = self.session.document.runs
        self.runs.show_runs(runs)
        if self.page == "evaluate":
            self.evaluate.show_runs(runs)
            self.evaluate.show_run(runs[-1] if runs else None, self.session.loaded)

    def _show_state(self, state: str) -> None:
        session = self.session
        self.design.hyperparameters.show_project(session.project, session.trainer.active)
        self.tune.show_ready(session.why_not_search())
        self._show_fixer()
        if state == "idle":
            self._show_history()
        if state == "finished" and self.design.board.view:
            session.want_picture(self.design.board.view)
