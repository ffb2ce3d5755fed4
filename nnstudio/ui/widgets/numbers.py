"""Numbers as a person reads and types them."""

from __future__ import annotations

import math


def format_number(value: float, step: float | None = None) -> str:
    """Return a number for display: `0.001`, `1e-4`, `32`; with a `step` at least its decimals (`0.30`)."""
    if isinstance(value, int):
        return str(value)
    if step:
        return _with_decimals(value, _decimals(step))
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e6:
        return f"{value:.7g}"
    mantissa, exponent = f"{value:.6e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def parse_number(text: str) -> float:
    """Read a typed number; a single comma counts as the decimal point, spaces group digits.

    Raises ValueError with a sentence for a person when the text is no finite number.
    """
    plain = "".join(text.split()).replace("−", "-").replace("_", "")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        raise ValueError(f"“{text.strip()}” is not a number") from None
    if not math.isfinite(value):
        raise ValueError(f"“{text.strip()}” is not a finite number")
    return value


def group_digits(count: int) -> str:
    """Return a count with thin spaces between thousands: 59 210."""
    return f"{count:,}".replace(",", "\u2009")


def _decimals(step: float) -> int:
    return max(0, -math.floor(math.log10(step) + 1e-9)) if step < 1 else 0


def _with_decimals(value: float, least: int) -> str:
    shown = f"{value:.{least}f}"
    if math.isclose(float(shown), value, rel_tol=1e-9, abs_tol=1e-12):
        return shown
    return f"{value:.7g}"
