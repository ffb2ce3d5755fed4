"""The page of runs: what the table tells, and renaming, deleting, restoring, comparing and exporting."""

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPointF, Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from nnstudio.core.run import Run
from nnstudio.ui.pages.run_columns import columns_for, duration
from nnstudio.ui.pages.run_settings import differing
from nnstudio.ui.pages.runs import RunsPage
from tests.core import samples
from tests.ui.pages.made_runs import made_run


def three() -> tuple[Run, ...]:
    base = samples.project()
    return (
        made_run("a", "Run 2", project=base, losses=(0.7, 0.2, 0.4)),
        made_run("b", "Run 10", project=base.set("training.optimizer.rate", 0.1), losses=(0.6, 0.5)),
        made_run("c", "Run 3", losses=(), status="failed", message="The loss is not a number.",
                 project=base.set("training.optimizer", {"kind": "sgd", "rate": 0.05})),
    )  # fmt: skip


@pytest.fixture
def page(qtbot: QtBot) -> RunsPage:
    page = RunsPage()
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show_project(samples.project())
    page.show_runs(three())
    page.show()
    return page


def column(page: RunsPage, title: str) -> list[str]:
    model = page.table.model()
    titles = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]
    at = titles.index(title)
    return [str(model.index(row, at).data()) for row in range(model.rowCount())]


def test_only_settings_that_differ_become_columns() -> None:
    found = {setting.label: setting.values for setting in differing(three())}
    assert found == {"Optimizer": ("Adam", "Adam", "SGD"), "Learning rate": ("0.001", "0.1", "0.05")}
    assert differing(three()[:1]) == []


def test_many_changes_of_the_network_become_one_column() -> None:
    base = samples.project()
    wide = base.set("network.n1.units", 32).set("network.n2.units", 16).set("network.n1.bias", False)
    found = differing([made_run("a", project=base), made_run("b", project=wide)])
    assert [(setting.label, setting.values) for setting in found] == [("Network", ("16, 8, 1", "32, 16, 1"))]


def test_a_row_tells_how_the_run_went() -> None:
    cells = {found.title: [cell.text for cell in found.cells] for found in columns_for(three())}
    assert cells["Best val. loss"] == ["0.2", "0.5", "–"]
    assert cells["Best val. accuracy"] == ["0.8", "0.5", "–"]
    assert cells["Best epoch"] == ["2", "2", "–"]
    assert cells["Status"] == ["done", "done", "failed"]
    assert not [title for title in cells if title.startswith("Test")]


def test_a_test_result_shows_only_where_it_was_asked_for() -> None:
    runs = (*three(), made_run("d", test={"accuracy": 0.875}))
    cells = {found.title: [cell.text for cell in found.cells] for found in columns_for(runs)}
    assert cells["Test accuracy"] == ["–", "–", "–", "0.875"]


