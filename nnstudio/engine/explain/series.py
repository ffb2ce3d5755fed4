"""What each past step of each variable adds to a forecast."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from nnstudio.core.dataset import Prepared
from nnstudio.engine.explain.explanation import Array
from nnstudio.engine.explain.subject import Subject

STEPS = 48
AT_ONCE = 64


def gradients(subject: Subject, x: Tensor, index: int) -> Array:
    """Return integrated gradients from a window that says nothing, (steps, variables)."""
    from captum.attr import IntegratedGradients

    method = IntegratedGradients(subject.answer(index, scores=True))
    found = method.attribute(
        x.requires_grad_(), baselines=_nothing(subject), n_steps=STEPS, internal_batch_size=AT_ONCE
    )
    assert isinstance(found, Tensor)
    values: Array = found[0].detach().double().numpy()
    return values


def occlusion(subject: Subject, x: Tensor, index: int) -> Array:
    """Return by how much the answer falls when a value becomes its variable's mean, (steps, variables)."""
    steps, variables = x.shape[1:]
    places = torch.eye(steps * variables, dtype=torch.bool).view(-1, steps, variables)
    covered = torch.where(places, _nothing(subject), x)
    answer = subject.answer(index, scores=True)
    with torch.no_grad():
        whole = answer(x)
        without = torch.cat([answer(part) for part in covered.split(AT_ONCE)])
    values: Array = (whole - without).view(steps, variables).double().numpy()
    return values


def window_of(prepared: Prepared, x: Tensor) -> Array:
    """Return a window (steps, variables) in the units of its columns."""
    found = x[0].detach().double().numpy().copy()
    for place, name in enumerate(prepared.feature_names[: found.shape[1]]):
        shift, scale = prepared.raw.get(name, (0.0, 1.0))
        found[:, place] = found[:, place] * scale + shift
    return found


def _nothing(subject: Subject) -> Tensor:
    """Return the window in which every variable stays at its mean over the training rows."""
    some = np.asarray(subject.prepared.train.x[:2000], np.float64)
    steps = subject.prepared.signature.input.sizes[0]
    return torch.tensor(np.tile(some.mean(axis=(0, 1)), (steps, 1)), dtype=torch.float32)[None]
