"""A script that stands alone trains to the engine's curve, bit for bit."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnstudio.catalog.activations import LeakyReLU, Linear, ReLU, Sigmoid, Softmax
from nnstudio.catalog.datasets.series import Airline
from nnstudio.catalog.layers.attention import Attention, ClassToken, DecoderBlock, EncoderBlock, Positions
from nnstudio.catalog.layers.blocks import MBConvBlock, ResidualBlock
from nnstudio.catalog.layers.conv import Conv1D, Conv2D
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.catalog.layers.merge import Add, Concat
from nnstudio.catalog.layers.pool import GlobalPool
from nnstudio.catalog.layers.regularise import BatchNorm, Dropout, GaussianNoise, LayerNorm
from nnstudio.catalog.layers.sequence import LSTM, Embedding, TakeStep
from nnstudio.catalog.losses import CrossEntropy, Focal, Huber
from nnstudio.catalog.optimizers import Adam, AdamW, Momentum, RMSprop
from nnstudio.catalog.preparations import Difference, Logarithm, ScaleInputs, ScaleTarget
from nnstudio.catalog.presets.wide import WideAndDeep
from nnstudio.catalog.schedules import Cosine, ReduceOnPlateau, StepDown
from nnstudio.core.dataset import DataSpec, Prepared
from nnstudio.core.network import Network, Node
from nnstudio.core.project import Project
from nnstudio.core.run import History, fold
from nnstudio.core.training import EarlyStopping
from nnstudio.data.prepare import prepare
from nnstudio.engine.train import train
from nnstudio.export.problem import CannotExport
from nnstudio.export.script import arrays, script, write_script
from tests.engine.made import classes, images, numbers, project_for
from tests.export.made import Told, continued, texts, told_by


def classification() -> tuple[Project, Prepared]:
    """Return a plain dense network on three classes."""
    data = classes()
    return project_for(data, optimizer=Adam(rate=0.01), epochs=6), data


def regression() -> tuple[Project, Prepared]:
    """Return decay, schedule, warm-up and both ways of clipping, on two numbers."""
    data = numbers(outputs=2, scale=(3.0, 2.0))
    project = project_for(
        data, loss=Huber(delta=0.5), optimizer=Momentum(rate=0.05), schedule=Cosine(floor=0.1),
        warmup_epochs=2, weight_decay=0.01, clip_norm=0.5, clip_value=0.1, epochs=6,
    )  # fmt: skip
    return project, data


def dropout() -> tuple[Project, Prepared]:
    """Return everything that draws at random, rare classes that count more, and rules that watch a metric."""
    data = classes()
    layers = (Dense(units=12), Dropout(rate=0.3), GaussianNoise(std=0.1), LayerNorm(),
              Dense(units=3, activation=Softmax()))  # fmt: skip
    project = project_for(
        data, *layers, loss=Focal(gamma=1.5, alpha="balanced"), optimizer=RMSprop(rate=0.01),
        class_weights=True, epochs=12,
        schedule=ReduceOnPlateau(monitor="val_f1", patience=1),
        early_stopping=EarlyStopping(monitor="val_accuracy", patience=4),
    )  # fmt: skip
    return project, data


def convolution() -> tuple[Project, Prepared]:
    """Return branches, batch norm with a last batch of one, decoupled decay and L1, on images."""
    data = images(rows=79, validation=20, test=10)
    nodes = (
        Node(id="half", layer=Conv2D(filters=4, activation=Linear())),
        Node(id="norm", layer=BatchNorm()),
        Node(id="other", layer=Conv2D(filters=4, activation=LeakyReLU(slope=0.1)), inputs=("half",)),
        Node(id="sum", layer=Add(), inputs=("norm", "other")),
        Node(id="both", layer=Concat(), inputs=("sum", "input")),
        Node(id="flat", layer=Flatten()),
        Node(id="out", layer=Dense(units=3, activation=Linear())),
    )
    project = project_for(
        data, loss=CrossEntropy(expects="scores", smoothing=0.1), optimizer=AdamW(rate=0.01),
        weight_decay=0.1, l1=1e-4, schedule=StepDown(every=2, gamma=0.5), epochs=4,
    )  # fmt: skip
    return project.with_network(Network(nodes=nodes)), data


def techniques() -> tuple[Project, Prepared]:
    """Return added-up gradients, averaged weights, a frozen layer and one with a rate of its own."""
    data = classes(count=2)
    nodes = (
        Node(id="n1", layer=Dense(units=8), frozen=True),
        Node(id="n2", layer=BatchNorm(), frozen=True),
        Node(id="n3", layer=Dense(units=8, activation=ReLU()), rate_factor=0.1),
        Node(id="n4", layer=Dense(units=1, activation=Sigmoid())),
    )
    project = project_for(
        data, optimizer=AdamW(rate=0.01), weight_decay=0.01, accumulate=2, ema=0.9, epochs=5,
        early_stopping=EarlyStopping(patience=2),
    )  # fmt: skip
    return project.with_network(Network(nodes=nodes)), data


def padded_text() -> tuple[Project, Prepared]:
    """Return token ids with padding through a Transformer beside an LSTM in both directions."""
    data = texts()
    nodes = (
        Node(id="words", layer=Embedding(units=8)),
        Node(id="where", layer=Positions(how="learnt")),
        Node(id="class", layer=ClassToken()),
        Node(id="block", layer=EncoderBlock(heads=2, hidden=16, dropout=0.1)),
        Node(id="first", layer=TakeStep(which="first")),
        Node(id="lstm", layer=LSTM(units=6, both_ways=True), inputs=("words",)),
        Node(id="both", layer=Concat(), inputs=("first", "lstm")),
        Node(id="out", layer=Dense(units=3, activation=Softmax())),
    )
    project = project_for(data, optimizer=Adam(rate=0.01), epochs=3)
    return project.with_network(Network(nodes=nodes)), data


def causal_text() -> tuple[Project, Prepared]:
    """Return layers that look back only, batch norm over real steps, and dropout of attention."""
    data = texts()
    layers = (
        Embedding(units=8), Conv1D(filters=8, padding="causal", dilation=2), BatchNorm(),
        Attention(heads=2, causal=True, attention_dropout=0.2),
        DecoderBlock(heads=2, hidden=16, attention_dropout=0.1), TakeStep(),
        Dense(units=3, activation=Softmax()),
    )  # fmt: skip
    return project_for(data, *layers, optimizer=Adam(rate=0.01), epochs=3), data


def every_step() -> tuple[Project, Prepared]:
    """Return a text to be continued that is learnt at every step, and a rule that watches a metric."""
    data = continued()
    layers = (
        Embedding(units=8), DecoderBlock(heads=2, hidden=16), TakeStep(every=True), Dropout(rate=0.1),
        Dense(units=9, activation=Softmax()),
    )  # fmt: skip
    stop = EarlyStopping(monitor="val_accuracy", patience=2)
    return project_for(data, *layers, optimizer=Adam(rate=0.01), epochs=4, early_stopping=stop), data


def image_blocks() -> tuple[Project, Prepared]:
    """Return blocks that are modules of our own, nested ones among them, in half precision."""
    data = images()
    layers = (ResidualBlock(filters=4), MBConvBlock(filters=4, expansion=2, stride=2), GlobalPool(),
              Dense(units=3, activation=Softmax()))  # fmt: skip
    return project_for(data, *layers, epochs=2, precision="bfloat16"), data


def changes_of_a_series() -> tuple[Project, Prepared]:
    """Return the change of logarithms over a season, read by a GRU beside a straight line."""
    chain = (Logarithm(), Difference(lag=12), ScaleInputs(), ScaleTarget())
    data = prepare(Airline().load(), DataSpec(source=Airline(), preparation=chain))
    project = project_for(data, optimizer=Adam(rate=0.01), ema=0.9, epochs=4)
    return project.with_network(WideAndDeep(units=8, reader="GRU", dropout=0.3).build(data.signature)), data


CASES = {
    make.__name__: make
    for make in (
        classification,
        regression,
        dropout,
        convolution,
        techniques,
        padded_text,
        causal_text,
        every_step,
        image_blocks,
        changes_of_a_series,
    )
}


PLAIN = {"classification", "regression", "dropout"}
"""Chains of dense layers, whose slopes the studio derives by hand: the same but for rounding."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Return the values that every script has printed."""
    return told_by(CASES, tmp_path_factory.mktemp("scripts"))


