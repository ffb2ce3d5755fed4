"""Read a numpy file: every value as it stands there, every fault in a sentence."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import SPLITS, Column, DataProblem, Examples
from nnstudio.data.array_answers import answers_of, named
from nnstudio.data.array_file import ArrayFile
from nnstudio.data.array_names import Names, sorted_out
from nnstudio.data.array_tokens import as_texts
from nnstudio.data.split import SPLIT_WORDS

Array = NDArray[Any]
COLOURS = (1, 3, 4)
"""Channels of pictures: where the last axis has so many, and the second has not, it is the channels."""
AXES = {"table": (1, 2), "images": (3, 4), "sequences": (2, 3), "tokens": (2,)}


def read(source: ArrayFile) -> Examples:
    """Return the examples of a file; raises DataProblem."""
    arrays = _arrays(source.path, source.label())
    names = sorted_out(arrays, source.label())
    x, y, split = _joined(arrays, names, source.label())
    answers = answers_of(y, source)
    titles = arrays[names.extras["classes"]] if "classes" in names.extras else None
    target = Column("y", "number" if answers.task == "regression" else "category", named(answers, titles))
    notes = list(answers.notes)
    if names.ignored:
        notes.append(f"Arrays that are not used: {', '.join(names.ignored)}.")
    layout, pixels = _laid_out(x, source)
    columns, ids = _columns_of(layout, x, arrays, names, source.label())
    return Examples(
        Path(source.path).stem, target, answers.task, columns, pixels, split, tuple(notes),
        steps=layout == "sequences", answers=answers.several, names=answers.names,
        ids=ids, length=x.shape[1] if ids else 0,
    )  # fmt: skip


def _arrays(path: str, file: str) -> dict[str, Array]:
    """Return all arrays of a file; objects and pickles are refused, they could run anything."""
    try:
        with open(path, "rb") as stream:
            opened = np.load(stream, allow_pickle=False)
            if not hasattr(opened, "files"):
                raise DataProblem(f"{file} holds a single array: save x and y together with numpy.savez.")
            return {name: _plain(opened, name, file) for name in opened.files}
    except DataProblem:
        raise
    except FileNotFoundError:
        raise DataProblem(f"The file {path} does not exist: it was moved, renamed or deleted.") from None
    except IsADirectoryError:
        raise DataProblem(f"{path} is a folder, not a file.") from None
    except (ValueError, EOFError, pickle.UnpicklingError, zipfile.BadZipFile, TypeError, AttributeError):
        raise DataProblem(
            f"{file} is not a numpy file of arrays (npz): save plain arrays with numpy.savez."
        ) from None
    except OSError as error:
        raise DataProblem(f"The file {path} cannot be read: {error.strerror or error}.") from None


def _plain(opened: Any, name: str, file: str) -> Array:
    try:
        array: Array = opened[name]
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        why = "holds Python objects" if "allow_pickle" in str(error) else "is damaged"
        raise DataProblem(
            f"{file}: the array '{name}' {why}; only arrays of numbers or texts can be read."
        ) from None
    if array.dtype.kind not in "biufUS":
        raise DataProblem(f"{file}: the array '{name}' holds {array.dtype}, not numbers or texts.")
    return array.astype(str) if array.dtype.kind == "S" else array


def _joined(arrays: dict[str, Array], names: Names, file: str) -> tuple[Array, Array, Array | None]:
    """Return inputs and answers of all parts one below the other, and the part of every row."""
    xs, ys, split = [], [], []
    for part in names.parts:
        x, y = arrays[names.inputs[part]], arrays[names.answers[part]]
        x_name, y_name = names.inputs[part], names.answers[part]
        if x.dtype.kind == "U" or not x.ndim or not y.ndim:
            raise DataProblem(f"{file}: '{x_name}' must hold numbers, one row for each example.")
        if len(x) != len(y):
            raise DataProblem(f"{file}: '{x_name}' has {len(x)} rows, but '{y_name}' has {len(y)}.")
        xs.append(x)
        ys.append(y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y)
        split += [part] * len(x)
    for kind, group in (("inputs", xs), ("answers", ys)):
        shapes = {array.shape[1:] for array in group}
        if len(shapes) > 1:
            told = " and ".join(sorted(" x ".join(map(str, shape)) or "single" for shape in shapes))
            raise DataProblem(f"{file}: the {kind} of the splits differ in shape: {told}.")
    parts = np.array(split, dtype=object)
    if names.parts == ("all",):
        return xs[0], ys[0], _said(arrays, names, len(xs[0]), file)
    if not any((parts == name).any() for name in SPLITS):
        raise DataProblem(f"{file} holds no rows.")
    return np.concatenate(xs), np.concatenate(ys), parts


def _said(arrays: dict[str, Array], names: Names, rows: int, file: str) -> Array | None:
    if "split" not in names.extras:
        return None
    words = arrays[names.extras["split"]]
    if words.shape != (rows,):
        raise DataProblem(f"{file}: 'split' must say train, validation or test once for each row.")
    odd = [str(word) for word in words if str(word).casefold() not in SPLIT_WORDS]
    if odd:
        raise DataProblem(f"{file}: 'split' must say train, validation or test, not '{odd[0]}'.")
    return np.array([SPLIT_WORDS[str(word).casefold()] for word in words], dtype=object)


def whole_numbers(source: ArrayFile) -> int | None:
    """Return how many different whole numbers are the answers; None where they are something else."""
    arrays = _arrays(source.path, source.label())
    names = sorted_out(arrays, source.label())
    y = np.concatenate([arrays[name].reshape(-1) for name in names.answers.values()])
    single = all(arrays[name].size == len(arrays[name]) for name in names.answers.values())
    if not single or y.dtype.kind not in "iuf" or not (np.isfinite(y).all() and (y == np.round(y)).all()):
        return None
    return len(np.unique(y))


def _laid_out(x: Array, source: ArrayFile) -> tuple[str, NDArray[np.float32] | None]:
    """Return what the axes mean, and pixels (rows, channels, height, width) where it is no table."""
    axes = x.ndim - 1
    square = axes == 2 and x.shape[1] == x.shape[2]
    usual = {0: "table", 1: "table", 2: "images" if square else "sequences", 3: "images"}
    layout = source.layout if source.layout != "auto" else usual.get(axes, "")
    fits = layout == "table" or (layout != "" and axes + 1 in AXES[layout])
    if not fits and not (layout == "tokens" and x.shape[2:] == (1,)):
        raise DataProblem(
            f"{source.label()}: x has the shape {x.shape}, which is no {layout or 'known layout'}."
        )
    if layout in ("table", "tokens"):
        return layout, None
    if 0 in x.shape[1:]:
        raise DataProblem(f"{source.label()}: x has the shape {x.shape}, which leaves nothing to see.")
    numbers = np.asarray(x, np.float32)
    if layout == "sequences":
        steps = numbers if axes == 2 else numbers[:, :, None]
        return layout, np.ascontiguousarray(steps.transpose(0, 2, 1)[..., None])
    if axes == 2:
        return layout, numbers[:, None]
    last = x.shape[3] in COLOURS and x.shape[1] not in COLOURS
    return layout, np.ascontiguousarray(numbers.transpose(0, 3, 1, 2)) if last else numbers


def _columns_of(
    layout: str, x: Array, arrays: dict[str, Array], names: Names, file: str
) -> tuple[tuple[Column, ...], int]:
    """Return the columns of a table or of tokens, and how many token ids there are."""
    if layout == "table":
        return _columns(x.reshape(len(x), -1), arrays, names, file), 0
    if layout == "tokens":
        texts, ids = as_texts(x, file)
        return (texts,), ids
    return (), 0


def _columns(x: Array, arrays: dict[str, Array], names: Names, file: str) -> tuple[Column, ...]:
    titles = [f"x{at + 1}" for at in range(x.shape[1])]
    if "features" in names.extras:
        titles = [str(name) for name in arrays[names.extras["features"]].ravel()]
        if len(titles) != x.shape[1] or len(set(titles)) < len(titles):
            raise DataProblem(f"{file}: feature_names must give {x.shape[1]} different names.")
    if not titles:
        raise DataProblem(f"{file}: x has no features.")
    return tuple(Column(name, "number", x[:, at].astype(np.float64)) for at, name in enumerate(titles))
