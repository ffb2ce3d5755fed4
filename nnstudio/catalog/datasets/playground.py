"""Points in the plane that belong to classes: small, drawn afresh, easy to look at."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from nnstudio.core.dataset import SOURCES, Column, Examples, Source
from nnstudio.core.param import param

Points = NDArray[np.float64]
RADIUS = 5.0
LETTERS = "ABCDEF"
NOISE_SOURCE = "Start with 0.1 and raise it to see the difference between learning and memorising."


class Plane(Source):
    """Base of every set of points: balanced classes, shuffled rows, jitter added to every point."""

    family = "2-D classes"
    example = True
    jitter: ClassVar[float] = 2.5
    """Standard deviation of the jitter at noise 1."""

    samples: int = param(
        500, "Points", "How many points are drawn.", low=50, high=5000, scale="log", step=10,
        typical=(200, 1000), too_low="The validation curve is noise.",
    )  # fmt: skip
    noise: float = param(
        0.1, "Noise", "How far points stray from their pattern.", low=0.0, high=0.5, step=0.01,
        typical=(0.0, 0.3), too_high="The classes overlap: no network can be right everywhere.",
        source=NOISE_SOURCE,
    )  # fmt: skip
    seed: int = param(0, "Data seed", "Another seed draws other points.", low=0, high=9999, step=1)

    def count(self) -> int:
        """Return the number of classes."""
        return 2

    def draw(self, label: int, n: int, rng: Generator) -> Points:
        """Return `n` points of one class without jitter, (n, 2)."""
        raise NotImplementedError

    def load(self) -> Examples:
        rng = np.random.default_rng(self.seed)
        sizes = [len(part) for part in np.array_split(np.arange(self.samples), self.count())]
        points = np.concatenate([self.draw(label, n, rng) for label, n in enumerate(sizes)])
        points = points + rng.normal(0.0, self.noise * self.jitter, points.shape)
        labels = np.repeat(np.array(list(LETTERS[: self.count()]), dtype=object), sizes)
        order = rng.permutation(self.samples)
        columns = tuple(Column(f"x{i + 1}", "number", points[order, i]) for i in range(2))
        return Examples(self.title, Column("class", "category", labels[order]), "classification", columns)


def _ring(radius: NDArray[np.float64], angle: NDArray[np.float64]) -> Points:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


@SOURCES.entry
class Circles(Plane):
    """A disc of one class inside a ring of the other.

    No straight line separates them, so a network without a hidden layer stays near half right. One
    hidden layer of 4 units bends the boundary closed. After the TensorFlow Playground.
    """

    kind = "circles"
    title = "Two circles"

    def draw(self, label: int, n: int, rng: Generator) -> Points:
        inner, outer = ((0.0, 0.5), (0.7, 1.0))[label]
        return _ring(rng.uniform(inner * RADIUS, outer * RADIUS, n), rng.uniform(0, 2 * np.pi, n))


@SOURCES.entry
class ExclusiveOr(Plane):
    """Opposite quarters of a square belong together: class A where x1 and x2 have the same sign.

    The riddle that a single layer cannot solve (Minsky and Papert, 1969). One hidden layer of 4
    units is enough. After the TensorFlow Playground.
    """

    kind = "exclusive_or"
    title = "Exclusive or"

    def draw(self, label: int, n: int, rng: Generator) -> Points:
        # A small gap on both sides of the axes keeps the noiseless classes apart.
        size = rng.uniform(0.3, RADIUS, (n, 2))
        first = rng.choice([-1.0, 1.0], n)
        second = first if label == 0 else -first
        return np.asarray(size * np.stack([first, second], axis=1))


@SOURCES.entry
class Gaussians(Plane):
    """Two to six round clouds of points, one per class.

    The easy one: straight lines separate the clouds, so even a network without hidden layers learns
    it. With much noise the clouds overlap and some points cannot be told apart by anybody.
    """

    kind = "gaussians"
    title = "Gaussian clouds"
    jitter = 4.0

    classes: int = param(2, "Classes", "How many clouds.", low=2, high=6, step=1)

    def count(self) -> int:
        return self.classes

    def draw(self, label: int, n: int, rng: Generator) -> Points:
        angle = 2 * np.pi * label / self.classes + np.pi / 4
        centre = 3.0 * np.array([np.cos(angle), np.sin(angle)])
        return centre + rng.normal(0.0, 0.6, (n, 2))


@SOURCES.entry
class Spirals(Plane):
    """Two to six spiral arms wound around each other, one per class.

    The hard one: the boundary has to wind too. Expect to need two or three hidden layers of 16 units
    or more and patience. After the TensorFlow Playground; the two-armed one goes back to a test
    for networks by Lang and Witbrock (1988).
    """

    kind = "spirals"
    title = "Spirals"
    # The arms lie close together: more jitter would leave no pattern.
    jitter = 0.8
    turns: ClassVar[dict[int, float]] = {2: 1.5, 3: 1.1, 4: 0.9, 5: 0.75, 6: 0.65}

    classes: int = param(
        2, "Classes", "How many arms.", low=2, high=6, step=1, too_high="The arms lie very close together."
    )

    def count(self) -> int:
        return self.classes

    def draw(self, label: int, n: int, rng: Generator) -> Points:
        along = np.sqrt(rng.uniform(0.01, 1.0, n))
        angle = 2 * np.pi * (self.turns[self.classes] * along + label / self.classes)
        return _ring(along * RADIUS, angle)


@SOURCES.entry
class Moons(Plane):
    """Two half moons that reach into each other.

    A gentle curve separates them: one hidden layer of 8 units learns it within a few dozen epochs.
    The same shape as scikit-learn's make_moons.
    """

    kind = "moons"
    title = "Moons"

    def draw(self, label: int, n: int, rng: Generator) -> Points:
        angle = rng.uniform(0, np.pi, n)
        x, y = np.cos(angle), np.sin(angle)
        points = np.stack([x, y] if label == 0 else [1.0 - x, 0.5 - y], axis=1)
        centre = np.array([0.5, 0.25])
        return np.asarray((points - centre) * 3.0)
