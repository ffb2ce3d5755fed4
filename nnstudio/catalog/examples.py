"""Ready-made projects: one click, a few seconds of training, and something to learn from each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nnstudio.catalog.activations import Tanh
from nnstudio.catalog.datasets.functions import Curve, Surface
from nnstudio.catalog.datasets.judgements import FruitRipeness, SongMoods
from nnstudio.catalog.datasets.playground import Circles, ExclusiveOr, Gaussians, Moons, Spirals
from nnstudio.catalog.datasets.series import Airline, Sunspots
from nnstudio.catalog.datasets.shapes import Shapes
from nnstudio.catalog.datasets.sklearn_sets import BreastCancer, Diabetes, Digits, Iris, Wine
from nnstudio.catalog.datasets.texts import Alice, Opinions
from nnstudio.catalog.preparations import Difference, ScaleInputs, ScaleTarget, SquareRoot
from nnstudio.catalog.presets import Constant, Funnel
from nnstudio.catalog.presets.images import ResNetStyle, VGGStyle
from nnstudio.catalog.presets.sequences import GptStyle, GRUStyle, LSTMStyle
from nnstudio.catalog.presets.wide import WideAndDeep
from nnstudio.core.dataset import Source
from nnstudio.core.project import Preset, Project


@dataclass(frozen=True, slots=True)
class Example:
    """A bundled project: data, shape and the settings that differ from the recommended start."""

    name: str
    """How the command line calls it."""
    title: str
    story: str
    """What is in it and what to look out for, in a student's words."""
    source: Source
    preset: Preset
    edits: Mapping[str, Any] = field(default_factory=dict)
    """Path -> value."""
    goes_wrong: bool = False
    """Made to fail, so that the diagnosis has something to say."""

    def applied(self, project: Project) -> Project:
        """Return a project with this example's settings; its data are unknown when those change."""
        for path, value in self.edits.items():
            project = project.set(path, value)
        return project


FAST = {"training.optimizer.rate": 0.01}

