"""Trained networks to be explained: pictures, tables with and without categories, texts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nnstudio.catalog.activations import Linear, Softmax
from nnstudio.catalog.datasets.sklearn_sets import BreastCancer, Digits, Iris
from nnstudio.catalog.defaults import new_project
from nnstudio.catalog.layers.attention import Attention
from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.catalog.layers.pool import GlobalPool, MaxPool
from nnstudio.catalog.layers.sequence import Embedding
from nnstudio.core.dataset import Column, Examples, Prepared, Source
from nnstudio.core.network import Layer
from nnstudio.core.project import Project
from nnstudio.core.run import Finished
from nnstudio.data.prepare import default_spec, prepare
from nnstudio.engine.train import train
from tests.engine.made import InMemory, chain


@dataclass(frozen=True)
class Case:
    """A project trained on its data."""

    project: Project
    prepared: Prepared
    weights: bytes


def trained(source: Source, examples: Examples, *layers: Layer, epochs: int = 10) -> Case:
    """Return a trained case; without layers the usual funnel."""
    spec = default_spec(source, examples)
    prepared = prepare(examples, spec)
    project = new_project("explained", spec, prepared.signature)
    if layers:
        project = project.with_network(chain(*layers))
    for path, value in (("epochs", epochs), ("device", "cpu"), ("optimizer.rate", 0.01)):
        project = project.set(f"training.{path}", value)
    *_, end = train(project, prepared)
    assert isinstance(end, Finished)
    return Case(project, prepared, end.best)


@lru_cache
def iris() -> Case:
    """Return a funnel on iris."""
    return trained(Iris(), Iris().load(), epochs=30)


@lru_cache
def digits(epochs: int = 4) -> Case:
    """Return a small convolutional network on digits."""
    layers = (
        Conv2D(filters=16, kernel=3),
        Conv2D(filters=32, kernel=3),
        MaxPool(),
        Flatten(),
        Dense(units=10, activation=Softmax()),
    )
    return trained(Digits(), Digits().load(), *layers, epochs=epochs)


@lru_cache
def prices() -> Case:
    """Return a linear network on a price made of a size, a category and chance: 2 size + 15 if red."""
    rng = np.random.default_rng(0)
    size, idle = rng.normal(50, 10, 300), rng.normal(0, 1, 300)
    colour = rng.choice(np.array(["red", "green", "blue"], dtype=object), 300)
    price = 2 * size + 15 * (colour == "red")
    columns = (
        Column("size", "number", size), Column("colour", "category", colour), Column("idle", "number", idle)
    )  # fmt: skip
    examples = Examples("prices", Column("price", "number", price), "regression", columns)
    return trained(InMemory(), examples, Dense(units=1, activation=Linear()), epochs=60)


@lru_cache
def opinions() -> Case:
    """Return an attention network on texts in which one of two words decides."""
    rng = np.random.default_rng(0)
    things = np.array(["film", "book", "meal", "walk", "song", "room"])
    y = rng.integers(0, 2, 240)
    told = [("awful", "lovely")[k] for k in y]
    lines = [
        f"the {a} was {word} and the {b}"
        for word, (a, b) in zip(told, rng.choice(things, (240, 2)), strict=True)
    ]
    texts = np.array(lines, dtype=object)
    examples = Examples(
        "opinions",
        Column("mood", "category", np.array([("bad", "good")[k] for k in y], dtype=object)),
        "classification",
        (Column("text", "text", texts),),
    )
    layers = (Embedding(units=8), Attention(heads=2), GlobalPool(), Dense(units=2, activation=Softmax()))
    return trained(InMemory(), examples, *layers, epochs=8)


@lru_cache
def pooled_digits(epochs: int = 8) -> Case:
    """Return a convolutional network that averages its maps."""
    layers = (
        Conv2D(filters=24, kernel=3),
        Conv2D(filters=48, kernel=3),
        GlobalPool(),
        Dense(units=10, activation=Softmax()),
    )
    return trained(Digits(), Digits().load(), *layers, epochs=epochs)


@lru_cache
def cancer() -> Case:
    """Return a funnel on two classes."""
    return trained(BreastCancer(), BreastCancer().load(), epochs=3)
