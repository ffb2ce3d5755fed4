"""The largest batch is found by trying, and says what limits it."""

from __future__ import annotations

import pytest
import torch

from nnstudio.engine import largest_batch as module
from nnstudio.engine.largest_batch import BatchTrial, LargestBatch, hint, largest_batch
from tests.engine.made import classes, project_for


def found(rows: int = 80) -> tuple[list[BatchTrial], LargestBatch]:
    prepared = classes(3, rows=rows)
    *trials, answer = largest_batch(project_for(prepared), prepared)
    assert isinstance(answer, LargestBatch)
    return [trial for trial in trials if isinstance(trial, BatchTrial)], answer


def test_doubles_up_to_the_training_rows() -> None:
    trials, answer = found()
    assert [trial.size for trial in trials] == [1, 2, 4, 8, 16, 32, 64]
    assert (answer.size, answer.device) == (64, "cpu")
    assert answer.limited_by == "there are only 50 training rows"
    assert answer.hint == ""


def test_never_goes_beyond_what_can_be_set() -> None:
    _, answer = found(rows=9000)
    assert answer.size == 4096
    assert "4096 is the largest" in answer.limited_by


def test_ends_where_memory_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    real = module.assemble  # type: ignore[attr-defined]

    def small(project, prepared, device, start):  # type: ignore[no-untyped-def]
        if len(prepared.train) > 8:
            raise torch.OutOfMemoryError("out of memory")
        return real(project, prepared, device, start)

    monkeypatch.setattr(module, "assemble", small)
    trials, answer = found()
    assert [trial.fits for trial in trials] == [True] * 4 + [False]
    assert answer.size == 8
    assert answer.limited_by == "16 examples do not fit into the memory"


def test_stops_before_a_share_of_the_free_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "free_memory", lambda device: 1000)
    monkeypatch.setattr(module, "_memory_now", lambda device: 0)
    peaks = iter([100, 200, 350, 700])
    monkeypatch.setattr(module, "_memory_peak", lambda device: next(peaks))
    trials, answer = found()
    assert (len(trials), answer.size) == (4, 8)
    assert "more than 80% of the free memory" in answer.limited_by


def test_the_usual_sizes_by_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    from nnstudio.engine.device import DeviceChoice

    for gigabytes, sizes in ((8, "32-64"), (15.7, "64-128"), (80, "128-512")):
        card = DeviceChoice("cuda", "Card", True, "", int(gigabytes * 2**30), 0)
        monkeypatch.setattr(module, "devices", lambda card=card: [card])
        assert hint(torch.device("cuda")) == sizes
