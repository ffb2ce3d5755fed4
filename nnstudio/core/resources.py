"""Finds bundled files (icons, texts, sample data) from a checkout, a wheel and a frozen app."""

from __future__ import annotations

import sys
from pathlib import Path


def path(name: str) -> Path:
    """Return the bundled file or folder `name`, e.g. `icons/play.svg`.

    Raises FileNotFoundError that names every place searched.
    """
    places = [root / name for root in _roots()]
    for place in places:
        if place.exists():
            return place
    raise FileNotFoundError(f"no resource {name!r}; searched: {', '.join(map(str, places))}")


def _roots() -> list[Path]:
    package = Path(__file__).resolve().parents[1]
    roots = [package / "resources", package.parent / "resources"]
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        roots = [Path(frozen) / "nnstudio" / "resources", Path(frozen) / "resources", *roots]
    return roots
