"""Every way to multiply gives the product, whoever does it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nnstudio.engine import products
from nnstudio.engine.products import LARGE, SMALL, affine, product

SIZES = [(3, 4, 5), (1, 300, 7), (64, 100, 80), (130, 150, 140)]
"""Below the first limit, at a single row, between the limits, above the second."""


@pytest.mark.parametrize("pays", [True, False])
@pytest.mark.parametrize("turned", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_a_product_in_every_size(
    size: tuple[int, int, int], turned: bool, pays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "onednn_pays", lambda: pays and torch.backends.mkldnn.is_available())
    rows, inner, columns = size
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(rows, inner)), rng.normal(size=(inner, columns))
    left, right = torch.tensor(a, dtype=torch.float32), torch.tensor(b, dtype=torch.float32)
    if turned:
        left, right = left.t().contiguous().t(), right.t().contiguous().t()
    out, sums = torch.full((rows, columns), torch.nan), torch.full((rows, columns), torch.nan)
    bias = torch.linspace(-1, 1, columns)
    calls = product(left, right, out), affine(left, right.t(), bias, sums)
    for call in calls:
        call()
        call()
    np.testing.assert_allclose(out, a @ b, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(sums, a @ b + bias.numpy(), rtol=1e-4, atol=1e-4)


def test_the_calls_read_what_then_lies_in_the_buffers() -> None:
    a, b, out = torch.ones(2, 3), torch.ones(3, 2), torch.zeros(2, 2)
    call = product(a, b, out)
    a.mul_(2)
    call()
    assert out.tolist() == [[6.0, 6.0], [6.0, 6.0]]


def test_the_sizes_lie_on_both_sides_of_the_limits() -> None:
    works = [np.prod(size) for size in SIZES]
    assert works[1] <= SMALL < works[2] < LARGE <= works[3]
