"""Simple models learn from the same rows and are judged by the same metrics."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

import nnstudio.catalog  # noqa: F401  (fills the registries)
from nnstudio.catalog.datasets.series import Airline
from nnstudio.catalog.datasets.sklearn_sets import Diabetes, Iris
from nnstudio.core.dataset import Column, Examples, Part, Prepared, Windows
from nnstudio.core.shape import features, tokens
from nnstudio.core.tokens import NEXT_TOKEN
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


def continued(x: np.ndarray, y: np.ndarray, count: int) -> Prepared:
    """Return prepared windows of a text that goes on."""
    made = text(x, y, tuple(f"t{i}" for i in range(count)))
    target = Target(task="classification", names=tuple(f"t{i}" for i in range(count)), column=NEXT_TOKEN)
    return replace(made, signature=Signature(input=tokens(x.shape[1], count), target=target))


def test_a_text_to_be_continued_is_set_beside_counts_of_its_neighbours() -> None:
    x = np.tile(np.arange(120), 5)[:, None]
    found = {model.kind: model for model in references(continued(x, (x[:, 0] * 7) % 120, 120), "validation")}
    assert list(found) == ["unigrams", "bigrams"]
    assert found["bigrams"].values["accuracy"] == 1.0
    assert found["bigrams"].values["loss"] < 1.0 < found["unigrams"].values["loss"]
    assert found["unigrams"].values["loss"] == pytest.approx(np.log(120), abs=0.1)


def rebuilding(x: np.ndarray) -> Prepared:
    """Return prepared rows that are to be given back; the last fifth validates."""
    cut = len(x) * 4 // 5
    names = tuple(f"x{i}" for i in range(x.shape[1]))
    signature = Signature(
        input=features(x.shape[1]), target=Target(task="regression", names=names, column="input")
    )
    rows = np.arange(len(x))
    parts = [Part(x[some], x[some], rows[some]) for some in (slice(cut), slice(cut, None))]
    return replace(
        classes(2), signature=signature, train=parts[0], validation=parts[1], feature_names=names
    )  # fmt: skip


def test_an_autoencoder_is_set_beside_principal_components() -> None:
    rng = np.random.default_rng(0)
    x = (rng.normal(size=(200, 3)) @ rng.normal(size=(3, 8)) + 0.1 * rng.normal(size=(200, 8))).astype("f4")
    made = rebuilding(x)
    found = {model.kind: model for model in references(made, "validation", waist=2)}
    assert list(found) == ["constant", "components"]
    assert found["components"].title == "2 principal components"
    pca = PCA(2).fit(made.train.x)
    back = pca.inverse_transform(pca.transform(made.validation.x))
    expected = np.sqrt(((back - made.validation.y) ** 2).mean(0)).mean()
    assert found["components"].values["rmse"] == pytest.approx(expected, rel=1e-4)
    assert found["components"].values["r2"] > found["constant"].values["r2"] + 0.3
    assert [model.kind for model in references(made, "validation", waist=8)] == ["constant"]


def test_labels_get_a_model_each() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 4)).astype("f4")
    y = (x[:, :3] > 0).astype("f4")
    cut = slice(160), slice(160, None)
    parts = [Part(x[some], y[some], np.arange(200)[some]) for some in cut]
    signature = Signature(input=features(4), target=Target(task="multilabel", names=("a", "b", "c")))
    made = replace(classes(2), signature=signature, train=parts[0], validation=parts[1])
    found = {model.kind: model for model in references(made, "validation")}
    assert list(found) == ["constant", "linear", "forest"]
    linear = OneVsRestClassifier(LogisticRegression(max_iter=300)).fit(parts[0].x, parts[0].y)
    expected = float(np.mean(linear.predict(parts[1].x) != parts[1].y))
    assert found["linear"].values["hamming_loss"] == pytest.approx(expected)


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
