"""Simple models learn from the same rows and are judged by the same metrics."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import nnstudio.catalog  # noqa: F401  (fills the registries)
from nnstudio.catalog.datasets.series import Airline
from nnstudio.catalog.datasets.sklearn_sets import Diabetes, Iris
from nnstudio.core.dataset import Column, Examples, Part, Prepared, Windows
from nnstudio.core.shape import tokens
from nnstudio.core.trace import Signature, Target
from nnstudio.data.prepare import default_spec, prepare
from nnstudio.data.windows import naive_forecast
from nnstudio.engine import reference
from nnstudio.engine.reference import references
from tests.engine.made import classes


def prepared(source: Iris | Diabetes) -> Prepared:
    examples = source.load()
    return prepare(examples, default_spec(source, examples))


def test_classes_get_a_linear_model_and_a_forest() -> None:
    iris = prepared(Iris())
    found = list(references(iris, "validation"))
    assert [model.kind for model in found] == ["constant", "linear", "forest"]
    linear = LogisticRegression(max_iter=300).fit(iris.train.x, iris.train.y)
    expected = linear.score(iris.validation.x, iris.validation.y)
    assert found[1].values["accuracy"] == pytest.approx(expected)
    assert min(found[1].values["auc"], found[2].values["auc"]) > 0.9
    assert found == list(references(iris, "validation")), "the same result twice"


def test_numbers_are_judged_in_their_own_units() -> None:
    found = {model.kind: model for model in references(prepared(Diabetes()), "validation")}
    assert found["constant"].values["rmse"] > found["linear"].values["rmse"] > 20
    assert found["linear"].values["r2"] > 0.2


def test_large_data_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "MOST_ROWS", 30)
    assert [model.rows for model in references(classes(3), "test")] == [50, 30, 30]


def test_texts_are_bags_of_tokens() -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 200)
    x = rng.integers(3, 20, (200, 6))
    x[np.arange(200), rng.integers(0, 6, 200)] = 1 + y  # The token 1 or 2, wherever it stands.
    made = text(x, y, ("a", "b"))
    found = {model.kind: model for model in references(made, "validation")}
    assert found["linear"].values["accuracy"] > 0.95


def test_a_text_to_be_continued_gets_the_commonest_next_token() -> None:
    x = np.tile(np.arange(120), 5)[:, None] + 1
    made = text(x, (x[:, 0] * 7) % 120, tuple(f"t{i}" for i in range(120)))
    *_, found = references(made, "validation")
    assert found.kind == "bigrams"
    assert found.values["accuracy"] == 1.0


def text(x: np.ndarray, y: np.ndarray, names: tuple[str, ...]) -> Prepared:
    """Return prepared token ids; the last fifth validates."""
    made = classes(2)
    cut = len(x) * 4 // 5
    shape = tokens(x.shape[1], int(x.max()) + 1)
    signature = Signature(input=shape, target=Target(task="classification", names=names))
    parts = [Part(x[rows], y[rows], np.arange(len(x))[rows]) for rows in (slice(cut), slice(cut, None))]
    return replace(made, signature=signature, train=parts[0], validation=parts[1])


def test_the_naive_forecast_repeats_the_last_step_or_season() -> None:
    values = np.arange(20.0)
    rows = np.array([8, 12])
    for season, expected in ((0, [[7, 7, 7], [11, 11, 11]]), (2, [[6, 7, 6], [10, 11, 10]])):
        series = Examples(
            "series", Column("y", "number", values), "regression", windows=Windows(size=4, season=season)
        )
        assert naive_forecast(series, rows, 3).tolist() == expected


def test_a_series_is_set_beside_the_last_season_and_the_last_value() -> None:
    source = Airline()
    series = source.load()
    prepared = prepare(series, default_spec(source, series))
    found = {model.kind: model for model in references(prepared, "test", series)}
    assert list(found) == ["constant", "naive", "last", "linear", "forest"]
    assert "12 steps ago" in found["naive"].title
    true, rows = series.target.values, prepared.test.rows
    for kind, back in (("naive", 12), ("last", 1)):
        wrong = true[rows] - true[rows - back]
        assert found[kind].values["rmse"] == pytest.approx(np.sqrt((wrong**2).mean()), rel=1e-5)
