"""Preparation steps between a table as it comes and numbers a network can learn from."""

from __future__ import annotations

from nnstudio.catalog.preparations.cleaning import DropDuplicates, FillMissing
from nnstudio.catalog.preparations.encoding import DatesToNumbers, EncodeCategories
from nnstudio.catalog.preparations.rows import missing
from nnstudio.catalog.preparations.scaling import ScaleInputs, ScaleTarget
from nnstudio.core.dataset import Examples, Preparation

__all__ = [
    "DatesToNumbers",
    "DropDuplicates",
    "EncodeCategories",
    "FillMissing",
    "ScaleInputs",
    "ScaleTarget",
    "standard_chain",
]


def standard_chain(examples: Examples) -> tuple[Preparation, ...]:
    """Return the steps that these examples need, in order, with their usual settings.

    Images need none: their pixels are between 0 and 1 already.
    """
    types = {column.type for column in examples.columns}
    chain: list[Preparation] = []
    if any(missing(column.values).any() for column in examples.columns):
        chain.append(FillMissing())
    if "date" in types:
        chain.append(DatesToNumbers())
    if "category" in types:
        chain.append(EncodeCategories())
    if examples.columns:
        chain.append(ScaleInputs())
    if examples.task == "regression":
        chain.append(ScaleTarget())
    return tuple(chain)
