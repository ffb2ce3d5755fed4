"""Room for pixels: memory while they fit, else files in the cache folder that are mapped into memory."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from platformdirs import user_cache_path

BUDGET = 2 << 30
"""Bytes of pixels that are held in memory at once; more of them go to a file."""
CACHE_BYTES = 20 << 30
"""The cache folder's files are thrown away, oldest first, when they are larger than this together."""
CHUNK = 32 << 20

Pixels = NDArray[np.float32]


def cache_folder() -> Path:
    """Return where pixels that do not fit in memory are kept from one start to the next."""
    return user_cache_path("nnstudio", appauthor=False) / "pixels"


def filled(shape: tuple[int, ...], key: str, fill: Callable[[Pixels], None]) -> Pixels:
    """Return pixels of a shape that `fill` writes; from a file, unless it was written before, when large.

    `key` tells apart whatever makes other pixels.
    """
    if 4 * int(np.prod(shape)) <= BUDGET:
        pixels = np.zeros(shape, np.float32)
        fill(pixels)
        return pixels
    path = cache_folder() / f"{key}.npy"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{uuid4().hex}.part")
        mapped = open_memmap(draft, mode="w+", dtype=np.float32, shape=shape)
        try:
            fill(mapped)
            mapped.flush()
        except BaseException:
            del mapped
            draft.unlink(missing_ok=True)
            raise
        del mapped
        os.replace(draft, path)
        _make_room(path)
    return np.load(path, mmap_mode="r")  # type: ignore[no-any-return]


def take(pixels: Pixels, rows: NDArray[np.int64], channels: tuple[tuple[float, float], ...] = ()) -> Pixels:
    """Return some images, (pixel - shift) / scale per channel; mapped ones stay in files."""
    shift, scale = (np.array([pair[i] for pair in channels], np.float32)[:, None, None] for i in (0, 1))
    if not isinstance(pixels, np.memmap):
        return (pixels[rows] - shift) / scale if channels else pixels[rows]

    def copy(out: Pixels) -> None:
        some = max(1, CHUNK // max(1, 4 * int(np.prod(pixels.shape[1:]))))
        for start in range(0, len(rows), some):
            part = pixels[rows[start : start + some]]
            out[start : start + some] = (part - shift) / scale if channels else part

    told = f"{pixels.filename}{channels}".encode() + rows.tobytes()
    return filled((len(rows), *pixels.shape[1:]), key_of(told), copy)


def key_of(told: bytes) -> str:
    """Return a name for whatever these bytes describe."""
    return hashlib.blake2b(told, digest_size=16).hexdigest()


def _make_room(newest: Path) -> None:
    files = sorted(newest.parent.glob("*.npy"), key=lambda path: path.stat().st_mtime, reverse=True)
    total = 0
    for path in files:
        total += path.stat().st_size
        if total > CACHE_BYTES and path != newest:
            try:
                path.unlink()
            except OSError:  # In use by another window.
                continue
