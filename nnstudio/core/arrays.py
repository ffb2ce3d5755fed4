"""Named numpy arrays as one npz member: no pickle, no compression of its own, nothing allocated on trust."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

KINDS = "fiub"
"""Kinds of numbers that are read: float, integer, unsigned, boolean."""


def pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return the arrays as npz bytes, equal for equal arrays."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            part = io.BytesIO()
            npy.write_array(part, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), part.getvalue())
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays in the order written; raises ValueError for anything `pack` would not write."""
    arrays: dict[str, NDArray[Any]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                if info.compress_type != zipfile.ZIP_STORED or info.file_size > len(data):
                    raise ValueError(f"{info.filename} is packed in an unknown way")
                arrays[info.filename.removesuffix(".npy")] = _array(archive.read(info))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise ValueError(str(error)) from error
    return arrays


def _array(data: bytes) -> NDArray[Any]:
    stream = io.BytesIO(data)
    if npy.read_magic(stream) != (1, 0):
        raise ValueError("an array of an unknown version")
    shape, fortran, dtype = npy.read_array_header_1_0(stream)
    # The header is only believed when the bytes are there: it could ask for terabytes.
    if dtype.kind not in KINDS or fortran or math.prod(shape) * dtype.itemsize != len(data) - stream.tell():
        raise ValueError("an array whose header does not fit its bytes")
    return np.frombuffer(data, dtype, offset=stream.tell()).reshape(shape).copy()