EXAMPLES: tuple[Example, ...] = (
    Example(
        "circles", "Two circles",
        "A disc inside a ring. No straight line can separate them: watch the boundary close around the disc.",
        Circles(), Constant(depth=2, width=8), FAST,
    ),
    Example(
        "xor", "Exclusive or",
        "Opposite quarters belong together. A single layer cannot solve it; try a depth of 0 and see.",
        ExclusiveOr(), Constant(depth=2, width=8), FAST,
    ),
    Example(
        "gaussians", "Gaussian clouds",
        "Three round clouds. Straight lines are enough: even a tiny network learns it in a few epochs.",
        Gaussians(classes=3), Constant(depth=1, width=8), FAST,
    ),
    Example(
        "spirals", "Spirals",
        "Two arms wound around each other, the hard one: it takes two layers of 32 units and patience.",
        Spirals(samples=1000, noise=0.05), Constant(depth=2, width=32, activation=Tanh()),
        {"training.optimizer.rate": 0.02, "training.epochs": 150, "training.early_stopping.patience": 30},
    ),
    Example(
        "moons", "Moons",
        "Two half moons reach into each other. A gentle curve separates them; more noise makes them overlap.",
        Moons(), Constant(depth=2, width=16), FAST,
    ),
    Example(
        "curve", "Curve",
        "Noisy points of a sine. Every hidden unit adds one bend; the error cannot fall below the noise.",
        Curve(), Constant(depth=2, width=32, activation=Tanh()), FAST | {"training.epochs": 150},
    ),
    Example(
        "surface", "Surface",
        "Two hills and two hollows above a plane: the network learns the height from the place.",
        Surface(), Constant(depth=2, width=32, activation=Tanh()), FAST,
    ),
    Example(
        "iris", "Iris",
        "150 flowers of three species by four measurements. One mistake of 23 is already 4 %.",
        Iris(), Funnel(depth=1, width=16), FAST,
    ),
    Example(
        "wine", "Wine",
        "178 wines of three growers by their chemistry. Scales differ a thousandfold; scaling makes it easy.",
        Wine(), Funnel(depth=1, width=16), FAST,
    ),
    Example(
        "breast_cancer", "Breast cancer",
        "569 tumours by 30 measurements of cells. Accuracy is not all: see which malignant ones are missed.",
        BreastCancer(), WideAndDeep(units=16, dropout=0.3), FAST | {"training.weight_decay": 0.003},
    ),
    Example(
        "digits", "Digits",
        "1797 handwritten digits of 8×8 pixels. The matrix shows which ones are taken for one another.",
        Digits(), Funnel(depth=2, width=64, dropout=0.2), {"training.epochs": 40},
    ),
    Example(
        "diabetes", "Diabetes",
        "442 patients, and how far the disease went. Much of it is not in the data: R² near 0.45 is good.",
        Diabetes(), Funnel(depth=1, width=16),
        {"training.weight_decay": 0.1, "training.optimizer.rate": 0.003},
    ),
    Example(
        "song_moods", "Moods of songs",
        "Songs can be danceable and sad at once: one sigmoid output for each mood. Look at every mood by "
        "itself.",
        SongMoods(), Funnel(depth=2, width=32), FAST,
    ),
    Example(
        "fruit_ripeness", "Ripeness of fruit",
        "Green, turning, ripe, overripe: classes in an order. Three outputs stand for the three borders.",
        FruitRipeness(), Funnel(depth=1, width=16), FAST,
    ),
    Example(
        "digits_resnet", "Digits by a ResNet",
        "The same digits, seen by residual blocks that keep the picture's shape: fewer mistakes.",
        Digits(), ResNetStyle(filters=16), {"training.epochs": 15},
    ),
    Example(
        "shapes", "Shapes",
        "Drawn circles, squares, triangles and crosses anywhere in the picture. Filters find them; a dense "
        "network hardly does.",
        Shapes(samples=2000, noise=0.05), VGGStyle(filters=8, stages=3, convolutions=1),
        {"training.optimizer.rate": 0.003, "training.epochs": 12},
    ),
    Example(
        "opinions", "Opinions",
        "Short sentences, for or against. An LSTM reads them word by word; see which words it looks at.",
        Opinions(), LSTMStyle(units=32),
        {"training.optimizer.rate": 0.005, "training.epochs": 40},
    ),
    Example(
        "alice", "Alice, continued",
        "The first chapter of Alice in Wonderland. A small GPT learns which word comes next, and can write.",
        Alice(), GptStyle(units=32, blocks=1, dropout=0.0),
        {"training.optimizer.rate": 0.007, "training.batch_size": 128, "training.epochs": 15},
    ),
    Example(
        "sunspots", "Sunspots",
        "Yearly sunspot numbers since 1700, behind a square root. A GRU reads twelve years one by one and "
        "foretells the next. Judge it beside the naive forecast.",
        Sunspots(), GRUStyle(units=64, dropout=0.3),
        {
            "data.preparation": (SquareRoot(), ScaleInputs(), ScaleTarget()),
            "training.optimizer.rate": 0.003, "training.epochs": 120,
        },
    ),
    Example(
        "airline", "Air passengers",
        "Passengers by month: they rise, and swing more every year. The network foretells the change over a "
        "year instead; take the step Difference out and see it fall behind.",
        Airline(), WideAndDeep(units=8, dropout=0.3),
        {
            "data.preparation": (Difference(lag=12), ScaleInputs(), ScaleTarget()),
            "training.optimizer.rate": 0.003, "training.epochs": 200,
            "training.early_stopping.patience": 60,
        },
    ),
    Example(
        "digits_overfit", "Digits, learnt by heart",
        "Goes wrong on purpose: 100 digits and a large network. It knows them all, and new ones badly. "
        "Apply what the diagnosis offers.",
        Digits(), Constant(depth=3, width=256),
        {
            "data.split.train": 0.06, "data.split.validation": 0.47, "training.epochs": 100,
            "training.optimizer.rate": 0.003, "training.early_stopping.on": False,
        },
        goes_wrong=True,
    ),
    Example(
        "rate_too_high", "Steps too large",
        "Goes wrong on purpose: a learning rate of 2 jumps over every valley. "
        "Apply what the diagnosis offers and train again.",
        Moons(noise=0.2), Constant(depth=2, width=32),
        {"training.optimizer.rate": 2.0, "training.epochs": 60, "training.early_stopping.on": False},
        goes_wrong=True,
    ),
)  # fmt: skip


def example(name: str) -> Example:
    """Return an example by name; raises KeyError in words."""
    for found in EXAMPLES:
        if found.name == name:
            return found
    raise KeyError(f"there is no example {name!r}; there are: {', '.join(e.name for e in EXAMPLES)}")
