"""Data sets drawn from a generator: tables, images, sequences, texts, series; easy, noisy and hard ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator
from sklearn import datasets

from nnstudio.catalog.datasets.series import Airline, Seasons, Sunspots
from nnstudio.catalog.datasets.texts import Alice, Opinions
from nnstudio.core.dataset import Source
from tests.benchmarks.diagnosing.specs import Array, Data

TEST_ROWS = 1000
"""Rows that judge a drawn task: few enough to be quick, so many that noise is small."""


def draw(rng: Generator) -> Data:
    """Draw a data set of any kind."""
    makers = [maker for maker, share in MAKERS]
    shares = np.array([share for _, share in MAKERS])
    return makers[int(rng.choice(len(makers), p=shares / shares.sum()))](rng)


def _data(rng: Generator, name: str, kind: str, x: Array, y: Array, **facts: Any) -> Data:
    """Divide rows into parts; x (N, ...), the last TEST_ROWS (at most two fifths) are the test."""
    held = min(TEST_ROWS, len(x) * 2 // 5)
    order = rng.permutation(len(x))
    learn, test = order[:-held], order[-held:]
    cut = int(len(learn) * rng.uniform(0.65, 0.8))
    parts = {"train": learn[:cut], "val": learn[cut:], "test": test}
    arrays: dict[str, Array] = {}
    for part, rows in parts.items():
        arrays[f"x_{part}"], arrays[f"y_{part}"] = x[rows].astype(np.float32), y[rows]
    classes = len(np.unique(y)) if y.dtype.kind == "i" else 0
    return Data(name, kind, "classification" if classes else "regression", arrays, classes=classes, **facts)


def _rows(rng: Generator) -> int:
    return int(np.exp(rng.uniform(np.log(200), np.log(1200)))) + TEST_ROWS


def blobs(rng: Generator) -> Data:
    """Draw groups of points that may overlap."""
    k, d, n = int(rng.integers(2, 7)), int(rng.integers(2, 21)), _rows(rng)
    spread = rng.uniform(0.6, 2.5)
    x, y = datasets.make_blobs(
        n, d, centers=rng.normal(0, 2.0, (k, d)), cluster_std=spread * np.sqrt(d / 4),
        random_state=int(rng.integers(2**31)),
    )  # fmt: skip
    return _data(rng, f"blobs {k}", "table", x, y.astype(np.int64), bent=False)


def clusters(rng: Generator) -> Data:
    """Draw classes made of several clusters among useless features, some labels wrong."""
    k, useful, n = int(rng.integers(2, 5)), int(rng.integers(4, 9)), _rows(rng)
    features, several = useful + int(rng.integers(0, 11)), int(rng.integers(2, 4))
    apart, chance = rng.uniform(0.8, 2.0), float(rng.choice([0.0, 0.05, 0.2]))
    x, y = datasets.make_classification(
        n, features, n_informative=useful, n_redundant=0, n_classes=k, n_clusters_per_class=several,
        class_sep=apart, flip_y=chance, random_state=int(rng.integers(2**31)),
    )  # fmt: skip
    return _data(rng, f"clusters {k}", "table", x, y.astype(np.int64), wrong=chance * (k - 1) / k)


def rings(rng: Generator) -> Data:
    """Draw two classes in the plane that no line parts."""
    make = datasets.make_moons if rng.random() < 0.5 else datasets.make_circles
    x, y = make(_rows(rng), noise=rng.uniform(0.05, 0.35), random_state=int(rng.integers(2**31)))
    return _data(rng, "rings", "table", x, y.astype(np.int64))


def taught(rng: Generator) -> Data:
    """Draw classes that a random network names, with a share of them left to chance."""
    d, k, n = int(rng.integers(3, 13)), int(rng.integers(2, 5)), _rows(rng)
    x = rng.normal(size=(n, d))
    scores = np.tanh(x @ rng.normal(size=(d, 8)) / np.sqrt(d) * 1.5) @ rng.normal(size=(8, k))
    y = scores.argmax(1)
    luck = rng.random(n)
    chance = float(rng.choice([0.0, 0.1, 0.3, 0.5]))
    drawn = luck < chance
    y[drawn] = rng.integers(0, k, int(drawn.sum()))
    return _data(rng, f"taught {k}", "table", x, y.astype(np.int64), wrong=chance * (k - 1) / k)


def surface(rng: Generator) -> Data:
    """Draw numbers that are a bent function of the features, with noise."""
    n, d = _rows(rng), int(rng.integers(2, 9))
    x = rng.normal(size=(n, d))
    y = np.tanh(x @ rng.normal(size=(d, 6)) / np.sqrt(d) * 1.5) @ rng.normal(size=6)
    y = y / y.std() + rng.normal(0, rng.choice([0.05, 0.3, 0.7, 1.2]), n)
    return _data(rng, "surface", "table", x, y)


def friedman(rng: Generator) -> Data:
    """Draw Friedman's regression."""
    x, y = datasets.make_friedman1(
        _rows(rng), noise=rng.uniform(0.1, 3), random_state=int(rng.integers(2**31))
    )
    return _data(rng, "friedman", "table", x, y)


