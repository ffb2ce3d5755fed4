"""Preparation steps between a table as it comes and numbers a network can learn from."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.preparations.cleaning import DropDuplicates, FillMissing
from nnstudio.catalog.preparations.encoding import DatesToNumbers, EncodeCategories
from nnstudio.catalog.preparations.outliers import DropColumns, DropConstant, Outliers
from nnstudio.catalog.preparations.pixels import NormalisePixels
from nnstudio.catalog.preparations.rows import missing
from nnstudio.catalog.preparations.scaling import ScaleInputs, ScaleTarget
from nnstudio.catalog.preparations.text import Tokenise
from nnstudio.catalog.preparations.time import Difference, Logarithm
from nnstudio.catalog.tokenisers import Characters
from nnstudio.core.dataset import Examples, Preparation

__all__ = [
    "DatesToNumbers",
    "Difference",
    "DropColumns",
    "DropConstant",
    "DropDuplicates",
    "EncodeCategories",
    "FillMissing",
    "Logarithm",
    "NormalisePixels",
    "Outliers",
    "ScaleInputs",
    "ScaleTarget",
    "Tokenise",
    "standard_chain",
]

PUNCTUATION = 1.15
"""Tokens per word, punctuation included."""


def standard_chain(examples: Examples) -> tuple[Preparation, ...]:
    """Return the steps that these examples need, in order, with their usual settings.

    Images need none: their pixels are between 0 and 1 already.
    """
    types = {column.type for column in examples.columns}
    if types == {"text"}:
        return (_tokens(examples),)
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


def _tokens(examples: Examples) -> Tokenise:
    """Return words in a length that cuts off one text in twenty; characters for a text to be continued."""
    if examples.windows is not None:
        return Tokenise(tokeniser=Characters(), vocabulary=200, length=32)
    counts = [len((text or "").split()) for text in examples.columns[0].values]
    usual = float(np.percentile(counts, 95)) * PUNCTUATION
    return Tokenise(length=int(min(max(8.0, 8 * np.ceil(usual / 8)), 512.0)))
