"""The helpers that read curves: trends told from noise, windows, swings."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.diagnosis import signals


@pytest.mark.parametrize(("epochs", "width"), [(3, 5), (50, 5), (100, 10), (2000, 200)])
def test_window_grows_with_the_run(epochs: int, width: int) -> None:
    assert signals.window(epochs) == width


@pytest.mark.parametrize("epochs", [5, 10, 60, 500])
def test_trend_finds_the_slope(epochs: int) -> None:
    line = signals.trend(np.linspace(3, 3 - 0.25 * (epochs - 1), epochs))
    assert line.slope == pytest.approx(-0.25)
    assert line.falls
    assert not line.rises


def test_trend_is_not_fooled_by_outliers() -> None:
    values = np.arange(40.0)
    values[[3, 20, 33]] = [900, -900, 500]
    assert signals.trend(values).slope == pytest.approx(1.0, abs=0.1)


def test_noise_has_no_trend() -> None:
    found = [signals.trend(np.random.default_rng(seed).standard_normal(50)) for seed in range(100)]
    assert sum(line.falls or line.rises for line in found) <= 2


def test_too_short_is_flat() -> None:
    assert signals.trend(np.array([3.0, 2.0, 1.0])).slope == 0


def test_noise_is_the_scatter_around_the_trend() -> None:
    values = np.arange(2000) * 0.5 + np.random.default_rng(0).standard_normal(2000) * 0.2
    assert signals.noise(values) == pytest.approx(0.2, rel=0.1)


def test_missing_values_are_skipped() -> None:
    values = np.array([np.nan, 4.0, 3.0, np.inf, 2.0])
    assert signals.start(values) == 4
    assert signals.lowest(values) == 2
    assert signals.level(values, 1) == 2
    assert np.isnan(signals.level(np.array([np.nan])))


def test_swing_and_turns_tell_a_zigzag_from_a_descent() -> None:
    zigzag, descent = np.tile([0.2, 0.8], 20), np.linspace(1, 0, 40)
    assert signals.swing(zigzag) == pytest.approx(0.6)
    assert signals.turns(zigzag) == 1
    assert signals.turns(descent) == 0


@pytest.mark.parametrize(
    ("values", "epoch"), [([1, 5, 1, 5, 5], 4), ([5, 5], 1), ([5, 1], 0), ([5, np.nan, 5], 3)]
)
def test_since_above(values: list[float], epoch: int) -> None:
    assert signals.since_above(np.array(values, dtype=float), 2.0) == epoch
