"""Modules that torch lacks, by the name that a `Call` uses."""

from torch import nn

from nnstudio.engine.modules.exponential import Exponential
from nnstudio.engine.modules.losses import BinaryCrossEntropyOfProbabilities, CrossEntropyOfProbabilities
from nnstudio.engine.modules.merge import Add, Concat
from nnstudio.engine.modules.noise import Dropout, GaussianNoise

MODULES: dict[str, type[nn.Module]] = {
    cls.__name__: cls
    for cls in (
        Add,
        BinaryCrossEntropyOfProbabilities,
        Concat,
        CrossEntropyOfProbabilities,
        Dropout,
        Exponential,
        GaussianNoise,
    )
}

__all__ = [
    "MODULES",
    "Add",
    "BinaryCrossEntropyOfProbabilities",
    "Concat",
    "CrossEntropyOfProbabilities",
    "Dropout",
    "Exponential",
    "GaussianNoise",
]
