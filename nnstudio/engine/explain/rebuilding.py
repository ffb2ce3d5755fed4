"""How well an autoencoder gives back its inputs: one example in detail, or the worst of all."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from nnstudio.core.dataset import Part, SplitName
from nnstudio.core.shape import IMAGE, SEQUENCE
from nnstudio.engine.explain.explanation import Explanation, Method
from nnstudio.engine.explain.images import pixels_of
from nnstudio.engine.explain.series import window_of
from nnstudio.engine.explain.subject import Subject

MOST = 20
"""Rows named among the worst."""
AT_ONCE = 512


def one(subject: Subject, method: Method, split: SplitName, position: int) -> Explanation:
    """Return the squared error of every input of an example, as the network sees them."""
    part, shape = subject.prepared.part(split), subject.prepared.signature.input
    x = subject.inputs(split, position)
    with torch.no_grad():
        out = subject.graph(x).view(x.shape)
    errors = ((out - x) ** 2)[0].double().numpy()
    row, mean = int(part.rows[position]), float(errors.mean())
    if shape.is_a(IMAGE):
        pictures = [pixels_of(subject, each) for each in (x, out)]
        return Explanation(
            method, errors.mean(0), picture=pictures[0], rebuilt=pictures[1], row=row, answer=mean
        )
    if shape.is_a(SEQUENCE):
        curves = [window_of(subject.prepared, each) for each in (x, out)]
        names = subject.prepared.feature_names
        return Explanation(method, errors, names, curve=curves[0], rebuilt=curves[1], row=row, answer=mean)
    names = tuple(
        f"{name} = {_own(subject, name, given):.4g}, rebuilt {_own(subject, name, back):.4g}".replace(
            "-", "−"
        )
        for name, given, back in zip(
            subject.prepared.feature_names, x[0].tolist(), out[0].tolist(), strict=True
        )
    )
    return Explanation(method, errors, names, row=row, answer=mean)


def worst(subject: Subject, method: Method, split: SplitName) -> Explanation:
    """Return the rows of a split with the largest mean squared error, the worst first."""
    part = subject.prepared.part(split)
    errors = np.concatenate([_errors(subject, part, at) for at in range(0, len(part), AT_ONCE)])
    order = np.argsort(-errors, kind="stable")[:MOST]
    names = tuple(f"row {int(part.rows[place]) + 1}" for place in order)
    note = f"reconstruction error of the {split} rows, {float(errors.mean()):.4g} on average"
    return Explanation(method, errors[order], names, note=note)


def _errors(subject: Subject, part: Part, at: int) -> NDArray[np.float64]:
    subject.check()
    x = torch.tensor(np.asarray(part.x[at : at + AT_ONCE]))
    with torch.no_grad():
        wrong = subject.graph(x).flatten(1) - x.flatten(1)
    found: NDArray[np.float64] = (wrong**2).mean(1).double().numpy()
    return found


def _own(subject: Subject, name: str, value: float) -> float:
    shift, scale = subject.prepared.raw.get(name, (0.0, 1.0))
    return value * scale + shift
