"""Simple models on the same rows: what a network must beat to be worth its effort (without torch)."""

from __future__ import annotations

import warnings
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import Examples, Part, Prepared, SplitName
from nnstudio.core.shape import TOKENS
from nnstudio.core.tokens import continues_text
from nnstudio.data.components import given_back
from nnstudio.data.neighbours import neighbours
from nnstudio.data.windows import naive_forecast
from nnstudio.engine.scores import scores

MOST_ROWS = 5000
"""Training rows that the simple models learn from: more of them take long and change little."""
MOST_CLASSES = 100
"""Above this, of labels too, a forest fills the memory; texts to be continued have thousands."""
TREES = 100
WORDS = {
    "unigrams": "always the commonest token",
    "bigrams": "the commonest after the last token",
    "trigrams": "the commonest after the last two",
}
"""How counts of neighbouring tokens are called."""


@dataclass(frozen=True, slots=True)
class Reference:
    """How a simple model does on one split: the same metrics as a network's."""

    kind: str
    title: str
    values: dict[str, float]
    rows: int
    """Training rows that it has learnt from."""


def constant(prepared: Prepared, split: SplitName) -> tuple[dict[str, float], str]:
    """Return the metrics of the best constant prediction learnt from the training rows, and its words."""
    target, true = prepared.signature.target, _true(prepared, prepared.part(split))
    known = _true(prepared, prepared.train)
    if target.asks == "class":
        common = int(np.bincount(known, minlength=target.count).argmax())
        return scores(target, np.full(len(true), common), true), f"always “{target.names[common]}”"
    mean = known.mean(0)
    if target.asks == "labels":
        usual = [name for name, share in zip(target.names, mean, strict=True) if share > 0.5]
        always = np.broadcast_to((mean > 0.5).astype(np.int64), true.shape)
        return scores(target, always, true), f"always “{', '.join(usual)}”" if usual else "never a label"
    return scores(target, np.broadcast_to(mean, true.shape), true), "always the mean"


def references(
    prepared: Prepared, split: SplitName, examples: Examples | None = None, waist: int = 0
) -> Generator[Reference, None, None]:
    """Yield the simple models, the simplest first; each may take seconds.

    The inputs are those of the network, flattened; of texts, how often each token occurs. `examples`
    are needed for the naive forecast of a series, `waist` for an autoencoder: the values that its narrowest
    layer hands on. Counts of neighbouring tokens have their cross-entropy in nats as `loss`.
    """
    if continues_text(prepared.signature):
        yield from _neighbours(prepared, split)
        return
    target, rows = prepared.signature.target, len(prepared.train)
    values, words = constant(prepared, split)
    yield Reference("constant", words, values, rows)
    if examples is not None:
        yield from naive_forecasts(prepared, split, examples)
    if target.column == "input":
        yield from _components(prepared, split, waist)
    elif target.asks != "numbers" and target.count > MOST_CLASSES:
        return
    elif not (target.asks == "class" and _single(prepared.train.y)):
        yield from _fitted(prepared, split)


def naive_forecasts(
    prepared: Prepared, split: SplitName, examples: Examples
) -> Generator[Reference, None, None]:
    """Yield the guesses that a forecast must beat: the last season again where it is known, the last step."""
    how, target, part = examples.windows, prepared.signature.target, prepared.part(split)
    if how is None or not how.size or target.asks != "numbers" or target.column == "input":
        return
    true, rows = prepared.own(part), len(prepared.train)
    seasonal = 1 < how.season <= how.size
    kinds = [("naive", f"naive: as {how.season} steps ago", True)] if seasonal else []
    kinds.append(("last" if seasonal else "naive", "naive: the last value again", False))
    for kind, title, season in kinds:
        said = naive_forecast(examples, part.rows, target.count, season)
        yield Reference(kind, title, scores(target, said, true), rows)


def in_words(found: Reference, metric: str) -> str:
    """Return a model and its score, e.g. `forest 0.962`."""
    value = found.values.get(metric)
    return f"{found.title} {value:.3f}" if value is not None else found.title