def straight(rng: Generator) -> Data:
    """Draw one or several numbers that are a weighted sum of the features."""
    n, d, out = _rows(rng), int(rng.integers(3, 16)), int(rng.choice([1, 1, 3]))
    x = rng.normal(size=(n, d))
    y = x @ rng.normal(size=(d, out)) / np.sqrt(d) + rng.normal(0, rng.uniform(0.1, 0.8), (n, out))
    return _data(rng, f"straight {out}", "table", x, y if out > 1 else y[:, 0], bent=False)


def known(rng: Generator) -> Data:
    """Draw one of the sets that come with scikit-learn."""
    name = str(rng.choice(["breast_cancer", "wine", "digits", "diabetes", "iris"]))
    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return _data(rng, name, "table", x, y.astype(np.float64 if name == "diabetes" else np.int64), bent=False)


def digits(rng: Generator) -> Data:
    """Draw handwritten digits as images of eight by eight."""
    x, y = datasets.load_digits(return_X_y=True)
    some = rng.permutation(len(x))[: int(rng.integers(800, 1400))]
    x, y = x[some], y[some]
    return _data(rng, "digit images", "image", (x / 16).reshape(-1, 1, 8, 8), y.astype(np.int64), bent=False)


def bars(rng: Generator) -> Data:
    """Draw images with a bar in one of several directions, under noise."""
    n, k, side = int(rng.integers(700, 1100)), int(rng.integers(2, 5)), 8
    y = rng.integers(0, k, n)
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side))) - (side - 1) / 2
    angle = np.pi * y / k
    far = np.abs(np.cos(angle)[:, None, None] * grid[0] + np.sin(angle)[:, None, None] * grid[1]
                 + rng.uniform(-2, 2, (n, 1, 1)))  # fmt: skip
    x = np.clip((far < 1) * 0.8 + rng.normal(0.1, rng.uniform(0.05, 0.35), (n, side, side)), 0, 1)
    return _data(rng, f"bars {k}", "image", x[:, None], y.astype(np.int64))


def waves(rng: Generator) -> Data:
    """Draw sequences of one or two features whose rhythm is the class, or the number to be told."""
    n, steps, d = _rows(rng) // 2 + 500, int(rng.choice([12, 20])), int(rng.integers(1, 3))
    t = np.arange(steps)
    classes = rng.random() < 0.7
    pace = rng.integers(1, 4, n) if classes else rng.uniform(1, 4, n)
    phase = rng.uniform(0, 2 * np.pi, (n, d))
    x = np.sin(2 * np.pi * pace[:, None, None] * t[None, :, None] / steps + phase[:, None, :])
    x += rng.normal(0, rng.uniform(0.1, 0.7), x.shape)
    y = pace.astype(np.int64) - 1 if classes else pace
    return _data(rng, "waves", "sequence", x, y)


def opinions(rng: Generator) -> Data:
    """Draw short texts with an opinion."""
    source = Opinions(samples=int(rng.integers(300, 700)), seed=int(rng.integers(9999)))
    return Data("opinions", "text", "classification", source=source, classes=2, bent=False, edits=_split(rng))


def series(rng: Generator) -> Data:
    """Draw a series to be foretold."""
    made = Seasons(
        samples=int(rng.integers(300, 700)), noise=rng.uniform(0.1, 1), seed=int(rng.integers(9999))
    )
    source: Source = [made, Sunspots(), Airline()][int(rng.choice(3, p=[0.7, 0.2, 0.1]))]
    return Data(source.kind, "series", "regression", source=source, bent=False, edits=_split(rng))


def alice(rng: Generator) -> Data:
    """Draw a text to be continued letter by letter."""
    edits = _split(rng) | {"tokens.length": int(rng.choice([8, 12]))}
    source = Alice(step=int(rng.integers(6, 12)))
    return Data("alice", "generation", "classification", source=source, classes=50, bent=False, edits=edits)


def rebuilt(rng: Generator) -> Data:
    """Draw a table that is to be reconstructed through few units."""
    n, d, inner = _rows(rng) // 2 + 500, int(rng.integers(8, 25)), int(rng.integers(2, 5))
    x = np.tanh(rng.normal(size=(n, inner)) @ rng.normal(size=(inner, d))) + rng.normal(0, 0.1, (n, d))
    data = _data(rng, f"rebuild {inner}", "rebuild", x, x[:, 0], bent=False)
    return Data(data.name, "rebuild", "regression", data.arrays, bent=False, edits={"goal": "reconstruct"})


def _split(rng: Generator) -> dict[str, Any]:
    return {"split.seed": int(rng.integers(9999))}


MAKERS: tuple[tuple[Callable[[Generator], Data], float], ...] = (
    (blobs, 2), (clusters, 2), (rings, 2), (taught, 3), (surface, 3), (friedman, 1), (straight, 1),
    (known, 2), (digits, 0.7), (bars, 1), (waves, 1.3), (opinions, 0.7), (series, 1), (alice, 0.3),
    (rebuilt, 0.7),
)  # fmt: skip
