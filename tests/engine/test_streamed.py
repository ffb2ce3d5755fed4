"""Rows that stay in a file train the same, bit for bit, and nothing of their size is ever made."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from nnstudio.catalog.activations import Softmax
from nnstudio.catalog.augmentations import FeatureNoise, PixelNoise
from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.catalog.layers.regularise import BatchNorm, Dropout
from nnstudio.catalog.optimizers import Adam
from nnstudio.core.controls import Controls
from nnstudio.core.dataset import Part, Prepared
from nnstudio.core.project import Project
from nnstudio.core.run import Checkpoint, Epoch, Finished, Started, Steps, fold
from nnstudio.engine import streamed
from nnstudio.engine.assembly import assemble
from nnstudio.engine.batches import Batches
from nnstudio.engine.checkpoint import unpack
from nnstudio.engine.evaluate import evaluate
from nnstudio.engine.randomness import stream
from nnstudio.engine.rate_finder import find_rate
from nnstudio.engine.stop import StopTraining
from nnstudio.engine.streamed import StreamedBatches, free_bytes, shared, some_of, stays
from nnstudio.engine.sweep.alike import NotTogether
from nnstudio.engine.sweep.sweep import sweep
from nnstudio.engine.train import train
from tests.engine.made import classes, images, numbers, project_for
from tests.engine.tape import Recorder

CPU = torch.device("cpu")


@pytest.fixture
def on_disk(tmp_path: Path) -> Any:
    """Return a function that moves the rows of prepared data into files."""

    def moved(part: Part, name: str) -> Part:
        np.save(tmp_path / f"{name}.npy", part.x)
        return replace(part, x=np.load(tmp_path / f"{name}.npy", mmap_mode="r"))

    return lambda prepared: replace(
        prepared,
        train=moved(prepared.train, "train"),
        validation=moved(prepared.validation, "validation"),
        test=moved(prepared.test, "test"),
    )


@pytest.fixture(autouse=True)
def no_thread_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read batches one by one; fail when a thread that does so outlives its test."""
    monkeypatch.setattr(streamed, "TOGETHER_BYTES", 1)
    yield
    assert [thread.name for thread in threading.enumerate() if "read-ahead" in thread.name] == []


def networks() -> list[Any]:
    """Return prepared data and a project for every path that batches take."""
    table, pictures, numeric = classes(3), images(), numbers(2)
    last = Dense(units=3, activation=Softmax())
    return [
        pytest.param(table, project_for(table, optimizer=Adam(rate=0.01)), id="dense path"),
        pytest.param(numeric, project_for(numeric), id="numbers"),
        pytest.param(table, project_for(table, class_weights=True, accumulate=2), id="weights"),
        pytest.param(table, project_for(table, augmentations=(FeatureNoise(),)), id="varied"),
        pytest.param(table, project_for(table, shuffle=False), id="in order"),
        pytest.param(table, project_for(table, batch_size=500), id="one batch"),
        pytest.param(table, project_for(table, Dense(units=8), BatchNorm(), last, batch_size=7), id="pairs"),
        pytest.param(
            pictures,
            project_for(
                pictures,
                Conv2D(filters=4),
                BatchNorm(),
                Dropout(rate=0.2),
                Flatten(),
                last,
                augmentations=(PixelNoise(),),
            ),
            id="pictures",
        ),
    ]


