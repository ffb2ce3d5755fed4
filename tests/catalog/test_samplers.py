"""Balancing classes: as imbalanced-learn does it, with neighbours that tiny classes have."""

from __future__ import annotations

import numpy as np
import pytest
from imblearn.over_sampling import SMOTE, SMOTENC

from nnstudio.catalog.samplers import OverSampling, Smote, SmoteNc, UnderSampling
from nnstudio.core.dataset import SAMPLERS, Part


def part(*counts: int, columns: int = 3) -> Part:
    """Return a part with so many rows of each class."""
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(len(counts)), counts)
    x = rng.normal(size=(len(y), columns)).astype(np.float32) + y[:, None]
    return Part(x.astype(np.float32), y, np.arange(len(y)) + 100)


def with_colours(*counts: int) -> Part:
    plain = part(*counts)
    colours = np.eye(3, dtype=np.float32)[np.random.default_rng(1).integers(0, 3, len(plain))]
    return Part(np.concatenate([plain.x, colours], axis=1), plain.y, plain.rows)


def counts(of: Part) -> list[int]:
    found: list[int] = np.bincount(of.y).tolist()
    return found


@pytest.mark.parametrize("kind", ["over", "smote", "smotenc"])
def test_rare_classes_grow_to_the_size_of_the_largest(kind: str) -> None:
    data = with_colours(60, 12, 7)
    done = SAMPLERS[kind]().sample(data, ((3, 4, 5),)).part
    assert counts(done) == [60, 60, 60]
    assert np.array_equal(done.x[: len(data)], data.x)


def test_over_sampling_repeats_every_row_equally_often() -> None:
    data = part(40, 7)
    done = OverSampling().sample(data, ()).part
    times = np.unique(done.rows[done.y == 1], return_counts=True)[1]
    assert set(times.tolist()) <= {5, 6}
    assert np.array_equal(data.x[done.rows - 100], done.x)


def test_under_sampling_leaves_rows_out() -> None:
    data = part(40, 7, 12)
    done = UnderSampling().sample(data, ()).part
    assert counts(done) == [7, 7, 7]
    assert len(np.unique(done.rows)) == 21
    assert counts(UnderSampling(ratio=0.5).sample(data, ()).part) == [14, 7, 12]


def test_half_a_balance() -> None:
    assert counts(Smote(ratio=0.5).sample(part(40, 7), ()).part) == [40, 20]


def test_smote_equals_imbalanced_learn() -> None:
    data = part(50, 9)
    done = Smote(seed=3).sample(data, ()).part
    x, y = SMOTE(random_state=3).fit_resample(data.x, data.y)
    np.testing.assert_allclose(done.x, x, rtol=1e-6)
    assert np.array_equal(done.y, y)
    assert np.array_equal(done.rows[: len(data)], data.rows)
    assert (done.rows[len(data) :] == -1).all()


def test_smotenc_equals_imbalanced_learn_and_keeps_categories_whole() -> None:
    data = with_colours(50, 9)
    done = SmoteNc(seed=3).sample(data, ((3, 4, 5),)).part
    codes = data.x[:, 3:].argmax(1) + 1
    folded = np.column_stack([data.x[:, :3], codes]).astype(np.float64)
    x, _ = SMOTENC([3], random_state=3).fit_resample(folded, data.y)
    np.testing.assert_allclose(done.x[:, :3], x[:, :3], rtol=1e-6)
    assert np.array_equal(done.x[:, 3:].argmax(1) + 1, x[:, 3])
    assert (done.x[:, 3:].sum(1) == 1).all()


def test_neighbours_adapt_to_tiny_classes() -> None:
    data = part(30, 3, 2)
    done = Smote().sample(data, ())
    assert counts(done.part) == [30, 30, 30]
    expected, _ = SMOTE(k_neighbors=2, sampling_strategy={1: 30}, random_state=0).fit_resample(data.x, data.y)
    np.testing.assert_allclose(done.part.x[35:62], expected[35:], rtol=1e-6)


def test_a_single_row_is_repeated_and_said_so() -> None:
    done = Smote().sample(part(30, 1), ())
    assert counts(done.part) == [30, 30]
    assert "single training row" in done.notes[0]
    assert (done.part.rows[done.part.y == 1] == 130).all()


@pytest.mark.parametrize("flags", [(), ((0,), (1,), (2,))])
def test_smotenc_says_what_it_does_without_numbers_or_categories(flags: tuple[tuple[int, ...], ...]) -> None:
    data = part(30, 5)
    if flags:
        data = Part((data.x > 0).astype(np.float32), data.y, data.rows)
    done = SmoteNc().sample(data, flags)
    assert counts(done.part) == [30, 30]
    assert "was used" in done.notes[0]


def test_the_seed_decides() -> None:
    data = part(32, 5)
    for kind in ("over", "under", "smote"):
        one, same = (SAMPLERS.parse({"kind": kind, "seed": 1}).sample(data, ()).part for _ in range(2))
        other = SAMPLERS.parse({"kind": kind, "seed": 2}).sample(data, ()).part
        assert np.array_equal(one.x, same.x)
        assert not np.array_equal(one.x, other.x)
