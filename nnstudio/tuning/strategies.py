"""Strategies: how the settings of the next trial are chosen. One entry per strategy."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nnstudio.core.param import param
from nnstudio.core.registry import Entry, Registry
from nnstudio.tuning.space import Dimension, Value

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler


class Strategy(Entry):
    """Base of every strategy."""

    def sampler(self, seed: int) -> BaseSampler:
        """Return the Optuna sampler that chooses the settings of a trial."""
        raise NotImplementedError

    def fixed(self, dimensions: Sequence[Dimension], trials: int, seed: int) -> Iterator[dict[str, Value]]:
        """Yield the settings of the trials known beforehand, by path."""
        return iter(())

    def planned(self, dimensions: Sequence[Dimension], trials: int) -> int:
        """Return how many trials there will be, at most `trials`."""
        return trials


STRATEGIES: Registry[Strategy] = Registry("strategy")


@STRATEGIES.entry
class GridSearch(Strategy):
    """Tries every combination of a few values per setting.

    Thorough and easy to read for one or two settings. Each further setting multiplies the trials: three
    values of five settings are 243. Where there are more combinations than trials, some are drawn evenly.
    """

    kind = "grid"
    title = "Grid search"
    points: int = param(
        3, "Values per setting", "How many values of each range are tried, both ends included.",
        low=2, high=10, step=1, typical=(3, 5), too_low="Misses what lies between.",
        too_high="The number of combinations explodes.",
    )  # fmt: skip

    def sampler(self, seed: int) -> BaseSampler:
        from optuna.samplers import RandomSampler

        return RandomSampler(seed)

    def planned(self, dimensions: Sequence[Dimension], trials: int) -> int:
        return min(trials, math.prod(len(d.spread(self.points)) for d in dimensions))

    def fixed(self, dimensions: Sequence[Dimension], trials: int, seed: int) -> Iterator[dict[str, Value]]:
        axes = [dimension.spread(self.points) for dimension in dimensions]
        total = math.prod(len(axis) for axis in axes)
        places = range(total) if total <= trials else random.Random(seed).sample(range(total), trials)
        for place in places:
            point: dict[str, Value] = {}
            for dimension, axis in zip(reversed(dimensions), reversed(axes), strict=True):
                place, index = divmod(place, len(axis))
                point[dimension.path] = axis[index]
            yield {dimension.path: point[dimension.path] for dimension in dimensions}


@STRATEGIES.entry
class RandomSearch(Strategy):
    """Draws every setting by chance from its range, each trial anew.

    Better than a grid when there are several settings and only some matter: every trial shows another
    value of each of them.
    """

    kind = "random"
    title = "Random search"

    def sampler(self, seed: int) -> BaseSampler:
        from optuna.samplers import RandomSampler

        return RandomSampler(seed)


@STRATEGIES.entry
class BayesianSearch(Strategy):
    """Learns from the trials done where good settings lie, and tries there more often.

    It keeps two pictures, of the settings of good trials and of the others, and picks what looks like the
    first and unlike the second (tree-structured Parzen estimator). Needs some random trials to start from.
    """

    kind = "bayesian"
    title = "Bayesian search"
    start: int = param(
        6, "Random trials first", "Trials drawn by chance before it begins to learn from them.",
        low=1, high=100, step=1, typical=(5, 20), too_low="Settles on the first good region.",
        too_high="Is a random search for longer.",
    )  # fmt: skip

    def sampler(self, seed: int) -> BaseSampler:
        from optuna.samplers import TPESampler

        return TPESampler(seed=seed, n_startup_trials=self.start)
