"""The evaluation page on networks that were really trained, and the test set that stays closed."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from nnstudio.core.dataset import Column
from nnstudio.core.run import Run
from nnstudio.engine.reference import constant
from nnstudio.ui.pages.evaluate import EvaluatePage
from nnstudio.ui.pages.example_list import picture, value_text
from nnstudio.ui.pages.judgement import judged
from nnstudio.ui.pages.last_look import looks_so_far, stamp
from nnstudio.ui.pages.metric_tiles import tiles_for
from tests.ui.pages.made_runs import made_run, trained_run

WAIT = 20_000


def shown(qtbot: QtBot, kind: str) -> EvaluatePage:
    """Return the page, judging a trained run on the validation rows."""
    run, loaded = trained_run(kind)
    page = EvaluatePage()
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show_runs((run,))
    page.show_run(run, loaded)
    page.show()
    settle(page, qtbot)
    return page


def settle(page: EvaluatePage, qtbot: QtBot) -> None:
    """Wait until nothing is being judged."""
    qtbot.waitUntil(lambda: page._job is None, timeout=WAIT)


def test_without_a_run_the_page_says_what_to_do(qtbot: QtBot) -> None:
    page = EvaluatePage()
    qtbot.addWidget(page)
    page.show()
    assert page._pages.currentWidget() is page._empty
    assert page.runs.isHidden()


def test_nothing_is_judged_while_nobody_looks(qtbot: QtBot) -> None:
    run, loaded = trained_run("iris")
    page = EvaluatePage()
    qtbot.addWidget(page)
    page.show_run(run, loaded)
    assert page._job is None
    assert page._known() is None


def test_classes_show_metrics_matrix_and_mistakes(qtbot: QtBot) -> None:
    page = shown(qtbot, "digits")
    found = page._known()
    assert found is not None
    assert [tile.title for tile in page.verdict.tiles.tiles][:2] == ["Accuracy", "Macro F1"]
    assert found.values["accuracy"] == pytest.approx(np.mean(found.predicted == found.true))
    assert page.verdict.answers.classes.rowCount() == 10
    worst = page.verdict.answers.examples.examples
    assert worst.rowCount() == int((found.predicted != found.true).sum())
    assert (np.diff(found.badness[worst.positions]) <= 0).all(), "the worst first"


def test_a_cell_leads_to_its_examples_and_back(qtbot: QtBot) -> None:
    page = shown(qtbot, "digits")
    found = page._known()
    assert found is not None
    assert found.confusion is not None
    page.verdict.answers.confusion.cell_clicked.emit(3, 3)
    model = page.verdict.answers.examples.examples
    assert model.rowCount() == found.confusion[3, 3]
    assert model.index(0, 1).data() == model.index(0, 2).data() == "3"
    source = int(model.index(0, 0).data()) - 1
    assert str(found.examples.target.values[source]) == "3", "the row number leads to the data"
    assert not model.index(0, 4).data(Qt.ItemDataRole.DecorationRole).isNull()
    page.verdict.answers.back.click()
    assert model.rowCount() == len(found.worst())


def test_numbers_show_plots_errors_and_what_outliers_do(qtbot: QtBot) -> None:
    page = shown(qtbot, "diabetes")
    found = page._known()
    assert found is not None
    titles = {tile.title: tile for tile in page.verdict.tiles.tiles}
    assert {"R²", "RMSE", "MAE", "RMSE ÷ MAE"} <= titles.keys()
    model = page.verdict.answers.examples.examples
    errors = np.abs(found.predicted - found.true)[:, 0]
    assert int(model.positions[0]) == int(errors.argmax())
    assert model.headerData(4, Qt.Orientation.Horizontal) == found.examples.columns[0].name
    page.verdict.answers.against.example_pointed.emit(int(model.positions[5]))
    assert [index.row() for index in page.verdict.answers.examples.selectionModel().selectedRows()] == [5]


def test_a_place_of_the_plot_finds_its_example(qtbot: QtBot) -> None:
    page = shown(qtbot, "diabetes")
    found, chart = page._known(), page.verdict.answers.against
    assert found is not None
    at = QPointF(float(found.true[7, 0]), float(found.predicted[7, 0]))
    near = chart.nearest(at)
    assert near is not None
    assert (found.true[near, 0], found.predicted[near, 0]) == (at.x(), at.y())


def test_the_baseline_is_that_of_the_data(qtbot: QtBot) -> None:
    for kind, name in (("digits", "accuracy"), ("diabetes", "rmse")):
        prepared = trained_run(kind)[1].prepared
        values, words = constant(prepared, "validation")
        assert values[name] == pytest.approx(prepared.facts.baseline_loss[name], rel=1e-5)
        assert words.startswith("always")


def test_no_better_than_the_baseline_is_marked() -> None:
    run, loaded = trained_run("iris")
    target = loaded.prepared.signature.target
    values = {"accuracy": 0.33, "f1": 0.9}
    tiles = tiles_for(run.record.project, target, values, {"accuracy": 0.33, "f1": 0.17}, "always “setosa”")
    assert [(tile.title, tile.tone) for tile in tiles] == [("Accuracy", "warn"), ("Macro F1", "")]
    assert "nothing has been learnt" in tiles[0].tip


def test_outliers_are_named() -> None:
    run, loaded = trained_run("diabetes")
    target = loaded.prepared.signature.target
    told = {
        ratio: next(
            tile.below
            for tile in tiles_for(run.record.project, target, {"rmse": ratio, "mae": 1.0}, {}, "")
            if tile.title == "RMSE ÷ MAE"
        )
        for ratio in (1.2, 2.5)
    }
    assert told == {1.2: "errors of similar size", 2.5: "a few large misses"}


def test_the_test_set_is_used_only_when_asked(qtbot: QtBot) -> None:
    page = shown(qtbot, "iris")
    page.splits._on_click("test")
    assert page._pages.currentWidget() is page.look
    assert page._job is None
    assert "second validation set" in page.look.why.text()
    assert "Nobody has looked" in page.look.count.text()
    with qtbot.waitSignal(page.tested, timeout=WAIT) as signal:
        page.look.button.click()
    id, values = signal.args
    assert id == "iris"
    assert values["looks"] == 1
    assert {"loss", "accuracy", "time"} <= values.keys()
    assert page._pages.currentWidget() is page.verdict
    assert not page.mark.isHidden()
    assert "look 1 in this project" in page.mark.text()


def test_a_look_is_counted_once_and_remembered(qtbot: QtBot) -> None:
    page = shown(qtbot, "iris")
    page.splits._on_click("test")
    with qtbot.waitSignal(page.tested, timeout=WAIT) as signal:
        page.look.button.click()
    run = trained_run("iris")[0].with_record(test=signal.args[1])
    page.show_runs((run,))
    assert page._pages.currentWidget() is page.verdict, "keeping the result does not close it again"
    page.splits._on_click("validation")
    settle(page, qtbot)
    page.splits._on_click("test")
    assert page._pages.currentWidget() is page.verdict
    assert looks_so_far(page._runs) == 1


def test_an_earlier_result_is_shown_without_looking_again(qtbot: QtBot) -> None:
    run, loaded = trained_run("iris")
    tested = run.with_record(test={"accuracy": 0.5, "loss": 1.0, "looks": 3.0, "time": 0.0})
    page = EvaluatePage()
    qtbot.addWidget(page)
    page.splits.set_current("test")
    page.show_runs((tested,))
    page.show_run(tested, loaded)
    page.show()
    assert page._job is None
    assert page.look.earlier.tiles[0].value == "0.5"
    assert page.look.button.text() == "Look again"
    assert "3 times" in page.look.count.text()


def test_looks_are_counted_over_all_runs() -> None:
    runs = [
        made_run("a"),
        made_run("b", test={"accuracy": 0.5}),
        made_run("c", test={"accuracy": 0.6, "looks": 4.0}),
    ]
    assert looks_so_far(runs) == 4
    assert looks_so_far(runs[:2]) == 1
    assert stamp({"looks": 2.0}) == "look 2 in this project"


def test_a_run_on_other_data_brings_its_own(qtbot: QtBot) -> None:
    run, loaded = trained_run("iris")
    other = trained_run("digits")[1]
    found = next(judged(run, "validation", other))
    assert found.loaded.spec == run.record.project.data
    assert found.loaded.examples is not other.examples
    assert np.array_equal(found.rows, loaded.prepared.validation.rows)


def test_a_failure_is_told_in_words(qtbot: QtBot) -> None:
    run, loaded = trained_run("iris")
    broken = Run(run.record, run.history, {"best": b"no weights"})
    page = EvaluatePage()
    qtbot.addWidget(page)
    page.show_run(broken, loaded)
    page.show()
    settle(page, qtbot)
    assert not page.message.isHidden()
    assert page.message.text()
    assert page.progress.isHidden()


def test_a_deleted_run_gives_way_to_the_newest_left(qtbot: QtBot) -> None:
    page = shown(qtbot, "iris")
    page.show_runs(())
    assert page._pages.currentWidget() is page._empty


def test_predictions_are_exported(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = shown(qtbot, "iris")
    target = tmp_path / "predictions.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page.export()
    lines = target.read_text(encoding="utf-8").splitlines()
    found = page._known()
    assert found is not None
    assert lines[0] == "row,true,predicted,confidence"
    assert len(lines) == 1 + len(found.true)
    assert lines[1].startswith(f"{found.rows[0] + 1},{found.target.names[int(found.true[0])]},")


def test_raw_values_are_readable() -> None:
    number = Column("n", "number", np.array([1.5, np.nan]))
    assert [value_text(number, row) for row in (0, 1)] == ["1.5", "–"]
    assert value_text(Column("d", "date", np.array([0.0])), 0) == "1970-01-01"
    assert value_text(Column("c", "category", np.array([None], dtype=object)), 0) == "–"


def test_pictures_keep_their_pixels(qtbot: QtBot) -> None:
    pixels = np.zeros((3, 2, 2), np.float32)
    pixels[0, 0, 0] = 1.0
    image = picture(pixels, 2).toImage()
    assert image.pixelColor(0, 0).name() == "#ff0000"
    assert image.pixelColor(1, 1).name() == "#000000"
