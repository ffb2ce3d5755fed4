"""Simple models beside the network: their scores, and the share of labels that are wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnstudio.core.comparison import ReferenceFacts
from nnstudio.core.dataset import Prepared
from nnstudio.core.shape import tokens
from nnstudio.core.tokens import NEXT_TOKEN
from nnstudio.core.trace import Target
from nnstudio.data.comparison import quick_look, wrong_labels
from tests.engine.made import classes, numbers, prepared_from


def test_models_beat_the_constant_where_there_is_a_pattern() -> None:
    found = quick_look(classes(3, rows=300, validation=100))
    assert found is not None
    assert found.best > found.constant + 0.2
    assert set(found.scores) == {"linear", "forest"}


def test_shuffled_answers_leave_nothing_to_learn() -> None:
    prepared = classes(2, rows=400, validation=150)
    np.random.default_rng(1).shuffle(prepared.train.y)
    found = quick_look(prepared)
    assert found is not None
    assert found.best < found.constant + 0.15


def test_numbers_are_judged_by_their_explained_share() -> None:
    found = quick_look(numbers(2, rows=300, validation=100))
    assert found is not None
    assert found.scores["linear"] > 0.5
    assert found.constant == pytest.approx(0.0, abs=0.1)
    assert found.wrong_labels is None


def test_it_is_worked_out_once() -> None:
    prepared = classes(2, rows=200)
    assert quick_look(prepared) is quick_look(prepared)


@pytest.mark.parametrize("share", [0.0, 0.25])
def test_wrong_labels_are_estimated(share: float) -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 600)
    x = rng.normal(size=(600, 4)) + 3 * np.eye(4)[y]
    wrong = rng.random(600) < share
    y[wrong] = (y[wrong] + rng.integers(1, 3, wrong.sum())) % 3
    assert wrong_labels(x, y) == pytest.approx(share, abs=0.06)


def test_overlapping_classes_are_no_wrong_labels() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(800, 3))
    y = (rng.random(800) < 1 / (1 + np.exp(-2 * x.sum(1)))).astype(np.int64)
    assert wrong_labels(x, y) == 0.0


def test_training_rows_held_out_tell_when_validation_is_another_task() -> None:
    alike, other = _groups(np.eye(3)[[0, 1, 2]]), _groups(np.eye(3)[[1, 2, 0]])
    assert alike.held_out == pytest.approx(alike.best, abs=0.1)
    assert other.held_out is not None
    assert other.held_out > other.best + 0.3


def _groups(held: NDArray[Any]) -> ReferenceFacts:
    """Return what models make of three groups whose centres lie elsewhere in validation."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 400)
    x = rng.normal(size=(400, 3)) + 4 * np.concatenate([np.eye(3)[y[:290]], held[y[290:]]])
    return looked_at(x, y, 3)


def looked_at(x: NDArray[Any], y: NDArray[Any], classes: int) -> ReferenceFacts:
    target = Target(task="classification", names=tuple("abc"[:classes]))
    found = quick_look(prepared_from(x, y, target, validation=100))
    assert found is not None
    return found


def test_rare_classes_are_found_by_models_for_which_all_count_the_same() -> None:
    assert np.mean(_few_of_a_class(3.0)) > 0.8
    assert np.mean(_few_of_a_class(0.0)) < 0.7


def _few_of_a_class(apart: float, share: float = 1 / 10) -> tuple[float, ...]:
    """Return the recalls where a class has few of the rows and lies so far from the other."""
    rng = np.random.default_rng(0)
    y = (rng.random(900) < share).astype(np.int64)
    return looked_at(rng.normal(size=(900, 4)) + apart * y[:, None], y, 2).recalls


def test_even_classes_need_no_second_look() -> None:
    assert _few_of_a_class(1.0, 0.5) == ()


def labels(apart: float) -> Prepared:
    """Return rows with three labels, each told by one of the inputs."""
    rng = np.random.default_rng(0)
    y = (rng.random((400, 3)) < (0.5, 0.3, 0.1)).astype(np.float32)
    x = rng.normal(size=(400, 3)) + apart * y
    return prepared_from(x, y, Target(task="multilabel", names=("a", "b", "c")), validation=100)


@pytest.mark.parametrize(("apart", "gained"), [(4.0, True), (0.0, False)])
def test_labels_are_judged_by_the_share_that_is_right(apart: float, gained: bool) -> None:
    made = labels(apart)
    found = quick_look(made)
    assert found is not None
    assert set(found.scores) == {"linear", "forest"}
    often = np.mean((made.train.y.mean(0) > 0.5) == made.validation.y)
    assert found.constant == pytest.approx(often)
    assert (found.best > found.constant + 0.1) is gained
    assert found.held_out is not None
    assert (found.held_out > 0.9) is gained


def test_a_label_that_is_always_the_same_is_no_crash() -> None:
    made = labels(4.0)
    made.train.y[:, 2] = 0
    found = quick_look(made)
    assert found is not None
    assert found.best > 0.8


def test_a_text_that_goes_on_is_compared_with_its_neighbours() -> None:
    stream = np.tile(np.arange(2, 9), 60)
    x = np.stack([stream[at : at + 4] for at in range(400)])
    target = Target(task="classification", names=tuple("abcdefghi"), column=NEXT_TOKEN)
    made = prepared_from(x, stream[4:404], target, validation=100)
    made = replace(made, signature=made.signature.model_copy(update={"input": tokens(4, 9)}))
    found = quick_look(made)
    assert found is not None
    assert found.scores == {"bigrams": 1.0, "trigrams": 1.0}
    assert found.constant < 0.2


def test_an_autoencoder_is_compared_with_components_of_its_waist() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 2)) @ rng.normal(size=(2, 6)) + 0.1 * rng.normal(size=(400, 6))
    x[:, 0] = 3.0
    names = tuple("abcdef")
    target = Target(task="regression", names=names, column="input")
    made = prepared_from(x, x, target, validation=100)
    one, two = quick_look(made, 1), quick_look(made, 2)
    assert one is not None
    assert two is not None
    assert one.scores["components"] < two.scores["components"] < 5 / 6, (
        "a column without spread explains nothing"
    )
    assert two.scores["components"] > 0.8
    assert one.constant == pytest.approx(0.0, abs=0.05)
    assert quick_look(made, 6) is None
