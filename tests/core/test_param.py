"""A setting carries its bounds and its help, and pydantic holds it to them."""

from __future__ import annotations

from math import inf

import pytest
from pydantic import ValidationError

from nnstudio.core.param import Param, param, params
from nnstudio.core.registry import Frozen


class Oven(Frozen):
    """Something with settings."""

    heat: float = param(
        180.0, "Heat", "How hot.", low=50, high=250, unit="°C", typical=(160, 220),
        too_low="Raw.", too_high="Burnt.", source="Grandmother.",
    )  # fmt: skip
    steam: float = param(0.0, "Steam", "How wet.", low=0.1, high=1.0, scale="log", zero=True)
    colour: str = "white"


def test_settings_are_found_in_order() -> None:
    assert list(params(Oven)) == ["heat", "steam"]
    assert params(Oven()) == params(Oven)
    assert isinstance(params(Oven)["heat"], Param)


@pytest.mark.parametrize("value", [49.9, 250.1, float("nan"), float("inf"), "hot"])
def test_bounds_are_enforced(value: float) -> None:
    with pytest.raises(ValidationError):
        Oven(heat=value)


def test_off_is_allowed_below_the_lowest_value() -> None:
    assert Oven(steam=0.0).steam == 0.0
    with pytest.raises(ValidationError):
        Oven(steam=-0.1)


def test_the_tooltip_tells_everything() -> None:
    text = params(Oven)["heat"].tooltip()
    for part in ("Heat", "How hot.", "Raw.", "Burnt.", "160 to 220 °C", "Grandmother."):
        assert part in text
    assert "Too low" not in params(Oven)["steam"].tooltip()


class Kiln(Frozen):
    """Something that takes more than its slider shows."""

    heat: float = param(100.0, "Heat", "How hot.", low=1.0, high=1e3, least=0.0, most=inf, scale="log")
    tilt: float = param(0.0, "Tilt", "How steep.", low=-5.0, high=5.0, least=-inf, most=90.0)


@pytest.mark.parametrize("value", [1e-12, 0.5, 1e3, 1e9])
def test_more_than_the_slider_shows_may_be_accepted(value: float) -> None:
    assert Kiln(heat=value).heat == value
    assert Kiln(tilt=-value).tilt == -value
    assert params(Kiln)["heat"].refusal(value) == ""


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [("heat", 0.0, "Heat must be above 0"), ("tilt", 90.1, "Tilt must be at most 90")],
)
def test_what_makes_no_sense_at_all_is_refused_in_words(field: str, value: float, why: str) -> None:
    with pytest.raises(ValidationError):
        Kiln.model_validate({field: value})
    assert params(Kiln)[field].refusal(value) == why


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_open_bounds_still_want_a_number(value: float) -> None:
    with pytest.raises(ValidationError):
        Kiln(heat=value)
