"""Quick models on some of the prepared rows: what a network must beat, and how many labels look wrong."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from math import sqrt
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.comparison import ReferenceFacts
from nnstudio.core.dataset import Part, Prepared
from nnstudio.core.shape import TOKENS

MOST_ROWS = 2000
MOST_CLASSES = 50
FEWEST_ROWS, FEWEST_ASKED = 30, 10
MOST_INPUTS, COMPONENTS = 40, 32
"""Wider inputs are projected on their main directions first."""
TREES = 60
PATIENCE = 8.0
"""Seconds after which the next model is left out: half an answer now is worth more than a whole one later."""
FOLDS = 3
FEWEST_LABELS = 150
"""Rows from which the share of wrong labels can be estimated."""
FLAT = 0.7
"""Where labels are wrong by accident, the models are contradicted as often where they are sure as elsewhere;
where the classes overlap, doubt fades with certainty. At least this share of it must be left."""
UNDERSTOOD = 0.35
"""Skill below which it may be the models that are wrong, and nothing is said about the labels."""

Array = NDArray[Any]


def quick_look(prepared: Prepared) -> ReferenceFacts | None:
    """Return what simple models make of the rows; None where they have nothing to say.

    At most 2 000 training rows, a few seconds; worked out once per prepared data. Not for rebuilding the
    input, for several labels at once, for texts to be continued.
    """
    if "quick_look" not in prepared.worked_out:
        prepared.worked_out["quick_look"] = _looked(prepared)
    found: ReferenceFacts | None = prepared.worked_out["quick_look"]
    return found


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the models learn from and what they are asked."""

    x: Array
    y: Array
    asked: Array
    true: Array
    classes: int


def _looked(prepared: Prepared) -> ReferenceFacts | None:
    rows = _rows(prepared)
    if rows is None:
        return None
    began, scores = perf_counter(), {}
    for name, model in _models(rows.classes):
        if perf_counter() - began < PATIENCE:
            scores[name] = _score(rows, _fitted(model, rows.x, rows.y).predict(rows.asked))
    wrong = None
    if rows.classes and perf_counter() - began < PATIENCE:
        wrong = wrong_labels(rows.x, rows.y)
    constant = np.bincount(rows.y).argmax() if rows.classes else rows.y.mean(0)
    said = np.broadcast_to(constant, rows.true.shape)
    return ReferenceFacts(scores=scores, constant=_score(rows, said), rows=len(rows.x), wrong_labels=wrong)


def _rows(prepared: Prepared) -> _Rows | None:
    target, train, held = prepared.signature.target, prepared.train, prepared.validation
    classes = target.count if train.y.ndim == 1 else 0
    if target.column == "input" or classes > MOST_CLASSES or not (classes or target.asks == "numbers"):
        return None
    if len(train) < FEWEST_ROWS or len(held) < FEWEST_ASKED or len(np.unique(train.y[:MOST_ROWS])) < 2:
        return None
    some, asked = _some(len(train)), _some(len(held))
    x = np.concatenate([_inputs(prepared, train, some), _inputs(prepared, held, asked)])
    if not np.isfinite(x).all():
        return None
    x = _narrowed(x, len(some))
    y, true = train.y[some], held.y[asked]
    return _Rows(x[: len(some)], y, x[len(some) :], true, classes)


def _some(rows: int) -> NDArray[np.int64]:
    if rows <= MOST_ROWS:
        return np.arange(rows)
    return np.sort(np.random.default_rng(0).choice(rows, MOST_ROWS, replace=False))


def _inputs(prepared: Prepared, part: Part, rows: NDArray[np.int64]) -> Array:
    """Return rows as a flat table; the tokens of texts counted."""
    x, shape = part.x[rows], prepared.signature.input
    if not shape.is_a(TOKENS):
        return np.asarray(x, np.float64).reshape(len(x), -1)
    counts = np.zeros((len(x), shape.vocabulary), np.float32)
    np.add.at(counts, (np.repeat(np.arange(len(x)), x.shape[1]), x.ravel()), 1)
    counts[:, 0] = 0
    return np.log1p(counts)


def _narrowed(x: Array, train: int) -> Array:
    """Return the inputs scaled by the training rows, wide ones as their main directions."""
    mean, spread = x[:train].mean(0), x[:train].std(0)
    x = (x - mean)[:, spread > 0] / spread[spread > 0]
    if x.shape[1] <= MOST_INPUTS:
        return x
    from sklearn.decomposition import PCA

    parts = min(COMPONENTS, train)
    model = PCA(parts, svd_solver="randomized", random_state=0).fit(x[:train])
    return np.asarray(model.transform(x))


def _models(classes: int) -> list[tuple[str, Any]]:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
    from sklearn.linear_model import LogisticRegression, Ridge

    if not classes:
        forest = RandomForestRegressor(TREES, min_samples_leaf=2, max_features=0.5, random_state=0)
        return [("linear", Ridge()), ("forest", forest)]
    trees = RandomForestClassifier(TREES, min_samples_leaf=2, random_state=0)
    return [("linear", LogisticRegression(max_iter=100)), ("forest", trees)]


def _fitted(model: Any, x: Array, y: Array) -> Any:
    with warnings.catch_warnings():
        # A model that is nearly there is reference enough.
        warnings.simplefilter("ignore")
        return model.fit(x, y.ravel() if y.ndim == 2 and y.shape[1] == 1 else y)


def _score(rows: _Rows, said: Array) -> float:
    if rows.classes:
        return float(np.mean(said == rows.true))
    true = rows.true.reshape(len(rows.true), -1).astype(np.float64)
    left = ((said.reshape(true.shape) - true) ** 2).mean(0)
    spread = np.maximum(true.var(0), 1e-12)
    return float(np.mean(1 - left / spread))


def wrong_labels(x: Array, y: NDArray[np.int64]) -> float | None:
    """Return the share of labels that are wrong by accident; None where there is too little to tell.

    Models judge rows that they were not trained on. Where they are surest, only wrong labels are left to
    contradict them, unless the classes overlap everywhere: then the doubt fades with certainty, and the
    answer is 0.
    """
    counts = np.bincount(y)
    x, y = x[counts[y] >= 2 * FOLDS], y[counts[y] >= 2 * FOLDS]
    if len(y) < FEWEST_LABELS or len(np.unique(y)) < 2:
        return None
    labels, own = np.unique(y, return_inverse=True)
    shares = _out_of_fold(x, own, len(labels))
    best = shares.argmax(1)
    margin = shares.max(1) - np.partition(shares, -2, axis=1)[:, -2]
    contradicted = (best != own)[np.argsort(-margin, kind="stable")]
    error = float(contradicted.mean())
    if error > (1 - UNDERSTOOD) * (1 - float(np.bincount(own).max()) / len(own)):
        return None
    found = float(contradicted[: len(own) // 2].mean())
    chance = sqrt(error * (1 - error) / len(own))
    return found if found >= FLAT * error - chance else 0.0


def _out_of_fold(x: Array, y: NDArray[np.int64], classes: int) -> Array:
    from sklearn.model_selection import StratifiedKFold

    shares = np.zeros((len(y), classes))
    for train, held in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(x, y):
        for _, model in _models(classes):
            shares[held] += _fitted(model, x[train], y[train]).predict_proba(x[held])
    return shares
