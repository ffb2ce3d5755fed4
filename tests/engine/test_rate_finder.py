"""The rate range test leaves everything as it was, and suggests a rate that trains well."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nnstudio.catalog.optimizers import SGD, Adam
from nnstudio.engine.rate_finder import HIGHEST, LOWEST, RatePoint, find_rate, rounded, suggest
from tests.engine.made import classes, project_for
from tests.engine.plain import history_of


def test_rates_climb_by_the_same_factor_and_the_loss_ends_by_diverging() -> None:
    prepared = classes(3)
    points = list(find_rate(project_for(prepared, optimizer=SGD(rate=0.1)), prepared, steps=80))
    rates = np.array([p.rate for p in points])
    assert rates[0] == LOWEST
    np.testing.assert_allclose(rates[1:] / rates[:-1], (HIGHEST / LOWEST) ** (1 / 79))
    assert [p.step for p in points] == list(range(1, len(points) + 1))
    assert all(math.isfinite(p.smooth) for p in points)
    assert points[0].smooth == pytest.approx(points[0].loss)


def test_the_first_loss_is_that_of_training_and_the_test_repeats() -> None:
    prepared = classes(3)
    project = project_for(prepared)
    first, second = (list(find_rate(project, prepared, steps=30)) for _ in range(2))
    assert first == second
    assert first[0].loss == history_of(project, prepared).step_losses[0]


@pytest.mark.parametrize("optimizer", [SGD(rate=0.1), Adam(rate=0.1)], ids=lambda o: o.kind)
def test_the_suggested_rate_trains_better_than_far_lower_and_far_higher_ones(optimizer: SGD | Adam) -> None:
    prepared = classes(3, rows=200)
    project = project_for(prepared, optimizer=optimizer, epochs=10)
    found = suggest(list(find_rate(project, prepared)))
    assert found is not None
    assert found.rate == rounded(min(found.steepest, found.a_tenth))
    losses = [
        history_of(project.set("training.optimizer.rate", rate), prepared)["train_loss"][-1]
        for rate in (found.rate, found.rate / 300, 10.0 * found.rate + 5)
    ]
    assert losses[0] == min(losses)


def test_reads_the_steepest_slope_and_a_tenth_of_the_minimum() -> None:
    rates = np.geomspace(LOWEST, HIGHEST, 81)
    # Flat, falling between 0.0001 and 0.1, then rising: ten points to a decade.
    losses = np.interp(np.log10(rates), [-7, -4, -1, 1], [1.0, 1.0, 0.1, 3.0])
    pairs = zip(rates.tolist(), losses.tolist(), strict=True)
    found = suggest([RatePoint(at, rate, loss, loss) for at, (rate, loss) in enumerate(pairs, 1)])
    assert found is not None
    assert 1e-4 < found.steepest < 1e-1
    assert found.a_tenth == pytest.approx(1e-2)
    assert found.rate == rounded(min(found.steepest, found.a_tenth))


def test_a_loss_that_never_falls_gives_no_advice() -> None:
    assert suggest([RatePoint(at, 1e-7 * 1.5**at, 1.0 + at, 1.0 + at) for at in range(40)]) is None
    assert suggest([]) is None
