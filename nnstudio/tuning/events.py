"""What a search tells, and what may be thrown into it; loads neither torch nor Optuna."""

from __future__ import annotations

from dataclasses import dataclass

from nnstudio.tuning.space import Values
from nnstudio.tuning.wish import Trial


class SkipTrial(Exception):
    """Thrown into the generator: end the present trial and go on with the next."""


class StopSearch(Exception):
    """Thrown into the generator: end the present trial and the search."""


@dataclass(frozen=True, slots=True)
class TrialBegun:
    """A trial begins."""

    number: int
    planned: int
    values: Values


@dataclass(frozen=True, slots=True)
class TrialGoesOn:
    """A trial trains: epochs done, and the best value so far."""

    number: int
    epoch: int
    value: float | None


@dataclass(frozen=True, slots=True)
class TrialDone:
    """A trial is over."""

    trial: Trial


@dataclass(frozen=True, slots=True)
class Best:
    """The last event: the best trial of all, None when none was trained to its end."""

    trial: Trial | None


SearchEvent = TrialBegun | TrialGoesOn | TrialDone | Best
