"""The window of cross-validation: curves as they come, mean and spread, and a way out."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from nnstudio.data.folds import Folds
from nnstudio.ui.panels.cross_validation import CrossValidationDialog
from tests.ui.begun import circles


def opened(qtbot: QtBot) -> CrossValidationDialog:
    begun = circles()
    dialog = CrossValidationDialog(begun.project, begun.examples)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_every_fold_is_drawn_and_summed_up(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    assert dialog.folds.kind == "stratified"
    dialog.form.edited.emit("folds", 3, "")
    dialog.start.click()
    assert dialog.busy
    qtbot.waitUntil(lambda: not dialog.busy, timeout=30_000)
    assert dialog.outcome is not None
    assert len(dialog._curves) == 3
    row = [cell.text() for at in range(2) if (cell := dialog.table.item(0, at)) is not None]
    assert row[0] == "validation loss"
    assert " ± " in row[1]
    assert dialog.answer.text().startswith("3 networks")


def test_it_can_be_cancelled(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    dialog.run()
    assert dialog._job is not None
    with qtbot.waitSignal(dialog._job.destroyed, timeout=30_000):
        dialog.cancel()
    assert dialog.start.isEnabled()
    assert dialog.answer.text().startswith("Cancelled")


def test_what_cannot_be_divided_is_said(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    dialog.folds = Folds(kind="grouped", group="nobody")
    dialog.run()
    qtbot.waitUntil(lambda: not dialog.busy, timeout=30_000)
    assert "there are: x1, x2" in dialog.answer.text()
