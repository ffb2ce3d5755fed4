"""The books of a run: the values of its epochs and the weights worth keeping."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from torch import Tensor

from nnstudio.core.run import Finished, Status
from nnstudio.core.training import EarlyStopping
from nnstudio.engine.checkpoint import all_finite, pack
from nnstudio.engine.rate import monitored


class Ledger:
    """Values by name, one per finished epoch, and a copy of the best weights so far."""

    def __init__(self, weights: Callable[[], dict[str, Tensor]]) -> None:
        """`weights` gives copies of the weights of now, on the CPU."""
        self._weights = weights
        self.columns: dict[str, list[float]] = {}
        self.best_epoch, self.best = 0, dict[str, Tensor]()
        self._best_at, self._judged = -1, 0

    @property
    def epochs(self) -> int:
        """Number of finished epochs."""
        return len(self.columns.get("train_loss", ()))

    def loss(self, epoch: int) -> float:
        """Return the validation loss of an epoch (from 1), the training loss where there is none."""
        return self.columns[monitored("val_loss", self.columns)][epoch - 1]

    def add(self, values: Mapping[str, float]) -> None:
        """Write down values of one more epoch."""
        for name, value in values.items():
            self.columns.setdefault(name, []).append(value)

    def judge(self, rule: EarlyStopping) -> bool:
        """Keep the weights when the last epoch is the best so far; tell whether to stop early."""
        name = monitored(rule.monitor, self.columns)
        if name != rule.monitor:
            rule = rule.model_copy(update={"monitor": name, "mode": "auto"})
        values, best = self.columns[name], self._best_at
        for at in range(self._judged, len(values)):
            # Of those before only the best matters: a long run must not become slow.
            held = [values[best]] if best >= 0 else []
            best = at if rule.judge([*held, values[at]])[0] == len(held) else best
        self._best_at, self._judged = best, len(values)
        if best == self.epochs - 1:
            self.best_epoch, self.best = self.epochs, self._weights()
        return rule.on and len(values) - 1 - best >= rule.patience

    def close(self, status: Status, message: str, seconds: float, restore_best: bool) -> Finished:
        """Return the last event.

        Without `restore_best` the best weights offered are the last ones, unless the run failed.
        Weights that are not finite are not worth keeping.
        """
        last = self._last_weights()
        epoch, best = self.best_epoch, self.best
        keeps_last = not restore_best and status != "failed"
        if keeps_last and epoch:
            epoch = self.epochs
        if (keeps_last or not best) and last:
            best = last
        packed = [pack(weights) if weights else b"" for weights in (best, last)]
        return Finished(status, message, epoch, seconds, packed[0], packed[1])

    def _last_weights(self) -> dict[str, Tensor]:
        """Return the weights of now; empty when they are not finite or the device cannot be read."""
        try:
            last = self._weights()
        except RuntimeError:
            return {}
        return last if all_finite(last) else {}
