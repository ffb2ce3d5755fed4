"""Small projects with their data, begun once and shared: they are immutable."""

from __future__ import annotations

from functools import cache

import nnstudio.catalog
from nnstudio.catalog.datasets.functions import Curve
from nnstudio.catalog.datasets.playground import Circles
from nnstudio.catalog.presets import Funnel
from nnstudio.core.dataset import Source
from nnstudio.core.project import Project
from nnstudio.data.beginning import Beginning, begin

assert nnstudio.catalog.__all__  # Importing the catalog has filled the registries.


@cache
def circles(epochs: int = 4) -> Beginning:
    """Return 150 points of two classes with a small funnel that trains for `epochs`."""
    return _short(Circles(samples=150), epochs)


@cache
def curve(epochs: int = 3) -> Beginning:
    """Return 100 points of a sine: one number from one number."""
    return _short(Curve(samples=100), epochs)


def endless() -> Project:
    """Return the circles with far more epochs than a test waits for."""
    project: Project = circles().project.set("training.epochs", 2000)
    return project.set("training.early_stopping.on", False)


def _short(source: Source, epochs: int) -> Beginning:
    begun = begin(source, preset=Funnel(depth=2, width=8))
    project = begun.project.set("training.epochs", epochs)
    return Beginning(project, begun.examples, begun.prepared)
