"""Cross-validations and searches that a project file keeps beside its runs, as small tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pydantic import Field

from nnstudio.core.registry import Frozen

MOST_KEPT = 20
"""Of each kind; the oldest go first."""
MOST_POINTS = 99
"""Of a fold's curve."""


class KeptScore(Frozen):
    """One score over the folds; None where it is no number."""

    mean: float | None
    spread: float | None
    low: float | None
    high: float | None


class KeptValidation(Frozen):
    """A cross-validation: how it was divided, its scores, the validation loss of every fold by epoch."""

    created: str
    """ISO 8601."""
    folds: dict[str, Any]
    scores: dict[str, KeptScore]
    epochs: tuple[tuple[int, ...], ...] = ()
    curves: tuple[tuple[float | None, ...], ...] = ()
    rows: tuple[int, int] = (0, 0)
    """Training and validation examples of the first fold."""


class KeptTrial(Frozen):
    """A training of a search with its settings, and what came of it."""

    number: int
    values: dict[str, Any]
    status: str
    value: float | None
    epoch: int
    seconds: float = 0.0
    message: str = ""


class KeptSearch(Frozen):
    """A search for settings."""

    created: str
    strategy: str
    monitor: str
    trials: tuple[KeptTrial, ...]


class Kept(Frozen):
    """Everything kept, the newest last."""

    validations: tuple[KeptValidation, ...] = Field((), max_length=MOST_KEPT)
    searches: tuple[KeptSearch, ...] = Field((), max_length=MOST_KEPT)

    def with_validation(self, found: KeptValidation) -> Kept:
        """Return this with one more cross-validation."""
        return Kept(validations=(*self.validations, found)[-MOST_KEPT:], searches=self.searches)

    def with_search(self, found: KeptSearch) -> Kept:
        """Return this with one more search."""
        return Kept(validations=self.validations, searches=(*self.searches, found)[-MOST_KEPT:])


def finite(value: float) -> float | None:
    """Return a number that JSON knows, else None."""
    return value if math.isfinite(value) else None


def thinned(curve: Sequence[float]) -> tuple[tuple[int, ...], tuple[float | None, ...]]:
    """Return epochs, from 1, and values of at most 100 points of a curve, both ends among them."""
    step = max(1, math.ceil(len(curve) / MOST_POINTS))
    places = sorted({*range(0, len(curve), step), *([len(curve) - 1] if curve else [])})
    return tuple(place + 1 for place in places), tuple(finite(curve[place]) for place in places)
