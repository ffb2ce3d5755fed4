"""Settings are searched in the window, the best is used, and one undo takes it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stories.studio import Studio

RATE = "training.optimizer.rate"


def test_search_watch_and_use_the_best(studio: Studio) -> None:
    studio.open_example("Moons")
    before = studio.project
    studio.key("Ctrl+4")
    assert studio.window.page == "tune"
    page = studio.window.work.tune
    studio.enter("Trials", "3", page)
    studio.enter("Epochs per trial", "2", page)
    studio.click("Vary Batch size", page)
    studio.click("Start", page)
    studio.wait(lambda: not studio.window.session.tuner.busy)
    assert "3 trials done" in studio.labels(page)
    best = studio.window.session.tuner.best
    assert best is not None
    assert studio.project == before, "a search alone changes nothing"

    studio.click("Use best", page)
    assert studio.project.get(RATE) == best.values[RATE]
    assert studio.project.training.epochs == before.training.epochs
    assert studio.project.training.batch_size == before.training.batch_size
    studio.key("Ctrl+Z")
    assert studio.project == before


def test_a_search_comes_back_with_the_project_that_was_saved(
    start: Callable[..., Studio], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "searched.nnproj"
    first = start()
    first.open_example("Moons")
    first.key("Ctrl+4")
    page = first.window.work.tune
    first.enter("Trials", "2", page)
    first.enter("Epochs per trial", "1", page)
    first.click("Start", page)
    first.wait(lambda: not first.window.session.tuner.busy)
    shown = [row.cells for row in page.table.trials_model.rows]
    monkeypatch.setattr(first.window.files, "ask_save_path", lambda _start: str(path))
    first.key("Ctrl+S")
    assert first.window.close()

    second = start(path)
    second.wait(lambda: second.window.session.loaded is not None)
    second.key("Ctrl+4")
    page = second.window.work.tune
    assert [row.cells for row in page.table.trials_model.rows] == shown
    assert "2 trials done" in second.labels(page)
    best = second.window.session.tuner.best
    assert best is not None
    second.click("Use best", page)
    assert second.project.get(RATE) == best.values[RATE]


def test_the_window_closes_while_a_search_goes_on(studio: Studio) -> None:
    studio.open_example("Moons")
    studio.click("Tune")
    page, tuner = studio.window.work.tune, studio.window.session.tuner
    studio.enter("Epochs per trial", "500", page)
    studio.click("Start", page)
    studio.wait(lambda: tuner.goes_on is not None)
    train = studio.window.actions_by_name["train"]
    assert not train.isEnabled(), "one thing at a time"
    assert "A search is under way" in train.toolTip()
    studio.window.session.document.set_saved()
    studio.window.close()
    assert not tuner.busy
