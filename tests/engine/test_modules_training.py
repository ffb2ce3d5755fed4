"""Networks of the new layers learn: digits, an early pulse in a noisy series, the order of two words."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits

from nnstudio.catalog.activations import ReLU, Sigmoid, Softmax, Tanh
from nnstudio.catalog.layers.attention import DecoderBlock, EncoderBlock, Positions
from nnstudio.catalog.layers.blocks import ResidualBlock
from nnstudio.catalog.layers.conv import Conv1D, Conv2D
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.pool import GlobalPool, MaxPool
from nnstudio.catalog.layers.regularise import Dropout, SpatialDropout
from nnstudio.catalog.layers.sequence import GRU, LSTM, RNN, Embedding, RecurrentLayer, TakeStep
from nnstudio.catalog.optimizers import Adam
from nnstudio.core.controls import Controls
from nnstudio.core.dataset import Prepared
from nnstudio.core.network import Layer
from nnstudio.core.run import Changed, Epoch
from nnstudio.core.shape import image, sequence, tokens
from nnstudio.core.trace import Target
from nnstudio.engine.build import build
from nnstudio.engine.modules.noise import Dropout as DropoutModule
from nnstudio.engine.train import train
from tests.engine.made import prepared_from, project_for

YES_NO = Target(task="classification", names=("no", "yes"))
ANSWER = Dense(units=1, activation=Sigmoid())


def digits() -> Prepared:
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(x))
    target = Target(task="classification", names=tuple("0123456789"))
    pictures = (x[order] / 16).reshape(-1, 1, 8, 8)
    return prepared_from(
        pictures, y[order].astype(np.int64), target, shape=image(1, 8, 8), validation=270, test=270
    )


def pulses() -> Prepared:
    """Return noisy series of 20 steps; the answer is the sign of a pulse at the very first."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(scale=0.3, size=(600, 20, 1)), rng.integers(0, 2, 600)
    x[:, 0, 0] = np.where(y, 1, -1)
    return prepared_from(x, y, YES_NO, shape=sequence(20, 1), validation=150)


def sentences(rows: int = 1200) -> Prepared:
    """Return padded texts of 4 to 16 words; the answer is whether word 2 comes before word 3."""
    rng = np.random.default_rng(2)
    x, y = np.zeros((rows, 16), np.int64), rng.integers(0, 2, rows)
    for row, answer in zip(x, y, strict=True):
        length = rng.integers(4, 17)
        row[:length] = rng.integers(4, 20, length)
        row[np.sort(rng.choice(length, 2, replace=False))] = (2, 3) if answer else (3, 2)
    return prepared_from(x, y, YES_NO, shape=tokens(16, 20), validation=rows // 4)


def epochs(prepared: Prepared, *layers: Layer, count: int, rate: float) -> list[Epoch]:
    project = project_for(prepared, *layers, optimizer=Adam(rate=rate), epochs=count, batch_size=32)
    return [event for event in train(project, prepared) if isinstance(event, Epoch)]


def test_a_small_residual_network_reads_digits() -> None:
    blocks = (ResidualBlock(filters=16), ResidualBlock(filters=32, stride=2), GlobalPool())
    found = epochs(digits(), *blocks, Dense(units=10, activation=Softmax()), count=8, rate=0.003)
    assert max(epoch.values["val_accuracy"] for epoch in found) >= 0.98


@pytest.mark.parametrize("cell", [RNN, LSTM, GRU])
def test_recurrent_layers_remember_the_first_step(cell: type[RecurrentLayer]) -> None:
    found = epochs(pulses(), cell(units=16), ANSWER, count=8, rate=0.01)
    assert found[-1].values["val_accuracy"] >= 0.98


@pytest.mark.parametrize(
    "heart",
    [
        (Positions(), EncoderBlock(hidden=64), EncoderBlock(hidden=64), GlobalPool()),
        (Positions(how="learnt"), DecoderBlock(hidden=64), DecoderBlock(hidden=64), TakeStep()),
        (LSTM(units=32, both_ways=True),),
    ],
    ids=["encoder", "decoder", "lstm"],
)
def test_padded_sentences_are_read(heart: tuple[Layer, ...]) -> None:
    found = epochs(sentences(), Embedding(units=32), *heart, ANSWER, count=10, rate=0.003)
    assert max(epoch.values["val_accuracy"] for epoch in found) >= 0.97


def test_health_counts_only_what_can_be_seen() -> None:
    layers = (
        Embedding(units=8), EncoderBlock(heads=2, activation=ReLU()),
        DecoderBlock(heads=2, activation=Tanh()), LSTM(units=6, gives="all steps"), Conv1D(filters=4),
        MaxPool(), GlobalPool(), ANSWER,
    )  # fmt: skip
    health = epochs(sentences(120), *layers, count=1, rate=0.001)[0].layers
    assert [h.dead is not None for h in health] == [False] * 4 + [True] + [False] * 3
    assert [h.saturated is not None for h in health] == [False] * 7 + [True]
    assert all(h.mean is not None for h in health)
    assert [h.gradient_norm is not None for h in health] == [True] * 5 + [False, False, True]


def test_dropout_inside_a_block_can_be_turned_while_training() -> None:
    prepared = sentences(120)
    block = EncoderBlock(heads=2, dropout=0.1)
    project = project_for(prepared, Embedding(units=8), block, GlobalPool(), ANSWER, epochs=2)
    controls = Controls()
    controls.project = project.set("network.n2.dropout", 0.5)
    changes = [event for event in train(project, prepared, controls) if isinstance(event, Changed)]
    assert [(c.path, c.before, c.after) for c in changes] == [("network.n2.dropout", 0.1, 0.5)]


def test_random_layers_draw_from_the_run() -> None:
    layers = (Conv2D(filters=4), SpatialDropout(), Conv2D(filters=4), Dropout(), GlobalPool())
    prepared = digits()
    twice = [
        epochs(prepared, *layers, Dense(units=10, activation=Softmax()), count=1, rate=0.01) for _ in "ab"
    ]
    assert twice[0][0].values["train_loss"] == twice[1][0].values["train_loss"]
    graph = build(project_for(prepared, *layers, Dense(units=10)).network, image(1, 8, 8), 0)
    drops = [m for m in graph.modules() if isinstance(m, DropoutModule)]
    assert len(drops) == 2
    assert all(m.generator is not None for m in drops)
