"""A table from a spreadsheet, with decimal commas, gaps and words in it, becomes a trained network."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnstudio.data.csv_file import CsvSource
from nnstudio.ui.pages.csv_import import CsvImportDialog
from tests.stories.studio import Studio

ROWS = 240
PLACES = ("Stadt", "Land", "Küste")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Houses with their area, age, place and price: semicolons, decimal commas, every ninth age missing."""
    lines = ["Fläche;Alter;Lage;Preis"]
    for row in range(ROWS):
        area, age, place = 40 + row * 37 % 110 + 0.5, row * 7 % 60, row % 3
        price = 2.5 * area - age + 40 * place
        cells = (f"{area:.1f}", "" if row % 9 == 0 else str(age), PLACES[place], f"{price:.2f}")
        lines.append(";".join(cells).replace(".", ","))
    path = tmp_path / "Häuser.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_dropped_csv_becomes_a_trained_network(studio: Studio, table: Path) -> None:
    def accept(dialog: CsvImportDialog) -> None:
        studio.wait(lambda: dialog.accept_button.isEnabled() and f"all {ROWS}" in dialog.counted.text())
        studio.click("Use these data", dialog)

    with studio.in_dialog(CsvImportDialog, accept):
        studio.drop_file(table)
    studio.wait(lambda: studio.window.session.loaded is not None and studio.window.page == "design")

    source = studio.project.data.source
    assert isinstance(source, CsvSource)
    assert (source.delimiter, source.decimal) == (";", ",")
    assert {c.name: (c.type, c.role) for c in source.columns} == {
        "Fläche": ("number", "feature"),
        "Alter": ("number", "feature"),
        "Lage": ("category", "feature"),
        "Preis": ("number", "target"),
    }
    loaded = studio.window.session.loaded
    assert loaded is not None
    assert loaded.prepared.signature.input.count == 5, "area, age and one column for each place"
    assert loaded.prepared.signature.target.task == "regression"
    assert studio.shapes[0] == "5"

    studio.enter("Epochs", "30")
    studio.train()
    assert studio.runs[0].record.status in ("done", "early stopped")
    assert max(studio.losses("val_r2")) > 0.8
    studio.key("Ctrl+1")
    studio.wait(lambda: "Häuser.csv" in studio.labels(studio.window.work.data))


def test_cancel_leaves_everything_as_it_was(studio: Studio, table: Path) -> None:
    with studio.in_dialog(CsvImportDialog, lambda dialog: studio.click("Cancel", dialog)):
        studio.drop_file(table)
    assert studio.window.page == "welcome"
    assert not studio.window.session.document.modified
