"""Quick models on some of the prepared rows: what a network must beat, and how many labels look wrong."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.comparison import ReferenceFacts
from nnstudio.core.dataset import Part, Prepared
from nnstudio.core.shape import TOKENS
from nnstudio.core.tokens import continues_text
from nnstudio.data.components import given_back
from nnstudio.data.neighbours import neighbours

MOST_ROWS = 2000
MOST_CLASSES = 50
FEWEST_ROWS, FEWEST_ASKED = 30, 10
MOST_INPUTS, COMPONENTS = 40, 32
"""Wider inputs are projected on their main directions first."""
TREES = 60
PATIENCE = 8.0
"""Seconds after which the next model is left out: half an answer now is worth more than a whole one later."""
FOLDS = 3
UNEVEN = 2.0
"""Commonest over rarest class from which models are also fitted as if all classes had as many rows."""
FEWEST_LABELS = 60
"""Rows from which the share of wrong labels can be estimated."""
FLAT, SUREST = 0.7, 3
"""Where labels are wrong by accident, the models are contradicted as often where they are sure as elsewhere;
where the classes overlap, doubt fades with certainty. At least this share of it must be left in the surest
third. On drawn sets with 20 to 40 % of wrong labels that finds nine of ten, and three of a hundred that only
overlap."""
UNDERSTOOD, UNDERSTOOD_OF_TWO = 0.15, 0.25
"""Skill below which it may be the models that are wrong, and nothing is said about the labels: with two
classes more, because there doubt has little room to fade."""

Array = NDArray[Any]


def quick_look(prepared: Prepared, waist: int = 0) -> ReferenceFacts | None:
    """Return what simple models make of the rows; None where they have nothing to say.

    At most 2 000 training rows, a few seconds; worked out once per prepared data. A text that goes on is
    compared with counts of its neighbours, an autoencoder whose narrowest layer hands on `waist` values
    with as many principal components.
    """
    rebuilt = prepared.signature.target.column == "input"
    key = f"quick_look {waist}" if rebuilt else "quick_look"
    if key not in prepared.worked_out:
        special = _rebuilt(prepared, waist) if rebuilt else _followed(prepared)
        prepared.worked_out[key] = special if special is not None or rebuilt else _looked(prepared)
    found: ReferenceFacts | None = prepared.worked_out[key]
    return found


def _followed(prepared: Prepared) -> ReferenceFacts | None:
    """Return how often counts of neighbours foretell the next token of a text that goes on."""
    train, held = prepared.train, prepared.validation
    if not continues_text(prepared.signature) or len(held) < FEWEST_ASKED:
        return None
    counted = neighbours(train.x, train.y, held.x, held.y, prepared.signature.target.count)
    scores = {found.name: float(np.mean(found.said == held.y)) for found in counted}
    constant = scores.pop(counted[0].name)
    return ReferenceFacts(scores=scores, constant=constant, rows=len(train))


def _rebuilt(prepared: Prepared, waist: int) -> ReferenceFacts | None:
    """Return how well principal components give inputs back, and the mean of the training rows."""
    train, held = prepared.train, prepared.validation
    if prepared.signature.input.is_a(TOKENS) or len(held) < FEWEST_ASKED:
        return None
    x, asked = (_inputs(prepared, part, _some(len(part))) for part in (train, held))
    back = given_back(x, asked, waist) if np.isfinite(x).all() and np.isfinite(asked).all() else None
    if back is None:
        return None
    constant = _explained(asked, np.broadcast_to(x.mean(0), asked.shape))
    return ReferenceFacts(scores={"components": _explained(asked, back)}, constant=constant, rows=len(x))


def _explained(true: Array, said: Array) -> float:
    """Return R² as the mean over the columns; a column without spread counts as not explained."""
    left, total = ((true - said) ** 2).sum(0), ((true - true.mean(0)) ** 2).sum(0)
    return float(np.where(total > 0, 1 - left / np.where(total > 0, total, 1), 0.0).mean())


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the models learn from and what they are asked."""

    x: Array
    y: Array
    asked: Array
    true: Array
    classes: int


