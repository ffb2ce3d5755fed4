"""Every loss, optimizer, schedule and metric keeps its registry's promises."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

import nnstudio.catalog  # noqa: F401  (fills the registries)
from nnstudio.catalog.activations import ACTIVATIONS
from nnstudio.core.registry import Entry
from nnstudio.core.trace import ASKED
from nnstudio.core.training import (
    HIGHER_IS_BETTER,
    LOSSES,
    METRICS,
    OPTIMIZERS,
    SCHEDULES,
    ClassResult,
    LabelResult,
    Loss,
    Metric,
    NumberResult,
    Optimizer,
    Schedule,
)
from nnstudio.engine.build import module_of
from nnstudio.engine.modules import MODULES


def kind(entry: type[Entry]) -> str:
    return entry.kind


@pytest.mark.parametrize("entry", [*LOSSES, *OPTIMIZERS, *SCHEDULES, *METRICS], ids=kind)
def test_every_entry_explains_itself_and_survives_the_file(entry: type[Entry]) -> None:
    assert entry.title
    assert entry.family
    assert len(entry.about()) > 30
    assert all(spec.label and spec.help for spec in entry.params().values())
    value = entry()
    data = value.model_dump(mode="json")
    assert data.pop("kind") == entry.kind
    assert entry(**data) == value


@pytest.mark.parametrize("entry", list(LOSSES), ids=kind)
def test_every_loss_gives_one_value_per_example_or_unit(entry: type[Loss]) -> None:
    loss = entry()
    outputs = torch.rand(6, 3).softmax(1).requires_grad_()
    targets = nn.functional.one_hot(torch.tensor([0, 1, 2, 0, 1, 2]), 3).float()
    each = module_of(loss.call())(outputs, targets)
    assert each.shape in ((6,), (6, 3))
    each.mean().backward()
    assert outputs.grad is not None
    assert torch.isfinite(outputs.grad).all()
    printed = eval(loss.call().source("" if loss.call().name in MODULES else "nn."), {"nn": nn, **MODULES})
    torch.testing.assert_close(printed(outputs, targets), each)


@pytest.mark.parametrize("entry", list(LOSSES), ids=kind)
def test_the_fused_form_is_the_activation_and_the_loss(entry: type[Loss]) -> None:
    loss = entry()
    fused = loss.fused()
    assert (fused is None) == (not loss.fused_with)
    if fused is None:
        return
    activation = ACTIVATIONS[loss.fused_with]().call()
    assert activation is not None
    scores = torch.randn(6, 3)
    targets = nn.functional.one_hot(torch.tensor([0, 1, 2, 0, 1, 2]), 3).float()
    joined = module_of(fused)(scores, targets)
    joined = joined.mean(1) if joined.ndim == 2 else joined
    apart = module_of(loss.call())(module_of(activation)(scores), targets)
    torch.testing.assert_close(joined, apart, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("entry", list(OPTIMIZERS), ids=kind)
def test_every_optimizer_goes_downhill_and_its_live_settings_are_torchs(entry: type[Optimizer]) -> None:
    optimizer = entry(rate=0.01)
    call = optimizer.call()
    assert dict(call.kwargs)["lr"] == 0.01
    assert "weight_decay" not in dict(call.kwargs)
    assert optimizer.params()["rate"].live
    weight = nn.Parameter(torch.tensor([3.0, -2.0]))
    made = getattr(torch.optim, call.name)([weight], *call.args, **dict(call.kwargs))
    start = weight.detach().square().sum()
    for _ in range(10):
        made.zero_grad()
        weight.square().sum().backward()
        made.step()
    assert weight.detach().square().sum() < start


@pytest.mark.parametrize("entry", list(SCHEDULES), ids=kind)
def test_every_schedule_is_a_pure_factor_of_at_most_one(entry: type[Schedule]) -> None:
    schedule = entry()
    seen = [1.0] * 40
    factors = [schedule.factor(0.1, epoch, 40, seen[:epoch]) for epoch in range(40)]
    assert factors == [schedule.factor(0.1, epoch, 40, seen[:epoch]) for epoch in range(40)]
    assert min(factors) >= 0.0
    assert 0.999 < max(factors) <= 1.0
    if entry.family != "cycles":
        assert factors[0] == 1.0
        assert all(after <= before for before, after in pairwise(factors))


@pytest.mark.parametrize("entry", list(METRICS), ids=kind)
def test_every_metric_is_best_for_a_perfect_prediction(entry: type[Metric]) -> None:
    metric = entry()
    true = np.array([[1.0], [2.0], [4.0]])
    good: ClassResult | LabelResult | NumberResult = NumberResult(true, true)
    bad: ClassResult | LabelResult | NumberResult = NumberResult(true[::-1], true)
    asks = {ASKED[task] for task in metric.tasks}
    assert len(asks) == 1, "one metric takes one kind of result"
    if asks == {"labels"}:
        flags = np.array([[1, 0], [0, 1], [1, 1]])
        good = LabelResult(flags, flags, flags.astype(float))
        bad = LabelResult(1 - flags, flags, 1.0 - flags)
    elif asks == {"class"}:
        good = ClassResult(np.eye(3, dtype=np.int64), np.arange(3), np.eye(3))
        bad = ClassResult(np.ones((3, 3), np.int64), np.repeat(np.arange(3), 3), np.tile(np.eye(3), (3, 1)))
    assert (metric.value(good) > metric.value(bad)) == metric.higher_is_better
    assert metric.value(good) == (1.0 if metric.higher_is_better else 0.0)
    name = f"val_{metric.kind}"
    assert (name in HIGHER_IS_BETTER) <= metric.higher_is_better
