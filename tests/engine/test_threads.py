"""Threads are chosen by the size of the work and given back."""

from __future__ import annotations

import pytest
import torch

from nnstudio.engine.threads import WORK_FOR_EVERY_CORE, WORK_PER_THREAD, threads, threads_for


@pytest.mark.parametrize(
    ("most", "work", "expected"),
    [
        (1, 100 * WORK_PER_THREAD, 1),
        (2, 0, 1),
        (2, WORK_FOR_EVERY_CORE - 1, 1),
        (2, WORK_FOR_EVERY_CORE, 2),
        (8, 2 * WORK_PER_THREAD - 1, 1),
        (8, 2 * WORK_PER_THREAD, 2),
        (8, 100 * WORK_PER_THREAD, 7),
    ],
)
def test_as_many_as_have_something_to_do_and_one_of_many_left_free(
    most: int, work: int, expected: int
) -> None:
    assert threads(work, most) == expected


def test_the_rest_of_the_program_gets_its_threads_back(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[int] = []
    monkeypatch.setattr(torch, "get_num_threads", lambda: 4)
    monkeypatch.setattr(torch, "set_num_threads", used.append)
    with threads_for(0):
        assert used == [1]
    assert used == [1, 4]
