"""A setting carries its bounds and its help, and pydantic holds it to them."""

from __future__ import annotations

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
