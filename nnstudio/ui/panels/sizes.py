"""Amounts as a person reads them: bytes and large counts."""

from __future__ import annotations

from nnstudio.ui.widgets.numbers import group_digits

UNITS = ("B", "kB", "MB", "GB", "TB")


def in_bytes(count: int) -> str:
    """Return e.g. `812 B`, `3.2 kB`, `1.5 GB`; a kB has 1000 bytes."""
    size, unit = float(count), 0
    while size >= 999.5 and unit < len(UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.0f} {UNITS[unit]}" if unit == 0 or size >= 99.5 else f"{size:.1f} {UNITS[unit]}"


def in_count(count: int) -> str:
    """Return a count with its thousands apart, from ten million on in millions or billions."""
    for size, word in ((1_000_000_000, "billion"), (10_000_000, "million")):
        if count >= size:
            return f"{count / (1_000_000_000 if word == 'billion' else 1_000_000):.1f} {word}"
    return group_digits(count)