@pytest.mark.parametrize(
    ("seconds", "text"), [(4.2, "4.2 s"), (185, "3 min 05 s"), (59.96, "60.0 s"), (7260, "2 h 01 min")]
)
def test_durations_are_readable(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_sorting_goes_by_value_and_keeps_what_is_missing_last(page: RunsPage) -> None:
    titles = [found.title for found in page.table.runs_model.columns]
    page.table.sortByColumn(titles.index("Best val. loss"), Qt.SortOrder.DescendingOrder)
    assert column(page, "Best val. loss") == ["0.5", "0.2", "–"]
    page.table.sortByColumn(titles.index("Best val. loss"), Qt.SortOrder.AscendingOrder)
    assert column(page, "Best val. loss") == ["0.2", "0.5", "–"]
    page.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert column(page, "Name") == ["Run 2", "Run 3", "Run 10"]


def test_without_runs_the_page_says_what_to_do(qtbot: QtBot) -> None:
    page = RunsPage()
    qtbot.addWidget(page)
    page.show()
    assert page._pages.currentIndex() == 0
    page.show_runs(three())
    assert page._pages.currentIndex() == 1
    assert [run.record.id for run in page.table.selected()] == ["c"], "the newest run"


def test_a_name_is_edited_in_place(page: RunsPage, qtbot: QtBot) -> None:
    page.table.select({"b"})
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    editor = page.table.findChild(QLineEdit)
    assert editor is not None
    editor.setText("  Faster   rate ")
    with qtbot.waitSignal(page.renamed) as signal:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert signal.args == ["b", "Faster rate"]


def test_an_empty_name_is_not_taken(page: RunsPage, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(page.renamed, wait=20):
        assert not page.table.runs_model.setData(page.table.runs_model.index(0, 0), "  ")


def test_runs_are_deleted_only_after_a_yes(page: RunsPage, qtbot: QtBot) -> None:
    page.table.select({"a", "c"})
    with qtbot.waitActive(page):
        page.activateWindow()
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    box = page.findChild(QMessageBox)
    assert box is not None
    assert box.text() == "Delete 2 runs?"
    assert "cannot be undone" in box.informativeText()
    buttons = {button.text().replace("&", ""): button for button in box.findChildren(QPushButton)}
    with qtbot.waitSignal(page.deleted) as signal:
        buttons["Delete"].click()
    assert signal.args == [{"a", "c"}]


def test_cancel_deletes_nothing(page: RunsPage, qtbot: QtBot) -> None:
    page.confirm_delete()
    box = page.findChild(QMessageBox)
    assert box is not None
    with qtbot.assertNotEmitted(page.deleted):
        qtbot.keyClick(box, Qt.Key.Key_Escape)


def test_the_selection_stays_with_its_runs(page: RunsPage) -> None:
    page.table.select({"a", "b"})
    page.show_runs((*three(), made_run("d")))
    assert {run.record.id for run in page.table.selected()} == {"a", "b"}
    page.show_runs(three()[1:])
    assert {run.record.id for run in page.table.selected()} == {"b"}


def test_selected_runs_are_drawn_in_their_own_colours(page: RunsPage) -> None:
    page.table.select({"a", "b"})
    shades = page.curves.colours_by_run()
    assert shades.keys() == {"a", "b"}
    assert shades["a"] != shades["b"]
    kept = shades["b"]
    page.table.select({"b", "c"})
    assert page.curves.colours_by_run()["b"] == kept, "a run keeps its colour"
    assert [entry.text for entry in page.curves.legend._entries] == ["Run 10"], "the failed run has no curve"


def test_the_curves_as_a_table(page: RunsPage) -> None:
    page.table.select({"a", "b"})
    rows = list(page.curves.table())
    assert sorted(map(str, rows[0][1:])) == ["Run 10 validation", "Run 2 validation"]
    page.curves.options.set_with_train(True)
    assert len(next(iter(page.curves.table()))) == 5
    page.curves.title.choose("accuracy")
    page.curves.options.set_with_train(False)
    at = list(page.curves.table())
    assert at[2][at[0].index("Run 2 validation")] == pytest.approx(0.8)


def test_the_curves_can_be_saved_and_drawn_in_every_way(page: RunsPage, tmp_path: Path) -> None:
    page.table.select({"a", "b"})
    page.curves.options.set_log(True)
    page.curves.options.set_smoothing(0.85)
    page.curves.picture(tmp_path / "curves.png")
    assert (tmp_path / "curves.png").stat().st_size > 1000
    assert page.curves.options.text() == "log · medium smoothing"


def test_a_curve_under_the_mouse_is_named_first_and_leads_to_its_run(page: RunsPage) -> None:
    page.table.select({"a", "b"})
    on_b = QPointF(2.0, 0.5)
    assert [text for text, _ in page.curves.hover_lines(on_b)][:2] == ["epoch 2", "Run 10  0.5"]
    assert page.curves.run_at(on_b) == "b"
    assert page.curves.run_at(QPointF(2.0, 0.35)) is None


def test_one_run_is_compared_with_the_project(page: RunsPage, qtbot: QtBot) -> None:
    page.table.select({"b"})
    assert page.detail.heading.text() == "1 difference"
    with qtbot.waitSignal(page.restore_wanted) as signal:
        page.detail.restore.click()
    assert signal.args == ["b"]
    page.show_project(samples.project().set("training.optimizer.rate", 0.1))
    assert page.detail.heading.text() == "Same settings as the project now"
    assert not page.detail.restore.isEnabled()


def test_two_runs_are_compared_with_each_other(page: RunsPage) -> None:
    page.table.select({"a", "b"})
    grid = page.detail._grid
    words = {grid.itemAt(i).widget().text() for i in range(grid.count())}  # type: ignore[union-attr]
    assert {"Learning rate", "0.001", "0.1", "Run 2", "Run 10"} <= words
    assert page.detail.restore.isHidden()


def test_more_runs_are_ranked_by_their_loss(page: RunsPage) -> None:
    page.table.selectAll()
    lines = page.detail.facts.text().splitlines()
    assert lines[:3] == [
        "Best first",
        "Run 2: validation loss 0.2, accuracy 0.8",
        "Run 10: validation loss 0.5, accuracy 0.5",
    ]


def test_the_keyboard_starts_in_the_table(page: RunsPage, qtbot: QtBot) -> None:
    with qtbot.waitActive(page):
        page.activateWindow()
    assert page.focusWidget() is page.table
    told: list[tuple[Run, ...]] = []
    page.selection_changed.connect(told.append)
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.keyClick(page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert [len(runs) for runs in told] == [1, 3]


def test_a_failed_run_says_why(page: RunsPage) -> None:
    page.table.select({"c"})
    assert page.detail.message.text() == "The loss is not a number."


def test_the_table_is_exported_as_shown(
    page: RunsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "runs"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    page.export()
    lines = (tmp_path / "runs.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("Name,Started,Status,Done")
    assert [line.split(",")[0] for line in lines[1:]] == ["Run 2", "Run 3", "Run 10"]


def test_two_hundred_runs_are_taken_in(page: RunsPage) -> None:
    page.show_runs(tuple(made_run(f"m{i}", losses=(0.5, 0.3)) for i in range(200)))
    page.table.selectAll()
    assert page.table.model().rowCount(QModelIndex()) == 200
    assert len(page.curves.colours_by_run()) == 24
    assert "curves of the first 24" in page.count.text()
