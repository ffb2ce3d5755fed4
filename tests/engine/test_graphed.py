"""A replayed step trains as the general one, and what cannot be replayed is done as ever."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from nnstudio.catalog.activations import Softmax
from nnstudio.catalog.augmentations import FeatureNoise
from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.catalog.layers.regularise import BatchNorm, Dropout
from nnstudio.catalog.optimizers import Adam
from nnstudio.core.controls import Controls
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.core.run import Epoch, Finished, History, Started, fold
from nnstudio.engine import assembly, graphed
from nnstudio.engine.checkpoint import unpack
from nnstudio.engine.graphed import capture_for, undisturbed
from nnstudio.engine.train import train
from nnstudio.engine.waiting import what_waits
from tests.engine.made import classes, images, project_for
from tests.engine.tape import Recorder


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Let every step that is assembled be recorded; the dense path stays aside in both runs."""
    monkeypatch.setattr(assembly, "chain_of", lambda *arguments: None)
    return Recorder()


def run(
    project: Project, prepared: Prepared, record: Any, monkeypatch: pytest.MonkeyPatch, **details: Any
) -> tuple[History, Finished]:
    """Return history and end of a run whose step is recorded by `record`, or not if it is None."""
    monkeypatch.setattr(assembly, "capture_for", lambda device: record)
    events = list(train(project, prepared, **details))
    assert isinstance(events[-1], Finished)
    assert events[-1].status == "done", events[-1].message
    return fold(events), events[-1]


def networks() -> list[Any]:
    """Return prepared data and a project for each kind of thing a recording must keep up with."""
    table, pictures = classes(3), images()
    last = Dense(units=3, activation=Softmax())
    return [
        pytest.param(table, project_for(table, optimizer=Adam(rate=0.01)), id="plain"),
        pytest.param(table, project_for(table, Dense(units=8), Dropout(rate=0.4), last), id="dropout"),
        pytest.param(table, project_for(table, Dense(units=8), BatchNorm(), last), id="batch norm"),
        pytest.param(
            table, project_for(table, class_weights=True, clip_norm=0.5, ema=0.9, l1=0.01), id="weights"
        ),
        pytest.param(table, project_for(table, accumulate=2), id="accumulated"),
        pytest.param(table, project_for(table, augmentations=(FeatureNoise(),)), id="varied"),
        pytest.param(table, project_for(table, precision="bfloat16"), id="half"),
        pytest.param(
            pictures,
            project_for(pictures, Conv2D(filters=4), BatchNorm(), Dropout(rate=0.2), Flatten(), last),
            id="pictures",
        ),
    ]