def history_of(name: str) -> History:
    return fold(train(*CASES[name]()))


@pytest.mark.parametrize("name", CASES)
def test_the_script_trains_to_the_same_curve(name: str, told: Told) -> None:
    history = history_of(name)
    exact = "to the last digit" in " ".join(script(*CASES[name]()).split())
    assert exact == (name not in PLAIN)
    for column in told[name][0]:
        found = [epoch[column] for epoch in told[name]]
        if exact:
            assert found == history[column], column
        else:
            np.testing.assert_allclose(found, history[column], rtol=1e-5, err_msg=column)
    assert {"train_loss", "val_loss"} <= told[name][0].keys()


def test_what_is_watched_is_measured_too(told: Told) -> None:
    assert told["dropout"][0].keys() == {"train_loss", "val_loss", "val_accuracy", "val_f1"}
    assert len(told["dropout"]) == history_of("dropout").epochs


@pytest.mark.parametrize("name", CASES)
def test_the_script_is_plain_python_without_the_studio(name: str) -> None:
    text = script(*CASES[name]())
    ast.parse(text)
    assert "nnstudio" not in text
    assert "# type:" not in text
    assert "# fmt:" not in text


def test_a_series_goes_out_with_the_windows_that_reach_back(told: Told) -> None:
    project, data = changes_of_a_series()
    found = arrays(project, data)
    assert len(found["x_val"]) == 21, "every month of validation, the first ones read training months"
    assert np.array_equal(found["x_val"][0, :-1], found["x_train"][-1, 1:])
    assert len(told["changes_of_a_series"]) == project.training.epochs


def test_only_what_is_in_use_is_printed() -> None:
    text = script(*classification())
    for absent in ("schedule", "clip", "decay (", "draw_from", "lerp_"):
        assert absent not in text


def test_the_rows_are_those_that_were_prepared() -> None:
    project, data = classification()
    found = arrays(project, data)
    assert np.array_equal(found["x_train"], data.train.x)
    assert np.array_equal(found["y_val"], data.validation.y)
    assert not any("test" in name for name in found), "a script must not look at the test rows"


def test_a_setting_that_no_line_would_carry_out_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    project, data = classification()
    monkeypatch.setattr("nnstudio.export.plan.TRAINING", {"loss"})
    changed: Any = project.set("training.l1", 0.01)
    with pytest.raises(CannotExport, match=r"cannot repeat the setting"):
        script(changed, data)


def test_a_script_replaces_an_old_one_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "moons.py"
    path.write_text("old")
    written = write_script(path, *classification())
    assert sorted(tmp_path.iterdir()) == sorted(written)
    assert "old" not in path.read_text().splitlines()
