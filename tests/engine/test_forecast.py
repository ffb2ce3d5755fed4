"""A forecast costs two batches and leaves no trace."""

from __future__ import annotations

import pytest
import torch

from nnstudio.catalog.layers.dense import Dense
from nnstudio.engine.build import CannotBuild
from nnstudio.engine.dense.step import DenseStep
from nnstudio.engine.forecast import forecast
from tests.engine.made import classes, project_for


def test_a_forecast_has_time_memory_and_device(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = classes(3)
    project = project_for(prepared)
    real, steps = DenseStep.once, list[int]()

    def step(self: DenseStep, index: int, rate: float) -> None:
        steps.append(index)
        real(self, index, rate)

    monkeypatch.setattr(DenseStep, "once", step)
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    found = forecast(project, prepared)
    assert steps == [0, 1]
    assert found.seconds_per_epoch > 0
    assert found.device == "cpu"
    weights = 5 * 8 + 8 + 8 * 3 + 3
    data = (len(prepared.train) + len(prepared.validation)) * (5 * 4 + 8)
    assert found.memory_bytes == data + 4 * (4 * weights + 2 * 16 * (5 + 8 + 3))
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads


def test_one_batch_is_enough() -> None:
    prepared = classes(3, validation=0)
    assert forecast(project_for(prepared, batch_size=4096), prepared).seconds_per_epoch > 0


def test_what_cannot_be_trained_has_no_forecast() -> None:
    prepared = classes(3)
    with pytest.raises(CannotBuild):
        forecast(project_for(prepared, Dense(units=9)), prepared)
