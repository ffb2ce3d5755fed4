"""Known functions with noise on top: regression where the right answer can be drawn beside the guess."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import SOURCES, Column, Examples, Source
from nnstudio.core.param import param

Values = NDArray[np.float64]


def _polynomial(x: Values) -> Values:
    return 0.15 * x**3 - 0.8 * x


def _step(x: Values) -> Values:
    return np.where(x < 0, -1.0, 1.0)


def _wave(x: Values) -> Values:
    return np.sin(4 * x) * np.exp(-np.abs(x))


CURVES: dict[str, Callable[[Values], Values]] = {
    "sine": lambda x: np.sin(2 * x),
    "step": _step,
    "polynomial": _polynomial,
    "wave": _wave,
    "corner": lambda x: np.abs(x) - 1.0,
}


def _hills(x: Values, y: Values) -> Values:
    def hill(cx: float, cy: float, height: float) -> Values:
        return height * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 4.0)

    return hill(-2.5, -2.5, 1.0) + hill(2.5, 2.5, 1.0) + hill(-2.5, 2.5, -1.0) + hill(2.5, -2.5, -1.0)


SURFACES: dict[str, Callable[[Values, Values], Values]] = {
    "plane": lambda x, y: (x + y) / 10.0,
    "ripple": lambda x, y: np.cos(np.hypot(x, y)),
    "hills": _hills,
}


class Function(Source):
    """Base of every function with noise: `samples` places drawn evenly, the value there plus noise."""

    family = "functions"
    example = True

    samples: int = param(
        500, "Points", "How many places the function is measured at.", low=50, high=5000, scale="log",
        step=10, typical=(200, 1000), too_low="Gaps that the network fills with guesses.",
    )  # fmt: skip
    noise: float = param(
        0.1, "Noise", "Standard deviation of the error of every measured value.", low=0.0, high=1.0,
        step=0.01, typical=(0.0, 0.3), too_high="The function drowns; no network can get below the noise.",
    )  # fmt: skip
    seed: int = param(0, "Data seed", "Another seed draws other points.", low=0, high=9999, step=1)

    def table(self, places: Values, clean: Values, rng: np.random.Generator) -> Examples:
        """Return examples of places (N, D) and the function's values there (N,), noise added."""
        values = clean + rng.normal(0.0, self.noise, len(clean))
        names = ("x",) if places.shape[1] == 1 else ("x1", "x2")
        columns = tuple(Column(name, "number", places[:, i]) for i, name in enumerate(names))
        return Examples(self.title, Column("y", "number", values), "regression", columns)


@SOURCES.entry
class Curve(Function):
    """One input, one output: learn to draw a curve from noisy points.

    Shows what hidden units are for: each adds one bend. A sine needs about 8 of them; the sharp step
    and the corner show how smooth activations round edges off. The validation error cannot fall below
    the noise you set.
    """

    kind = "curve"
    title = "Curve (1-D)"

    function: Literal["sine", "step", "polynomial", "wave", "corner"] = param(
        "sine", "Function", "The curve to be learnt.", choices=tuple(CURVES)
    )

    def load(self) -> Examples:
        rng = np.random.default_rng(self.seed)
        x = rng.uniform(-3.0, 3.0, self.samples)
        return self.table(x[:, None], CURVES[self.function](x), rng)


@SOURCES.entry
class Surface(Function):
    """Two inputs, one output: learn a height above the plane.

    A plane needs no hidden layer at all; hills need one; the ripple needs two or many units. After
    the regression sets of the TensorFlow Playground.
    """

    kind = "surface"
    title = "Surface (2-D)"

    function: Literal["plane", "ripple", "hills"] = param(
        "hills", "Function", "The surface to be learnt.", choices=tuple(SURFACES)
    )

    def load(self) -> Examples:
        rng = np.random.default_rng(self.seed)
        places = rng.uniform(-6.0, 6.0, (self.samples, 2))
        return self.table(places, SURFACES[self.function](places[:, 0], places[:, 1]), rng)
