"""Losses of steps have the same bits whenever they are asked for, and curves repeat."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.catalog.layers.regularise import BatchNorm, Dropout
from nnstudio.catalog.optimizers import Adam
from nnstudio.core.controls import Controls, Rhythm
from nnstudio.core.network import Layer
from nnstudio.core.project import Project
from nnstudio.core.run import Finished, Steps
from nnstudio.engine.assembly import assemble
from nnstudio.engine.dense import losses
from nnstudio.engine.dense.step import DenseStep
from nnstudio.engine.step import GeneralStep
from nnstudio.engine.train import train
from tests.engine.made import classes, images, project_for

CPU = torch.device("cpu")


@pytest.mark.parametrize("block_rows", [30, 4096])
def test_asked_one_by_one_or_all_at_once(block_rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(losses, "BLOCK_ROWS", block_rows)
    prepared = classes(3, rows=130)
    project = project_for(prepared, batch_size=7, class_weights=True)
    found = []
    for asked_early in (True, False):
        parts = assemble(project, prepared, CPU)
        parts.batches.shuffle()
        early = []
        for index in range(len(parts.batches)):
            parts.step(index, 0.1)
            if asked_early:
                early.append(parts.step.losses(index, index + 1)[0])
        whole = parts.step.losses(0, len(parts.batches))
        assert not asked_early or np.array_equal(np.array(early), whole)
        found.append(whole)
    np.testing.assert_array_equal(found[0], found[1])


@pytest.mark.parametrize("rhythm", ["step", "epoch"])
def test_the_curve_repeats_to_the_last_bit_in_any_rhythm(rhythm: Rhythm) -> None:
    prepared = classes(3)
    layers = (Dense(units=9), BatchNorm(), Dropout(rate=0.3), Dense(units=3))
    project = project_for(prepared, *layers, optimizer=Adam(rate=0.02))
    first, second = (curve(project, prepared, chosen) for chosen in (rhythm, "screen"))
    np.testing.assert_array_equal(first[0], second[0])
    assert first[1] == second[1]


def curve(project: Project, prepared: object, rhythm: Rhythm) -> tuple[np.ndarray, bytes]:
    """Return the loss of every step and the last weights."""
    events = list(train(project, prepared, Controls(rhythm=rhythm)))  # type: ignore[arg-type]
    assert isinstance(events[-1], Finished)
    return np.concatenate([e.losses for e in events if isinstance(e, Steps)]), events[-1].last


def test_which_networks_take_which_path() -> None:
    flat, pictures = classes(3), images(8)
    frozen = project_for(flat).set("network.n1.frozen", True)
    half = project_for(flat).set("training.precision", "bfloat16")
    conv: tuple[Layer, ...] = (Conv2D(filters=2), Flatten(), Dense(units=3))
    cases = [
        (project_for(flat), flat, DenseStep),
        (project_for(flat).set("network.n1.rate_factor", 0.5), flat, DenseStep),
        (project_for(pictures, Flatten(), Dense(units=3)), pictures, DenseStep),
        (frozen, flat, GeneralStep),
        (half, flat, GeneralStep),
        (project_for(pictures, *conv), pictures, GeneralStep),
        (project_for(flat, Dense(units=3), Dropout(rate=0.1)), flat, GeneralStep),
    ]
    for project, prepared, kind in cases:
        assert type(assemble(project, prepared, CPU).step) is kind
