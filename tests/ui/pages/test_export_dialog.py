"""The export dialog: what is offered, what is in the way, and what has been written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.core.run import Run
from nnstudio.export.formats import FORMATS, Wish
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.export_menu import exported
from nnstudio.ui.pages.export_dialog import ExportDialog
from tests.engine.made import classes, project_for
from tests.export.made import run_of


@dataclass
class Open:
    """A dialog about a project with two runs."""

    qtbot: QtBot
    folder: Path
    project: Project
    prepared: Prepared
    runs: tuple[Run, ...]
    dialog: ExportDialog

    def wait(self) -> str:
        self.qtbot.waitUntil(lambda: not self.dialog.progress.isVisible(), timeout=20_000)
        return self.dialog.message.text()

    def press(self, words: str) -> None:
        buttons = self.dialog.message.findChildren(QPushButton)
        next(button for button in buttons if button.text() == words).click()


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    data = classes()
    project = project_for(data, epochs=1).model_copy(update={"name": "Flowers/trees"})
    first = run_of(project, data)
    second = run_of(project.set("training.epochs", 2), data).with_record(name="Run 2")
    # Raw examples are not needed: the rows are prepared already.
    loaded = Loaded(project.data, None, data)  # type: ignore[arg-type]
    dialog = ExportDialog(project, (first, second), tmp_path, lambda wish: exported(wish, loaded))
    qtbot.addWidget(dialog)
    dialog.show()
    yield Open(qtbot, tmp_path, project, data, (first, second), dialog)
    dialog.reject()


def test_every_format_is_offered_with_what_it_is_good_for(opened: Open) -> None:
    assert set(opened.dialog.formats) == set(FORMATS)
    for key, button in opened.dialog.formats.items():
        assert FORMATS[key].suffix in button.text()
        assert button.toolTip() == FORMATS[key].about


def test_the_last_run_and_a_name_for_its_file_are_suggested(opened: Open) -> None:
    opened.dialog.formats["safetensors"].setChecked(True)
    wish = opened.dialog.wish()
    assert wish.run is opened.runs[1]
    assert wish.before is opened.runs[0]
    assert wish.path == opened.folder / "Flowers_trees_Run_2.safetensors"


def test_only_a_script_can_be_made_without_a_run(opened: Open) -> None:
    runs = opened.dialog.runs
    runs.setCurrentIndex(0)
    runs.activated.emit(0)
    assert runs.currentText() == "The project as it is now"
    assert opened.dialog.wish().run is None
    opened.dialog.formats["onnx"].setChecked(True)
    assert [runs.itemText(i).partition(" ·")[0] for i in range(runs.count())] == ["Run 2", "Run 1"]
    assert opened.dialog.wish().run is opened.runs[1]


@pytest.mark.parametrize("key", ["script", "safetensors", "html", "pdf"])
def test_what_is_written_is_named(key: str, opened: Open) -> None:
    opened.dialog.formats[key].setChecked(True)
    opened.dialog.export_button.click()
    assert not opened.dialog.export_button.isEnabled()
    text = opened.wait()
    path = opened.dialog.wish().path
    assert text.startswith(f"Written: {path}")
    assert path.stat().st_size > 300
    expected = {path, path.with_suffix(".npz")} if key == "script" else {path}
    assert set(opened.folder.iterdir()) == expected
    assert opened.dialog.export_button.isEnabled()


def test_a_file_is_replaced_only_when_asked(opened: Open) -> None:
    opened.dialog.formats["html"].setChecked(True)
    path = opened.dialog.wish().path
    path.write_text("mine")
    opened.dialog.export_button.click()
    assert "is there already" in opened.dialog.message.text()
    assert path.read_text() == "mine"
    opened.press("Replace it")
    assert "Written" in opened.wait()
    assert path.read_text() != "mine"


@pytest.mark.parametrize(
    ("name", "words"), [("nowhere/net.py", "no folder"), ("net.py", ""), ("", "Say in which folder")]
)
def test_a_place_that_cannot_be_written_is_named(name: str, words: str, opened: Open) -> None:
    opened.dialog.path.setText(str(opened.folder / name) if name else "net.py")
    opened.dialog.start()
    assert words in opened.wait()


def test_a_failure_is_told_and_leaves_nothing(opened: Open) -> None:
    def broken(wish: Wish) -> Iterator[str]:
        yield "Writing…"
        raise ValueError("The disk is full.")

    opened.dialog._write = broken  # type: ignore[assignment]
    opened.dialog.start()
    assert opened.wait() == "Nothing was written. The disk is full."
    assert not list(opened.folder.iterdir())


def test_giving_up_leaves_nothing(opened: Open) -> None:
    loaded = Loaded(opened.project.data, None, opened.prepared)  # type: ignore[arg-type]
    work = exported(opened.dialog.wish(), loaded)
    assert next(work) == "Writing Flowers_trees_Run_2.py…"
    assert next(work) == "Nearly done…"
    work.close()
    assert not list(opened.folder.iterdir())


def test_without_a_run_a_model_cannot_be_exported(qtbot: QtBot, opened: Open) -> None:
    dialog = ExportDialog(opened.project, (), opened.folder, lambda wish: exported(wish, None))
    qtbot.addWidget(dialog)
    assert dialog.export_button.isEnabled()
    dialog.formats["onnx"].setChecked(True)
    assert not dialog.export_button.isEnabled()
    assert "press Train first" in dialog.reason.text()


def test_everything_has_a_name_and_says_what_it_does(opened: Open) -> None:
    dialog = opened.dialog
    for widget in (dialog.runs, dialog.path, dialog.choose_button, dialog.export_button, dialog.close_button):
        assert widget.accessibleName()
        assert widget.toolTip()
