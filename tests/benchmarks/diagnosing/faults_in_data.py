"""Faults that lie in the rows: leaks, wrong labels, rare classes, scales that nobody has brought together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator

from tests.benchmarks.diagnosing.specs import PARTS, Array, Spec

WRONG_LABELS = (0.25, 0.45)
"""The smallest and largest share of wrong labels that is put in."""
Make = Callable[..., Any]


def _given(spec: Spec, *kinds: str) -> dict[str, Array] | None:
    """Return copies of the arrays, None where there are none or the kind is another one."""
    arrays = spec.data.arrays
    if not arrays or spec.data.kind == "rebuild" or (kinds and spec.data.kind not in kinds):
        return None
    return {name: array.copy() for name, array in arrays.items()}


def _with(spec: Spec, arrays: dict[str, Array], raw: bool = False) -> Spec:
    return replace(spec, data=replace(spec.data, arrays=arrays), raw=raw)


def leak(rng: Generator, spec: Spec, pair: Make) -> Any:
    """Put training rows among the validation rows, often of a small set, where it shows."""
    spec = (few_rows(rng, spec, most=300) or spec) if rng.random() < 0.6 else spec
    a = _given(spec)
    if a is None:
        return None
    share = float(rng.uniform(0.3, 0.9))
    count = int(share * len(a["x_val"]))
    rows = rng.choice(len(a["x_train"]), count, replace=count > len(a["x_train"]))
    for letter in "xy":
        a[f"{letter}_val"][:count] = a[f"{letter}_train"][rows]
    return pair(spec, _with(spec, a), f"{share:.0%}", ("hidden",))


def wrong_labels(rng: Generator, spec: Spec, pair: Make) -> Any:
    """Give a share of the training rows the label of another class."""
    a = _given(spec)
    if a is None or not spec.data.classes:
        return None
    share, k = float(rng.uniform(*WRONG_LABELS)), spec.data.classes
    for part in ("train", "val"):
        y = a[f"y_{part}"]
        wrong = rng.random(len(y)) < share
        y[wrong] = (y[wrong] + rng.integers(1, k, int(wrong.sum()))) % k
    return pair(spec, _with(spec, a), f"{share:.0%}", ("score", "loss"))


def shuffled_labels(rng: Generator, spec: Spec, pair: Make) -> Any:
    """Shuffle rows and answers apart."""
    a = _given(spec)
    if a is None:
        return None
    for part in PARTS[:2]:
        a[f"y_{part}"] = a[f"y_{part}"][rng.permutation(len(a[f"y_{part}"]))]
    return pair(spec, _with(spec, a), "all")


def rare_class(rng: Generator, spec: Spec, pair: Make) -> Any:
    """Leave only few rows of a class, in training and validation; the test stays as it was."""
    a = _given(spec)
    if a is None or not spec.data.classes:
        return None
    rare, share = int(rng.integers(spec.data.classes)), float(rng.uniform(0.01, 0.06))
    for part in PARTS[:2]:
        y = a[f"y_{part}"]
        own = np.flatnonzero(y == rare)
        most = max(5, int(share * (len(y) - len(own))))
        kept = np.sort(np.concatenate([np.flatnonzero(y != rare), own[:most]]))
        a[f"x_{part}"], a[f"y_{part}"] = a[f"x_{part}"][kept], y[kept]
    return pair(spec, _with(spec, a), f"{share:.1%}", ("even",))


def unscaled(rng: Generator, spec: Spec, pair: Make) -> Any:
    """Leave features in units of their own, in thousands or with a large offset."""
    a = _given(spec)
    if a is None:
        return None
    axis = 1 if spec.data.kind == "image" else -1
    count = a["x_train"].shape[axis]
    size = np.exp(rng.uniform(np.log(20), np.log(5000), count)) * (rng.random(count) < 0.6)
    size[int(rng.integers(count))] = np.exp(rng.uniform(np.log(100), np.log(5000)))
    size = np.where(size > 0, size, 1.0)
    shift = size * rng.choice([0, 0, 3, 20], count)
    shape = [1] * a["x_train"].ndim
    shape[axis] = count
    for part in PARTS:
        a[f"x_{part}"] = (a[f"x_{part}"] * size.reshape(shape) + shift.reshape(shape)).astype(np.float32)
    return pair(_with(spec, a), _with(spec, a, raw=True), f"{size.max():.0f}")


def unscaled_target(rng: Generator, spec: Spec, pair: Make) -> Any:
    """Leave the number to be predicted in a unit of its own."""
    a = _given(spec, "table", "sequence")
    if a is None or spec.data.classes or a["y_train"].ndim > 1:
        return None
    size = float(np.exp(rng.uniform(np.log(100), np.log(1e5))))
    shift = size * float(rng.choice([0, 2, 10]))
    mean, deviation = a["x_train"].mean(0), a["x_train"].std(0) + 1e-9
    for part in PARTS:
        a[f"y_{part}"] = a[f"y_{part}"] * size + shift
        a[f"x_{part}"] = ((a[f"x_{part}"] - mean) / deviation).astype(np.float32)
    return pair(_with(spec, a), _with(spec, a, raw=True), f"{size:.0f}")


def mismatch(rng: Generator, spec: Spec, pair: Make) -> Any:
    """Prepare the validation rows otherwise than the training rows."""
    a = _given(spec, "table", "sequence")
    if a is None:
        return None
    axes = tuple(range(a["x_train"].ndim - 1))
    mean, deviation = a["x_train"].mean(axes), a["x_train"].std(axes) + 1e-9
    for part in PARTS:
        a[f"x_{part}"] = ((a[f"x_{part}"] - mean) / deviation).astype(np.float32)
    size, shift = rng.uniform(2, 300, len(mean)), rng.normal(0, 5, len(mean))
    how = ("scaled" if rng.random() < 0.5 else "raw") + f" {size.mean():.0f}"
    sound = _with(spec, a, raw=True)
    if how.startswith("scaled"):
        low, high = a["x_val"].min(axes), a["x_val"].max(axes)
        val = (a["x_val"] - low) / (high - low + 1e-9)
    else:
        val = a["x_val"] * size + shift * size
    return pair(sound, _with(spec, a | {"x_val": val.astype(np.float32)}, raw=True), how, ("validation",))


def gap(rng: Generator, spec: Spec, pair: Make) -> Any:
    """Leave some numbers missing."""
    a = _given(spec, "table")
    if a is None:
        return None
    holes = rng.random(a["x_train"].shape) < float(rng.choice([0.001, 0.01]))
    holes[0, 0] = True
    a["x_train"][holes] = np.nan
    return pair(spec, _with(spec, a, raw=True), "missing numbers")


def few_rows(rng: Generator, spec: Spec, most: int = 120) -> Spec | None:
    """Return the program on few, noisy training rows."""
    a = _given(spec, "table", "image")
    if a is None:
        return None
    count = min(len(a["x_train"]), int(rng.integers(40, most)))
    a["x_train"], a["y_train"] = a["x_train"][:count], a["y_train"][:count]
    if spec.data.classes:
        if len(np.unique(a["y_train"])) < spec.data.classes:
            return None
        for part in PARTS:
            y = a[f"y_{part}"]
            wrong = rng.random(len(y)) < 0.15
            y[wrong] = rng.integers(0, spec.data.classes, int(wrong.sum()))
    else:
        for part in PARTS:
            y = a[f"y_{part}"]
            a[f"y_{part}"] = y + rng.normal(0, 0.7 * y.std(), y.shape)
    stopped = spec.trained(early_stopping={"on": True, "patience": 15, "restore_best": True})
    return _with(stopped, a)
