"""Growing storage, decimation, smoothing and the robust range."""

import numpy as np
import pytest

from nnstudio.ui.charts.series import BLOCK, Series, decimate, nearest, robust_range, smooth


def test_series_grows_by_numbers_and_arrays_without_losing_any() -> None:
    series = Series([0, 1], [5.0, 4.0])
    for step in range(2, 300):
        series.append(step, 1.0 / step)
    series.append([300, 301], [7.0, 8.0])
    assert len(series) == 302
    assert series.x.tolist() == list(range(302))
    assert series.y[2] == 0.5
    assert series.y[-1] == 8.0


def test_series_answers_only_within_half_a_spacing_of_its_ends() -> None:
    series = Series([1, 2, 3], [0.3, 0.2, 0.1])
    assert series.at(2.4) == 0.2
    assert series.at(3.5) == 0.1
    assert series.at(3.6) is None
    assert Series().at(0.0) is None


def test_series_follows_columns_that_grow() -> None:
    series, x, y = Series(), [1.0, 2.0], [0.5]
    series.follow(x, y)
    assert series.x.tolist() == [1.0]
    x.append(3.0)
    y += [0.4, 0.3]
    series.follow(x, y)
    assert series.x.tolist() == [1.0, 2.0, 3.0]
    assert series.y.tolist() == [0.5, 0.4, 0.3]


def test_a_long_curve_that_grows_is_thinned_to_the_extremes_of_its_buckets() -> None:
    rng = np.random.default_rng(0)
    series, buckets = Series(), 50
    for part in np.split(np.arange(60_000.0), range(9_000, 60_000, 7_321)):
        series.append(part, rng.normal(size=len(part)))
        x, y = series.thinned(buckets, 0, 60_000)
    assert len(x) <= 2 * (buckets + 1) + 2 * BLOCK
    assert (np.diff(x) > 0).all()
    assert np.isin(y, series.y).all()
    width = 60_000 // buckets
    for start, stretch in zip(series.x[::width], series.y.reshape(-1, width), strict=True):
        near = y[(x >= start - width) & (x <= start + 2 * width)]
        assert near.min() <= stretch.min()
        assert near.max() >= stretch.max()


def test_a_part_of_a_long_curve_is_thinned_like_a_short_one() -> None:
    series = Series(np.arange(100_000.0), np.random.default_rng(2).normal(size=100_000))
    near = series.thinned(100, 500, 900)
    for mine, plain in zip(near, decimate(series.x, series.y, 100, 500, 900), strict=True):
        np.testing.assert_array_equal(mine, plain)


def test_smoothing_a_curve_that_grows_equals_smoothing_it_whole() -> None:
    y = np.random.default_rng(3).normal(size=1000)
    y[[0, 10, 399, 400, 401]] = np.nan
    series = Series()
    for part in np.split(np.arange(1000), [1, 2, 11, 400, 401, 700]):
        series.append(part, y[part])
        smoothed = series.smoothed(0.9)
    np.testing.assert_allclose(smoothed.y, smooth(y, 0.9), rtol=1e-12)
    assert smoothed is series.smoothed(0.9)
    np.testing.assert_allclose(series.smoothed(0.5).y, smooth(y, 0.5), rtol=1e-12)


@pytest.mark.parametrize(("position", "index"), [(-5, 0), (0.4, 0), (0.6, 1), (9, 2)])
def test_nearest_takes_the_closest(position: float, index: int) -> None:
    assert nearest(np.array([0.0, 1.0, 2.0]), position) == index


def test_nearest_of_a_single_point() -> None:
    assert nearest(np.array([3.0]), 100.0) == 0


def test_decimation_keeps_the_least_and_greatest_of_every_bucket() -> None:
    rng = np.random.default_rng(0)
    x, y = np.arange(10_000.0), rng.normal(size=10_000)
    thin_x, thin_y = decimate(x, y, 100, 0, 9_999)
    assert len(thin_x) <= 2 * 100 + 2
    assert (np.diff(thin_x) > 0).all()
    for block in y.reshape(100, 100):
        assert block.min() in thin_y
        assert block.max() in thin_y


def test_decimation_keeps_a_lone_spike_among_a_million_points() -> None:
    y = np.zeros(1_000_000)
    y[123_456] = 9.0
    x, thin = decimate(np.arange(1e6), y, 500, 0, 1e6)
    assert x[thin == 9.0].tolist() == [123_456]


def test_decimation_leaves_short_curves_alone_and_keeps_one_neighbour_outside() -> None:
    x, y = np.arange(10.0), np.arange(10.0) ** 2
    thin_x, thin_y = decimate(x, y, 100, 2.5, 5.5)
    assert thin_x.tolist() == [2, 3, 4, 5, 6]
    assert thin_y.tolist() == [4, 9, 16, 25, 36]


def test_decimation_survives_values_that_are_not_finite() -> None:
    y = np.arange(1000.0)
    y[::7] = np.nan
    _, thin = decimate(np.arange(1000.0), y, 50, 0, 999)
    assert np.nanmax(thin) == 999.0


def test_smoothing_equals_the_recurrence_and_the_closed_form() -> None:
    y = np.random.default_rng(1).normal(size=500)
    slow = [y[0]]
    for value in y[1:]:
        slow.append(0.9 * slow[-1] + 0.1 * value)
    np.testing.assert_allclose(smooth(y, 0.9), slow, rtol=1e-12)
    step = np.concatenate([[0.0], np.ones(50)])
    np.testing.assert_allclose(smooth(step, 0.8), 1 - 0.8 ** np.arange(51), rtol=1e-12)


def test_smoothing_skips_what_is_not_finite() -> None:
    smoothed = smooth(np.array([1.0, np.nan, 3.0]), 0.5)
    assert smoothed[0] == 1.0
    assert np.isnan(smoothed[1])
    assert smoothed[2] == 2.0


def test_no_smoothing_returns_a_copy() -> None:
    y = np.array([1.0, 2.0])
    assert smooth(y, 0.0) is not y
    assert smooth(y, 0.0).tolist() == [1.0, 2.0]


def test_robust_range_ignores_a_spike_but_keeps_a_normal_start() -> None:
    curve = 2 * np.exp(-np.arange(60) / 10)
    assert robust_range([curve]) == (curve.min(), curve.max())
    spiked = curve.copy()
    spiked[40] = 1e6
    low, high = robust_range([spiked]) or (0, 0)
    assert low == curve.min()
    assert high < 3


def test_robust_range_ignores_the_only_spike_of_a_short_curve() -> None:
    low, high = robust_range([np.array([1.0, 0.9, 0.8, 500.0, 0.7, 0.6])]) or (0, 0)
    assert low == 0.6
    assert high < 2


def test_robust_range_of_nothing_finite_is_none() -> None:
    assert robust_range([np.array([np.nan, np.inf])]) is None
    assert robust_range([]) is None


def test_robust_range_of_equal_values() -> None:
    assert robust_range([np.full(10, 0.5)]) == (0.5, 0.5)
