"""Windows beside training: the rate range test, cross-validation and the list of checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from nnstudio.engine.resume import CheckpointProblem, Kept, KeptRun, continued, discard, kept_runs
from nnstudio.ui.notice import Notice
from nnstudio.ui.session import Session

if TYPE_CHECKING:
    from nnstudio.ui.main_window import MainWindow
    from nnstudio.ui.panels.checkpoints import CheckpointsDialog
    from nnstudio.ui.panels.cross_validation import CrossValidationDialog
    from nnstudio.ui.panels.rate_finder import RateFinderDialog


def find_rate(window: MainWindow) -> RateFinderDialog | None:
    """Open the rate range test; None, and a message, when nothing can be trained yet."""
    session = window.session
    reason = session.why_not_train()
    if reason or session.loaded is None:
        window.show_notice(
            Notice("bad", f"No rate can be found yet. {reason or 'The data are not loaded yet.'}")
        )
        return None
    from nnstudio.ui.panels.rate_finder import RateFinderDialog  # Late: charts are slow to load.

    dialog = RateFinderDialog(session.project, session.loaded.prepared, window)
    dialog.rate_chosen.connect(lambda rate: _set_rate(session, rate))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def cross_validate(window: MainWindow) -> CrossValidationDialog | None:
    """Open cross-validation; None, and a message, when nothing can be trained yet."""
    session = window.session
    reason = session.why_not_train()
    if reason or session.loaded is None:
        window.show_notice(
            Notice("bad", f"This cannot be cross-validated yet. {reason or 'The data are not loaded yet.'}")
        )
        return None
    from nnstudio.ui.panels.cross_validation import CrossValidationDialog  # Late: charts are slow to load.

    document = session.document
    past = document.kept.validations
    dialog = CrossValidationDialog(
        session.project, session.loaded.examples, window, past[-1] if past else None
    )
    dialog.validated.connect(lambda found: document.keep(document.kept.with_validation(found)))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def show_checkpoints(window: MainWindow) -> CheckpointsDialog:
    """Open the list of checkpoints."""
    from nnstudio.ui.panels.checkpoints import CheckpointsDialog  # Late: few open it.

    session = window.session
    dialog = CheckpointsDialog(window)
    panel = dialog.panel

    def refresh() -> None:
        panel.show_runs(kept_runs(session.project, {run.record.id for run in session.document.runs}))

    def throw_away(id: str) -> None:
        discard(id)
        refresh()

    panel.go_on_wanted.connect(lambda run, kept: _go_on(window, run, kept))
    panel.look_wanted.connect(lambda run, kept: _look(window, run, kept))
    panel.discard_wanted.connect(throw_away)
    refresh()
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def offer_resumption(window: MainWindow) -> None:
    """Say so when a run of the project just opened was cut off by a crash."""
    cut = [run for run in kept_runs(window.session.project) if run.interrupted]
    if cut:
        newest = cut[0]
        done, planned = newest.checkpoints[-1].epoch, newest.record.project.training.epochs
        window.message.show_message(
            "info",
            f"{newest.record.name} was cut off; its checkpoint of epoch {done} of {planned} is kept.",
            actions=[("Checkpoints…", lambda: show_checkpoints(window))],
        )


def _set_rate(session: Session, rate: float) -> None:
    session.document.edit(session.project.set("training.optimizer.rate", rate), f"Set learning rate {rate:g}")


def _go_on(window: MainWindow, run: KeptRun, kept: Kept) -> None:
    try:
        project = continued(kept.project(), window.session.project)
        checkpoint = kept.read()
    except CheckpointProblem as problem:
        window.show_notice(Notice("bad", str(problem)))
        return
    if kept.epoch >= project.training.epochs:
        text = f"All {kept.epoch} epochs are done: set more epochs, then go on."
        window.show_notice(Notice("info", text))
        return
    window.show_page("design")
    window.session.go_on(project, checkpoint)


def _look(window: MainWindow, run: KeptRun, kept: Kept) -> None:
    from nnstudio.engine.checkpoint import WeightsProblem
    from nnstudio.engine.moment import as_run

    record = run.record.model_copy(
        update={
            "id": f"{run.record.id}-{kept.epoch}",
            "name": f"{run.record.name}, epoch {kept.epoch}",
            "status": "stopped",
            "message": f"The network as it was after epoch {kept.epoch}.",
            "best_epoch": kept.epoch,
        }
    )
    try:
        found = as_run(kept.read(), record)
    except (CheckpointProblem, WeightsProblem) as problem:
        window.show_notice(Notice("bad", str(problem)))
        return
    window.session.look_back(found)
    window.show_notice(Notice("good", f"“{record.name}” is now among the runs."))
