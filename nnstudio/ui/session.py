"""What the window works on: document, data, training and pictures, and the rules between them."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from nnstudio.catalog.defaults import refit
from nnstudio.core.advice import Advice
from nnstudio.core.check import CheckResult
from nnstudio.core.dataset import DataSpec
from nnstudio.core.finding import Evidence, Finding, Fix
from nnstudio.core.kept import Kept
from nnstudio.core.project import Project
from nnstudio.core.run import Checkpoint, Run, Snapshot, next_name
from nnstudio.core.trace import Signature, Trace
from nnstudio.tuning.wish import Search
from nnstudio.ui.checker import Checker
from nnstudio.ui.data_loader import DataLoader, Loaded
from nnstudio.ui.document import Document
from nnstudio.ui.mending import Mending
from nnstudio.ui.notice import Notice
from nnstudio.ui.pictures import PictureMaker, View, Weights
from nnstudio.ui.rate_comparer import RateComparer
from nnstudio.ui.training import Trainer
from nnstudio.ui.tuner import Tuner

CHECK_AFTER = 150
"""Milliseconds without an edit before the design is checked: not at every pixel of a drag."""


class Session(QObject):
    """One open project and everything that happens to it; knows no widget."""

    project_changed = Signal(object)
    data_changed = Signal()
    findings_changed = Signal(object)
    """tuple[Finding, ...]"""
    run_taken = Signal(object)
    """Run trained beside, which is shown from now on."""
    noticed = Signal(object)
    """Notice"""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = Document(project, parent=self)
        self.loader = DataLoader(self)
        self.trainer = Trainer(self)
        self.pictures = PictureMaker(self)
        self.tuner = Tuner(self)
        self.tuner.searched.connect(lambda found: self.document.keep(self.document.kept.with_search(found)))
        self.rates = RateComparer(self)
        self.mending = Mending(self)
        self.checker = Checker(self)
        self.findings: tuple[Finding, ...] = ()
        self.data_problem = ""
        self.trace: Trace | None = project.trace()
        self._subject: Run | None = None
        self._weights: tuple[Project, Weights] | None = None
        self._view: View | None = None
        self._spec: DataSpec | None = None
        self._signature: Signature | None = project.signature
        self._train_when_loaded = self._judged = False
        self._check = QTimer(self, singleShot=True, interval=CHECK_AFTER)
        self._check.timeout.connect(self.check_design)
        self._connect()

    def _connect(self) -> None:
        self.document.changed.connect(self._project_changed)
        self.loader.started.connect(self.data_changed)
        self.loader.loaded.connect(self._data_loaded)
        self.loader.failed.connect(self._data_failed)
        self.trainer.diagnosed.connect(self._set_findings)
        self.trainer.snapshot.connect(self._snapshot)
        self.trainer.finished.connect(self._run_finished)
        self.trainer.failed.connect(self._trainer_failed)
        self.pictures.failed.connect(self._picture_failed)
        self.rates.failed.connect(lambda text, more: self.noticed.emit(Notice("bad", text, more)))
        self.checker.failed.connect(lambda text, more: self.noticed.emit(Notice("bad", text, more)))
        self.mending.told.connect(lambda kind, text, more: self.noticed.emit(Notice(kind, text, more)))

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self.document.project

    @property
    def loaded(self) -> Loaded | None:
        """The data, when those loaded are those the project asks for."""
        current = self.loader.current
        return current if current is not None and current.spec == self.project.data else None

    @property
    def subject(self) -> Run | None:
        """The run that the findings are about, if any."""
        if self.trainer.active and self.trainer.record is not None:
            return Run(self.trainer.record, self.trainer.history)
        return self._subject

    # -- opening and closing -----------------------------------------------------------------------

    def open(
        self,
        project: Project,
        runs: tuple[Run, ...] = (),
        modified: bool = False,
        folded: tuple[str, ...] = (),
        advice: Advice | None = None,
        kept: Kept | None = None,
    ) -> None:
        """Work on another project."""
        self.trainer.reset()
        self.tuner.reset()
        self.mending.fixer.forget()
        self.checker.forget()
        self.rates.reset()
        self.pictures.forget()
        self._weights = self._view = self._spec = self._signature = None
        self.data_problem, self._train_when_loaded, self._judged = "", False, bool(runs)
        self._subject = runs[-1] if runs else None
        if runs:
            self._remember(runs[-1])
        self.document.open(project, runs, modified, folded=folded, advice=advice, kept=kept)
        if kept is not None and kept.searches:
            self.tuner.recall(kept.searches[-1], project)
        if runs:
            self._diagnose_run(runs[-1])
        else:
            self._set_findings(())

    def close(self) -> None:
        """End everything that runs in the background."""
        self._check.stop()
        self.trainer.reset()
        self.tuner.reset()
        self.mending.fixer.cancel()
        self.checker.cancel()
        self.rates.reset()
        self.loader.close()
        self.pictures.close()

    # -- training ----------------------------------------------------------------------------------

    def why_not_train(self) -> str:
        """Return why training cannot start now, or an empty text."""
        if self.data_problem:
            return self.data_problem
        if self.trace is None:
            return "" if self.loader.busy else "The data are not loaded yet."
        errors = list(self.trace.errors.values())
        if errors:
            return errors[0]
        if self.checker.busy:
            return "A check is under way: wait, or cancel it."
        if self.rates.busy:
            return "Learning rates are being compared: wait, or cancel it."
        return "A search is under way: stop it first (Tune)." if self.tuner.busy else ""

    def why_not_search(self) -> str:
        """Return why no search can start now, or an empty text."""
        if self.trainer.active:
            return "Stop the training first: both would slow each other down."
        return self.why_not_train() or ("" if self.loaded else "The data are not loaded yet.")

    def search(self, wish: Search) -> None:
        """Try settings on the project as it is now."""
        if not self.why_not_search() and self.loaded is not None:
            self.tuner.start(self.project, self.loaded.prepared, wish)

    def compare_rates(self) -> None:
        """See what comes of many learning rates on the project as it is now."""
        if not self.why_not_search() and self.loaded is not None:
            self.rates.start(self.project, self.loaded.prepared)

    def toggle_training(self) -> None:
        """Train, pause or go on."""
        if self.trainer.state == "running":
            self.trainer.pause()
        elif self.trainer.state == "paused":
            self.trainer.resume()
        else:
            self.train_again()

    def train_again(self) -> None:
        """Start a new run on the project as it is now, once its data are there."""
        reason = self.why_not_train()
        if reason:
            self.noticed.emit(Notice("bad", f"This cannot be trained yet. {reason}"))
        elif self.loaded is None:
            self._train_when_loaded = True
            self.loader.ask(self.project.data)
        else:
            if self.trainer.active:
                self.trainer.reset()
            self.trainer.train(self.project, self.loaded.prepared, next_name(self.document.runs))

    def go_on(self, project: Project, checkpoint: Checkpoint) -> None:
        """Start a run that goes on after a checkpoint of a project on the same data."""
        loaded = self.loaded
        if loaded is None or project.data != loaded.spec:
            text = "This checkpoint knows other data than those that are loaded now."
            self.noticed.emit(Notice("bad", text))
            return
        self.trainer.reset()
        self.trainer.train(project, loaded.prepared, next_name(self.document.runs), resume=checkpoint)

    def look_back(self, run: Run) -> None:
        """Keep the network of an earlier epoch as a run and show its weights."""
        self.document.keep_run(run)
        self._remember(run)
        if self._view is not None:
            self.want_picture(self._view)

    def take_run(self, run: Run) -> None:
        """Keep a run trained beside; it is shown and diagnosed unless another one is under way."""
        self.document.keep_run(run)
        if not self.trainer.active:
            self._subject, self._judged = run, True
            self._remember(run)
            self.run_taken.emit(run)
            self._diagnose_run(run)

    def take_checks(self, about: Project, results: list[CheckResult]) -> None:
        """Keep what checks have found with the run they are about, and let it speak."""
        run = self.subject
        if run is None or run.record.project.model_copy(update={"name": about.name}) != about:
            return
        done = run.with_checks(results)
        if self.trainer.active:
            self.trainer.record = done.record
        else:
            self._subject = done
            self.document.keep_run(done)
        self._diagnose_run(done)

    def step(self, what: Literal["step", "epoch"]) -> None:
        """Train one batch or one epoch and rest."""
        reason = self.why_not_train()
        if reason and not self.trainer.active:
            self.noticed.emit(Notice("bad", f"This cannot be trained yet. {reason}"))
            return
        if self.trainer.active:
            self.trainer.step(what)
        elif self.loaded is not None:
            self.trainer.train(self.project, self.loaded.prepared, next_name(self.document.runs), paused=True)
            self.trainer.step(what)

    def reset(self, new_weights: bool = False) -> None:
        """Back to before training; the next run starts from the same first weights, or from new ones."""
        self.trainer.reset()
        self.mending.fixer.forget()
        self._weights, self._train_when_loaded, self._judged, self._subject = None, False, False, None
        if new_weights:
            seed = self.project.training.seed + 1
            self.document.edit(self.project.set("training.seed", seed % 10_000), "New first weights")
        self.check_design()

    def apply(self, fix: Fix) -> None:
        """Apply a remedy as one undo step."""
        try:
            changes = [change.text() for change in fix.preview(self.project)] or [fix.title]
            fixed = fix.apply(self.project)
        except (KeyError, ValueError):
            self.noticed.emit(Notice("warn", f"“{fix.title}” does not fit the project any more."))
            return
        if fixed == self.project:
            self.noticed.emit(Notice("info", f"“{fix.title}” changes nothing: it is done already."))
            return
        self.document.edit(fixed, f"Fix: {fix.title}")
        waits = self.trainer.state != "idle" and (fix.restart or not self.trainer.active)
        text = "Changed: " + "; ".join(changes[:4]) + ("; …" if len(changes) > 4 else "") + "."
        if waits:
            text += " It takes effect in the next run."
            self.noticed.emit(Notice("info", text, action="train_again"))
        else:
            self.noticed.emit(Notice("info", text, action="undo"))

    def want_picture(self, view: View) -> None:
        """Ask for a picture of the current weights, or of the last run's best ones."""
        if self.trainer.active:
            if not self.pictures.busy:
                self._view = view
                self.trainer.ask_snapshot()
        elif self._weights is not None:
            self._draw(view, *self._weights)

    def reload(self) -> None:
        """Read the data again: the file behind them may have changed."""
        self.loader.again(self.project.data)

    # -- runs --------------------------------------------------------------------------------------

    def rename_run(self, id: str, name: str) -> None:
        """Give a run another name; an empty one is ignored."""
        run = self.document.run(id)
        if run is not None and name.strip():
            self.document.keep_run(run.with_record(name=name.strip()))

    def restore_run(self, id: str) -> None:
        """Return to a run's settings, as one undo step; the project keeps its name."""
        run = self.document.run(id)
        if run is not None:
            kept = run.record.project.model_copy(update={"name": self.project.name})
            self.document.edit(kept, f"Restore settings of {run.record.name}")

    def keep_test(self, id: str, values: dict[str, float]) -> None:
        """Keep what the test set said about a run."""
        run = self.document.run(id)
        if run is not None:
            self.document.keep_run(run.with_record(test=values))

    # -- what happens ------------------------------------------------------------------------------

    def check_design(self) -> None:
        """Check the design; what a run has shown stays, for its fixes to be seen on the new design."""
        if self.trainer.active:
            return
        if self._judged or self.trainer.state == "finished":
            self._set_findings(self.findings)
        elif self.trace is None:
            self._set_findings(())
        else:
            from nnstudio.diagnosis import check

            facts = self.loaded.prepared.facts if self.loaded else None
            self._set_findings(tuple(check(Evidence(self.project, self.trace, facts))))

    def _project_changed(self, project: Project) -> None:
        self.trace = project.trace()
        self._signature = project.signature or self._signature
        self.trainer.steer(project)
        self.rates.show_project(project)
        if project.data != self._spec:
            self._spec, self.data_problem = project.data, ""
            self.loader.ask(project.data)
        loaded = self.loaded
        if loaded is not None and project.signature is None:
            self._data_loaded(loaded)
            return
        self.project_changed.emit(project)
        self._check.start()

    def _data_loaded(self, loaded: Loaded) -> None:
        self.data_problem = ""
        self.document.amend(refit(self.project, loaded.prepared.signature, self._signature))
        self.data_changed.emit()
        self._check.start()
        if self._train_when_loaded:
            self._train_when_loaded = False
            self.train_again()

    def _data_failed(self, sentence: str, details: str) -> None:
        self.data_problem = sentence
        self._train_when_loaded = False
        self.data_changed.emit()
        self.noticed.emit(Notice("bad", sentence, details, action="reload"))

    def _snapshot(self, snapshot: Snapshot) -> None:
        if self._view and self.trainer.record:
            self._draw(self._view, self.trainer.record.project, snapshot.weights)

    def _draw(self, view: View, project: Project, weights: Weights) -> None:
        loaded = self.loaded
        if loaded is not None and loaded.spec == project.data:  # Else the network knows other data.
            self.pictures.ask(view, project, loaded.prepared, weights)

    def _picture_failed(self, sentence: str) -> None:
        self.noticed.emit(Notice("warn", f"A picture could not be drawn: {sentence}"))

    def _run_finished(self, run: Run) -> None:
        self.document.keep_run(run)
        self.document.keep_advice(self.document.advice.offering(self.findings))
        self._subject = run
        self._remember(run)
        if run.record.status == "failed":
            self.noticed.emit(Notice("bad", run.record.message))

    def _remember(self, run: Run) -> None:
        weights = run.weights.get("best") or run.weights.get("last")
        self._weights = (run.record.project, weights) if weights else None

    def _diagnose_run(self, run: Run) -> None:
        from nnstudio.diagnosis import diagnose

        self._set_findings(tuple(diagnose(Evidence.of(run))))

    def _trainer_failed(self, sentence: str, details: str) -> None:
        self.noticed.emit(Notice("bad", f"Training ended: {sentence}", details))

    def _set_findings(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        self.findings_changed.emit(findings)
