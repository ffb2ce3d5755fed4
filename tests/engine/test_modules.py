"""The modules that torch lacks."""

from __future__ import annotations

import torch
from torch import nn

from nnstudio.engine.modules import (
    Add,
    BinaryCrossEntropyOfProbabilities,
    Concat,
    CrossEntropyOfProbabilities,
    Dropout,
    Exponential,
    GaussianNoise,
)
from nnstudio.engine.modules.noise import draw_from
from nnstudio.engine.randomness import stream


def test_merging() -> None:
    a, b = torch.ones(2, 3, 4, 4), torch.full((2, 3, 4, 4), 2.0)
    assert torch.equal(Add()(a, b, b), torch.full_like(a, 5.0))
    assert Concat(1)(a, b).shape == (2, 6, 4, 4)
    assert torch.equal(a, torch.ones_like(a))


def test_exponential() -> None:
    torch.testing.assert_close(Exponential()(torch.tensor([0.0, 1.0])), torch.tensor([1.0, torch.e]))


def test_dropout_switches_off_a_share_and_keeps_the_mean() -> None:
    module = Dropout(0.3)
    draw_from(module, stream(0, "noise"))
    out = module(torch.ones(1000, 100))
    assert abs((out == 0).float().mean().item() - 0.3) < 0.01
    assert abs(out.mean().item() - 1.0) < 0.01
    x = torch.randn(5, 5)
    assert torch.equal(module.eval()(x), x)
    assert torch.equal(Dropout(0.0)(x), x)


def test_noise_has_its_spread_in_training_only() -> None:
    module = GaussianNoise(0.5)
    draw_from(nn.Sequential(module), stream(0, "noise"))
    out = module(torch.zeros(1000, 100))
    assert abs(out.std().item() - 0.5) < 0.01
    x = torch.randn(5, 5)
    assert torch.equal(module.eval()(x), x)


def test_noise_has_a_stream_of_its_own() -> None:
    draws = []
    for _ in range(2):
        module = Dropout(0.5)
        draw_from(module, stream(3, "noise"))
        draws.append(module(torch.ones(50)))
        torch.rand(9)
    assert torch.equal(draws[0], draws[1])
    assert stream(3, "noise").initial_seed() != stream(3, "order").initial_seed()


def test_cross_entropy_of_probabilities_divides_by_the_sum() -> None:
    outputs = torch.tensor([[0.2, 0.2], [3.0, 1.0], [0.0, 1.0], [0.0, 0.0]])
    targets = torch.tensor([[1.0, 0.0]]).repeat(4, 1)
    found = CrossEntropyOfProbabilities()(outputs, targets)
    expected = -torch.tensor([0.5, 0.75, 1e-7, 1e-7]).log()
    torch.testing.assert_close(found, expected)


def test_binary_cross_entropy_of_probabilities_is_finite_at_the_ends() -> None:
    outputs, targets = torch.tensor([[0.0, 0.5], [1.0, 1.0]]), torch.tensor([[1.0, 0.0], [1.0, 1.0]])
    found = BinaryCrossEntropyOfProbabilities()(outputs, targets)
    expected = (-torch.tensor(1e-7).log() - torch.tensor(0.5).log()) / 2
    torch.testing.assert_close(found, torch.stack([expected, torch.tensor(1.192e-7)]), atol=1e-8, rtol=1e-4)


def test_modules_say_their_settings() -> None:
    assert repr(Dropout(0.3)) == "Dropout(p=0.3)"
    assert repr(GaussianNoise(0.1)) == "GaussianNoise(std=0.1)"
    assert repr(Concat(1)) == "Concat(1)"
