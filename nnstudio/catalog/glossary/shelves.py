"""What the glossary must explain: every registry and every group of settings, with the key of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nnstudio.catalog.activations import ACTIVATIONS
from nnstudio.core.dataset import PREPARATIONS, SAMPLERS, SOURCES, DataSpec, Split
from nnstudio.core.network import LAYERS
from nnstudio.core.project import PRESETS
from nnstudio.core.registry import Frozen, Registry
from nnstudio.core.tokens import TOKENISERS
from nnstudio.core.training import (
    AUGMENTATIONS,
    LOSSES,
    METRICS,
    OPTIMIZERS,
    SCHEDULES,
    EarlyStopping,
    Training,
)

HYPERPARAMETERS, DATA = "Hyperparameters", "Data"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A registry whose entries have the pages `prefix.kind`, shown under one heading."""

    prefix: str
    group: str
    registry: Registry[Any]


SHELVES = (
    Shelf("layer", "Layers", LAYERS),
    Shelf("activation", "Activations", ACTIVATIONS),
    Shelf("preset", "Architectures", PRESETS),
    Shelf("loss", "Losses", LOSSES),
    Shelf("optimizer", "Optimizers", OPTIMIZERS),
    Shelf("schedule", "Schedules", SCHEDULES),
    Shelf("metric", "Metrics", METRICS),
    Shelf("preparation", "Preparation", PREPARATIONS),
    Shelf("tokeniser", "Preparation", TOKENISERS),
    Shelf("sampler", "Balancing classes", SAMPLERS),
    Shelf("augmentation", "Augmentation", AUGMENTATIONS),
    Shelf("dataset", "Data sets", SOURCES),
)

MODELS: tuple[tuple[str, str, type[Frozen]], ...] = (
    ("training", HYPERPARAMETERS, Training),
    ("early_stopping", HYPERPARAMETERS, EarlyStopping),
    ("split", DATA, Split),
    ("data", DATA, DataSpec),
)
"""Settings outside any registry: prefix of the page, heading, model."""
