"""Threads are chosen by the size of the work and given back."""

from __future__ import annotations

import pytest
import torch

from nnstudio.engine.assembly import ONE_THREAD_BELOW, repeatable_kernels, threads_for


@pytest.mark.parametrize(
    ("threads", "work", "expected"),
    [(4, ONE_THREAD_BELOW - 1, 1), (4, ONE_THREAD_BELOW, 3), (1, ONE_THREAD_BELOW, 1), (1, 0, 1)],
)
def test_small_work_takes_one_thread_and_large_work_leaves_a_core_free(
    monkeypatch: pytest.MonkeyPatch, threads: int, work: int, expected: int
) -> None:
    used: list[int] = []
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    monkeypatch.setattr(torch, "set_num_threads", used.append)
    with threads_for(work):
        assert used == [expected]
    assert used == [expected, threads]


def test_the_kernels_of_the_rest_of_the_program_are_left_alone() -> None:
    before = torch.backends.cudnn.deterministic
    with repeatable_kernels():
        assert torch.backends.cudnn.deterministic
    assert torch.backends.cudnn.deterministic == before
