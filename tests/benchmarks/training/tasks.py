"""The five pieces of work that everybody does: project, rows, and the same network in plain torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

import nnstudio.catalog  # noqa: F401  (fills the registries)
from nnstudio.catalog.activations import Activation, ReLU, Softmax, Tanh
from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.catalog.layers.pool import MaxPool
from nnstudio.catalog.layers.sequence import LSTM
from nnstudio.catalog.losses import CrossEntropy
from nnstudio.catalog.optimizers import Adam
from nnstudio.core.dataset import Part, Prepared
from nnstudio.core.network import Layer
from nnstudio.core.project import Project
from nnstudio.core.shape import Shape, features, image, sequence
from nnstudio.core.trace import Target
from nnstudio.engine.build import build
from tests.engine.made import prepared_from, project_for

RATE = 0.001
FOREVER = 100_000
"""Epochs of a run: more than are ever pulled."""


@dataclass(frozen=True)
class Task:
    """One piece of work."""

    name: str
    aim: float
    """Speed of the studio as a multiple of the plain loop's, on two cores."""
    project: Project
    prepared: Prepared
    module: Callable[[], nn.Module]
    units: tuple[int, ...] = ()
    """Of the hidden layers, where there are only dense ones."""

    @property
    def batch(self) -> int:
        """Rows of a step."""
        return int(self.project.training.batch_size)

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.prepared.signature.target.names)

    def first_module(self) -> nn.Module:
        """Return the plain network with the weights that the studio begins with."""
        module = self.module()
        graph = build(self.project.network, self.prepared.signature.input, self.project.training.seed)
        for own, given in zip(module.parameters(), graph.parameters(), strict=True):
            own.data = given.detach().clone()
        return module


class LastOutput(nn.Module):
    """An LSTM that gives its last output."""

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(inputs, units, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        steps: Tensor = self.lstm(x)[0]
        return steps[:, -1]


def tensors(part: Part) -> tuple[Tensor, Tensor]:
    """Return (x, classes) of a split."""
    return torch.tensor(part.x), torch.tensor(part.y)


def tasks() -> list[Task]:
    """Return all tasks, the smallest first."""
    return [
        _dense("tiny", 10.0, 2, (8, 8), 2, 500, 10, Tanh()),
        _dense("small", 4.5, 64, (256, 128, 64), 10, 1437, 32, ReLU()),
        _dense("medium", 2.3, 784, (512, 256, 128), 10, 20_000, 128, ReLU()),
        _convolutional(),
        _recurrent(),
    ]


def _rows(shape: Shape, classes: int, rows: int) -> Prepared:
    """Return rows that can be told apart; a fifth as many again for validation."""
    rng = np.random.default_rng(0)
    held = rows // 5
    y = rng.integers(0, classes, rows + held)
    middle = rng.normal(size=(classes, shape.count))
    apart = min(1.0, 8 / shape.count)
    x = rng.normal(size=(rows + held, shape.count)) + apart * middle[y]
    target = Target(task="classification", names=tuple(f"class {i}" for i in range(classes)))
    x = x.reshape(-1, *shape.sizes)
    return prepared_from(x, y, target, shape=shape, validation=held, test=0)


def _project(prepared: Prepared, batch: int, *layers: Layer) -> Project:
    return project_for(
        prepared, *layers, loss=CrossEntropy(), optimizer=Adam(rate=RATE), batch_size=batch, epochs=FOREVER
    )


def _dense(
    name: str, aim: float, inputs: int, hidden: tuple[int, ...], classes: int, rows: int, batch: int,
    activation: Activation,
) -> Task:  # fmt: skip
    prepared = _rows(features(inputs), classes, rows)
    layers = [Dense(units=units, activation=activation) for units in hidden]
    project = _project(prepared, batch, *layers, Dense(units=classes, activation=Softmax()))

    def module() -> nn.Module:
        curve = nn.Tanh if isinstance(activation, Tanh) else nn.ReLU
        parts: list[nn.Module] = []
        for before, units in zip((inputs, *hidden[:-1]), hidden, strict=True):
            parts += [nn.Linear(before, units), curve()]
        return nn.Sequential(*parts, nn.Linear(hidden[-1], classes))

    return Task(name, aim, project, prepared, module, hidden)


def _convolutional() -> Task:
    prepared = _rows(image(1, 28, 28), 10, 5000)
    layers = (Conv2D(filters=32), MaxPool(), Conv2D(filters=64), MaxPool(), Flatten(), Dense(units=128))
    project = _project(prepared, 64, *layers, Dense(units=10, activation=Softmax()))

    def module() -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Linear(128, 10),
        )  # fmt: skip

    return Task("CNN", 1.4, project, prepared, module)


def _recurrent() -> Task:
    prepared = _rows(sequence(50, 8), 10, 2000)
    project = _project(prepared, 32, LSTM(units=64), Dense(units=10, activation=Softmax()))
    return Task("LSTM", 1.2, project, prepared, lambda: nn.Sequential(LastOutput(8, 64), nn.Linear(64, 10)))
