"""What was saved comes back exactly: network, settings, curves, weights, test result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stories.studio import Studio


def test_a_saved_project_comes_back_as_it_was_left(
    start: Callable[..., Studio], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my moons.nnproj"
    first = start()
    first.open_example("Moons")
    first.drag_tile("Dropout", first.connection("n1", "n2"))
    first.click("Training")
    first.enter("Epochs", "5")
    first.train()
    first.key("Ctrl+3")
    first.click("Test")
    first.click("Evaluate on the test set")
    first.wait(lambda: first.runs[0].record.test)
    monkeypatch.setattr(first.window.files, "ask_save_path", lambda _start: str(path))
    first.key("Ctrl+S")
    assert path.exists()
    assert first.window.top.name.text() == path.name
    assert not first.window.isWindowModified()
    assert first.window.close(), "nothing is asked when everything is saved"
    assert first.asked == []

    second = start(path)
    assert second.window.page == "design"
    assert second.project == first.project
    assert second.network == first.network
    assert "dropout" in [node.layer.kind for node in second.project.network.nodes]
    (before,), (after,) = first.runs, second.runs
    assert after.record == before.record
    assert after.history.columns == before.history.columns
    assert after.history.step_losses.tobytes() == before.history.step_losses.tobytes()
    assert after.weights == before.weights
    assert second.window.design.board.history["val_loss"] == before.history["val_loss"]
    assert not second.window.session.document.modified

    second.wait(lambda: second.window.session.loaded is not None)
    second.key("Ctrl+3")
    second.click("Test")
    assert "has been tested" in second.labels(second.window.work.evaluate)
    second.menu("File", "New")
    second.click("my moons")
    assert second.window.page == "design"


def test_a_change_after_saving_is_asked_about(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.nnproj"
    monkeypatch.setattr(studio.window.files, "ask_save_path", lambda _start: str(path))
    studio.open_example("Moons")
    studio.key("Ctrl+S")
    saved = path.read_bytes()
    studio.enter("Epochs", "7")
    assert "•" in studio.window.top.name.text()
    with studio.answering("Cancel"):
        assert not studio.window.close()
    assert "not saved" in studio.asked[0]
    assert path.read_bytes() == saved
    with studio.answering("Save"):
        assert studio.window.close()
    assert path.read_bytes() != saved
    assert len(studio.asked) == 2
