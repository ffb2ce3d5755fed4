"""A table whose rows have several labels at once: asked about, trained, and judged label by label."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnstudio.data.csv_file import CsvSource
from nnstudio.ui.pages.csv_import import CsvImportDialog
from tests.stories.studio import Studio

ROWS = 300
QUESTION = "Does 'tags' hold labels, several of which can be true for a row?"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Things by size, redness and corners, with tags such as `red;round`; some have none."""
    rng = np.random.default_rng(0)
    lines = ["size,redness,corners,tags"]
    for size, red, corners in rng.uniform(0, 1, (ROWS, 3)):
        rules = {"red": red > 0.5, "round": corners < 0.4, "big": size > 0.6}
        tags = [name for name, true in rules.items() if true]
        lines.append(f"{size:.3f},{red:.3f},{corners:.3f},{';'.join(rng.permutation(tags))}")
    path = tmp_path / "things.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_csv_with_tags_is_asked_about_trained_and_judged_by_label(studio: Studio, table: Path) -> None:
    def accept(dialog: CsvImportDialog) -> None:
        studio.wait(lambda: dialog.accept_button.isEnabled() and f"all {ROWS}" in dialog.counted.text())
        asked = {card.doubt.question: card.box.currentData() for card in dialog.questions.cards}
        assert asked[QUESTION] == "multilabel"
        studio.click("Use these data", dialog)

    with studio.in_dialog(CsvImportDialog, accept):
        studio.drop_file(table)
    studio.wait(lambda: studio.window.session.loaded is not None and studio.window.page == "design")

    source = studio.project.data.source
    assert isinstance(source, CsvSource)
    assert source.task == "multilabel"
    loaded = studio.window.session.loaded
    assert loaded is not None
    assert loaded.prepared.signature.target.names == ("big", "red", "round")
    assert studio.shapes[-1] == "3", "one output for each label"
    assert studio.project.training.loss.kind == "binary_cross_entropy"

    studio.enter("Learning rate", "0.02")
    studio.enter("Epochs", "40")
    studio.train()
    assert max(studio.losses("val_label_f1")) > 0.85

    page = studio.window.work.evaluate
    studio.key("Ctrl+3")
    studio.wait(lambda: page.verdict.judgement is not None and page.verdict.isVisible())
    answers = page.verdict.answers
    assert [answers.classes.model().index(row, 0).data() for row in range(3)] == ["big", "red", "round"]
    tiles = {tile.title for tile in page.verdict.tiles.tiles}
    assert {"Exact match", "Hamming loss", "Macro F1 of labels"} <= tiles

    answers.classes.selectRow(1)
    found = page.verdict.judgement
    assert answers.confusion.table is not None
    assert found is not None
    assert found.matrix(1).sum() == len(found.true)
    answers.show_cell(1, 1)
    assert answers.heading.text().startswith("True red, predicted red")
    before = found.predicted.sum()
    answers.threshold.slider.set_value(0.9)
    answers.threshold._judge()
    assert answers.judgement is not None
    assert answers.judgement.predicted.sum() < before, "a higher threshold names fewer labels"
    page.verdict.show_tab("curves")
    assert page.verdict.curves.classes.count() == 4