def _looked(prepared: Prepared) -> ReferenceFacts | None:
    if prepared.signature.target.asks == "labels":
        return _labels(prepared)
    rows = _rows(prepared)
    if rows is None:
        return None
    models, began, scores = _models(rows.classes), perf_counter(), {}
    for name, model in models:
        if perf_counter() - began < PATIENCE:
            scores[name] = _score(rows.true, _fitted(model, rows.x, rows.y).predict(rows.asked), rows.classes)
    held_out, wrong = _unseen(rows) if perf_counter() - began < PATIENCE else (None, None)
    recalls = _recalls(rows) if perf_counter() - began < PATIENCE else ()
    constant = np.bincount(rows.y).argmax() if rows.classes else rows.y.mean(0)
    always = _score(rows.true, np.broadcast_to(constant, rows.true.shape), rows.classes)
    return ReferenceFacts(
        scores=scores, constant=always, rows=len(rows.x), wrong_labels=wrong, held_out=held_out,
        recalls=recalls,
    )  # fmt: skip


def _labels(prepared: Prepared) -> ReferenceFacts | None:
    """Return the share of right labels when each is predicted by itself."""
    found = _ready(prepared)
    if found is None or prepared.signature.target.count > MOST_CLASSES:
        return None
    x, asked, y, true = found
    often = y.mean(0) > 0.5
    began, scores = perf_counter(), {}
    for name, _ in _models(2):
        if perf_counter() - began < PATIENCE:
            said = [_label(name, x, y[:, at], asked) for at in range(y.shape[1])]
            scores[name] = float(np.mean(np.stack(said, axis=1) == true))
    held_out = _labels_unseen(x, y) if perf_counter() - began < PATIENCE else None
    return ReferenceFacts(
        scores=scores, constant=float(np.mean(often == true)), rows=len(x), held_out=held_out
    )  # fmt: skip


def _label(name: str, x: Array, y: Array, asked: Array) -> Array:
    """Return what a model says of one label; one that is always the same is said again."""
    if len(np.unique(y)) < 2:
        return np.full(len(asked), y[0])
    return np.asarray(_fitted(dict(_models(2))[name], x, y).predict(asked))


def _labels_unseen(x: Array, y: Array) -> float:
    """Return the share of right labels of training rows that a linear model was not fitted on."""
    from sklearn.model_selection import KFold

    said = np.zeros(y.shape)
    for train, held in KFold(FOLDS, shuffle=True, random_state=0).split(x):
        for at in range(y.shape[1]):
            said[held, at] = _label("linear", x[train], y[train, at], x[held])
    return float(np.mean(said == y))


def _unseen(rows: _Rows) -> tuple[float | None, float | None]:
    """Return the score on training rows that the models were not fitted on, and the share of wrong labels."""
    if not rows.classes:
        return _score(rows.y, _numbers_out_of_fold(rows.x, rows.y), 0), None
    x, y = _frequent(rows.x, rows.y)
    if len(np.unique(y)) < 2:
        return None, None
    shares, own = _out_of_fold(x, y)
    return float(np.mean(shares.argmax(1) == own)), _contradicted(shares, own)


def _recalls(rows: _Rows) -> tuple[float, ...]:
    """Return the recalls of the evenest model for which rare classes count as much; empty where none is."""
    counts = np.bincount(rows.y, minlength=rows.classes) if rows.classes else np.zeros(1)
    if counts.max() <= UNEVEN * max(1, counts.min()):
        return ()
    true = np.bincount(rows.true, minlength=rows.classes)
    found = []
    for _, model in _models(rows.classes):
        said = _fitted(model.set_params(class_weight="balanced"), rows.x, rows.y).predict(rows.asked)
        right = np.bincount(rows.true[said == rows.true], minlength=rows.classes)
        found.append(right / np.maximum(true, 1))
    evenest = max(found, key=lambda recall: float(recall[true > 0].mean()))
    return tuple(float(share) for share in evenest)


