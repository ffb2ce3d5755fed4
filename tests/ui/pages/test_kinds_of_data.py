"""Images, texts and series on the data page, and the dialog that asks what a file is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from nnstudio.catalog.datasets.series import Airline, Seasons
from nnstudio.catalog.datasets.shapes import Shapes
from nnstudio.catalog.datasets.sklearn_sets import Iris
from nnstudio.catalog.datasets.texts import Alice, Opinions
from nnstudio.core.dataset import DataProblem, Source
from nnstudio.core.project import Project
from nnstudio.data.beginning import begin, changed
from nnstudio.data.image_files import ImageFolder
from nnstudio.data.kind import look
from nnstudio.data.series_file import SeriesTable
from nnstudio.data.text_files import TextTable
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.pages import ask_source as asking
from nnstudio.ui.pages.column_facts import table_of
from nnstudio.ui.pages.data_view import DataView, telling_view
from nnstudio.ui.pages.kind_dialog import KindDialog
from nnstudio.ui.pages.series_view import SeriesView
from nnstudio.ui.pages.source_panel import SourcePanel
from nnstudio.ui.pages.text_view import TextView, shown_texts
from nnstudio.ui.panels.data_card import describe
from tests.data import files


def loaded(source: Source, **edits: object) -> Loaded:
    """Return a source as a new project loads it, with some settings below `data` changed."""
    begun = begin(source)
    project = begun.project
    for path, value in edits.items():
        project = project.set("data." + path.replace("__", "."), value)
    begun = changed(begun, project)
    return Loaded(begun.project.data, begun.examples, begun.prepared)


@pytest.mark.parametrize(
    ("source", "edits", "words"),
    [
        (Opinions(), {}, "400 texts · 24 tokens · 2 classes"),
        (Airline(), {}, "132 windows · 12 → 1 steps · passengers"),
        (Seasons(horizon=3), {}, "582 windows · 12 → 3 steps of 2 variables · value"),
        (Shapes(), {}, "800 images · 20×20 · 4 classes"),
        (Alice(step=8), {}, "1 393 windows · 32 tokens · 60 classes"),
        (Iris(), {"goal": "reconstruct"}, "150 rows · 4 features · 4 numbers rebuilt"),
    ],
    ids=lambda value: value.kind if isinstance(value, Source) else "",
)
def test_the_card_says_what_there_is(source: Source, edits: dict[str, object], words: str) -> None:
    assert describe(loaded(source, **edits).prepared) == words


@pytest.mark.parametrize(
    ("source", "view"),
    [
        (Opinions(), "tokens"),
        (Alice(step=8), "tokens"),
        (Airline(), "series"),
        (Shapes(), "pictures"),
        (Iris(), ""),
    ],
    ids=lambda value: value.kind if isinstance(value, Source) else value,
)
def test_every_kind_of_data_has_its_telling_view(source: Source, view: str, qtbot: QtBot) -> None:
    page = DataView()
    qtbot.addWidget(page)
    data = loaded(source)
    page.show_loaded(data)
    page.show()
    assert telling_view(data) == view
    assert page.views.current() == (view or "table")
    # Every variable is a column once: what is foretold is one of them.
    if view == "series":
        assert [column.name for column in table_of(data.examples)] == ["month", "passengers"]


def test_padding_and_what_is_cut_off_are_in_sight() -> None:
    texts = shown_texts(loaded(Opinions(), preparation__0__length=9))
    tones = [[chip.tone for chip in text.chips] for text in texts]
    assert any(tones_of[-1] == "padding" for tones_of in tones)
    assert any(tones_of[9:] and set(tones_of[9:]) == {"cut"} for tones_of in tones)
    assert {text.label for text in texts} == {"positive", "negative"}


def test_unknown_tokens_are_marked() -> None:
    texts = shown_texts(loaded(Opinions(), preparation__0__vocabulary=30))
    assert {"unknown", "known"} <= {chip.tone for text in texts for chip in text.chips}


def test_a_text_to_continue_shows_the_answer_behind_each_stretch() -> None:
    first, second, *_ = shown_texts(loaded(Alice()))
    assert "".join(chip.text for chip in first.chips) == "Alice␣was␣beginning␣to␣get␣very␣t"
    assert [chip.tone for chip in first.chips[-2:]] == ["known", "answer"]
    assert second.chips[0].text == first.chips[-1].text


def test_the_texts_are_painted_and_told(qtbot: QtBot) -> None:
    view = TextView()
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    view.show_loaded(loaded(Opinions()))
    assert view.flow.minimumHeight() > 400
    assert not view.grab().isNull()
    assert view.flow.accessibleDescription()


def test_a_series_is_drawn_part_by_part(qtbot: QtBot) -> None:
    view = SeriesView()
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    view.show_loaded(loaded(Airline()))
    ends = [view.grounds[name].rect() for name in ("train", "validation", "test")]
    assert ends[0].right() == pytest.approx(ends[1].left())
    assert ends[1].right() == pytest.approx(ends[2].left())
    assert (int(ends[0].left()), int(ends[2].right())) == (1949, 1960)
    view.show_loaded(loaded(Seasons()))
    view.variables.setCurrentIndex(1)
    view.variables.activated.emit(1)
    assert view.variables.currentText() == "warmth"
    assert not view.grab().isNull()


def test_the_goal_is_one_undo_step(qtbot: QtBot) -> None:
    panel = SourcePanel()
    qtbot.addWidget(panel)
    panel.show_project(begin(Iris()).project)
    assert panel._goal is not None
    with qtbot.waitSignal(panel.edited) as edited:
        panel._goal.edited.emit("goal", "reconstruct", "1")
    project = edited.args[0]
    assert isinstance(project, Project)
    assert (project.data.goal, project.signature) == ("reconstruct", None)


def test_files_show_their_place_and_their_settings(qtbot: QtBot, tmp_path: Path) -> None:
    panel = SourcePanel()
    qtbot.addWidget(panel)
    folder = files.images(tmp_path / "own")
    panel.show_project(begin(ImageFolder(path=str(folder), size=8)).project)
    assert panel.place.text() == str(folder)
    assert panel.columns_button.isHidden()
    assert not panel.reload_button.isHidden()
    assert panel._form is not None
    assert set(panel._form.editors) == {"size", "colour", "fit"}


# -- what is it? -----------------------------------------------------------------------------------


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_the_dialog_proposes_what_it_looks_like(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = KindDialog(look(str(files.reviews(tmp_path / "r.csv"))))
    qtbot.addWidget(dialog)
    assert dialog.kinds["texts"].isChecked()
    assert dialog.editors["column"].value() == "review"
    dialog.editors["target"].value_changed.emit("stars", "1")
    source = dialog.source()
    assert isinstance(source, TextTable)
    assert (source.column, source.target) == ("review", "stars")


def test_another_kind_brings_its_own_settings(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = KindDialog(look(str(files.months(tmp_path / "m.csv"))))
    qtbot.addWidget(dialog)
    assert dialog.kinds["series"].isChecked()
    dialog.editors["order_column"].value_changed.emit("", "1")
    dialog.kinds["table"].click()
    assert dialog.editors == {}
    assert "columns" in dialog.accept_button.text()
    dialog.kinds["series"].click()
    source = dialog.source()
    assert isinstance(source, SeriesTable)
    assert (source.order_column, source.forecast) == ("", "sales")


def test_a_plain_table_goes_straight_to_its_columns(
    parent: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(i % 7, i % 5, "ab"[i % 2]) for i in range(60)]
    path = files.table(tmp_path / "t.csv", ("size", "age", "kind"), rows)
    asked: list[str] = []
    monkeypatch.setattr(asking, "_table", lambda path, _parent: asked.append(path))
    asking.ask_source(str(path), parent)
    asking.ask_source(str(tmp_path / "gone.csv"), parent)
    assert asked == [str(path), str(tmp_path / "gone.csv")]


def test_a_folder_of_images_is_taken_or_left(
    parent: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = files.images(tmp_path / "own")
    monkeypatch.setattr(KindDialog, "exec", lambda self: QDialog.DialogCode.Accepted)
    assert isinstance(asking.ask_source(str(folder), parent), ImageFolder)
    monkeypatch.setattr(KindDialog, "exec", lambda self: QDialog.DialogCode.Rejected)
    assert asking.ask_source(str(folder), parent) is None
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataProblem):
        asking.ask_source(str(tmp_path / "empty"), parent)
