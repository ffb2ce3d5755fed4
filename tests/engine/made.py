"""Small prepared data and projects, made of numpy alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import nnstudio.catalog  # noqa: F401  (fills the registries)
from nnstudio.catalog.activations import Activation, Linear, ReLU, Sigmoid, Softmax
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError
from nnstudio.catalog.optimizers import SGD
from nnstudio.catalog.schedules import Constant
from nnstudio.core.dataset import DataFacts, DataSpec, Examples, Part, Prepared, Source, SplitFacts
from nnstudio.core.network import Layer, Network
from nnstudio.core.project import Project
from nnstudio.core.shape import Shape, features, image
from nnstudio.core.trace import Signature, Target
from nnstudio.core.training import EarlyStopping, Loss, Training
from nnstudio.core.units import Linear as Scaled
from nnstudio.core.units import Units


class InMemory(Source):
    """A source that is never loaded: these tests bring their own prepared rows."""

    kind = "in_memory_of_engine_tests"
    title = "In memory"

    def load(self) -> Examples:
        raise NotImplementedError


def facts(rows: int, columns: int) -> DataFacts:
    """Return facts that say no more than the sizes."""
    part = SplitFacts(rows=rows)
    return DataFacts(
        train=part, validation=part, test=part, features=columns, feature_mean_max=0.0,
        feature_std_min=1.0, feature_std_max=1.0, feature_abs_max=3.0,
    )  # fmt: skip


def prepared_from(
    x: NDArray[Any], y: NDArray[Any], target: Target, *, shape: Shape | None = None,
    validation: int = 20, test: int = 10, scale: tuple[float, float] = (0.0, 1.0),
) -> Prepared:  # fmt: skip
    """Return prepared data: the last rows are for validation and test."""
    x = np.ascontiguousarray(x, dtype=np.float32)
    ends = np.split(np.arange(len(x)), [len(x) - validation - test, len(x) - test])
    train, validating, testing = [Part(x[rows], y[rows], rows) for rows in ends]
    shape = shape or features(x.shape[1])
    names = tuple(f"f{i}" for i in range(shape.count))
    return Prepared(
        Signature(input=shape, target=target), train, validating, testing, feature_names=names,
        facts=facts(len(train), shape.count), units=Units((Scaled(*scale),)),
    )  # fmt: skip


def classes(count: int = 3, rows: int = 80, columns: int = 5, seed: int = 0, **details: Any) -> Prepared:
    """Return separable classes, of unequal size."""
    rng = np.random.default_rng(seed)
    y = rng.choice(count, rows, p=np.arange(1, count + 1) / (count * (count + 1) / 2)).astype(np.int64)
    x = rng.normal(size=(rows, columns)) + rng.normal(size=(count, columns))[y]
    target = Target(task="classification", names=tuple(f"c{i}" for i in range(count)))
    return prepared_from(x, y, target, **details)


def images(side: int = 8, **details: Any) -> Prepared:
    """Return the same classes as square images."""
    flat = classes(columns=side * side, **details)
    train, validation, test = (
        replace(part, x=part.x.reshape(-1, 1, side, side))
        for part in (flat.train, flat.validation, flat.test)
    )
    signature = flat.signature.model_copy(update={"input": image(1, side, side)})
    return replace(flat, signature=signature, train=train, validation=validation, test=test)


def numbers(outputs: int = 1, rows: int = 80, columns: int = 5, seed: int = 0, **details: Any) -> Prepared:
    """Return a noisy linear relation."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, columns))
    bent = np.tanh(x @ rng.normal(size=(columns, outputs)))
    y = (bent + 0.1 * rng.normal(size=bent.shape)).astype(np.float32)
    target = Target(task="regression", names=tuple(f"t{i}" for i in range(outputs)))
    return prepared_from(x, y, target, **details)


def chain(*layers: Layer) -> Network:
    """Return a network of layers one after another."""
    network = Network()
    for layer in layers:
        network = network.insert(layer)
    return network


def project_for(
    prepared: Prepared, *layers: Layer, activation: Activation | None = None, **training: Any
) -> Project:
    """Return a project on prepared data: given layers, or 8 units and the fitting output.

    `training` are fields of Training; plain SGD at 0.1, batches of 16, three epochs unless told.
    """
    target = prepared.signature.target
    if not layers:
        last: Activation = Softmax() if target.count > 2 else Sigmoid()
        units = 1 if target.task == "classification" and target.count == 2 else target.count
        last = Linear() if target.task == "regression" else last
        layers = (Dense(units=8, activation=activation or ReLU()), Dense(units=units, activation=last))
    loss: Loss = MeanSquaredError()
    if target.task == "classification":
        loss = BinaryCrossEntropy() if target.count == 2 else CrossEntropy()
    settings: dict[str, Any] = {
        "loss": loss, "optimizer": SGD(rate=0.1), "schedule": Constant(), "batch_size": 16, "epochs": 3,
        "device": "cpu", "early_stopping": EarlyStopping(on=False), **training,
    }  # fmt: skip
    return Project(
        data=DataSpec(source=InMemory()), network=chain(*layers), training=Training(**settings),
        signature=prepared.signature,
    )  # fmt: skip