@pytest.mark.parametrize(("prepared", "project"), networks())
def test_a_replayed_step_is_the_general_one(
    prepared: Prepared, project: Project, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, end = run(project, prepared, None, monkeypatch)
    played, same = run(project, prepared, recorder, monkeypatch)
    np.testing.assert_array_equal(played.step_losses, plain.step_losses)
    assert played["val_loss"] == plain["val_loss"]
    assert played["train_accuracy"] == plain["train_accuracy"]
    for name, value in unpack(end.last).items():
        assert torch.equal(unpack(same.last)[name], value), name
    assert recorder.recordings == 1
    # Batches of 16 rows, which begin where a tensor of its own would in memory: the same bits. Of 50 rows
    # the last batch is smaller and done kernel by kernel, as is an update whose share is another.
    size = project.training.batch_size
    accumulate = project.training.accumulate
    whole = 50 // size // accumulate * accumulate if accumulate > 1 else 50 // size
    assert recorder.replays == project.training.epochs * whole


def test_a_rate_changed_in_between_is_recorded_anew(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = classes(3)
    project = project_for(
        prepared, Dense(units=8), Dropout(rate=0.4), Dense(units=3, activation=Softmax()), accumulate=2
    )
    losses = []
    for record in (None, recorder):
        monkeypatch.setattr(assembly, "capture_for", lambda device, record=record: record)
        controls, found = Controls(), []
        for event in train(project, prepared, controls):
            found.append(event)
            if isinstance(event, Epoch) and event.epoch == 1:
                controls.project = project.set("network.n2.rate", 0.1)
        losses.append(fold(found).step_losses)
    np.testing.assert_array_equal(losses[1], losses[0])
    assert recorder.recordings == 2


def test_what_cannot_be_recorded_is_done_as_ever_and_said(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = classes(3)
    project = project_for(prepared, Dense(units=8), Dropout(rate=0.4), Dense(units=3, activation=Softmax()))
    plain, _ = run(project, prepared, None, monkeypatch)
    broken, _ = run(project, prepared, Recorder(fails="operation not permitted\nwhen capturing"), monkeypatch)
    np.testing.assert_array_equal(broken.step_losses, plain.step_losses)
    started = next(train(project, prepared))
    assert isinstance(started, Started)
    assert started.device_reason.endswith("; kernel by kernel: operation not permitted")


def test_a_network_that_waits_is_not_tried(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = classes(3)
    project = project_for(prepared)
    plain, _ = run(project, prepared, None, monkeypatch)
    usual = graphed.GraphedStep._forward

    def waiting(self: graphed.GraphedStep, x: torch.Tensor) -> torch.Tensor:
        outputs = usual(self, x)
        return outputs if float(outputs.detach().sum()) else outputs * 2

    monkeypatch.setattr(graphed.GraphedStep, "_forward", waiting)
    slow, _ = run(project, prepared, recorder, monkeypatch)
    np.testing.assert_array_equal(slow.step_losses, plain.step_losses)
    assert recorder.recordings == 0
    started = next(train(project, prepared))
    assert isinstance(started, Started)
    assert "wait for the device (local_scalar_dense)" in started.device_reason


def test_a_step_never_waits_for_the_device(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "capture_for", lambda device: recorder)
    prepared = classes(3)
    project = project_for(prepared, optimizer=Adam(), clip_norm=1.0, l1=0.1, ema=0.9)
    parts = assembly.assemble(project, prepared, torch.device("cpu"))
    parts.batches.shuffle()
    parts.step(0, 0.1)
    for index in range(1, len(parts.batches)):
        assert what_waits(lambda index=index: parts.step(index, 0.1)) == ""  # type: ignore[misc]


@pytest.mark.parametrize(
    ("work", "found"),
    [
        (lambda x: x + 1, ""),
        (lambda x: x[:, 0], ""),
        (lambda x: x[torch.tensor([0, 1])], ""),
        (lambda x: x[x > 0], "index"),
        (lambda x: x.sum().item(), "local_scalar_dense"),
        (lambda x: x.nonzero(), "nonzero"),
        (lambda x: x.to("meta"), "to_copy"),
    ],
)
def test_waiting_is_noticed(work: Any, found: str) -> None:
    assert what_waits(lambda: work(torch.ones(2, 2))) == found


def test_a_try_leaves_no_trace() -> None:
    tensor, generator = torch.ones(3), torch.Generator().manual_seed(1)
    before = generator.get_state()
    with undisturbed([tensor], [generator]):
        tensor.normal_(generator=generator)
    assert torch.equal(tensor, torch.ones(3))
    assert torch.equal(generator.get_state(), before)


def test_only_an_nvidia_gpu_records() -> None:
    assert capture_for(torch.device("cuda")) is graphed.cuda_capture
    assert capture_for(torch.device("cpu")) is None
    assert capture_for(torch.device("mps")) is None


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
@pytest.mark.parametrize(("prepared", "project"), networks())
@pytest.mark.parametrize("streaming", [False, True])
def test_a_graph_on_a_gpu_is_the_step_kernel_by_kernel(
    prepared: Prepared, project: Project, streaming: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project.set("training.device", "cuda")
    monkeypatch.setattr(assembly, "stays", lambda x, device: streaming)
    plain, _ = run(project, prepared, None, monkeypatch)
    played, _ = run(project, prepared, graphed.cuda_capture, monkeypatch)
    np.testing.assert_array_equal(played.step_losses, plain.step_losses)
    assert played["val_loss"] == plain["val_loss"]
    started = next(train(project, prepared))
    assert isinstance(started, Started)
    assert started.device == "cuda"
    assert "kernel by kernel" not in started.device_reason
