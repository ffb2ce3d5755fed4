"""The data page: what it shows of real data, and the projects its edits make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from nnstudio.catalog.datasets.functions import Curve
from nnstudio.catalog.datasets.playground import Moons
from nnstudio.catalog.datasets.sklearn_sets import Diabetes, Digits, Wine
from nnstudio.catalog.preparations import DropDuplicates, FillMissing, ScaleInputs
from nnstudio.core.dataset import SOURCES, DataSpec, Preparation, Source, Split
from nnstudio.core.project import Project
from nnstudio.data.beginning import begin
from nnstudio.data.csv_sniff import sniff
from nnstudio.data.prepare import prepare
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.document import Document
from nnstudio.ui.pages.csv_import import CsvImportDialog
from nnstudio.ui.pages.data import DataPage
from nnstudio.ui.pages.image_grid import as_image
from nnstudio.ui.pages.noticed import noticed
from nnstudio.ui.pages.split_panel import with_share
from nnstudio.ui.widgets.slider import ParamSlider


class Bench:
    """A data page on a document, loading at once what the page asks for."""

    def __init__(self, qtbot: QtBot, source: Source) -> None:
        beginning = begin(source)
        self.page = DataPage()
        self.document = Document(beginning.project)
        # A stack that goes with unsaved steps still speaks to its document.
        qtbot.addWidget(self.page, before_close_func=lambda _: self.document.set_saved())
        self.document.changed.connect(self.page.show_project)
        self.page.edited.connect(self.document.edit)
        self.page.show_project(beginning.project)
        self.loaded = Loaded(beginning.project.data, beginning.examples, beginning.prepared)
        self.page.show_loaded(self.loaded)
        self.page.resize(1280, 736)
        self.page.show()

    @property
    def project(self) -> Project:
        return self.document.project

    def load(self) -> None:
        """Do what the window does after an edit of the data."""
        spec = self.project.data
        examples = spec.source.load()
        self.loaded = Loaded(spec, examples, prepare(examples, spec))
        self.page.show_loaded(self.loaded)


@pytest.fixture
def bench(qtbot: QtBot, request: pytest.FixtureRequest) -> Bench:
    return Bench(qtbot, request.param)


on = pytest.mark.parametrize


def slider(form: Any, field: str) -> ParamSlider:
    editor = form.editors[field]
    assert isinstance(editor, ParamSlider)
    return editor


def steps(bench: Bench) -> list[Preparation]:
    return list(bench.project.data.preparation)


@on("bench", [Moons(), Curve()], indirect=True)
def test_data_in_the_plane_are_shown_as_points(bench: Bench) -> None:
    view = bench.page.view
    assert view.views.current() == "points"
    assert not view.points.chart.is_empty
    drawn = list(view.points.chart.table())
    assert len(drawn) - 1 == len(bench.loaded.prepared.train) + len(bench.loaded.prepared.validation)


@on("bench", [Digits()], indirect=True)
def test_images_are_shown_as_pictures_of_every_class(bench: Bench) -> None:
    rows = bench.page.view.pictures.rows
    assert [name for name, _ in rows] == [str(i) for i in range(10)]
    assert bench.page.view.stack.currentWidget() is bench.page.view.pictures
    pixels = bench.loaded.examples.pixels
    assert pixels is not None
    assert as_image(pixels[0]).pixelColor(2, 0).red() == round(float(pixels[0, 0, 0, 2]) * 255)


@on("bench", [Wine()], indirect=True)
def test_a_table_shows_its_rows_and_counts_every_column(bench: Bench, qtbot: QtBot) -> None:
    table = bench.page.view.table
    assert table.rows.rowCount() == 178
    assert table.rows.index(0, 1).data() == "14.23"
    qtbot.waitUntil(lambda: table.columns.cells[1].counts.text() == "126 distinct")
    target = table.columns.cells[0]
    assert (target.name.text(), target.kind.text()) == ("grower", "category · target")
    assert target.histogram.counts == (71, 59, 48)


@on("bench", [Diabetes()], indirect=True)
def test_any_two_columns_can_be_drawn(bench: Bench, qtbot: QtBot) -> None:
    points = bench.page.view.points
    qtbot.mouseClick(bench.page.view.views.button("points"), Qt.MouseButton.LeftButton)
    assert bench.page.view.stack.currentWidget() is points
    points.across.setCurrentText("bmi")
    points.across.activated.emit(points.across.currentIndex())
    head, first, *_ = points.chart.table()
    assert list(head)[:2] == ["bmi", "sex"]
    row = bench.loaded.prepared.train.rows[0]
    assert first[0] == bench.loaded.examples.columns[2].values[row]


@on("bench", [Moons()], indirect=True)
def test_a_slider_of_the_source_makes_one_undo_step(bench: Bench) -> None:
    form = bench.page.source._form
    noise = slider(form, "noise")
    for value in (0.2, 0.3, 0.4):
        noise.value_changed.emit(value, "one drag")
    assert bench.project.get("data.source.noise") == 0.4
    assert bench.project.signature is None, "the window knows that it has to load again"
    assert bench.document.stack.count() == 1
    bench.document.stack.undo()
    assert bench.project.get("data.source.noise") == 0.1
    assert noise.value() == 0.1


@on("bench", [Moons()], indirect=True)
def test_the_old_rows_stay_in_sight_while_others_are_loaded(bench: Bench) -> None:
    bench.page.show_busy(True)
    bench.page.show_loaded(None)
    assert bench.page.view.stack.currentWidget() is bench.page.view.points
    bench.page.show_busy(False)
    bench.page.show_loaded(None)
    assert bench.page.view.stack.currentWidget() is bench.page.view.empty


@on("bench", [Moons()], indirect=True)
def test_another_set_comes_with_the_preparation_it_needs(bench: Bench, qtbot: QtBot) -> None:
    sets = bench.page.source.sets
    sets.setCurrentIndex(sets.findData("diabetes"))
    with qtbot.waitSignal(bench.page.edited, timeout=20_000):
        sets.activated.emit(sets.currentIndex())
    assert bench.project.data.source == Diabetes()
    assert [step.title for step in bench.project.data.preparation] == ["Scale inputs", "Scale target"]
    assert bench.document.stack.count() == 1
    bench.document.stack.undo()
    assert sets.currentData() == "moons"


@on("bench", [Moons()], indirect=True)
def test_families_are_headings_that_cannot_be_picked(bench: Bench) -> None:
    model = bench.page.source.sets.model()
    headings = [model.index(row, 0) for row in range(model.rowCount()) if not model.index(row, 0).data(256)]
    assert len(headings) == len({cls.family for cls in SOURCES if cls.example})
    assert all(not index.flags() & Qt.ItemFlag.ItemIsSelectable for index in headings)


def test_test_rows_give_way_first_and_then_the_other_share() -> None:
    assert with_share(Split(), "train", 0.8) == Split(train=0.8, validation=0.15)
    assert with_share(Split(), "train", 0.9) == Split(train=0.9, validation=0.1)
    assert with_share(Split(), "validation", 0.5) == Split(train=0.5, validation=0.5)
    assert with_share(Split(), "seed", 7) == Split(seed=7)


@on("bench", [Wine()], indirect=True)
def test_the_split_is_edited_and_counted(bench: Bench) -> None:
    split = bench.page.split
    assert "train 124" in split.counts.text()
    slider(split.form, "train").value_changed.emit(0.9, "drag")
    assert bench.project.data.split == Split(train=0.9, validation=0.1)
    assert slider(split.form, "validation").value() == 0.1
    bench.load()
    sizes = [len(bench.loaded.prepared.train), len(bench.loaded.prepared.validation)]
    assert split.counts.text().startswith(f"train {sizes[0]} (90%) · validation {sizes[1]}")


@on("bench", [Wine()], indirect=True)
def test_steps_are_added_moved_set_and_removed(bench: Bench, qtbot: QtBot) -> None:
    panel = bench.page.preparation
    panel.add_step(DropDuplicates())
    panel.cards[1].findChildren(QPushButton)[0].click()
    assert steps(bench) == [DropDuplicates(), ScaleInputs()]
    panel.cards[1].edited.emit("method", "min-max", "")
    assert steps(bench)[1] == ScaleInputs(method="min-max")
    panel.cards[0].removed.emit()
    assert steps(bench) == [ScaleInputs(method="min-max")]
    assert panel.recommended_button.isEnabled()
    qtbot.mouseClick(panel.recommended_button, Qt.MouseButton.LeftButton)
    assert steps(bench) == [ScaleInputs()]
    assert not panel.recommended_button.isEnabled()
    for _ in range(5):
        bench.document.stack.undo()
    assert bench.document.stack.isClean()
    assert [card.step for card in panel.cards] == [ScaleInputs()]


@on("bench", [Wine()], indirect=True)
def test_what_was_fitted_is_said_with_its_rows(bench: Bench) -> None:
    alcohol = bench.loaded.examples.columns[0].values[bench.loaded.prepared.train.rows]
    text = bench.page.preparation.cards[0].fitted.text()
    assert text.startswith(f"Fitted on 124 training rows: alcohol mean {np.mean(alcohol):.3g}")
    assert text.endswith("and 10 more columns.")


@on("bench", [Moons()], indirect=True)
def test_a_healthy_set_is_said_to_be_fine(bench: Bench) -> None:
    assert [tone for _, tone in noticed(bench.loaded.prepared)] == ["good"]
    assert bench.page.noticed.bars.counts == (175, 175)
    assert "49 %" in bench.page.noticed.guess.text()


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    path = tmp_path / "own.csv"
    rows = [f"{i % 17},{'' if i % 9 == 0 else i * 1.5},{'rare' if i == 3 else 'often'}" for i in range(120)]
    path.write_text("id,size,label\n" + "\n".join([*rows, rows[5], rows[6]]))
    return path


def test_copies_and_rare_classes_are_noticed(qtbot: QtBot, own_file: Path) -> None:
    bench = Bench(qtbot, sniff(str(own_file)).source)
    words = " ".join(text for text, tone in noticed(bench.loaded.prepared) if tone == "warn")
    assert bench.loaded.prepared.facts.duplicates >= 2
    assert f"repeat an earlier row exactly: {bench.loaded.prepared.facts.duplicates}" in words
    assert "'rare' has a single example" in words


def test_gaps_do_not_keep_points_from_being_drawn(qtbot: QtBot, own_file: Path) -> None:
    bench = Bench(qtbot, sniff(str(own_file)).source)
    drawn = list(bench.page.view.points.chart.table())[1:]
    assert 0 < len(drawn) < 122
    assert np.isfinite([[float(str(x)), float(str(y))] for x, y, *_ in drawn]).all()


def test_a_file_can_be_reloaded_and_its_columns_changed(qtbot: QtBot, own_file: Path) -> None:
    bench = Bench(qtbot, sniff(str(own_file)).source)
    bench.document.edit(
        bench.project.set("data.preparation.0", FillMissing(numbers="mean")), "fill by the mean"
    )
    page = bench.page
    with qtbot.waitSignal(page.reload_wanted):
        page.source.reload_button.click()
    page.source.columns_button.click()
    dialog = page.findChild(CsvImportDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.progress.isHidden(), timeout=20_000)
    dialog.columns.column_changed.emit("id", None, "ignore")
    qtbot.waitUntil(lambda: dialog.progress.isHidden(), timeout=20_000)
    with qtbot.waitSignal(page.edited, timeout=20_000):
        dialog.accept_button.click()
    source = bench.project.data.source
    assert [column.role for column in source.columns] == ["ignore", "feature", "target"]
    assert bench.project.data.preparation[0] == FillMissing(numbers="mean"), "own settings are kept"


@on("bench", [Moons()], indirect=True)
def test_a_problem_is_said_with_what_to_do(bench: Bench, qtbot: QtBot) -> None:
    bench.page.show_problem("The file is gone.", "Traceback")
    assert bench.page.message.isVisible()
    again = next(b for b in bench.page.message.findChildren(QPushButton) if b.text() == "Try again")
    with qtbot.waitSignal(bench.page.reload_wanted):
        again.click()
    bench.page.show_problem("The file is gone.", "")
    bench.load()
    assert not bench.page.message.isVisible()


@on("bench", [Moons()], indirect=True)
def test_progress_is_shown_when_loading_takes_longer_than_a_moment(bench: Bench, qtbot: QtBot) -> None:
    bench.page.show_busy(True)
    assert bench.page.progress.isHidden()
    qtbot.waitUntil(lambda: bench.page.progress.isVisible())
    bench.page.show_busy(False)
    assert bench.page.progress.isHidden()


@on("bench", [Moons()], indirect=True)
def test_import_asks_for_a_file(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.page.csv_wanted) as wanted:
        bench.page.source.import_button.click()
    assert wanted.args == [""]


def test_edits_of_the_data_keep_the_rest_of_the_project(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Moons())
    before = bench.project
    slider(bench.page.split.form, "seed").value_changed.emit(5, "")
    after = bench.project
    assert after.data == DataSpec(
        source=before.data.source, split=Split(seed=5), preparation=before.data.preparation
    )
    assert (after.network, after.training, after.preset) == (before.network, before.training, before.preset)
