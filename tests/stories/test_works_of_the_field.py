"""The works of the field in the window: pictures, texts, series, rare classes, encoders, folds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from nnstudio.catalog.augmentations import FlipHorizontally
from nnstudio.catalog.layers.dense import Dense
from nnstudio.core.network import Node
from nnstudio.ui.pages.kind_dialog import KindDialog
from nnstudio.ui.pages.start_from import StartFromDialog
from nnstudio.ui.panels.cross_validation import CrossValidationDialog
from nnstudio.ui.panels.palette import Tile
from nnstudio.ui.panels.sampler import SampleView
from tests.data import files
from tests.stories.studio import LEFT, Studio


def begin(studio: Studio, place: Path) -> None:
    """Drop data on the window and take them as they are recognised."""
    with studio.in_dialog(KindDialog, lambda dialog: studio.click("Use these data", dialog)):
        studio.drop_file(place)
        studio.wait(lambda: studio.window.session.loaded is not None and studio.window.page == "design")


def start_from(studio: Studio, title: str) -> None:
    """Double-click an architecture in the palette."""
    tile = studio.find(Tile, title, studio.window.design.layer_palette._presets)
    QTest.mouseDClick(tile, LEFT, Qt.KeyboardModifier.NoModifier, tile.rect().center())
    studio.wait(lambda: studio.project.preset is not None and studio.project.preset.title == title)


def first_dense(studio: Studio) -> Node:
    """Return the first dense layer."""
    return next(node for node in studio.project.network.nodes if isinstance(node.layer, Dense))


def kinds(studio: Studio) -> set[str]:
    """Return the kinds of layers on the canvas."""
    return {node.layer.kind for node in studio.project.network.nodes}


def test_a_folder_of_pictures_to_a_resnet_with_augmentation(studio: Studio, tmp_path: Path) -> None:
    begin(studio, files.images(tmp_path / "pictures", each=16, size=8))
    start_from(studio, "ResNet")
    assert "residual_block" in kinds(studio)
    studio.key("Ctrl+1")
    panel = studio.window.work.data.augmentation
    panel.add(FlipHorizontally())
    studio.wait(lambda: not panel.pairs.isHidden())
    studio.key("Ctrl+2")
    studio.enter("Epochs", "1")
    studio.train()
    run = studio.runs[0].record
    assert run.status == "done"
    assert [step.kind for step in run.project.training.augmentations] == ["flip_horizontal"]


@pytest.mark.parametrize(("title", "kind"), [("LSTM", "lstm"), ("BERT", "encoder_block")])
def test_a_table_of_texts_to_a_reader(studio: Studio, tmp_path: Path, title: str, kind: str) -> None:
    begin(studio, files.reviews(tmp_path / "reviews.csv"))
    start_from(studio, title)
    assert kind in kinds(studio)
    studio.enter("Epochs", "1")
    studio.train()
    assert studio.runs[0].record.status == "done"


def test_a_gpt_writes_while_it_trains(studio: Studio, tmp_path: Path) -> None:
    begin(studio, files.prose(tmp_path / "tales.txt"))
    start_from(studio, "GPT")
    assert "decoder_block" in kinds(studio)
    studio.enter("Epochs", "40")
    board = studio.window.design.board
    studio.click("Train")
    view = studio.find(SampleView, "Sample", board)
    studio.wait(lambda: not view.is_empty)
    assert studio.state == "running", "it writes before it has learnt all"
    assert len(view.text.toPlainText()) > 10
    studio.click("Stop")
    studio.wait(lambda: studio.state == "finished")


def test_a_series_beside_the_naive_forecast(studio: Studio, tmp_path: Path) -> None:
    begin(studio, files.months(tmp_path / "sales.csv", 120))
    start_from(studio, "GRU")
    studio.enter("Epochs", "2")
    studio.train()
    studio.key("Ctrl+3")
    page = studio.window.work.evaluate
    studio.wait(lambda: "naive" in studio.labels(page).lower() or "last value" in studio.labels(page).lower())


def test_rare_rows_are_made_more(studio: Studio, tmp_path: Path) -> None:
    studio.open_example("Wine")
    studio.key("Ctrl+1")
    balance = studio.window.work.data.balance
    box = studio.find(QComboBox, "Balance classes", balance)
    box.setCurrentIndex(box.findText("SMOTE"))
    box.activated.emit(box.currentIndex())
    studio.wait(lambda: "became" in balance.rows.text())
    loaded = studio.window.session.loaded
    assert loaded is not None
    counts = np.bincount(loaded.prepared.learnt.y)
    assert counts.min() == counts.max()
    assert len(loaded.prepared.validation) == loaded.prepared.facts.validation.rows


def test_an_encoder_starts_another_project(studio: Studio, tmp_path: Path) -> None:
    studio.open_example("Digits")
    project = studio.project.set("data.goal", "reconstruct")
    studio.window.session.document.edit(project, "Reconstruct")
    studio.wait(lambda: studio.window.session.loaded is not None)
    start_from(studio, "Autoencoder")
    studio.enter("Epochs", "2")
    studio.train()
    place = tmp_path / "coder.nnproj"
    assert studio.window.files.save_to(place)
    encoder = first_dense(studio).layer

    studio.open_example("Digits")
    alike = studio.project.network.replace(first_dense(studio).id, encoder)
    studio.window.session.document.edit(studio.project.with_network(alike), "Same first layer")

    def take(dialog: StartFromDialog) -> None:
        dialog.open_file(str(place))
        dialog.freeze.setChecked(True)
        studio.click("Start from these weights", dialog)

    with studio.in_dialog(StartFromDialog, take):
        studio.menu("Train", "Start from weights")
        studio.wait(lambda: studio.project.start_from is not None)
    assert first_dense(studio).frozen
    studio.enter("Epochs", "1")
    studio.train()
    assert studio.runs[-1].record.project.start_from is not None


def test_every_fold_has_its_curve(studio: Studio) -> None:
    studio.open_example("Iris")
    studio.enter("Epochs", "3")
    found = []

    def validate(dialog: CrossValidationDialog) -> None:
        studio.click("Start cross-validation", dialog)
        studio.wait(lambda: dialog.outcome is not None)
        found.append(dialog.outcome)
        dialog.close()

    with studio.in_dialog(CrossValidationDialog, validate):
        studio.menu("Train", "Cross-validate")
        studio.wait(lambda: found)
    outcome = found[0]
    assert outcome is not None
    assert len(outcome.folds) >= 3
