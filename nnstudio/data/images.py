"""Read image files into pixels of one size, in memory or in the cache folder."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import DataProblem
from nnstudio.data.row_store import Rows, filled, take

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
NAMED = 5
"""Broken files that are named; the others are counted."""
AT_ONCE = 256


def read_images(
    files: Sequence[Path], size: int, colour: str, fit: str
) -> tuple[Rows, NDArray[np.int64], tuple[str, ...]]:
    """Return pixels (N, channels, size, size) in 0..1, which files they are, and notes on broken ones.

    Raises DataProblem when none can be read.
    """
    channels = 1 if colour == "grey" else 3

    def fill(out: Rows) -> None:
        with ThreadPoolExecutor(4) as pool:
            for start in range(0, len(files), AT_ONCE):
                some = files[start : start + AT_ONCE]
                read = pool.map(lambda path: _pixels(path, size, colour, fit), some)
                for place, one in enumerate(read, start):
                    # A broken file is marked in the pixels themselves: a cached set knows it too.
                    out[place] = np.nan if one is None else one

    told = "\n".join((f"{size} {colour} {fit}", *map(_told, files)))
    pixels = filled((len(files), channels, size, size), told.encode, fill)
    broken = np.isnan(pixels[:, 0, 0, 0])
    good = np.flatnonzero(~broken)
    if not len(good):
        raise DataProblem(f"None of the {len(files)} images can be read, such as {files[0].name}.")
    if not broken.any():
        return pixels, good, ()
    names = [files[i].name for i in np.flatnonzero(broken)[:NAMED]]
    more = f" and {int(broken.sum()) - NAMED} more" if broken.sum() > NAMED else ""
    note = f"Images that could not be read and are left out: {int(broken.sum())} ({', '.join(names)}{more})."
    return take(pixels, good), good, (note,)


def _pixels(path: Path, size: int, colour: str, fit: str) -> Any:
    """Return (channels, size, size) in 0..1, or None when the file is missing or broken."""
    # Pillow is loaded only by those who read images.
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(path) as opened:
            upright = ImageOps.exif_transpose(opened)
            # Through RGBA: a palette may hold transparent colours.
            plain = upright.convert("RGBA").convert("L" if colour == "grey" else "RGB")
        square = (
            ImageOps.fit(plain, (size, size), Image.Resampling.BILINEAR)
            if fit == "crop"
            else plain.resize((size, size), Image.Resampling.BILINEAR)
        )
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    values = np.asarray(square, np.float32) / 255.0
    return values[None] if values.ndim == 2 else values.transpose(2, 0, 1)


def _told(path: Path) -> str:
    """Return what changes when a file changes."""
    try:
        facts = path.stat()
    except OSError:
        return f"{path} is gone"
    return f"{path} {facts.st_size} {facts.st_mtime_ns}"
