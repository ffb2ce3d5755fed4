"""A slider's stops: round values in rising order, placed by their scale."""

from __future__ import annotations

import pytest

from nnstudio.core.param import Param
from nnstudio.ui.widgets.stops import Stops, stops_of


def stops(*bounds: float, integer: bool = False, **details: object) -> Stops:
    made = stops_of(Param("P", "", *bounds, **details), integer=integer)  # type: ignore[arg-type]
    assert made is not None
    return made


def test_a_log_scale_gives_every_decade_the_same_room() -> None:
    rate = stops(1e-6, 1.0, scale="log")
    places = [rate.fraction(10.0**power) for power in range(-6, 1)]
    assert places == pytest.approx([index / 6 for index in range(7)])
    assert 1e-3 in rate.values
    assert rate.values == tuple(sorted(set(rate.values)))


def test_off_lies_left_of_a_log_scale() -> None:
    penalty = stops(1e-6, 0.1, scale="log", zero=True)
    assert penalty.has_off
    assert penalty.values[0] == 0
    assert penalty.fraction(0) == 0 < penalty.fraction(1e-6) < penalty.fraction(1e-5)


def test_powers_of_two_are_the_only_stops() -> None:
    assert stops(1, 64, scale="power of two", integer=True).values == (1, 2, 4, 8, 16, 32, 64)


def test_a_linear_grid_starts_low_and_ends_high() -> None:
    values = stops(0.0, 0.5, step=0.01).values
    assert (values[0], values[30], values[-1], len(values)) == (0.0, 0.3, 0.5, 51)


def test_whole_numbers_stay_whole() -> None:
    for values in (stops(1, 1000, scale="log", integer=True).values, stops(0, 8, integer=True).values):
        assert all(isinstance(value, int) for value in values)
    assert stops(0, 8, integer=True).values == tuple(range(9))


@pytest.mark.parametrize("scale", ["linear", "log", "power of two"])
def test_every_stop_is_found_again_at_its_place(scale: str) -> None:
    made = stops(1.0, 1024.0, scale=scale)
    for index, value in enumerate(made.values):
        assert made.at(made.fraction(value)) == index
        assert made.nearest(value) == index


def test_a_value_between_stops_goes_to_the_nearer_one() -> None:
    rate = stops(1e-6, 1.0, scale="log")
    assert rate.values[rate.nearest(1.3e-3)] == pytest.approx(1.2e-3)
    assert rate.values[rate.nearest(5.0)] == 1.0


def test_a_huge_range_keeps_a_bounded_number_of_stops() -> None:
    assert len(stops(0, 2**31, step=1, integer=True).values) < 2500


def test_without_two_bounds_there_is_no_track() -> None:
    assert stops_of(Param("P", "", low=0)) is None
    assert stops_of(Param("P", "")) is None


def test_a_log_scale_from_zero_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="P: a log scale must start above 0"):
        stops_of(Param("P", "", 0, 1, "log"))
