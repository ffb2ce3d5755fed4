"""Which runs improve, and which have waited long enough: early stopping for many runs at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.training import EarlyStopping


class Watch:
    """The rule of `EarlyStopping.judge`, for the losses of `runs` runs, lower being better."""

    def __init__(self, rule: EarlyStopping, runs: int) -> None:
        self._rule = rule
        self.best = np.full(runs, np.inf)
        """Lowest loss so far."""
        self.best_epoch = np.zeros(runs, np.int64)
        """From 1; 0 while no loss was a number."""
        self.ended = np.zeros(runs, np.int64)
        """The last epoch that counts; 0 while a run goes on."""

    @property
    def goes_on(self) -> NDArray[np.bool_]:
        """Which runs still train."""
        going: NDArray[np.bool_] = self.ended == 0
        return going

    def see(self, epoch: int, losses: NDArray[np.float64], train: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Take the watched losses and the training losses of an epoch; return which runs are at their best.

        A run whose loss is no number ends there.
        """
        going = self.goes_on
        margin = np.where(self.best_epoch > 0, self._rule.min_delta, 0.0)
        better: NDArray[np.bool_] = going & (losses < self.best - margin)
        self.best = np.where(better, losses, self.best)
        self.best_epoch = np.where(better, epoch, self.best_epoch)
        waited = epoch - self.best_epoch >= self._rule.patience
        ends = ~(np.isfinite(losses) & np.isfinite(train)) | (waited & self._rule.on)
        self.ended = np.where(going & ends, epoch, self.ended)
        return better
