"""Read a numpy file: every value as it stands there, every fault in a sentence."""

from __future__ import annotations

import pickle
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import SPLITS, Column, DataProblem, Examples
from nnstudio.core.trace import Task
from nnstudio.data.array_file import ArrayFile
from nnstudio.data.array_names import Names, sorted_out
from nnstudio.data.labels import from_flags
from nnstudio.data.split import SPLIT_WORDS

Array = NDArray[Any]
COLOURS = (1, 3, 4)
"""Channels of pictures: where the last axis has so many, and the second has not, it is the channels."""
AXES = {"table": (1, 2), "images": (3, 4), "sequences": (2, 3)}


@dataclass(frozen=True, slots=True)
class _Answers:
    """The target column, the task, and all numbers of a row where there are several."""

    values: Array
    task: Task
    several: NDArray[np.float32] | None = None
    notes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Of the labels."""


def read(source: ArrayFile) -> Examples:
    """Return the examples of a file; raises DataProblem."""
    arrays = _arrays(source.path, source.label())
    names = sorted_out(arrays, source.label())
    x, y, split = _joined(arrays, names, source.label())
    answers = _answers(y, source)
    classes = answers.task != "regression"
    target = Column("y", "category" if classes else "number", _named(answers, arrays, names))
    notes = list(answers.notes)
    if names.ignored:
        notes.append(f"Arrays that are not used: {', '.join(names.ignored)}.")
    layout, pixels = _laid_out(x, source)
    columns: tuple[Column, ...] = ()
    if layout == "table":
        columns = _columns(x.reshape(len(x), -1), arrays, names, source.label())
    return Examples(
        Path(source.path).stem, target, answers.task, columns, pixels, split, tuple(notes),
        steps=layout == "sequences", answers=answers.several, names=answers.names,
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


def _answers(y: Array, source: ArrayFile) -> _Answers:
    """Return what is to be predicted: classes from whole numbers and texts, else numbers."""
    if y.ndim > 2:
        raise DataProblem(f"{source.label()}: y has {y.ndim} axes; a row may have one answer, or several.")
    texts = y.dtype.kind == "U"
    if texts and source.task == "regression":
        raise DataProblem(f"{source.label()}: y holds texts, which cannot be predicted as numbers.")
    if y.ndim == 2:
        return _several(y, source)
    if source.task == "multilabel":
        raise DataProblem(f"{source.label()}: for several labels y needs a column of 0 and 1 for each.")
    classes = texts or y.dtype.kind in "biu" if source.task == "auto" else source.task != "regression"
    if not classes:
        return _Answers(y.astype(np.float64), "regression")
    if y.dtype.kind == "f" and not (np.isfinite(y).all() and (y == np.round(y)).all()):
        raise DataProblem(f"{source.label()}: y holds fractions, so it names no classes: choose regression.")
    whole = y if texts else y.astype(np.int64)
    task: Task = "ordinal" if source.task == "ordinal" else "classification"
    return _Answers(np.array([str(value) for value in whole], dtype=object), task)


def _several(y: Array, source: ArrayFile) -> _Answers:
    if y.dtype.kind == "U" or y.shape[1] == 0:
        raise DataProblem(f"{source.label()}: y has several columns, which must hold numbers.")
    flags = bool(((y == 0) | (y == 1)).all())
    if flags and bool((y.sum(axis=1) == 1).all()) and source.task in ("auto", "classification"):
        note = "Each row of y marks exactly one column, so the columns are taken as classes."
        texts = np.array([str(at) for at in y.argmax(axis=1)], dtype=object)
        return _Answers(texts, "classification", notes=(note,))
    if source.task == "multilabel" or (flags and source.task == "auto"):
        columns = [Column(f"y{at + 1}", "number", y[:, at].astype(np.float64)) for at in range(y.shape[1])]
        labels, names = from_flags(columns)
        return _Answers(labels.values, "multilabel", names=names)
    if source.task != "regression" and source.task != "auto":
        raise DataProblem(
            f"{source.label()}: a row of y marks several columns or none, so it names no class: choose "
            f"multilabel or regression."
        )
    numbers = y.astype(np.float32)
    return _Answers(numbers[:, 0].astype(np.float64), "regression", several=numbers)


def _named(answers: _Answers, arrays: dict[str, Array], names: Names) -> Array:
    """Return the answers, class numbers replaced by the names that the file may give."""
    if answers.task != "classification" or "classes" not in names.extras:
        return answers.values
    titles = [str(name) for name in arrays[names.extras["classes"]].ravel()]
    known = {str(at): f"{title}" for at, title in enumerate(titles)}
    if len(set(titles)) < len(titles) or not set(answers.values) <= set(known):
        return answers.values
    return np.array([known[value] for value in answers.values], dtype=object)


def _laid_out(x: Array, source: ArrayFile) -> tuple[str, NDArray[np.float32] | None]:
    """Return what the axes mean, and pixels (rows, channels, height, width) where it is no table."""
    axes = x.ndim - 1
    square = axes == 2 and x.shape[1] == x.shape[2]
    usual = {0: "table", 1: "table", 2: "images" if square else "sequences", 3: "images"}
    layout = source.layout if source.layout != "auto" else usual.get(axes, "")
    if not layout or (layout != "table" and axes + 1 not in AXES[layout] and axes + 1 not in (3,)):
        raise DataProblem(
            f"{source.label()}: x has the shape {x.shape}, which is no {layout or 'known layout'}."
        )
    if layout == "table":
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


def _columns(x: Array, arrays: dict[str, Array], names: Names, file: str) -> tuple[Column, ...]:
    titles = [f"x{at + 1}" for at in range(x.shape[1])]
    if "features" in names.extras:
        titles = [str(name) for name in arrays[names.extras["features"]].ravel()]
        if len(titles) != x.shape[1] or len(set(titles)) < len(titles):
            raise DataProblem(f"{file}: feature_names must give {x.shape[1]} different names.")
    if not titles:
        raise DataProblem(f"{file}: x has no features.")
    return tuple(Column(name, "number", x[:, at].astype(np.float64)) for at, name in enumerate(titles))
