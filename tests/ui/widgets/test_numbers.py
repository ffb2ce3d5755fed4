"""Numbers are shown short and read in the ways people type them."""

from __future__ import annotations

import pytest

from nnstudio.ui.widgets.numbers import format_number, group_digits, parse_number


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (0.001, None, "0.001"),
        (1e-4, None, "1e-4"),
        (2.5e-5, None, "2.5e-5"),
        (32, None, "32"),
        (0.0, None, "0"),
        (0.3, 0.01, "0.30"),
        (0.305, 0.01, "0.305"),
        (5.0, 1.0, "5"),
        (1e7, None, "1e7"),
        (-1e-4, None, "-1e-4"),
    ],
)
def test_a_number_is_shown_short(value: float, step: float | None, text: str) -> None:
    assert format_number(value, step) == text


@pytest.mark.parametrize("value", [1.23456e-5, 0.0123, 12345.6, 3e-7, 0.9])
def test_what_is_shown_reads_back_as_the_same_number(value: float) -> None:
    assert parse_number(format_number(value)) == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-3", 1e-3), ("0,001", 1e-3), (" 1 000 ", 1000), ("1E5", 1e5), ("−2", -2), (".5", 0.5)],
)
def test_typed_numbers_are_understood(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["fast", "", "1,000.5", "1,2,3", "nan", "inf", "1e999"])
def test_nonsense_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        parse_number(text)


def test_counts_are_grouped_by_thousands() -> None:
    assert group_digits(59210) == "59\u2009210"
