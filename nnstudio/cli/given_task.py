"""What a given program wants its answers to be, where arrays of numbers may be taken in two ways."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from nnstudio.cli.program import given_training, last_layer

if TYPE_CHECKING:
    from nnstudio.core.trace import Task
    from nnstudio.data.array_file import ArrayFile

FEW = 10
"""Up to so many whole numbers that are stored as such are classes, though the loss be one for numbers."""


def task_of_program(arguments: argparse.Namespace, source: ArrayFile) -> Task | None:
    """Return the task that loss and output of the program tell of; None where the answers tell it.

    A loss for classes, or an output for each, makes classes of whole numbers stored as fractions. A loss for
    numbers and a single output make numbers of many whole numbers.
    """
    loss = _loss(arguments)
    if loss is None:
        return None
    from nnstudio.data.array_read import whole_numbers

    several = whole_numbers(source)
    if several is None:
        return None
    units = getattr(last_layer(arguments), "units", 0)
    if "regression" not in loss.tasks or units == several > 1:
        return "classification"
    return "regression" if several > FEW and units == 1 else None


def _loss(arguments: argparse.Namespace) -> Any:
    """Return the class of the loss that was given, None without."""
    from nnstudio.core.training import LOSSES

    said = given_training(arguments).get("loss")
    kind = said.get("kind") if isinstance(said, dict) else said
    return LOSSES[kind] if isinstance(kind, str) and kind in LOSSES else None
