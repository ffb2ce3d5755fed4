"""Series and texts in order of time: what is read, what is foretold, and that nothing leaks backwards."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.catalog.datasets.series import Airline, Seasons, Sunspots
from nnstudio.catalog.datasets.texts import Alice
from nnstudio.catalog.preparations import FillMissing, ScaleInputs, ScaleTarget, Tokenise
from nnstudio.catalog.tokenisers import Characters, Words
from nnstudio.core.dataset import SPLITS, Column, DataProblem, DataSpec, Examples, Split, Windows
from nnstudio.data.prepare import default_spec, prepare


def counting(n: int = 100, **how: int) -> Examples:
    """Return a series that counts, and a second variable that counts in hundreds."""
    values = Column("n", "number", np.arange(n, dtype=np.float64))
    other = Column("m", "number", 100.0 * np.arange(n))
    return Examples("Counting", values, "regression", (values, other), windows=Windows(**how))


def plain(**split: float) -> DataSpec:
    return DataSpec(source=Seasons(), split=Split.model_validate(split))


def test_a_window_is_read_and_the_steps_after_it_are_the_answer() -> None:
    prepared = prepare(counting(size=4, horizon=2), plain())
    part = prepared.train
    assert prepared.signature.input.sizes == (4, 2)
    assert prepared.signature.target.names == ("n +1", "n +2")
    assert part.x[0, :, 0].tolist() == [0, 1, 2, 3]
    assert part.x[3, :, 1].tolist() == [300, 400, 500, 600]
    assert part.y[0].tolist() == [4, 5]
    assert np.array_equal(part.rows, part.y[:, 0])


def test_steps_between_windows_are_skipped() -> None:
    prepared = prepare(counting(size=4, horizon=1, step=5), plain())
    assert prepared.train.rows[:3].tolist() == [4, 9, 14]


def test_every_held_out_step_is_foretold_in_its_own_part_alone() -> None:
    prepared = prepare(counting(size=6, horizon=3), plain())
    foretold = [set(prepared.part(name).y.ravel()) for name in SPLITS]
    assert foretold == [set(range(6, 70)), set(range(70, 85)), set(range(85, 100))]


def test_training_reads_nothing_held_out_and_the_others_reach_back_not_forward() -> None:
    prepared = prepare(counting(size=6, horizon=3), plain())
    for name, first in zip(SPLITS, (0, 64, 79), strict=True):
        part = prepared.part(name)
        assert part.x[0, :, 0].tolist() == list(range(first, first + 6))
        assert (part.x.max(axis=(1, 2)) < 100 * part.y.min(axis=1)).all()
    assert prepared.train.x[:, :, 0].max() < 70
    assert any("may read steps of the part before" in note for note in prepared.notes)


def test_a_window_longer_than_a_part_is_fine_as_long_as_the_past_is() -> None:
    prepared = prepare(counting(size=20), plain())
    assert [len(prepared.part(name)) for name in SPLITS] == [50, 15, 15]


def test_windows_of_a_part_keep_their_distance_from_its_first_step_on() -> None:
    prepared = prepare(counting(size=4, horizon=2, step=5), plain())
    assert [prepared.part(name).rows.tolist()[:3] for name in SPLITS] == [
        [4, 9, 14], [70, 75, 80], [85, 90, 95],
    ]  # fmt: skip


def test_no_window_reads_a_dropped_step_and_training_reads_only_training() -> None:
    examples = counting(n=30, size=3)
    said = np.array(["train"] * 10 + ["validation"] * 8 + ["train"] * 6 + ["test"] * 6, dtype=object)
    other = examples.columns[1].values.copy()
    other[[8, 20]] = np.nan
    columns = (examples.columns[0], replace(examples.columns[1], values=other))
    chain = plain().model_copy(update={"preparation": (FillMissing(numbers="drop"),)})
    prepared = prepare(replace(examples, split=said, columns=columns), chain)
    assert [prepared.part(name).rows.tolist() for name in SPLITS] == [
        [3, 4, 5, 6, 7], [12, 13, 14, 15, 16, 17], [24, 25, 26, 27, 28, 29],
    ]  # fmt: skip


def test_what_is_rebuilt_lies_in_one_part_as_a_whole() -> None:
    spec = plain().model_copy(update={"goal": "reconstruct"})
    prepared = prepare(counting(size=6), spec)
    seen = [set(prepared.part(name).y.reshape(-1, 6, 2)[:, :, 0].ravel()) for name in SPLITS]
    assert seen == [set(range(69)), set(range(70, 84)), set(range(85, 99))]
    assert any("reach across two parts are left out" in note for note in prepared.notes)


def test_another_seed_changes_nothing() -> None:
    one, other = (prepare(counting(size=4), plain(seed=seed)) for seed in (0, 1))
    assert np.array_equal(one.validation.x, other.validation.x)


def test_scaling_is_learnt_from_the_past_alone() -> None:
    examples = counting(size=4)
    spec = plain().model_copy(update={"preparation": (ScaleInputs(), ScaleTarget())})
    prepared = prepare(examples, spec)
    past = np.arange(70)
    assert prepared.units.linear == pytest.approx((past.mean(), past.std()))
    assert np.allclose(prepared.own(prepared.test), prepared.test.rows[:, None])
    later = replace(examples.target, values=np.where(np.arange(100) < 70, examples.target.values, 9e5))
    assert prepare(replace(examples, target=later), spec).units == prepared.units


def test_the_guess_to_beat_says_the_last_step_again() -> None:
    prepared = prepare(counting(size=4), plain())
    assert prepared.facts.baseline_loss["naive_rmse"] == pytest.approx(1.0)
    assert prepare(counting(size=4, horizon=2), plain()).facts.baseline_loss["naive_rmse"] == pytest.approx(
        1.5
    )


def test_with_a_season_it_says_what_was_a_season_ago() -> None:
    airline = Airline()
    prepared = prepare(airline.load(), default_spec(airline, airline.load()))
    values = airline.load().target.values
    rows = prepared.validation.rows
    expected = float(np.sqrt(np.mean((values[rows] - values[rows - 12]) ** 2)))
    assert prepared.facts.baseline_loss["naive_rmse"] == pytest.approx(expected, rel=1e-4)
    assert rows[0] == 101, "the first month of validation is foretold, a year after the training months"
    waves = counting(n=90, size=6, horizon=6, season=3)
    repeating = replace(waves, target=replace(waves.target, values=np.tile([1.0, 5.0, 2.0], 30)))
    assert prepare(repeating, plain()).facts.baseline_loss["naive_mse"] == 0.0


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"size": 70}, "train part has 70 steps, too few for 2 windows of 70 with 1"),
        ({"size": 4, "horizon": 15}, "validation part has 15 steps, too few for 2 windows of 4 with 15"),
    ],
)
def test_a_part_too_short_for_its_windows_is_refused_in_words(how: dict[str, int], words: str) -> None:
    with pytest.raises(DataProblem, match=words):
        prepare(counting(**how), plain())


def test_a_gap_in_what_is_foretold_is_refused() -> None:
    examples = counting(size=4)
    examples.target.values[40] = np.nan
    with pytest.raises(DataProblem, match="'n' has gaps"):
        prepare(examples, plain())


def test_a_text_is_read_in_stretches_and_continued_by_the_next_token() -> None:
    alice = Alice()
    spec = default_spec(alice, alice.load())
    prepared = prepare(alice.load(), spec)
    step = spec.preparation[0]
    assert isinstance(step, Tokenise)
    text = "".join(alice.load().columns[0].values)
    state = prepared.states[0]["tokeniser"]
    assert step.tokeniser.decode([*prepared.train.x[0], prepared.train.y[0]], state) == text[:33]
    assert step.tokeniser.decode([*prepared.train.x[7], prepared.train.y[7]], state) == text[7:40]
    assert np.array_equal(prepared.train.x[1:, :-1], prepared.train.x[:-1, 1:])
    assert prepared.signature.target.count == prepared.signature.input.vocabulary
    assert "␣" in prepared.signature.target.names


def test_the_end_of_a_text_is_kept_for_the_test() -> None:
    alice = Alice()
    prepared = prepare(alice.load(), default_spec(alice, alice.load()))
    ends = [int(prepared.part(name).rows.max()) for name in SPLITS]
    begins = [int(prepared.part(name).rows.min()) for name in SPLITS]
    assert begins[0] <= ends[0] < begins[1] <= ends[1] < begins[2] <= ends[2]


def test_a_window_of_a_text_lies_in_one_part_for_each_of_its_tokens_may_be_foretold() -> None:
    lines = np.array(list("a" * 70 + "b" * 15 + "c" * 15), dtype=object)
    column = Column("text", "text", lines)
    examples = Examples("T", column, "classification", (column,), windows=Windows())
    step = Tokenise(tokeniser=Characters(), length=4, vocabulary=20)
    prepared = prepare(examples, plain().model_copy(update={"preparation": (step,)}))
    assert [len(prepared.part(name)) for name in SPLITS] == [66, 11, 11]


def test_the_vocabulary_is_learnt_from_the_beginning_alone() -> None:
    lines = np.array(["one two\n"] * 70 + ["new words\n"] * 30, dtype=object)
    column = Column("text", "text", lines)
    examples = Examples("T", column, "classification", (column,), windows=Windows())
    step = Tokenise(tokeniser=Words(), length=3)
    prepared = prepare(examples, plain().model_copy(update={"preparation": (step,)}))
    assert prepared.signature.target.names == ("[PAD]", "[UNK]", "⏎", "one", "two")
    assert any("does not know: 60 of 90" in note for note in prepared.notes)


def test_length_and_step_of_a_text_follow_their_settings() -> None:
    examples = Alice(step=16).load()
    step = Tokenise(tokeniser=Characters(), length=64, vocabulary=100)
    prepared = prepare(examples, plain().model_copy(update={"preparation": (step,)}))
    assert prepared.signature.input.sizes == (64,)
    assert np.array_equal(prepared.train.x[1, :48], prepared.train.x[0, 16:])


def test_the_records_are_the_published_ones() -> None:
    airline, sunspots = Airline().load(), Sunspots().load()
    assert (len(airline), airline.target.values.mean()) == (144, pytest.approx(280.2986, abs=1e-4))
    assert len(sunspots) == 289
    # Quartiles, mean and maximum as statistics packages print them for this series.
    facts = np.quantile(sunspots.target.values, [0, 0.25, 0.5, 0.75, 1])
    assert facts.tolist() == pytest.approx([0.0, 15.6, 39.0, 68.9, 190.2])
    assert sunspots.target.values.mean() == pytest.approx(48.6135, abs=1e-4)
    assert airline.order is not None
    assert airline.order.values[0] == -7670
