"""The decision boundary of points in the plane is drawn while training, off the window's thread."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.stories.studio import Studio


def test_the_boundary_moves_while_training_and_the_window_does_not_compute_it(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nnstudio.engine import evaluate

    threads: list[threading.Thread] = []
    predict = evaluate.predict

    def spied(*args: Any, **options: Any) -> Any:
        threads.append(threading.current_thread())
        return predict(*args, **options)

    monkeypatch.setattr(evaluate, "predict", spied)
    studio.open_example("Two circles")
    board = studio.window.design.board
    assert board.slot.current == "boundary"
    answers: set[str] = set()
    studio.plan_long()
    studio.enter("Learning rate", "0.0002")
    studio.click("Train")

    def moved() -> bool:
        answers.add(board.boundary.answer(0.0, 0.0))
        return len(answers) >= 3

    studio.wait(moved)
    assert studio.state == "running"
    studio.click("Stop")
    studio.wait(lambda: studio.state == "finished")
    studio.wait(lambda: studio.window.quiet)
    assert threads
    assert threading.main_thread() not in threads
