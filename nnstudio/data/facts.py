"""Numbers about prepared data that the diagnosis judges by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations.rows import repeats
from nnstudio.core.comparison import Giveaway
from nnstudio.core.dataset import DataFacts, Part, SplitFacts
from nnstudio.core.shape import SEQUENCE, TOKENS
from nnstudio.core.trace import Target
from nnstudio.core.units import Units
from nnstudio.data.contrast import giveaway, split_shift
from nnstudio.data.made import Made

ENOUGH = 256 << 20
"""Bytes of inputs that numbers about them are taken from."""


def facts(
    train: Part,
    validation: Part,
    test: Part,
    ready: Made,
    units: Units,
    naive: NDArray[np.float64] | None = None,
) -> DataFacts:
    """Return the facts; for images a feature's mean and deviation are those of a whole channel.

    `feature_std_min` leaves constant features out, they are named on their own. Token ids are names, so
    their size says nothing: they count as scaled. Of very many images some stand for all. `naive` is the
    naive forecast of the validation windows in the target's own units.
    """
    duplicates, leaked = _repeated(train, validation, test)
    train, validation, test = _without_gaps(train), _without_gaps(validation), _without_gaps(test)
    simple = _baseline(train, validation, ready.target, units)
    if naive is not None:
        simple |= _naive(naive, validation, units)
    return DataFacts(
        train=_split_facts(train, ready.target),
        validation=_split_facts(validation, ready.target),
        test=_split_facts(test, ready.target),
        features=ready.shape.count,
        **_spread(train, ready),
        duplicates=duplicates,
        leaked=leaked,
        baseline_loss=simple,
        shift=split_shift(train, validation, ready.names),
        giveaway=_giveaway(train, validation, ready),
    )


def _giveaway(train: Part, validation: Part, ready: Made) -> Giveaway | None:
    classes = ready.target.count if train.y.ndim == 1 else 0
    if ready.target.column == "input" or not (classes or ready.target.asks == "numbers"):
        return None
    return giveaway(train, validation, ready.names, classes)


def _without_gaps(part: Part) -> Part:
    """Return the rows with whatever is no number replaced by the mean of its feature."""
    return replace(part, x=_filled(part.x), y=_filled(part.y))


def _filled(values: NDArray[Any]) -> NDArray[Any]:
    # Pixels that lie in a file have been read from pictures, which have no gaps.
    if values.dtype.kind != "f" or isinstance(values, np.memmap) or np.isfinite(values).all():
        return values
    known = np.isfinite(values)
    count = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, values, 0).sum(axis=0, dtype=np.float64) / count
    return np.where(known, values, means).astype(values.dtype)


def _spread(train: Part, ready: Made) -> dict[str, Any]:
    if ready.shape.is_a(TOKENS):
        return {
            "feature_mean_max": 0.0,
            "feature_std_min": 1.0,
            "feature_std_max": 1.0,
            "feature_abs_max": 1.0,
        }
    x = _some(train.x)
    channel = x.ndim - 1 if ready.shape.is_a(SEQUENCE) else 1
    axes = tuple(i for i in range(x.ndim) if i != channel)
    means = np.abs(x.mean(axis=axes, dtype=np.float64))
    deviations = x.std(axis=axes, dtype=np.float64)
    constant = x.min(axis=axes) == x.max(axis=axes)
    return {
        "feature_mean_max": float(means.max()),
        "feature_std_min": float(deviations[~constant].min()) if not constant.all() else 0.0,
        "feature_std_max": float(deviations.max()),
        "feature_abs_max": float(np.abs(x).max()),
        "constant_features": tuple(name for name, same in zip(ready.names, constant, strict=True) if same),
    }


def _some(x: NDArray[Any]) -> NDArray[Any]:
    """Return all rows, or some spread over all when they are too many to hold in memory at once."""
    return x[:: max(1, -(-x.nbytes // ENOUGH))]


def _naive(naive: NDArray[np.float64], validation: Part, units: Units) -> dict[str, float]:
    """Return the validation scores of saying the last step, or season, again."""
    seen = units.forth(naive, validation.rows) - validation.y
    own = naive - units.back(validation.y, validation.rows)
    return {"naive_mse": float((seen**2).mean()), "naive_rmse": _rmse(own)}


def _rmse(wrong: NDArray[np.float64]) -> float:
    return float(np.sqrt((wrong**2).mean(axis=0)).mean())


def _split_facts(part: Part, target: Target) -> SplitFacts:
    if len(part) == 0:
        return SplitFacts(rows=0, class_counts=() if target.asks == "numbers" else (0,) * target.count)
    mean, deviation = 0.0, 1.0
    if part.x.dtype.kind == "f":
        x = _some(part.x)
        mean, deviation = float(x.mean(dtype=np.float64)), float(x.std(dtype=np.float64))
    if target.asks != "numbers":
        counts = _counts(part, target)
        return SplitFacts(
            rows=len(part), class_counts=tuple(counts.tolist()), input_mean=mean, input_std=deviation
        )
    return SplitFacts(
        rows=len(part),
        target_mean=float(part.y.mean(dtype=np.float64)),
        target_std=float(part.y.std(dtype=np.float64)),
        target_min=float(part.y.min()),
        target_max=float(part.y.max()),
        input_mean=mean,
        input_std=deviation,
    )


def _counts(part: Part, target: Target) -> NDArray[np.int64]:
    """Return the rows of each class, or those for which each label is true."""
    if target.asks == "labels":
        return np.asarray(part.y.sum(0), np.int64)
    return np.bincount(part.y, minlength=target.count)


def _repeated(train: Part, validation: Part, test: Part) -> tuple[int, int]:
    """Return how many rows repeat an earlier one, and how many held-out rows stand in training."""
    keys = [_keys(part) for part in (train, validation, test)]
    leaked = int(np.isin(np.concatenate(keys[1:]), keys[0]).sum())
    return int(repeats(np.concatenate(keys)).sum()), leaked


def _keys(part: Part) -> NDArray[np.uint64]:
    """Return a key per row, equal for equal inputs and target."""
    hashes = (hash(x.tobytes() + y.tobytes()) for x, y in zip(part.x, part.y, strict=True))
    return np.fromiter(hashes, np.int64, len(part)).view(np.uint64)


def _baseline(train: Part, validation: Part, target: Target, units: Units) -> dict[str, float]:
    """Return validation scores of a constant prediction learnt from the training rows.

    Classes: `accuracy` of the most frequent class and `cross_entropy` of the class shares. Labels:
    `hamming_loss` of those that are true more often than not, and `binary_cross_entropy`. Numbers:
    `mse` of the mean as the network sees it, and `rmse` in the target's own units.
    """
    if target.asks == "numbers":
        squares = (validation.y - train.y.mean(axis=0, dtype=np.float64)) ** 2
        known = units.back(train.y, train.rows).mean(axis=0)
        rmse = _rmse(units.back(validation.y, validation.rows) - known)
        return {"mse": float(squares.mean()), "rmse": rmse}
    counts = _counts(train, target)
    if target.asks == "labels":
        often = (counts + 1) / (len(train) + 2)
        cost = -np.where(validation.y == 1, np.log(often), np.log(1 - often))
        wrong = (often > 0.5) != (validation.y == 1)
        return {"hamming_loss": float(wrong.mean()), "binary_cross_entropy": float(cost.mean())}
    # One more of each: a class that training lacks would cost infinitely much.
    shares = (counts + 1) / (counts + 1).sum()
    return {
        "accuracy": float(np.mean(validation.y == counts.argmax())),
        "cross_entropy": float(-np.log(shares)[validation.y].mean()),
    }
