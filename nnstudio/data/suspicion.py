"""Suspicions that take small models to raise: a column that gives the answer away, labels that look wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations.doubt import FOLDS, doubts
from nnstudio.core.dataset import Column, Prepared
from nnstudio.core.trace import Asks

GIVES_AWAY = 0.99
"""AUC of every class, or R2, from which a single column knows the answer: real columns hardly reach it."""


def knows_alone(column: Column, y: NDArray[Any], asks: Asks) -> float:
    """Return how well one column alone predicts the answer: worst AUC of a class, or R2; 0 if it cannot.

    Judged on rows that the small tree behind it has not seen. `y` class numbers (N,), numbers (N,), or
    labels (N, K), each of which it must know.
    """
    codes = _numbers(column)
    known = ~np.isnan(codes)
    if known.mean() < 0.5 or len(np.unique(codes[known])) < 2:
        return 0.0
    x, y = codes[known][:, None], y[known]
    if asks == "labels":
        return min(_auc(x, label.astype(np.int64)) for label in y.T)
    return _auc(x, y) if asks == "class" else _r2(x, y)


def doubtful_labels(prepared: Prepared, seed: int = 0) -> Iterator[tuple[int, str, str, float] | None]:
    """Yield (source row, its label, the likelier label, that one's share), most doubtful first.

    None between two pieces of work. Judged as by the step that drops such rows, over all parts.
    """
    parts = [part for part in (prepared.train, prepared.validation, prepared.test) if len(part)]
    x = np.concatenate([part.x.reshape(len(part), -1) for part in parts])
    y, rows = np.concatenate([part.y for part in parts]), np.concatenate([part.rows for part in parts])
    sound = np.isfinite(x).all(axis=1)
    x, y, rows = x[sound], y[sound], rows[sound]
    names, found = prepared.signature.target.names, None
    for found in doubts(x, y, seed=seed):
        if found is None:
            yield None
    assert found is not None
    for place, other, share in zip(found.places, found.likelier, found.share, strict=True):
        yield int(rows[place]), names[y[place]], names[other], float(share)


def _numbers(column: Column) -> NDArray[np.float64]:
    if column.values.dtype != object:
        values: NDArray[np.float64] = column.values
        return values
    codes: dict[Any, int] = {None: -1}
    numbered = np.array([codes.setdefault(value, len(codes)) for value in column.values], np.float64)
    # As many categories as rows are names of the rows: they can be learnt by heart, not from.
    if len(codes) > max(2, len(numbered) // 10):
        return np.full(len(numbered), np.nan)
    return np.where(numbered < 0, np.nan, numbered)


def _auc(x: NDArray[np.float64], y: NDArray[Any]) -> float:
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import cross_val_predict
    from sklearn.tree import DecisionTreeClassifier

    kept = np.bincount(y)[y] >= FOLDS
    x, y = x[kept], y[kept]
    if len(np.unique(y)) < 2:
        return 0.0
    tree = DecisionTreeClassifier(min_samples_leaf=2, random_state=0)
    shares = cross_val_predict(tree, x, y, cv=FOLDS, method="predict_proba")
    return min(float(roc_auc_score(y == label, shares[:, at])) for at, label in enumerate(np.unique(y)))


def _r2(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    from sklearn.linear_model import LinearRegression
    from sklearn.metrics import r2_score
    from sklearn.model_selection import KFold, cross_val_predict
    from sklearn.tree import DecisionTreeRegressor

    folds = KFold(FOLDS, shuffle=True, random_state=0)
    models = (LinearRegression(), DecisionTreeRegressor(min_samples_leaf=2, random_state=0))
    return max(float(r2_score(y, cross_val_predict(model, x, y, cv=folds))) for model in models)
