"""Files that cannot be used: a sentence says why, and what was open stays open."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnstudio.ui.pages.csv_import import CsvImportDialog
from tests.stories.studio import Studio


def damaged(folder: Path, studio: Studio) -> Path:
    """A project file that was cut in the middle."""
    path = folder / "cut.nnproj"
    assert studio.window.files.save_to(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def renamed(folder: Path, _studio: Studio) -> Path:
    """A text with the wrong name."""
    path = folder / "letter.nnproj"
    path.write_text("Dear Sir or Madam,\n", encoding="utf-8")
    return path


def missing(folder: Path, _studio: Studio) -> Path:
    """A file that is not there."""
    return folder / "gone.nnproj"


@pytest.mark.parametrize("make", [damaged, renamed, missing])
def test_a_bad_project_is_refused_in_words(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: object
) -> None:
    studio.open_example("Moons")
    path = make(tmp_path, studio)  # type: ignore[operator]
    studio.enter("Epochs", "3")
    studio.train()
    kept = (studio.project, studio.runs, studio.window.page)
    monkeypatch.setattr(studio.window.files, "ask_open_path", lambda: str(path))
    studio.key("Ctrl+O")
    assert studio.notice.endswith(".")
    assert path.name in studio.notice
    assert "Error" not in studio.notice
    assert (studio.project, studio.runs, studio.window.page) == kept
    assert studio.asked == [], "a file that cannot be opened is not a reason to ask about changes"
    studio.click("Dismiss this notice")
    assert studio.notice == ""


def test_a_bad_file_on_the_command_line_leaves_the_first_page(start: object, tmp_path: Path) -> None:
    studio: Studio = start(tmp_path / "gone.nnproj")  # type: ignore[operator]
    assert studio.window.page == "welcome"
    assert "gone.nnproj" in studio.notice


def test_a_ragged_row_is_shown_and_can_be_left_out(studio: Studio, tmp_path: Path) -> None:
    studio.open_example("Moons")
    before = studio.project
    path = tmp_path / "ragged.csv"
    lines = [f"{row},{row * 3 % 7},{'yes' if row % 2 else 'no'}" for row in range(40)]
    lines[20] += ",too,many"
    path.write_text("a,b,bought\n" + "\n".join(lines) + "\n", encoding="utf-8")

    def look(dialog: CsvImportDialog) -> None:
        studio.wait(lambda: dialog.message.isVisible())
        assert "22" in dialog.message.text(), "the line is named"
        assert not dialog.accept_button.isEnabled()
        studio.click("Leave such rows out", dialog)
        studio.wait(lambda: dialog.accept_button.isEnabled())
        studio.click("Cancel", dialog)

    with studio.in_dialog(CsvImportDialog, look):
        studio.window.import_csv(str(path))
    assert studio.project == before
    assert studio.window.page == "design"
