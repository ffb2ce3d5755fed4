"""Earlier runs: compared, renamed, deleted, their settings restored; the test set opens only when asked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from tests.stories.studio import LEFT, NONE, Studio


@pytest.fixture
def trained(studio: Studio) -> Studio:
    """The studio with two runs, of 3 and of 4 epochs."""
    studio.open_example("Moons")
    for epochs in ("3", "4"):
        studio.enter("Epochs", epochs)
        studio.train()
    return studio


def click_row(studio: Studio, name: str) -> None:
    """Click the row of a run."""
    table = studio.window.work.runs.table
    model = table.model()
    row = next(r for r in range(model.rowCount()) if model.index(r, 0).data() == name)
    at = table.visualRect(model.index(row, 0)).center()
    QTest.mouseClick(table.viewport(), LEFT, NONE, at)


def test_settings_of_an_earlier_run_are_restored_by_one_undoable_step(trained: Studio) -> None:
    trained.click("Runs")
    click_row(trained, "Run 1")
    trained.wait(lambda: "1 difference" in trained.labels(trained.window.work.runs.detail))
    trained.click("Restore this run's settings")
    assert trained.window.page == "design"
    assert trained.project.training.epochs == 3
    trained.key("Ctrl+Z")
    assert trained.project.training.epochs == 4


def test_runs_are_renamed_and_deleted_after_a_question(trained: Studio) -> None:
    trained.key("Ctrl+5")
    table = trained.window.work.runs.table
    click_row(trained, "Run 2")
    trained.key("F2", table)
    editor = table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "longer")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    trained.wait(lambda: trained.runs[1].record.name == "longer")

    click_row(trained, "Run 1")
    with trained.answering("Cancel"):
        trained.key("Del", table)
        trained.wait(lambda: len(trained.asked) == 1)
    assert len(trained.runs) == 2
    with trained.answering("Delete"):
        trained.click("Delete…")
        trained.wait(lambda: len(trained.runs) == 1)
    assert "Run 1" in trained.asked[1]
    assert trained.runs[0].record.name == "longer"
    assert trained.window.session.document.modified


def test_the_test_set_is_used_only_when_asked(trained: Studio) -> None:
    page = trained.window.work.evaluate
    trained.click("Evaluate")
    trained.wait(lambda: "Accuracy" in trained.labels(page))
    trained.click("Training", page)
    trained.wait(lambda: "Accuracy" in trained.labels(page))
    trained.click("Test", page)
    trained.wait(lambda: "has not been tested" in trained.labels(page))
    assert all(run.record.test is None for run in trained.runs)

    trained.click("Evaluate on the test set")
    trained.wait(lambda: trained.runs[-1].record.test)
    assert trained.runs[0].record.test is None
    test = trained.runs[-1].record.test
    assert test is not None
    assert 0 <= test["accuracy"] <= 1
    trained.wait(lambda: "look 1 in this project" in trained.labels(page))
