"""Preparation steps between a table as it comes and numbers a network can learn from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations.cleaning import DropDuplicates, FillMissing, KeepMissing
from nnstudio.catalog.preparations.doubt import DropDoubtful
from nnstudio.catalog.preparations.encoding import DatesToNumbers, EncodeCategories
from nnstudio.catalog.preparations.outliers import DropColumns, DropConstant, Outliers
from nnstudio.catalog.preparations.parts import AlignParts
from nnstudio.catalog.preparations.pixels import NormalisePixels
from nnstudio.catalog.preparations.rows import missing
from nnstudio.catalog.preparations.scaling import ScaleInputs, ScaleTarget
from nnstudio.catalog.preparations.text import TokenIds, Tokenise
from nnstudio.catalog.preparations.time import Difference, Logarithm, SquareRoot
from nnstudio.catalog.tokenisers import Characters
from nnstudio.core.dataset import Examples, Preparation

__all__ = [
    "AlignParts",
    "DatesToNumbers",
    "Difference",
    "DropColumns",
    "DropConstant",
    "DropDoubtful",
    "DropDuplicates",
    "EncodeCategories",
    "FillMissing",
    "KeepMissing",
    "Logarithm",
    "NormalisePixels",
    "Outliers",
    "ScaleInputs",
    "ScaleTarget",
    "SquareRoot",
    "TokenIds",
    "Tokenise",
    "raw_chain",
    "standard_chain",
]

PUNCTUATION = 1.15
"""Tokens per word, punctuation included."""


def standard_chain(examples: Examples) -> tuple[Preparation, ...]:
    """Return the steps that these examples need, in order, with their usual settings.

    Images need none where their pixels are between 0 and 1 already.
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
    if examples.pixels is not None and (examples.steps or not _shades(examples.pixels)):
        chain.append(NormalisePixels())
    if examples.asks == "numbers":
        chain.append(ScaleTarget())
    return tuple(chain)


def raw_chain(examples: Examples) -> tuple[Preparation, ...]:
    """Return only the steps without which rows are no numbers: nothing is scaled, filled or left out."""
    needed = (DatesToNumbers, EncodeCategories, TokenIds, Tokenise)
    chain = tuple(step for step in standard_chain(examples) if isinstance(step, needed))
    columns = (*examples.columns, examples.target)
    gaps = any(c.type == "number" and not _finite(c.values) for c in columns)
    return (*chain, KeepMissing()) if gaps else chain


def _finite(values: NDArray[np.float64]) -> bool:
    """Tell whether all numbers are still numbers with 32 bits."""
    with np.errstate(over="ignore"):
        return bool(np.isfinite(values.astype(np.float32)).all())


def _shades(pixels: NDArray[np.float32]) -> bool:
    """Tell whether pixels lie between 0 and 1; of those in a file some stand for all."""
    some = pixels[:: max(1, len(pixels) // 1000)] if isinstance(pixels, np.memmap) else pixels
    return bool(np.nanmin(some) >= 0 and np.nanmax(some) <= 1)


def _tokens(examples: Examples) -> TokenIds | Tokenise:
    """Return ids as they are; words in a length that cuts off one text in twenty; characters for a text to
    be continued."""
    if examples.ids:
        return TokenIds(vocabulary=max(2, examples.ids), length=examples.length)
    if examples.windows is not None:
        return Tokenise(tokeniser=Characters(), vocabulary=200, length=32)
    counts = [len((text or "").split()) for text in examples.columns[0].values]
    usual = float(np.percentile(counts, 95)) * PUNCTUATION
    return Tokenise(length=int(min(max(8.0, 8 * np.ceil(usual / 8)), 512.0)))