def _rows(prepared: Prepared) -> _Rows | None:
    target, train = prepared.signature.target, prepared.train
    classes = target.count if train.y.ndim == 1 else 0
    if classes > MOST_CLASSES or not (classes or target.asks == "numbers"):
        return None
    found = _ready(prepared)
    if found is None:
        return None
    x, asked, y, true = found
    return _Rows(x, y, asked, true, classes)


def _ready(prepared: Prepared) -> tuple[Array, Array, Array, Array] | None:
    """Return inputs to learn from and to be asked about, and both answers; None where there are too few."""
    train, held = prepared.train, prepared.validation
    if len(train) < FEWEST_ROWS or len(held) < FEWEST_ASKED or len(np.unique(train.y[:MOST_ROWS])) < 2:
        return None
    some, asked = _some(len(train)), _some(len(held))
    x = np.concatenate([_inputs(prepared, train, some), _inputs(prepared, held, asked)])
    if not np.isfinite(x).all():
        return None
    x = _narrowed(x, len(some))
    if not x.shape[1]:
        return None
    return x[: len(some)], x[len(some) :], train.y[some], held.y[asked]


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


def _score(true: Array, said: Array, classes: int) -> float:
    if classes:
        return float(np.mean(said == true))
    true = true.reshape(len(true), -1).astype(np.float64)
    left = ((said.reshape(true.shape) - true) ** 2).mean(0)
    spread = np.maximum(true.var(0), 1e-12)
    return float(np.mean(1 - left / spread))


def wrong_labels(x: Array, y: NDArray[np.int64]) -> float | None:
    """Return the share of labels that are wrong by accident; None where there is too little to tell.

    Models judge rows that they were not trained on. Where they are surest, only wrong labels are left to
    contradict them, unless the classes overlap everywhere: then the doubt fades with certainty, and the
    answer is 0.
    """
    x, y = _frequent(x, y)
    return _contradicted(*_out_of_fold(x, y)) if len(np.unique(y)) > 1 else None


def _contradicted(shares: Array, own: NDArray[np.int64]) -> float | None:
    if len(own) < FEWEST_LABELS:
        return None
    margin = shares.max(1) - np.partition(shares, -2, axis=1)[:, -2]
    contradicted = (shares.argmax(1) != own)[np.argsort(-margin, kind="stable")]
    error, known = float(contradicted.mean()), UNDERSTOOD if shares.shape[1] > 2 else UNDERSTOOD_OF_TWO
    if error > (1 - known) * (1 - float(np.bincount(own).max()) / len(own)):
        return None
    found = float(contradicted[: len(own) // SUREST].mean())
    return found if found >= FLAT * error else 0.0


def _frequent(x: Array, y: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64]]:
    """Return the rows of classes that every fold can know."""
    often = np.bincount(y)[y] >= 2 * FOLDS
    return x[often], y[often]


def _out_of_fold(x: Array, y: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64]]:
    """Return what models say about rows they were not fitted on, one column per class, and the classes."""
    from sklearn.model_selection import StratifiedKFold

    labels, own = np.unique(y, return_inverse=True)
    shares = np.zeros((len(y), len(labels)))
    for train, held in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(x, own):
        for _, model in _models(len(labels)):
            shares[held] += _fitted(model, x[train], own[train]).predict_proba(x[held])
    return shares, own


def _numbers_out_of_fold(x: Array, y: Array) -> Array:
    from sklearn.model_selection import KFold

    said = np.zeros(y.shape)
    for train, held in KFold(FOLDS, shuffle=True, random_state=0).split(x):
        for _, model in (models := _models(0)):
            found = _fitted(model, x[train], y[train]).predict(x[held])
            said[held] += found.reshape(said[held].shape) / len(models)
    return said
