"""Room for prepared rows: memory while they fit, else files in the cache folder, mapped into memory."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from platformdirs import user_cache_path

from nnstudio.core.dataset import DataProblem
from nnstudio.data.memory import available_memory

BUDGET = 2 << 30
"""Bytes of rows that are held in memory at once; more of them go to a file."""
SHARE = 0.125
"""Of the free memory: all rows, those of each part and what the engine holds of them exist side by side."""
CACHE_BYTES = 20 << 30
"""The cache folder's files are thrown away, oldest first, when they are larger than this together."""
SPARE = 1 << 30
"""Bytes of the disk that are left to others."""
CHUNK = 32 << 20
"""Bytes that are moved at a time."""

Rows = NDArray[np.float32]


def cache_folder() -> Path:
    """Return where rows that do not fit in memory are kept from one start to the next."""
    return user_cache_path("nnstudio", appauthor=False) / "rows"


def fits(size: int) -> bool:
    """Tell whether so many bytes of rows are held in memory."""
    available = available_memory()
    return size <= (BUDGET if available is None else min(BUDGET, SHARE * available))


def filled(shape: tuple[int, ...], told: Callable[[], bytes], fill: Callable[[Rows], None]) -> Rows:
    """Return rows of a shape that `fill` writes; from a file, unless it was written before, when large.

    `told` tells apart whatever makes other rows. Mapped rows can only be read. Raises DataProblem when
    the disk has no room for them.
    """
    if fits(4 * int(np.prod(shape))):
        rows = np.zeros(shape, np.float32)
        fill(rows)
        return rows
    path = cache_folder() / f"{_name(told())}.npy"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _check_room(path.parent, 4 * int(np.prod(shape)))
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


def take(rows: Rows, chosen: NDArray[np.int64], channels: tuple[tuple[float, float], ...] = ()) -> Rows:
    """Return some rows, of images (pixel - shift) / scale per channel; mapped ones stay in files."""
    shift, scale = (np.array([pair[i] for pair in channels], np.float32)[:, None, None] for i in (0, 1))
    if not isinstance(rows, np.memmap):
        return (rows[chosen] - shift) / scale if channels else rows[chosen]

    def copy(out: Rows) -> None:
        for at in chunks(out):
            part = rows[chosen[at]]
            out[at] = (part - shift) / scale if channels else part

    told = f"{rows.filename}{channels}".encode()
    return filled((len(chosen), *rows.shape[1:]), lambda: told + chosen.tobytes(), copy)


def chunks(rows: NDArray[np.generic]) -> list[slice]:
    """Return the rows in parts of which one is in memory at a time."""
    some = max(1, CHUNK // max(1, rows.itemsize * int(np.prod(rows.shape[1:]))))
    return [slice(at, at + some) for at in range(0, len(rows), some)]


def _name(told: bytes) -> str:
    return hashlib.blake2b(told, digest_size=16).hexdigest()


def _check_room(folder: Path, size: int) -> None:
    """Raise DataProblem where a file would not fit: writing to a mapped one on a full disk ends a program."""
    free = shutil.disk_usage(folder).free
    if size > free - SPARE:
        raise DataProblem(
            f"The prepared rows take {size / 1e9:.1f} GB, too many for the memory, and the disk has only "
            f"{free / 1e9:.1f} GB free for them in {folder}: free some space, or use fewer rows or smaller "
            "images."
        )


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
