"""A text is learnt at every step: the loss is over all of them, all else sees the last one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from nnstudio.catalog.activations import Softmax
from nnstudio.catalog.augmentations import SwapTokens
from nnstudio.catalog.layers.attention import Attention, DecoderBlock, EncoderBlock, Positions
from nnstudio.catalog.layers.conv import Conv1D
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.regularise import BatchNorm, Dropout, LayerNorm
from nnstudio.catalog.layers.sequence import GRU, LSTM, Embedding, TakeStep
from nnstudio.catalog.losses import Focal
from nnstudio.catalog.optimizers import Adam
from nnstudio.catalog.presets.sequences import BertStyle, GptStyle, LSTMStyle
from nnstudio.core.network import Layer
from nnstudio.core.project import Project
from nnstudio.core.run import Finished, fold
from nnstudio.engine.build import build
from nnstudio.engine.evaluate import evaluate, predict
from nnstudio.engine.train import train
from tests.engine.made import chain, project_for
from tests.export.made import continued, texts

DATA = continued()
EVERY = TakeStep(every=True)
END = Dense(units=9, activation=Softmax())
ONE_WAY = (
    (Positions(), DecoderBlock(heads=2, dropout=0.0)),
    (LSTM(units=6, gives="all steps"),),
    (Conv1D(filters=8, padding="causal", dilation=2), Attention(heads=2, causal=True), LayerNorm()),
)


def project(*layers: Layer, **training: Any) -> Project:
    return project_for(DATA, Embedding(units=8), *layers, **training)


def ending(given: Project) -> Finished:
    *_, end = train(given, DATA)
    assert isinstance(end, Finished)
    return end


@pytest.mark.parametrize("layers", ONE_WAY, ids=["decoder", "lstm", "convolution"])
def test_the_loss_is_the_mean_over_all_steps(layers: tuple[Layer, ...]) -> None:
    given = project(*layers, EVERY, END, batch_size=4096, epochs=1, shuffle=False)
    history = fold(train(given, DATA))
    # The same weights without taking a step: every step answers.
    whole = build(chain(Embedding(units=8), *layers, END), DATA.signature.input, 0).eval()
    part = DATA.train
    following = np.concatenate([part.x[:, 1:], part.y[:, None]], 1)
    scores = whole.scores(torch.tensor(part.x))
    wanted = F.cross_entropy(scores.flatten(0, 1), torch.tensor(following).flatten())
    assert history.step_losses[0] == pytest.approx(wanted.item(), rel=1e-5)


def test_validation_takes_all_steps_and_answers_are_those_of_the_last() -> None:
    given = project(*ONE_WAY[0], EVERY, END)
    end = ending(given)
    found = evaluate(given, DATA, end.best, "validation")
    outputs = predict(given, DATA.signature, end.best, DATA.validation.x)
    assert outputs.shape == (len(DATA.validation), 9)
    np.testing.assert_allclose(found.outputs, outputs, atol=1e-6)
    assert found.values["accuracy"] == pytest.approx((outputs.argmax(1) == DATA.validation.y).mean())
    history = fold(train(given, DATA))
    assert found.values["loss"] == pytest.approx(min(history["val_loss"]), rel=1e-5)


def test_few_windows_teach_more_at_every_step() -> None:
    data, right = continued(rows=50, apart=8), []
    for taken in (EVERY, TakeStep()):
        layers = (Embedding(units=8), GRU(units=16, gives="all steps"), taken, END)
        given = project_for(data, *layers, epochs=20, optimizer=Adam(rate=0.01))
        *_, end = train(given, data)
        assert isinstance(end, Finished)
        outputs = predict(given, data.signature, end.last, data.validation.x)
        right.append((outputs.argmax(1) == data.validation.y).mean())
    assert right[0] > right[1] + 0.2


@pytest.mark.parametrize(
    "layers",
    [
        (EncoderBlock(heads=2), EVERY, END),
        (Attention(heads=2), EVERY, END),
        (GRU(units=4, both_ways=True, gives="all steps"), EVERY, END),
        (Conv1D(filters=4), EVERY, END),
    ],
    ids=["encoder", "attention", "both ways", "convolution"],
)
def test_a_network_that_sees_the_answer_is_refused(layers: tuple[Layer, ...]) -> None:
    end = ending(project(*layers))
    assert end.status == "failed"
    assert "a step of this network sees later ones, so it would copy its answer" in end.message


@pytest.mark.parametrize(
    "layers", [(Conv1D(filters=4, padding="causal", stride=2), EVERY, END), (EVERY, BatchNorm(), END)]
)
def test_steps_that_do_not_pair_with_the_text_are_refused(layers: tuple[Layer, ...]) -> None:
    end = ending(project(*layers))
    assert end.status == "failed"
    assert "cannot learn at every step" in end.message


def test_what_cannot_follow_is_said() -> None:
    layers = (*ONE_WAY[1], EVERY, Dropout(), END)
    for settings, words in (
        ({"augmentations": (SwapTokens(),)}, "a varied text is no longer its own answer"),
        ({"class_weights": True}, "class weights count whole examples"),
        ({"loss": Focal()}, "needs cross-entropy"),
    ):
        assert words in ending(project(*layers, **settings)).message
    labelled = texts()
    *_, end = train(project_for(labelled, Embedding(units=4), EVERY, Dense(units=3, activation=Softmax())),
                    labelled)  # fmt: skip
    assert isinstance(end, Finished)
    assert "only a text to be continued has an answer at every step" in end.message


def test_presets_for_a_text_to_be_continued_learn_at_every_step() -> None:
    def every(preset: GptStyle | LSTMStyle | BertStyle, data: object = DATA) -> bool:
        network = preset.build(data.signature)  # type: ignore[attr-defined]
        return any(getattr(node.layer, "every", False) for node in network.nodes)

    assert every(GptStyle())
    assert every(LSTMStyle())
    assert not every(LSTMStyle(both_ways=True))
    assert not every(BertStyle())
    assert not every(GptStyle(), texts())
