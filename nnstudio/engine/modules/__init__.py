"""Modules that torch lacks, by the name that a `Call` uses."""

from torch import nn

from nnstudio.engine.modules.attention import (
    ClassToken,
    LearnedPositions,
    PatchEmbedding,
    SelfAttention,
    SinusoidalPositions,
    TransformerBlock,
)
from nnstudio.engine.modules.exponential import Exponential
from nnstudio.engine.modules.image_blocks import MBConv, Residual
from nnstudio.engine.modules.losses import (
    LOSS_MODULES,
    BinaryCrossEntropyOfProbabilities,
    CrossEntropyOfProbabilities,
)
from nnstudio.engine.modules.merge import Add, Concat, Multiply
from nnstudio.engine.modules.noise import Dropout, GaussianNoise, SpatialDropout
from nnstudio.engine.modules.permute import SwapAxes
from nnstudio.engine.modules.recurrent import Recurrent
from nnstudio.engine.modules.steps import (
    AvgPoolOverSteps,
    BatchNormOverSteps,
    CausalConv1dOverSteps,
    Conv1dOverSteps,
    FirstStep,
    LastStep,
    MaxOverSteps,
    MaxPoolOverSteps,
    MeanOverSteps,
)

MODULES: dict[str, type[nn.Module]] = {
    cls.__name__: cls
    for cls in (
        Add,
        AvgPoolOverSteps,
        BatchNormOverSteps,
        CausalConv1dOverSteps,
        ClassToken,
        Concat,
        Conv1dOverSteps,
        Dropout,
        Exponential,
        FirstStep,
        GaussianNoise,
        LastStep,
        LearnedPositions,
        MBConv,
        MaxOverSteps,
        MaxPoolOverSteps,
        MeanOverSteps,
        Multiply,
        PatchEmbedding,
        Recurrent,
        Residual,
        SelfAttention,
        SinusoidalPositions,
        SpatialDropout,
        SwapAxes,
        TransformerBlock,
        *LOSS_MODULES,
    )
}

__all__ = [
    "MODULES",
    "Add",
    "AvgPoolOverSteps",
    "BatchNormOverSteps",
    "BinaryCrossEntropyOfProbabilities",
    "CausalConv1dOverSteps",
    "ClassToken",
    "Concat",
    "Conv1dOverSteps",
    "CrossEntropyOfProbabilities",
    "Dropout",
    "Exponential",
    "FirstStep",
    "GaussianNoise",
    "LastStep",
    "LearnedPositions",
    "MBConv",
    "MaxOverSteps",
    "MaxPoolOverSteps",
    "MeanOverSteps",
    "Multiply",
    "PatchEmbedding",
    "Recurrent",
    "Residual",
    "SelfAttention",
    "SinusoidalPositions",
    "SpatialDropout",
    "SwapAxes",
    "TransformerBlock",
]
