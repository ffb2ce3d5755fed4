"""Arrays in a numpy file: names, splits, layouts and answers, and a sentence for every fault."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnstudio.catalog.preparations import TokenIds
from nnstudio.core.dataset import DataProblem, DataSpec
from nnstudio.core.shape import features, image, sequence, tokens
from nnstudio.data.array_file import ArrayFile
from nnstudio.data.prepare import default_spec, prepare

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(30, 3)), np.arange(30) % 3


def saved(folder: Path, **given: Any) -> str:
    np.savez(folder / "a.npz", **given)
    return str(folder / "a.npz")


def loaded(folder: Path, settings: dict[str, Any] | None = None, **given: Any) -> Any:
    """Return the prepared rows of a file, nothing done to them."""
    source = ArrayFile(path=saved(folder, **given), **(settings or {}))
    return prepare(source.load(), DataSpec(source=source))


@pytest.mark.parametrize(
    "names",
    [
        ("x_train", "y_train", "x_val", "y_val"),
        ("X_train", "Y_train", "X_valid", "Y_valid"),
        ("train_x", "train_y", "validation_x", "validation_y"),
        ("xtrain", "ytrain", "xdev", "ydev"),
        ("train_images", "train_labels", "val_images", "val_labels"),
        ("inputs_train", "targets_train", "inputs_validation", "targets_validation"),
    ],
)
def test_the_spellings_of_names(tmp_path: Path, names: tuple[str, ...]) -> None:
    rows = (X[:20], Y[:20], X[20:], Y[20:])
    given: dict[str, Any] = dict(zip(names, rows, strict=True))
    found = loaded(tmp_path, **given)
    assert np.array_equal(found.train.x, X[:20].astype(np.float32))
    assert np.array_equal(found.validation.y, Y[20:])
    assert len(found.test) == 0


def test_rows_that_say_their_split(tmp_path: Path) -> None:
    words = np.array(["train", "Valid", "test"])[np.arange(30) % 3]
    found = loaded(tmp_path, x=X, y=RNG.normal(size=30), split=words)
    assert np.array_equal(found.validation.x, X[1::3].astype(np.float32))
    assert found.signature.target.task == "regression"


@pytest.mark.parametrize(
    ("shape", "layout", "seen"),
    [
        ((30, 5), "auto", features(5)),
        ((30,), "auto", features(1)),
        ((30, 4, 4), "auto", image(1, 4, 4)),
        ((30, 4, 6), "auto", sequence(4, 6)),
        ((30, 4, 6), "images", image(1, 4, 6)),
        ((30, 4, 4), "sequences", sequence(4, 4)),
        ((30, 5), "sequences", sequence(5, 1)),
        ((30, 2, 5, 6), "auto", image(2, 5, 6)),
        ((30, 5, 6, 3), "auto", image(3, 5, 6)),
        ((30, 2, 5, 6), "table", features(60)),
    ],
)
def test_what_the_axes_mean(tmp_path: Path, shape: tuple[int, ...], layout: str, seen: Any) -> None:
    x = RNG.normal(size=shape).astype(np.float32) * 100
    found = loaded(tmp_path, {"layout": layout}, x=x, y=Y, split=np.array(["train", "val"] * 15))
    assert found.signature.input == seen
    given = x.transpose(0, 3, 1, 2) if shape[-1] == 3 else x
    assert np.array_equal(found.train.x.ravel(), given[::2].ravel())


def test_sequences_are_scaled_by_feature_unless_told_otherwise(tmp_path: Path) -> None:
    x = RNG.normal(size=(60, 7, 2)) * [1, 500] + [0, 90]
    source = ArrayFile(path=saved(tmp_path, x=x, y=np.arange(60) % 2), layout="sequences")
    examples = source.load()
    found = prepare(examples, default_spec(source, examples))
    assert found.train.x.shape[1:] == (7, 2)
    assert np.allclose(found.train.x.mean(axis=(0, 1)), 0, atol=1e-5)
    assert np.allclose(found.train.x.std(axis=(0, 1)), 1, atol=1e-5)
    assert 0 <= examples.picture(0).min() <= examples.picture(0).max() <= 1


@pytest.mark.parametrize(
    ("y", "task", "names"),
    [
        (Y, "classification", ("0", "1", "2")),
        (Y.astype(float), "regression", ("y",)),
        (np.array(["b", "a", "c"])[Y], "classification", ("a", "b", "c")),
        (np.eye(3)[Y], "classification", ("0", "1", "2")),
        (Y[:, None], "classification", ("0", "1", "2")),
        (RNG.normal(size=(30, 2)), "regression", ("y1", "y2")),
        ((RNG.random((30, 4)) > 0.5).astype(int), "multilabel", ("y1", "y2", "y3", "y4")),
    ],
)
def test_what_is_to_be_predicted(tmp_path: Path, y: Any, task: str, names: tuple[str, ...]) -> None:
    found = loaded(tmp_path, x=X, y=y)
    assert (found.signature.target.task, found.signature.target.names) == (task, names)
    if len(names) > 1 and task in ("regression", "multilabel"):
        assert np.array_equal(found.train.y, y[found.train.rows].astype(np.float32))


def test_the_task_decides_in_doubt(tmp_path: Path) -> None:
    assert loaded(tmp_path, {"task": "regression"}, x=X, y=Y).signature.target.task == "regression"
    assert loaded(tmp_path, {"task": "classification"}, x=X, y=Y * 1.0).signature.target.count == 3
    assert loaded(tmp_path, {"task": "regression"}, x=X, y=np.eye(3)[Y]).signature.target.count == 3


def test_classes_in_an_order(tmp_path: Path) -> None:
    target = loaded(tmp_path, {"task": "ordinal"}, x=X, y=Y).signature.target
    assert (target.task, target.names) == ("ordinal", ("0", "1", "2"))


def test_names_of_features_and_classes(tmp_path: Path) -> None:
    found = loaded(tmp_path, x=X, y=Y, feature_names=list("pqr"), class_names=["red", "green", "blue"])
    assert found.feature_names == ("p", "q", "r")
    assert set(found.signature.target.names) == {"red", "green", "blue"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"x_train": X, "y_train": Y[:9]}, "30 rows, but 'y_train' has 9"),
        ({"y_train": Y}, "no inputs to learn from"),
        ({"x_train": X}, "no array y_train"),
        ({"x_train": X, "y_train": Y, "x_val": X}, "no array y_validation"),
        ({"x_train": X, "y_train": Y, "x_val": X[:, :2], "y_val": Y}, "differ in shape: 2 and 3"),
        ({"x_train": X, "X_train": X, "y_train": Y}, "mean the same"),
        ({"x": X, "y": Y, "x_val": X, "y_val": Y}, "keep one way"),
        ({"x": X.astype(complex), "y": Y}, "not numbers or texts"),
        ({"x": X.astype(str), "y": Y}, "must hold numbers"),
        ({"x": X, "y": np.zeros((30, 2, 2))}, "3 axes"),
        ({"x": X, "y": Y, "split": Y.astype(str)}, "not '0'"),
        ({"x": X, "y": Y, "feature_names": ["a"]}, "3 different names"),
        ({"x": np.zeros((30, 2, 2, 2, 2)), "y": Y}, "no known layout"),
        ({"x": np.array([{}] * 30), "y": Y}, "holds Python objects"),
    ],
)
def test_faults_are_told(tmp_path: Path, given: dict[str, Any], says: str) -> None:
    with pytest.raises(DataProblem, match=says):
        ArrayFile(path=saved(tmp_path, **given)).load()


def test_files_that_are_no_arrays(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    contents = [b"", b"PK\x03\x04 broken", pickle.dumps({"x": 1}), b"a,b\n1,2\n"]
    for content in contents:
        path.write_bytes(content)
        with pytest.raises(DataProblem, match="not a numpy file"):
            ArrayFile(path=str(path)).load()
    with path.open("wb") as file:
        np.save(file, X)
    with pytest.raises(DataProblem, match="a single array"):
        ArrayFile(path=str(path)).load()
    with pytest.raises(DataProblem, match="does not exist"):
        ArrayFile(path=str(tmp_path / "none.npz")).load()


IDS = np.array([[5, 2, 9, 1], [3, 3, 0, 0], [0, 0, 4, 8], [0, 0, 0, 0]] * 5)


def test_whole_numbers_can_be_token_ids(tmp_path: Path) -> None:
    source = ArrayFile(path=saved(tmp_path, x=IDS.astype(np.float32), y=np.arange(20) % 2), layout="tokens")
    examples = source.load()
    found = prepare(examples, default_spec(source, examples))
    assert found.signature.input == tokens(4, 10)
    rows = {tuple(row) for row in found.train.x.tolist()}
    assert rows <= {(5, 2, 9, 1), (3, 3, 0, 0), (4, 8, 0, 0), (0, 0, 0, 0)}, "padding stands behind"


def test_a_zero_among_other_ids_is_a_token_as_any(tmp_path: Path) -> None:
    ids = np.array([[1, 0, 2], [0, 2, 1]] * 10)
    source = ArrayFile(path=saved(tmp_path, x=ids, y=np.arange(20) % 2), layout="tokens")
    examples = source.load()
    found = prepare(examples, default_spec(source, examples))
    assert found.signature.input == tokens(3, 4), "padding and 0, 1, 2"
    assert {tuple(row) for row in found.train.x.tolist()} == {(2, 1, 3), (1, 3, 2)}


@pytest.mark.parametrize("x", [IDS - 1, IDS + 0.5])
def test_what_is_no_token_id_is_told(tmp_path: Path, x: Any) -> None:
    source = ArrayFile(path=saved(tmp_path, x=x, y=np.arange(20) % 2), layout="tokens")
    with pytest.raises(DataProblem, match="whole numbers from 0 on"):
        source.load()


def test_an_id_beyond_a_given_vocabulary_is_told(tmp_path: Path) -> None:
    source = ArrayFile(path=saved(tmp_path, x=IDS, y=np.arange(20) % 2), layout="tokens")
    spec = DataSpec(source=source, preparation=(TokenIds(vocabulary=6, length=4),))
    with pytest.raises(DataProblem, match="beyond the vocabulary, which ends at 5"):
        prepare(source.load(), spec)
    large = prepare(
        source.load(), spec.model_copy(update={"preparation": (TokenIds(vocabulary=50, length=4),)})
    )
    assert large.signature.input.vocabulary == 50


@pytest.mark.parametrize(
    ("y", "task"),
    [
        (np.arange(60) % 2 * 1.0, "classification"),
        (np.arange(60) % 3 * 1.0, "regression"),
        (np.arange(60) % 25, "classification"),
        (np.arange(60) % 25 * 3, "regression"),
        (np.arange(60) % 5 * 7 - 3, "classification"),
    ],
)
def test_classes_are_told_from_numbers(tmp_path: Path, y: Any, task: str) -> None:
    found = ArrayFile(path=saved(tmp_path, x=RNG.normal(size=(60, 3)), y=y)).load()
    assert found.task == task
