"""The bundled sets: balanced, centred where promised, and exactly scikit-learn's own numbers."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.datasets

from nnstudio.catalog.datasets.functions import CURVES, Curve, Surface
from nnstudio.catalog.datasets.playground import Circles, ExclusiveOr, Gaussians, Moons, Plane, Spirals
from nnstudio.catalog.datasets.sklearn_sets import BreastCancer, Bundled, Diabetes, Digits, Iris, Wine
from nnstudio.core.dataset import SOURCES, Examples


def points(examples: Examples) -> np.ndarray:
    return np.stack([column.values for column in examples.columns], axis=1)


@pytest.mark.parametrize("cls", [Circles, ExclusiveOr, Gaussians, Spirals, Moons])
def test_classes_are_balanced_and_shuffled(cls: type[Plane]) -> None:
    examples = cls(samples=301).load()
    names, counts = np.unique(examples.target.values.astype(str), return_counts=True)
    assert names.tolist() == ["A", "B"]
    assert abs(int(counts[0]) - int(counts[1])) == 1
    assert set(examples.target.values[:20]) == {"A", "B"}


@pytest.mark.parametrize("cls", [Gaussians, Spirals])
@pytest.mark.parametrize("classes", range(2, 7))
def test_the_number_of_classes_follows_its_slider(cls: type[Gaussians], classes: int) -> None:
    assert len(set(cls(classes=classes).load().target.values)) == classes


def test_without_noise_the_rule_behind_each_set_holds_for_every_point() -> None:
    circles = Circles(noise=0).load()
    assert np.array_equal(np.hypot(*points(circles).T) < 3.0, circles.target.values == "A")
    exclusive = ExclusiveOr(noise=0).load()
    assert np.array_equal(np.prod(points(exclusive), axis=1) > 0, exclusive.target.values == "A")


@pytest.mark.parametrize("function", CURVES)
def test_noise_is_the_standard_deviation_around_the_curve(function: str) -> None:
    curve = Curve.model_validate({"function": function, "samples": 5000, "noise": 0.3})
    clean, noisy = curve.model_copy(update={"noise": 0.0}).load(), curve.load()
    assert np.array_equal(points(clean), points(noisy))
    assert np.std(noisy.target.values - clean.target.values) == pytest.approx(0.3, rel=0.05)
    assert 0.2 < clean.target.values.std() < 2


def test_the_surface_is_the_function_named() -> None:
    plane = Surface(function="plane", noise=0).load()
    assert np.allclose(plane.target.values, points(plane).sum(axis=1) / 10)


@pytest.mark.parametrize("cls", [Iris, Wine, BreastCancer])
def test_real_sets_are_scikit_learns(cls: type[Bundled]) -> None:
    theirs = getattr(sklearn.datasets, cls.loader)()
    ours = cls().load()
    assert np.array_equal(points(ours), theirs.data)
    assert [column.name for column in ours.columns] == list(theirs.feature_names)
    assert np.array_equal(ours.target.values, theirs.target_names[theirs.target])


def test_digits_are_images_between_zero_and_one() -> None:
    pixels = Digits().load().pixels
    assert pixels is not None
    assert pixels.shape == (1797, 1, 8, 8)
    assert pixels.dtype == np.float32
    assert (pixels.min(), pixels.max()) == (0.0, 1.0)


def test_diabetes_keeps_its_original_units() -> None:
    examples = Diabetes().load()
    ages = examples.columns[0]
    assert (ages.name, ages.values.min() > 15, ages.values.max() < 100) == ("age", True, True)
    assert examples.task == "regression"


def test_sets_are_offered_with_the_easiest_to_look_at_first() -> None:
    assert next(cls.family for cls in SOURCES if cls.example) == "2-D classes"
