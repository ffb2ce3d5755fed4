"""Labels that look wrong to two small models that have not seen them, and the step that leaves them out."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations.rows import fitting
from nnstudio.core.dataset import PREPARATIONS, Preparation, Table
from nnstudio.core.param import param

SURE, UNLIKELY = 0.8, 0.1
"""A label looks wrong when the models give another class at least 0.8 and this one at most 0.1."""
MOST_ROWS = 2000
MOST_INPUTS = 1024
"""Rows and inputs that are looked at; more would take minutes and hardly change the answer."""
FEW_INPUTS = 48
"""Above this (pixels, many columns) the models see so many principal components: quick, and as telling."""
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Doubts:
    """Places among the rows given, the most doubtful first; the likelier class and its share of each."""

    places: NDArray[np.int64]
    likelier: NDArray[np.int64]
    share: NDArray[np.float64]


def doubts(
    x: NDArray[Any], y: NDArray[np.int64], sure: float = SURE, seed: int = 0
) -> Iterator[Doubts | None]:
    """Judge labels y (N,) of rows x (N, inputs) out of fold; yield None between pieces of work, then Doubts.

    Logistic regression and a random forest judge rows that they were not trained on; both must doubt the
    label. At most 2 000 rows; of a class with fewer than 5 rows nothing can be told.
    """
    rng = np.random.default_rng(seed)
    some = np.sort(rng.permutation(np.flatnonzero(np.bincount(y)[y] >= FOLDS))[:MOST_ROWS])
    some = some[np.bincount(y[some], minlength=int(y.max(initial=0)) + 1)[y[some]] >= FOLDS]
    x, y = _few(np.asarray(x[some], np.float64), rng), y[some]
    labels, at = np.unique(y), np.arange(len(y))
    if len(labels) < 2 or not x.shape[1]:
        yield Doubts(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
        return
    one, other_one = (np.zeros((len(y), len(labels))) for _ in range(2))
    for held, *shares in _out_of_fold(x, y, seed):
        one[held], other_one[held] = shares
        yield None
    own, mean = np.searchsorted(labels, y), (one + other_one) / 2
    likelier = mean.argmax(axis=1)
    wrong = (likelier != own) & (mean[at, likelier] >= sure)
    wrong &= (one[at, own] <= UNLIKELY) & (other_one[at, own] <= UNLIKELY)
    found = np.flatnonzero(wrong)
    found = found[np.argsort(mean[found, own[found]], kind="stable")]
    yield Doubts(some[found], labels[likelier[found]], mean[found, likelier[found]])


@PREPARATIONS.entry
class DropDoubtful(Preparation):
    """Leaves out training rows whose label looks wrong to two models that have not seen them.

    Logistic regression and a random forest are trained on four fifths of the training rows and judge the
    last fifth, in turn. Rows for which both are sure of another class are left out of training; validation
    and test rows stay as they are, wrong or not. Look at the rows first: odd but right ones are worth a
    lot. It belongs behind the steps that make numbers of categories and fill gaps.
    """

    kind = "drop_doubtful"
    title = "Drop doubtful labels"
    family = "cleaning"

    sure: float = param(
        SURE, "Sure from", "Share that both models together must give another class.", low=0.5, high=1.0,
        step=0.01, typical=(0.7, 0.95), too_low="Hard but right rows are lost.", too_high="Nothing is found.",
    )  # fmt: skip

    def fit(self, table: Table) -> dict[str, Any]:
        x, rows = _inputs(table), np.flatnonzero(fitting(table))
        if x is None or table.target.values.dtype != object or table.series:
            return {"rows": []}
        x = x[rows]
        sound = np.isfinite(x).all(axis=1)
        x, rows = x[sound], rows[sound]
        y = np.unique(table.target.values[rows].astype(str), return_inverse=True)[1]
        *_, found = doubts(x, y, self.sure)
        assert found is not None
        return {"rows": sorted(rows[found.places].tolist())}

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        doubtful = np.zeros(len(table.keep), np.bool_)
        doubtful[[row for row in state["rows"] if row < len(doubtful)]] = True
        return replace(table, keep=table.keep & ~(doubtful & table.train))


def _inputs(table: Table) -> NDArray[Any] | None:
    """Return all rows as numbers (N, inputs): pixels, or the number columns; None where there are none."""
    if table.pixels is not None:
        return table.pixels.reshape(len(table.pixels), -1)
    columns = [column.values for column in table.columns if column.type == "number"]
    return np.stack(columns, axis=1) if columns and table.tokens is None else None


def _few(x: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return inputs that differ; of many their strongest principal components."""
    if not len(x):
        return x[:, :0]
    inputs = np.flatnonzero(x.std(axis=0) > 0)
    x = x[:, np.sort(rng.permutation(inputs)[:MOST_INPUTS])]
    if x.shape[1] <= FEW_INPUTS:
        return x
    from sklearn.decomposition import PCA

    count = min(FEW_INPUTS, *x.shape)
    return np.asarray(PCA(count, svd_solver="randomized", random_state=0).fit_transform(x))


def _out_of_fold(
    x: NDArray[Any], y: NDArray[Any], seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[Any], NDArray[Any]]]:
    """Fit both models without each fold in turn; yield its rows and the shares that each gives them."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    logistic = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300))
    forest = RandomForestClassifier(60, min_samples_leaf=2, random_state=seed)
    for train, held in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(x, y):
        with warnings.catch_warnings():
            # A fit that has not quite converged still tells a likely class from an unlikely one.
            warnings.simplefilter("ignore")
            one, other = (
                model.fit(x[train], y[train]).predict_proba(x[held]) for model in (logistic, forest)
            )
        yield held, one, other
