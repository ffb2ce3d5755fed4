"""The window of cross-validation: curves as they come, mean and spread, and a way out."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from nnstudio.core.kept import KeptScore, KeptValidation
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


def test_it_says_what_it_will_do_shows_the_last_time_and_asks_for_a_group(qtbot: QtBot) -> None:
    begun = circles()
    score = KeptScore(mean=0.5, spread=None, low=0.4, high=0.6)
    past = KeptValidation(
        created="2026-01-02T03:04:05+00:00", folds={}, scores={"val_loss": score}, epochs=((1, 9),),
        curves=((1.0, 0.5),),
    )  # fmt: skip
    dialog = CrossValidationDialog(begun.project, begun.examples, None, past)
    qtbot.addWidget(dialog)
    assert "2026-01-02 03:04" in dialog.answer.text()
    assert "5 networks of up to" in dialog.answer.text()
    cell = dialog.table.item(0, 1)
    assert cell is not None
    assert cell.text() == "0.5"
    dialog._edit("kind", "grouped", "")
    assert not dialog.start.isEnabled()
    dialog._edit("group", begun.examples.columns[0].name, "")
    assert dialog.start.isEnabled()
