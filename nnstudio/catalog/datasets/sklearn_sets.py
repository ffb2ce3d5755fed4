"""Real measurements that come with scikit-learn."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from nnstudio.core.dataset import SOURCES, Column, Examples, Source


class Bundled(Source):
    """Base of scikit-learn's own sets."""

    family = "real data"
    example = True
    loader: ClassVar[str] = ""
    """Name of the function in sklearn.datasets."""
    options: ClassVar[dict[str, Any]] = {}
    target_name: ClassVar[str] = "class"

    def load(self) -> Examples:
        bunch = self.bunch()
        columns = tuple(
            Column(str(name), "number", bunch.data[:, i].astype(np.float64))
            for i, name in enumerate(bunch.feature_names)
        )
        return Examples(self.title, self.classes(bunch), "classification", columns)

    def bunch(self) -> Any:
        """Return scikit-learn's own answer; its import takes a second, so it waits until needed."""
        import sklearn.datasets

        return getattr(sklearn.datasets, self.loader)(**self.options)

    def classes(self, bunch: Any) -> Column:
        """Return the target with the classes' names."""
        names = np.array([str(name) for name in bunch.target_names], dtype=object)
        return Column(self.target_name, "category", names[bunch.target])


@SOURCES.entry
class Iris(Bundled):
    """150 iris flowers of three species, told apart by the length and width of sepals and petals.

    The classic first data set (Fisher, 1936). Setosa is easy, the other two overlap a little. Expect
    95 % or more with any small network; with only 23 validation flowers one mistake is 4 %.
    """

    kind = "iris"
    title = "Iris"
    loader = "load_iris"
    target_name = "species"


@SOURCES.entry
class Wine(Bundled):
    """178 Italian wines from three growers, with 13 chemical measurements each.

    From the UCI repository (Aeberhard and Forina, 1992). The columns have very different scales,
    from 0.1 to 1700: without standardising, training hardly moves. Expect 95 % or more.
    """

    kind = "wine"
    title = "Wine"
    loader = "load_wine"
    target_name = "grower"


@SOURCES.entry
class BreastCancer(Bundled):
    """569 tumours, benign or malignant, with 30 measurements of cell nuclei under the microscope.

    From Wisconsin (Wolberg, Street and Mangasarian, 1995). Expect 95 to 98 %. Accuracy is not all:
    a malignant tumour called benign is the worse mistake, so look at recall and the confusion matrix.
    """

    kind = "breast_cancer"
    title = "Breast cancer"
    loader = "load_breast_cancer"
    target_name = "diagnosis"


@SOURCES.entry
class Digits(Bundled):
    """1797 handwritten digits as tiny images of 8 by 8 grey pixels, ten classes.

    From the UCI repository (Alpaydin and Kaynak, 1998). Pixels are between 0 and 1 already. Flatten
    and one Dense layer of 32 units reach about 96 %, a small convolutional network 98 %.
    """

    kind = "digits"
    title = "Digits (8×8)"
    loader = "load_digits"
    target_name = "digit"

    def load(self) -> Examples:
        bunch = self.bunch()
        pixels = (bunch.images[:, None] / 16.0).astype(np.float32)
        return Examples(self.title, self.classes(bunch), "classification", pixels=pixels)


@SOURCES.entry
class Diabetes(Bundled):
    """442 people with diabetes: ten measurements, and how far the disease progressed a year later.

    From Efron, Hastie, Johnstone and Tibshirani (2004), in the original units. Much of the outcome
    is not in the measurements: expect R² near 0.45, and soon overfitting with a large network.
    """

    kind = "diabetes"
    title = "Diabetes"
    loader = "load_diabetes"
    options = {"scaled": False}
    target_name = "progression"

    def load(self) -> Examples:
        bunch = self.bunch()
        names = {"s1": "cholesterol", "s2": "ldl", "s3": "hdl", "s4": "cholesterol / hdl",
                 "s5": "log triglycerides", "s6": "blood sugar", "bp": "blood pressure"}  # fmt: skip
        columns = tuple(
            Column(names.get(name, name), "number", bunch.data[:, i].astype(np.float64))
            for i, name in enumerate(bunch.feature_names)
        )
        target = Column(self.target_name, "number", bunch.target.astype(np.float64))
        return Examples(self.title, target, "regression", columns)
