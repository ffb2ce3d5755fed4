"""The stages of a network are groups: folded away, looked into, named, and still so the next day."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.ui.canvas.folding import block_name
from nnstudio.ui.explain import page_about
from nnstudio.ui.panels.palette import Tile
from tests.stories.studio import LEFT, Studio

STAGE = block_name("Stage 1")


def on_frame(studio: Studio, name: str, *, arrow: bool) -> QPoint:
    """Return the arrow of an open group, or the beginning of its name."""
    view = studio.window.design.canvas
    studio.wait(lambda: name in view.stage.frames)
    frame = view.stage.frames[name]
    rect = frame.chevron_rect() if arrow else frame.name_rect()
    return view.mapFromScene(rect.left() + 8, rect.center().y())


def test_a_stage_is_folded_trained_opened_renamed_and_kept(
    start: Callable[..., Studio], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "stages.nnproj"
    first = start()
    first.open_example("Digits")
    viewport = first.window.design.canvas.viewport()
    QTest.mouseDClick(first.find(Tile, "ResNet"), LEFT)
    assert list(first.project.network.groups) == ["Stage 1", "Stage 2"]

    QTest.mouseClick(viewport, LEFT, pos=on_frame(first, "Stage 1", arrow=True))
    assert "folded group Stage 1" in first.network
    network = first.project.network
    first.click("Train")
    first.wait(lambda: len(first.losses()) >= 1)
    first.click("Stop")
    first.wait(lambda: first.state == "finished")
    health = first.window.design.canvas.stage.layers[STAGE].look.health
    assert health is not None, "the block tells the health of the layers that it hides"
    assert first.project.network == network

    QTest.mouseDClick(viewport, LEFT, pos=first.block(STAGE))
    QTest.mouseDClick(viewport, LEFT, pos=on_frame(first, "Stage 1", arrow=False))
    first.write("Edges")
    first.key("Return")
    assert list(first.project.network.groups) == ["Edges", "Stage 2"]
    first.key("Ctrl+Z")
    assert list(first.project.network.groups) == ["Stage 1", "Stage 2"]
    first.key("Ctrl+Y")
    QTest.mouseClick(viewport, LEFT, pos=on_frame(first, "Stage 2", arrow=True))

    monkeypatch.setattr(first.window.files, "ask_save_path", lambda _start: str(path))
    first.key("Ctrl+S")
    assert first.window.close()
    second = start(path)
    assert "group Edges of" in second.network
    assert "folded group Stage 2" in second.network
    assert second.network == first.network


def test_layers_are_grouped_and_the_group_thrown_away_by_keys(studio: Studio) -> None:
    studio.open_example("Moons")
    canvas = studio.window.design.canvas
    canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)
    before = studio.project.network
    studio.key("Ctrl+A")
    studio.key("Ctrl+G")
    assert studio.project.network.groups == {"Group 1": before.ids}
    studio.key("Ctrl+Shift+F")
    assert f"folded group Group 1 {len(before.ids)} layers" in studio.network
    assert page_about(canvas, studio.window.explainer.glossary) == "layer_group"
    studio.key("Del")
    assert studio.project.network.nodes == ()
    studio.key("Ctrl+Z")
    assert "folded group Group 1" in studio.network
    studio.key("Ctrl+A")
    studio.key("Ctrl+Shift+G")
    assert studio.project.network == before
