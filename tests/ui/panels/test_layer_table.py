"""The layer table: sums, errors, bars, and the forecast."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.core.project import Project
from nnstudio.ui.panels.layer_table import LayerTable
from nnstudio.ui.panels.sizes import in_bytes, in_count
from tests.core import samples
from tests.ui.pages.made_runs import trained_run


@pytest.fixture
def panel(qtbot: QtBot) -> LayerTable:
    panel = LayerTable()
    qtbot.addWidget(panel)
    panel.resize(900, 420)
    show(panel, samples.branched())
    panel.show()
    return panel


def show(panel: LayerTable, project: Project, batch_size: int = 32) -> None:
    panel.show_network(project, project.trace(), batch_size)


def cells(panel: LayerTable, row: int) -> list[str]:
    items = (panel.table.item(row, column) for column in range(panel.table.columnCount()))
    return [item.text() if item is not None else "" for item in items]


def test_a_row_per_layer_and_the_totals(panel: LayerTable) -> None:
    assert panel.table.rowCount() == len(samples.branched().network.nodes) + 2
    assert cells(panel, 0) == ["", "Input", "2 features", "–", "–", "512 B"]
    assert cells(panel, 1) == ["1", "Stem", "16 features", "48", "32", "4.1 kB"]
    assert cells(panel, panel.table.rowCount() - 1)[3:5] == ["337", "304"]


def test_the_memory_is_that_of_the_trace(panel: LayerTable) -> None:
    trace = samples.branched().trace()
    assert trace is not None
    assert in_bytes(trace.memory(32)) in panel.totals.text()
    show(panel, samples.branched(), batch_size=256)
    assert in_bytes(trace.memory(256)) in panel.totals.text()
    parts = 16 * trace.learnables + sum(8 * 256 * (row.activations) for row in trace.rows) + 8 * 256 * 2
    assert parts == trace.memory(256), "the columns add up to the total"


def test_an_error_stands_on_its_layer_in_words(panel: LayerTable) -> None:
    project = samples.branched()
    broken = project.with_network(project.network.insert(Conv2D(), 1))
    show(panel, broken)
    trace = broken.trace()
    assert trace is not None
    assert broken.network.nodes[1].id in trace.errors
    for id, sentence in trace.errors.items():
        assert sentence in cells(panel, broken.network.index(id) + 1)[2]
    assert panel.table.columnSpan(2, 2) == 4
    assert "cannot be trained" in panel.totals.text()
    show(panel, project)
    assert panel.table.columnSpan(2, 2) == 1, "a mended row is whole again"


def test_without_data_it_says_so(panel: LayerTable) -> None:
    panel.show_network(samples.project(), None, 32)
    assert panel.table.isHidden()
    assert not panel._empty.isHidden()


def test_a_click_on_a_cost_draws_bars_and_a_second_one_takes_them_away(
    panel: LayerTable, qtbot: QtBot
) -> None:
    header = panel.table.horizontalHeader()
    middle = header.sectionViewportPosition(3) + header.sectionSize(3) // 2
    at = header.viewport().rect().center()
    at.setX(middle)
    for wanted in ("learnables", None):
        with qtbot.waitSignal(panel.cost_chosen) as signal:
            qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert signal.args == [wanted]
        assert panel.bars.current() == (wanted or "none")


def test_the_keyboard_draws_bars_too(panel: LayerTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.cost_chosen) as signal:
        qtbot.keyClick(panel.bars, Qt.Key.Key_Right)
    assert signal.args == ["learnables"]
    with qtbot.assertNotEmitted(panel.cost_chosen):
        header = panel.table.horizontalHeader()
        header.sectionClicked.emit(1)


def test_a_row_leads_to_its_layer(panel: LayerTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.layer_chosen) as signal:
        panel.table.selectRow(1)
    assert signal.args == ["n1"]
    with qtbot.assertNotEmitted(panel.layer_chosen):
        panel.select_layers(("n2",))
        panel.table.selectRow(0)


def test_a_selected_layer_is_marked_and_stays_so_when_the_table_is_filled_anew(panel: LayerTable) -> None:
    def marked() -> list[int]:
        return [index.row() for index in panel.table.selectionModel().selectedRows()]

    panel.select_layers(("n2",))
    assert marked() == [3]
    show(panel, samples.branched())
    assert marked() == [3]
    panel.select_layers(("n1", "n2"))
    assert marked() == []


def test_a_layer_stands_behind_the_name_of_its_group(panel: LayerTable) -> None:
    project = samples.branched()
    show(panel, project.with_network(project.network.group([project.network.ids[0]], "Front")))
    assert cells(panel, 1)[1] == "Front › Stem"
    assert "›" not in cells(panel, 2)[1]


def test_the_forecast_is_measured_and_taken_back_by_an_edit(qtbot: QtBot) -> None:
    run, loaded = trained_run("iris")
    project = run.record.project
    panel = LayerTable()
    qtbot.addWidget(panel)
    show(panel, project)
    assert not panel.forecast.button.isEnabled()
    panel.show_data(loaded.prepared)
    panel.show()
    with qtbot.waitSignal(panel.forecast.button.clicked):
        panel.forecast.button.click()
    qtbot.waitUntil(lambda: "per epoch on CPU" in panel.forecast.answer.text(), timeout=20_000)
    qtbot.waitUntil(panel.forecast.button.isEnabled, timeout=5_000)
    show(panel, project.set("training.epochs", 7))
    assert "per epoch on" not in panel.forecast.answer.text()


@pytest.mark.parametrize(
    ("count", "text"), [(812, "812 B"), (1500, "1.5 kB"), (999_700, "1.0 MB"), (140_000_000_000, "140 GB")]
)
def test_bytes_are_readable(count: int, text: str) -> None:
    assert in_bytes(count) == text


def test_counts_are_readable() -> None:
    assert in_count(59_210) == "59\u2009210"
    assert in_count(25_600_000) == "25.6 million"
    assert in_count(3_200_000_000) == "3.2 billion"


def test_the_largest_batch_is_measured(qtbot: QtBot) -> None:
    run, loaded = trained_run("iris")
    panel = LayerTable()
    qtbot.addWidget(panel)
    show(panel, run.record.project)
    assert not panel.forecast.largest.isEnabled()
    panel.show_data(loaded.prepared)
    panel.show()
    panel.forecast.largest.click()
    assert not panel.forecast.button.isEnabled()
    qtbot.waitUntil(lambda: "Largest batch on CPU:" in panel.forecast.answer.text(), timeout=20_000)
    qtbot.waitUntil(panel.forecast.largest.isEnabled, timeout=5_000)