@pytest.mark.parametrize(("prepared", "project"), networks())
def test_streamed_rows_train_bit_for_bit_as_those_in_memory(
    prepared: Prepared, project: Project, on_disk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnstudio.engine.batches.GATHER_BYTES", {"cpu": 0})
    mapped = on_disk(prepared)
    assert isinstance(assemble(project, mapped, CPU).batches, StreamedBatches)
    assert not isinstance(assemble(project, prepared, CPU).batches, StreamedBatches)
    plain, own = list(train(project, prepared)), list(train(project, mapped))
    told = [event.device_reason for event in (plain[0], own[0]) if isinstance(event, Started)]
    assert ["read as they are needed" in reason for reason in told] == [False, True]
    ends = plain[-1], own[-1]
    assert isinstance(ends[0], Finished)
    assert isinstance(ends[1], Finished)
    assert ends[1].status == "done", ends[1].message
    np.testing.assert_array_equal(fold(own).step_losses, fold(plain).step_losses)
    first, second = fold(plain), fold(own)
    for name in first.columns:
        if name != "seconds":
            assert first[name] == second[name], name
    weights = unpack(ends[0].last)
    assert all(torch.equal(value, weights[name]) for name, value in unpack(ends[1].last).items())
    score = evaluate(project, mapped, ends[1].last, "test").values
    assert score == evaluate(project, prepared, ends[0].last, "test").values


def test_a_run_goes_on_from_its_checkpoint_as_if_it_had_never_stopped(on_disk: Any) -> None:
    mapped = on_disk(classes(3))
    project = project_for(mapped, optimizer=Adam(rate=0.01), epochs=4, checkpoint_every=2)
    whole = list(train(project, mapped))
    (point,) = (event for event in whole if isinstance(event, Checkpoint) and event.epoch == 2)
    again = list(train(project, mapped, resume=point))
    np.testing.assert_array_equal(fold(again).step_losses, fold(whole).step_losses)
    assert isinstance(whole[-1], Finished)
    assert isinstance(again[-1], Finished)
    assert again[-1].last == whole[-1].last


@pytest.mark.parametrize("ending", ["close", "stop", "pause"])
def test_an_end_in_the_middle_of_an_epoch_leaves_no_thread(ending: str, on_disk: Any) -> None:
    mapped = on_disk(classes(3))
    project = project_for(mapped, batch_size=4)
    running = train(project, mapped, Controls(rhythm="step"))
    next(event for event in running if isinstance(event, Steps))
    assert any("read-ahead" in thread.name for thread in threading.enumerate())
    if ending == "stop":
        assert isinstance(running.throw(StopTraining()), Finished)
    elif ending == "pause":
        assert isinstance([*running][-1], Finished)
    running.close()


def test_the_rate_finder_can_be_left(on_disk: Any) -> None:
    mapped = on_disk(classes(3))
    finding = find_rate(project_for(mapped, batch_size=4), mapped, steps=30)
    next(finding)
    finding.close()


class Largest(TorchDispatchMode):
    """Remembers the largest tensor that is made, whatever is made on the memory of a file left out."""

    def __init__(self, mapped: list[np.memmap[Any, Any]]) -> None:
        super().__init__()
        self.bytes = 0
        self._files = [(x.ctypes.data, x.ctypes.data + x.nbytes) for x in mapped]

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(out):
            if isinstance(tensor, torch.Tensor):
                at = tensor.untyped_storage().data_ptr()
                if not any(low <= at < high for low, high in self._files):
                    self.bytes = max(self.bytes, tensor.untyped_storage().nbytes())
        return out


@pytest.mark.parametrize("general", [False, True])
def test_nothing_as_large_as_the_rows_is_ever_made(
    general: bool, on_disk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Chunks of 64 rows for validation, so that the rows are large in comparison.
    monkeypatch.setattr("nnstudio.engine.measure.CHUNK_VALUES", 0)
    mapped = on_disk(classes(3, rows=4000, columns=300, validation=1000))
    if general:
        monkeypatch.setattr("nnstudio.engine.assembly.chain_of", lambda *arguments: None)
    project = project_for(mapped, batch_size=32, epochs=1)
    parts = assemble(project, mapped, CPU)
    assert parts.batches.x.data_ptr() == mapped.train.x.ctypes.data
    with Largest([mapped.train.x, mapped.validation.x]) as watch:
        *_, last = train(project, mapped)
    assert isinstance(last, Finished)
    assert last.status == "done"
    # The largest are the 256 rows that are watched.
    assert watch.bytes < mapped.validation.x.nbytes / 2 < mapped.train.x.nbytes / 5


def batches_of(rows: int, size: int, **details: Any) -> tuple[Batches, StreamedBatches]:
    """Return the same rows twice: on the device and streamed."""
    x = torch.arange(rows * 2.0).view(rows, 2)
    given = x, x * 10, x[:, 0] * 100
    return (
        Batches(*given, size, stream(0, "order"), **details),
        StreamedBatches(*given, size, stream(0, "order"), CPU, **details),
    )


@pytest.mark.parametrize(
    ("rows", "size", "pairs"), [(10, 4, False), (9, 4, True), (3, 8, False), (40, 3, False)]
)
@pytest.mark.parametrize("together", [1, 70, 1 << 20])
def test_batches_and_their_order_are_the_same(
    rows: int, size: int, pairs: bool, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamed, "TOGETHER_BYTES", together)
    plain, own = batches_of(rows, size, pairs=pairs)
    assert own.sizes == plain.sizes
    for _ in range(3):
        plain.shuffle()
        own.shuffle()
        assert torch.equal(own.order, plain.order)
        for index in range(len(plain)):
            for expected, found in zip(plain[index], own[index], strict=True):
                assert expected is not None
                assert found is not None
                assert torch.equal(found, expected)


def test_batches_can_be_taken_in_any_order_and_an_epoch_left() -> None:
    plain, own = batches_of(40, 4)
    for order in ([0, 1, 5], [9], [3, 3, 2], [0]):
        plain.shuffle()
        own.shuffle()
        for index in order:
            assert torch.equal(own.inputs(index), plain.inputs(index))
    own.close()


def test_a_batch_is_valid_until_the_next_is_asked_for() -> None:
    plain, own = batches_of(40, 4)
    plain.shuffle()
    own.shuffle()
    for index in range(10):
        x = own.inputs(index)
        # All that may be read ahead has been read.
        for _, future in list(own._ahead._waiting):
            future.result()
        assert torch.equal(x, plain.inputs(index))


def test_the_first_rows_are_there_to_try_a_step_on() -> None:
    for batches in batches_of(10, 4):
        x, targets, weights = batches.first()
        assert x[:, 0].tolist() == [0, 2, 4, 6]
        assert targets[:, 0].tolist() == [0, 20, 40, 60]
        assert weights is not None
        assert weights.tolist() == [0, 200, 400, 600]


def test_too_many_rows_for_the_memory_stay_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.ones((100, 10), np.float32)
    monkeypatch.setattr(streamed, "available_memory", lambda: 8000)
    assert not stays(x, CPU)
    monkeypatch.setattr(streamed, "available_memory", lambda: 7999)
    assert stays(x, CPU)
    monkeypatch.setattr(streamed, "available_memory", lambda: None)
    assert not stays(x, CPU)
    prepared = classes(3)
    monkeypatch.setattr(streamed, "available_memory", lambda: 100)
    epochs = [event for event in train(project_for(prepared), prepared) if isinstance(event, Epoch)]
    monkeypatch.setattr(streamed, "available_memory", lambda: None)
    same = [event for event in train(project_for(prepared), prepared) if isinstance(event, Epoch)]
    assert [event.values["val_loss"] for event in epochs] == [event.values["val_loss"] for event in same]


def test_a_file_stays_on_the_processor_but_goes_to_a_gpu_with_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.save(tmp_path / "x.npy", np.ones((100, 10), np.float32))
    x = np.load(tmp_path / "x.npy", mmap_mode="r")
    gpu = torch.device("cuda")
    monkeypatch.setattr(streamed, "free_bytes", lambda device: 1 << 40)
    assert stays(x, CPU)
    assert not stays(x, gpu)
    monkeypatch.setattr(streamed, "free_bytes", lambda device: 5000)
    assert stays(x, gpu)
    assert shared(x).data_ptr() == x.ctypes.data


def test_some_rows_stand_for_all_on_another_device(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = torch.ones(100, 10)
    assert some_of(rows, CPU) is rows
    monkeypatch.setattr(streamed, "ENOUGH", 1000)
    assert some_of(rows, torch.device("meta")).shape == (25, 10)
    assert free_bytes(CPU) is None or free_bytes(CPU) > 0  # type: ignore[operator]


def test_a_gpu_gets_every_batch_from_pinned_memory_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, own = batches_of(40, 4)
    pinned, empty = [], torch.empty

    def room(*args: Any, pin_memory: bool, **details: Any) -> torch.Tensor:
        pinned.append(pin_memory)
        return empty(*args, **details)

    monkeypatch.setattr(torch, "empty", room)
    own._pinned, own._rooms = True, []
    plain.shuffle()
    own.shuffle()
    kept = [own[index] for index in range(10)]
    assert pinned == [True] * 3 * 10
    for index, batch in enumerate(kept):
        for expected, found in zip(plain[index], batch, strict=True):
            assert expected is not None
            assert found is not None
            assert torch.equal(found, expected)


def test_a_streamed_batch_is_replayed_too(on_disk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnstudio.engine.assembly.chain_of", lambda *arguments: None)
    prepared = classes(3)
    mapped, project = on_disk(prepared), project_for(prepared, augmentations=(FeatureNoise(),))
    plain = fold(train(project, prepared)).step_losses
    recorder = Recorder()
    monkeypatch.setattr("nnstudio.engine.assembly.capture_for", lambda device: recorder)
    np.testing.assert_array_equal(fold(train(project, mapped)).step_losses, plain)
    assert recorder.replays == 9


def test_many_runs_at_once_need_their_rows_in_memory(on_disk: Any) -> None:
    prepared = classes(3)
    project = project_for(prepared)
    next(sweep([project], prepared))
    with pytest.raises(NotTogether, match="stay in a file"):
        next(sweep([project], on_disk(prepared)))
