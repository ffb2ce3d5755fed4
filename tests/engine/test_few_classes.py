"""Class by class or row by row: the same softmax and the same losses."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from nnstudio.engine.few_classes import FEW, MANY, cross_entropies, pays, softmax, softmax_less

SIZES = [(MANY - 1, 3), (MANY, 3), (500, FEW), (500, FEW + 1)]


@pytest.mark.parametrize("size", SIZES)
def test_softmax_and_what_training_subtracts_from_it(size: tuple[int, int]) -> None:
    z, aims = 5 * torch.randn(size), torch.rand(size)
    z[0] = torch.linspace(-200, 200, size[1])
    expected = torch.softmax(z.double(), -1)
    torch.testing.assert_close(softmax(z).double(), expected, rtol=1e-5, atol=1e-7)
    for shape in (size, (1, *size)):
        out = torch.empty(shape)
        for call in softmax_less(z.view(shape), aims.view(shape), out):
            call()
        torch.testing.assert_close(out.view(size).double(), expected - aims.double(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("size", SIZES)
def test_cross_entropy_of_every_row(size: tuple[int, int], smoothing: float) -> None:
    z, targets = 5 * torch.randn(size), torch.randint(0, size[1], size[:1])
    loss = nn.CrossEntropyLoss(reduction="none", label_smoothing=smoothing)
    expected = loss(z.double(), targets)
    torch.testing.assert_close(cross_entropies(loss, z, targets).double(), expected, rtol=1e-5, atol=1e-6)


def test_only_many_rows_of_few_classes_are_turned() -> None:
    assert [pays(torch.zeros(size)) for size in SIZES] == [False, True, True, False]


def test_what_is_no_number_stays_none() -> None:
    z = torch.zeros(MANY, 2)
    z[3] = torch.nan
    assert torch.isnan(softmax(z)).all(1).nonzero().tolist() == [[3]]