def _fitted(prepared: Prepared, split: SplitName) -> Generator[Reference, None, None]:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression, Ridge

    classes = prepared.signature.target.asks != "numbers"
    forest: Any = RandomForestClassifier if classes else RandomForestRegressor
    linear = LogisticRegression(max_iter=300) if classes else Ridge(alpha=1.0)
    some = _some(len(prepared.train))
    x, y = _inputs(prepared, prepared.train, some), prepared.train.y[some]
    asked = _inputs(prepared, prepared.part(split))
    for kind, title, model in (
        ("linear", "logistic regression" if classes else "linear regression", linear),
        ("forest", "random forest", forest(n_estimators=TREES, random_state=0)),
    ):
        with warnings.catch_warnings():
            # A linear model that is nearly there is reference enough.
            warnings.simplefilter("ignore", ConvergenceWarning)
            values = _values(prepared, prepared.part(split), model, (x, y, asked))
        yield Reference(kind, title, values, len(some))


def _values(
    prepared: Prepared, part: Part, model: Any, rows: tuple[Any, NDArray[Any], Any]
) -> dict[str, float]:
    """Fit a model to inputs and answers, and return how it does on the inputs of a part."""
    target, true, (x, y, asked) = prepared.signature.target, _true(prepared, part), rows
    if target.asks == "numbers":
        model.fit(x, y.ravel() if y.shape[1] == 1 else y)
        answers = np.asarray(model.predict(asked), np.float64).reshape(len(part), -1)
        return scores(target, prepared.units.back(answers, part.rows), true)
    if target.asks == "labels":
        shares = np.stack([_shares(model, x, y[:, k], asked, 2)[:, 1] for k in range(target.count)], axis=1)
        return scores(target, (shares > 0.5).astype(np.int64), true, shares)
    shares = _shares(model, x, y, asked, target.count)
    return scores(target, shares.argmax(1), true, shares)


def _shares(model: Any, x: Any, y: NDArray[Any], asked: Any, count: int) -> NDArray[np.float64]:
    """Return the share of each class after fitting; a class without a training row gets none."""
    shares = np.zeros((asked.shape[0], count))
    if _single(y):
        shares[:, int(y[0])] = 1.0
        return shares
    model.fit(x, y)
    shares[:, model.classes_.astype(int)] = model.predict_proba(asked)
    return shares


def _neighbours(prepared: Prepared, split: SplitName) -> Generator[Reference, None, None]:
    """Yield what mostly follows: any token, the last one, the last two."""
    target, train, part = prepared.signature.target, prepared.train, prepared.part(split)
    true = _true(prepared, part)
    for found in neighbours(train.x, train.y, part.x, true, target.count):
        values = scores(target, found.said, true) | {"loss": found.nats}
        yield Reference(found.name, WORDS[found.name], values, len(train))


def _components(prepared: Prepared, split: SplitName, waist: int) -> Generator[Reference, None, None]:
    """Yield the principal components that take as many numbers as an autoencoder."""
    train, part = prepared.train, prepared.part(split)
    some = _some(len(train))
    back = given_back(_inputs(prepared, train, some), _inputs(prepared, part), waist)
    if back is not None:
        values = scores(prepared.signature.target, back, _true(prepared, part))
        yield Reference("components", f"{waist} principal components", values, len(some))


def _inputs(prepared: Prepared, part: Part, rows: NDArray[np.int64] | None = None) -> Any:
    """Return rows as a flat table; the tokens of texts counted, as a sparse one."""
    x = part.x if rows is None else part.x[rows]
    if not prepared.signature.input.is_a(TOKENS):
        return np.asarray(x, np.float32).reshape(len(x), -1)
    from scipy.sparse import csr_matrix

    shape = (len(x), prepared.signature.input.vocabulary)
    lines = np.repeat(np.arange(len(x)), x.shape[1])
    real = x.ravel() != 0
    ones = np.ones(int(real.sum()), np.float32)
    return csr_matrix((ones, (lines[real], x.ravel()[real])), shape=shape)


def _some(rows: int) -> NDArray[np.int64]:
    if rows <= MOST_ROWS:
        return np.arange(rows)
    chosen: NDArray[np.int64] = np.random.default_rng(0).choice(rows, MOST_ROWS, replace=False)
    return np.sort(chosen)


def _true(prepared: Prepared, part: Part) -> NDArray[Any]:
    """Return the truth: class numbers (N,), labels (N, K), or numbers in the target's own units (N, D)."""
    if prepared.signature.target.asks != "numbers":
        return np.asarray(part.y, np.int64)
    return prepared.own(part)


def _single(y: NDArray[Any]) -> bool:
    return len(np.unique(y)) < 2
