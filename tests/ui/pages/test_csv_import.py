"""Importing a real file: it is guessed, asked about, checked in full, and becomes a source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from nnstudio.ui.pages.csv_columns import GAPS, NAME, TYPE, USE
from nnstudio.ui.pages.csv_draft import Draft
from nnstudio.ui.pages.csv_import import CsvImportDialog
from nnstudio.ui.pages.csv_options import marks_of, words_of

COLOURS, PARTS = ("grün", "weiß", ""), ("train", "test", "val")
FURNITURE = [
    "Größe;Farbe;Gekauft;Teil;Preis",
    *(f"1,{i:02d};{COLOURS[i % 3]};{1 + i % 28:02d}.06.2023;{PARTS[i % 3]};{300 + i}" for i in range(60)),
]


@pytest.fixture
def furniture(tmp_path: Path) -> Path:
    """Write semicolons, decimal commas, umlauts in cp1252, gaps, dates and a split column."""
    path = tmp_path / "möbel.csv"
    path.write_bytes("\r\n".join(FURNITURE).encode("cp1252"))
    return path


@pytest.fixture
def ragged(tmp_path: Path) -> Path:
    path = tmp_path / "ragged.csv"
    rows = [f"{i}.5,{'ab'[i % 2]}" for i in range(30)]
    rows[9] += ",too much"
    path.write_text("x,label\n" + "\n".join(rows))
    return path


class Open:
    """Opens dialogs and waits until they have read their file."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.dialogs: list[CsvImportDialog] = []

    def __call__(self, path: Path) -> CsvImportDialog:
        dialog = CsvImportDialog(path)
        self.qtbot.addWidget(dialog)
        self.dialogs.append(dialog)
        dialog.resize(1200, 740)
        dialog.show()
        self.settle(dialog)
        return dialog

    def settle(self, dialog: CsvImportDialog) -> None:
        self.qtbot.waitUntil(lambda: dialog.progress.isHidden(), timeout=20_000)


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Open]:
    opened = Open(qtbot)
    yield opened
    for dialog in opened.dialogs:
        dialog.reject()


def cell(dialog: CsvImportDialog, row: int, column: int) -> object:
    return dialog.columns.columns.index(row, column).data()


def pick(opened: Open, dialog: CsvImportDialog, row: int, column: int, words: str) -> None:
    """Choose from the list that drops down in a cell, and wait until the file was read anew."""
    view = dialog.columns
    assert not view.findChildren(QComboBox), "an earlier list is still open"
    view.setCurrentIndex(view.columns.index(row, column))
    view.edit(view.currentIndex())
    box = view.findChild(QComboBox)
    assert box is not None
    opened.qtbot.waitUntil(lambda: box.view().isVisible())
    box.setCurrentIndex(box.findText(words))
    box.hidePopup()
    box.activated.emit(box.currentIndex())
    opened.settle(dialog)
    opened.qtbot.waitUntil(lambda: not view.findChildren(QComboBox))


def answer(dialog: CsvImportDialog, about: str, choice: str) -> None:
    card = next(card for card in dialog.questions.cards if card.doubt.about == about)
    card.box.setCurrentIndex(card.box.findData(choice))
    card.box.activated.emit(card.box.currentIndex())


def test_a_german_table_is_read_right_at_once(opened: Open, furniture: Path) -> None:
    dialog = opened(furniture)
    source = dialog.source()
    assert (source.delimiter, source.encoding, source.decimal, source.dates) == (
        ";",
        "cp1252",
        ",",
        "day first",
    )
    assert [cell(dialog, row, NAME) for row in range(5)] == ["Größe", "Farbe", "Gekauft", "Teil", "Preis"]
    assert [cell(dialog, row, TYPE) for row in range(5)] == [
        "number", "category", "date", "category", "number",
    ]  # fmt: skip
    assert [cell(dialog, row, USE) for row in range(5)] == ["input", "input", "input", "split", "target"]
    assert cell(dialog, 1, GAPS) == "20"
    assert dialog.rows.rows.index(2, 0).data() == "1,02"
    assert dialog.rows.rows.index(2, 1).data() == "missing"
    assert dialog.counted.text() == "Counted over all 60 rows that will be used"
    assert dialog.accept_button.isEnabled()


def test_the_source_that_comes_out_loads(opened: Open, furniture: Path) -> None:
    dialog = opened(furniture)
    dialog.accept_button.click()
    assert dialog.result() == CsvImportDialog.DialogCode.Accepted
    examples = dialog.source().load()
    assert len(examples) == 60
    assert examples.task == "regression"
    assert examples.columns[0].values[2] == pytest.approx(1.02)
    assert examples.split is not None
    assert set(examples.split) == {"train", "validation", "test"}


def test_what_is_doubtful_is_asked_with_the_likely_answer_picked(opened: Open, furniture: Path) -> None:
    dialog = opened(furniture)
    asked = {card.doubt.about: card.box.currentData() for card in dialog.questions.cards}
    assert asked == {"target": "Preis", "encoding": "cp1252", "role": "use"}


def test_another_target_is_a_question_answered_or_a_cell_changed(opened: Open, furniture: Path) -> None:
    dialog = opened(furniture)
    answer(dialog, "target", "Farbe")
    opened.settle(dialog)
    assert [cell(dialog, 1, USE), cell(dialog, 4, USE)] == ["target", "input"]
    pick(opened, dialog, 0, USE, "target")
    target = dialog.source().target
    assert target is not None
    assert target.name == "Größe"
    card = next(card for card in dialog.questions.cards if card.doubt.about == "target")
    assert card.box.currentData() == "Größe"


