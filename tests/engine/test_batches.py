"""Every epoch visits every row once, in an order of its own."""

from __future__ import annotations

import pytest
import torch

from nnstudio.engine import batches as module
from nnstudio.engine.batches import Batches, batch_sizes
from nnstudio.engine.randomness import stream


@pytest.mark.parametrize(
    ("rows", "size", "pairs", "expected"),
    [
        (10, 4, False, [4, 4, 2]),
        (8, 4, False, [4, 4]),
        (9, 4, False, [4, 4, 1]),
        (9, 4, True, [4, 5]),
        (10, 4, True, [4, 4, 2]),
        (1, 4, True, [1]),
        (3, 100, False, [3]),
    ],
)
def test_sizes(rows: int, size: int, pairs: bool, expected: list[int]) -> None:
    assert batch_sizes(rows, size, pairs) == expected


def made(rows: int = 10) -> Batches:
    x = torch.arange(rows, dtype=torch.float32)[:, None]
    return Batches(x, x * 10, x[:, 0] * 100, 4, stream(0, "order"))


def test_gathered_at_once_or_batch_by_batch_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = made()
    monkeypatch.setitem(module.GATHER_BYTES, "cpu", 0)
    one_by_one = made()
    for _ in range(2):
        at_once.shuffle()
        one_by_one.shuffle()
        for index in range(len(at_once)):
            for a, b in zip(at_once[index], one_by_one[index], strict=True):
                assert a is not None
                assert b is not None
                assert torch.equal(a, b)


def test_rows_stay_together_and_each_comes_once() -> None:
    batches = made()
    orders = []
    for _ in range(2):
        batches.shuffle()
        rows = []
        for index in range(len(batches)):
            x, targets, weights = batches[index]
            assert weights is not None
            assert torch.equal(targets, x * 10)
            assert torch.equal(weights, x[:, 0] * 100)
            rows += x[:, 0].tolist()
        assert sorted(rows) == list(range(10))
        assert rows == batches.order.tolist()
        orders.append(rows)
    assert orders[0] != orders[1]


def test_inputs_lie_in_one_place_or_are_gathered_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = made()
    places = [fixed.place(index) for index in range(len(fixed))]
    monkeypatch.setitem(module.GATHER_BYTES, "cpu", 0)
    moving = made()
    fixed.shuffle()
    moving.shuffle()
    for index, place in enumerate(places):
        out = torch.zeros(moving.sizes[index], 1)
        assert moving.place(index) is None
        moving.gather(index, out)
        assert place is not None
        assert torch.equal(out, place)
