"""Vary a batch of training examples on the device: pictures by one affine sampling, then by colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Generator, Tensor, nn

from nnstudio.catalog.preparations.text import words_of
from nnstudio.core.dataset import Prepared
from nnstudio.core.registry import Call
from nnstudio.core.shape import IMAGE, Shape
from nnstudio.core.training import Augmentation
from nnstudio.engine import augment_pictures, augment_rows
from nnstudio.engine.augment_pictures import Moving
from nnstudio.engine.batches import Batch
from nnstudio.engine.build import CannotBuild
from nnstudio.engine.randomness import stream

SCALED_BY = 500
"""Rows that tell a preview the range and spread of all."""


class Augment:
    """All augmentations of a project, in order; draws from a generator of its own."""

    def __init__(
        self, chosen: Sequence[Augmentation], shape: Shape, x: Tensor, units: int, generator: Generator,
        words: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """`x` are the training rows, whose range and spread set the scale; `words` says what the ids of
        texts stand for. Raises CannotBuild."""
        for entry in chosen:
            if not shape.is_a(entry.shape):
                wanted = Shape(sizes=(1,) * len(entry.shape), axes=entry.shape).noun
                raise CannotBuild(
                    f"The augmentation “{entry.title}” varies {wanted}, but an example here is {shape.noun}: "
                    f"remove it from the data page."
                )
            if unfit := entry.unfit(words):
                raise CannotBuild(unfit)
        self._units, self.generator = units, generator
        self._moving: list[Moving] = []
        self._changing: list[Any] = []
        self._mixing: list[augment_rows.Mixup] = []
        for entry in chosen:
            call = entry.call_on(words)
            operation = operation_of(call, shape)(*call.args, **dict(call.kwargs))
            operation.fit(x)
            if isinstance(operation, Moving):
                self._moving.append(operation)
            elif isinstance(operation, augment_rows.Mixup):
                self._mixing.append(operation)
            else:
                self._changing.append(operation)

    @torch.no_grad()
    def __call__(self, batch: Batch) -> Batch:
        """Return the batch varied: the given tensors stay as they are."""
        x, targets, weights = batch
        if self._moving:
            x = augment_pictures.moved(x, self._moving, self.generator)
        for change in self._changing:
            x = change(x, self.generator)
        for mix in self._mixing:
            if not targets.is_floating_point():
                targets = nn.functional.one_hot(targets, self._units).to(x.dtype)
            x, targets = mix(x, targets, self.generator)
        return x, targets, weights


def operation_of(call: Call, shape: Shape) -> type[Any]:
    """Return the class that a call names, for examples of this shape."""
    found: type[Any] = getattr(augment_pictures if shape.is_a(IMAGE) else augment_rows, call.name)
    return found


def preview(
    prepared: Prepared, chosen: Sequence[Augmentation], count: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the first training examples as they are and varied; raises CannotBuild."""
    rows = torch.tensor(prepared.train.x[:SCALED_BY])
    words = words_of(prepared.states)
    augment = Augment(chosen, prepared.signature.input, rows, 1, stream(0, "augment"), words)
    before = rows[:count]
    after, _, _ = augment((before, torch.zeros(len(before), 1), None))
    return before.numpy(), after.numpy()