def test_without_a_target_the_reason_is_said(opened: Open, furniture: Path) -> None:
    dialog = opened(furniture)
    pick(opened, dialog, 4, USE, "not used")
    assert not dialog.accept_button.isEnabled()
    assert dialog.reason.text() == "Choose the column that is to be predicted."
    pick(opened, dialog, 1, USE, "target")
    assert dialog.accept_button.isEnabled()
    assert dialog.reason.text() == ""


def test_a_ragged_row_is_named_and_can_be_left_out(opened: Open, ragged: Path) -> None:
    dialog = opened(ragged)
    assert "line 11" in dialog.message.text()
    assert not dialog.accept_button.isEnabled()
    buttons = {button.text(): button for button in dialog.message.findChildren(QPushButton)}
    buttons["Leave such rows out"].click()
    opened.settle(dialog)
    assert dialog.accept_button.isEnabled()
    assert dialog.source().bad_rows == "skip"
    assert len(dialog.source().load()) == 29
    assert "skipped" in dialog.message.text()
    card = next(card for card in dialog.questions.cards if card.doubt.about == "bad_rows")
    assert card.box.currentData() == "skip"


def test_an_unreadable_value_is_named_with_its_column(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    rows = [f"{i / 4},{'ab'[i % 2]}" for i in range(40)]
    rows[20] = "broken,a"
    path.write_text("x,label\n" + "\n".join(rows))
    dialog = opened(path)
    assert dialog.source().bad_values == "missing", "the answer that is shown as picked is in force"
    assert cell(dialog, 0, GAPS) == "1 (1 unreadable)"
    dialog.options.editors["bad_values"].value_changed.emit("stop", "")
    opened.settle(dialog)
    assert "line 22, column 'x': 'broken' is not a number" in dialog.message.text()
    buttons = {button.text(): button for button in dialog.message.findChildren(QPushButton)}
    buttons["Treat them as missing"].click()
    opened.settle(dialog)
    assert np.isnan(dialog.source().load().columns[0].values[20])


def test_a_change_of_format_looks_again_and_keeps_what_was_decided(opened: Open, furniture: Path) -> None:
    dialog = opened(furniture)
    pick(opened, dialog, 1, USE, "not used")
    dialog.options.editors["encoding"].value_changed.emit("latin-1", "")
    opened.settle(dialog)
    assert dialog.source().encoding == "latin-1"
    assert cell(dialog, 1, USE) == "not used"
    card = next(card for card in dialog.questions.cards if card.doubt.about == "encoding")
    assert card.box.currentData() == "latin-1"


def test_a_wrong_format_can_be_taken_back(opened: Open, furniture: Path) -> None:
    dialog = opened(furniture)
    dialog.options.editors["encoding"].value_changed.emit("utf-8", "")
    opened.settle(dialog)
    assert "encoding" in dialog.message.text()
    assert not dialog.accept_button.isEnabled()
    dialog.options.editors["encoding"].value_changed.emit("cp1252", "")
    opened.settle(dialog)
    assert dialog.accept_button.isEnabled()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"a,b\n", "no rows below"),
        (b"PK\x03\x04 rest", "Excel"),
        (b"\x00\x01\x02", "binary"),
    ],
)
def test_files_that_are_no_tables_are_refused_in_words(
    opened: Open, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    dialog = opened(path)
    assert words in dialog.message.text()
    assert not dialog.accept_button.isEnabled()


def test_it_can_be_cancelled_while_it_reads(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("x,y\n" + "1.5,a\n2.5,b\n" * 40_000)
    dialog = CsvImportDialog(path)
    qtbot.addWidget(dialog)
    dialog.show()
    with qtbot.waitSignal(dialog.rejected):
        qtbot.mouseClick(dialog.cancel_button, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


def test_the_keyboard_changes_a_type(opened: Open, furniture: Path, qtbot: QtBot) -> None:
    dialog = opened(furniture)
    view = dialog.columns
    view.setFocus()
    view.setCurrentIndex(view.columns.index(0, TYPE))
    QTest.keyClick(view, Qt.Key.Key_F2)
    box = view.findChild(QComboBox)
    assert box is not None
    qtbot.waitUntil(lambda: box.view().isVisible())
    QTest.keyClick(box.view(), Qt.Key.Key_Down)
    QTest.keyClick(box.view(), Qt.Key.Key_Return)
    opened.settle(dialog)
    assert cell(dialog, 0, TYPE) == "category"


def test_a_source_can_be_changed_again(opened: Open, furniture: Path, qtbot: QtBot) -> None:
    first = opened(furniture)
    pick(opened, first, 0, USE, "target")
    again = CsvImportDialog(furniture, start=first.source())
    qtbot.addWidget(again)
    opened.dialogs.append(again)
    again.show()
    opened.settle(again)
    assert again.source() == first.source()


def test_free_text_as_an_input_is_refused_before_training(furniture: Path) -> None:
    draft = Draft(str(furniture)).looked().with_column("Farbe", "text", "feature")
    assert draft.reason() == "“Farbe” holds free text: make it a category, or do not use it."
    assert draft.with_column("Farbe", "category").reason() == ""


def test_at_least_one_input_is_needed(ragged: Path) -> None:
    assert "input" in Draft(str(ragged)).looked().with_column("x", role="ignore").reason()


def test_texts_for_missing_values_survive_editing() -> None:
    assert marks_of(words_of(("", "NA", "?"))) == ("", "NA", "?")
    assert marks_of("k.A., k.A. ,-99") == ("k.A.", "-99")
