"""Arrays come back bit for bit, and numpy can read them too."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from nnstudio.core.arrays import pack, unpack

ARRAYS: dict[str, Any] = {
    "column.val loss": np.array([1 / 3, np.nan, -0.0, np.inf]),
    "steps": np.linspace(0, 1, 7, dtype=np.float32),
    "confusion": np.arange(9).reshape(3, 3),
    "turned": np.arange(6).reshape(2, 3).T,
    "none": np.empty(0),
    "flags": np.array([True, False]),
}


def test_round_trip() -> None:
    back = unpack(pack(ARRAYS))
    assert list(back) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert back[name].dtype == array.dtype
        assert back[name].shape == array.shape
        assert back[name].tobytes() == array.tobytes()
        assert back[name].flags.writeable


def test_numpy_reads_it() -> None:
    with np.load(io.BytesIO(pack(ARRAYS)), allow_pickle=False) as loaded:
        assert loaded["confusion"].tolist() == ARRAYS["confusion"].tolist()


def test_objects_are_not_written() -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        pack({"a": np.array([None])})


@pytest.mark.parametrize("data", [b"", b"PK", b"nothing", pack({"a": np.array(["text"])})])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        unpack(data)
