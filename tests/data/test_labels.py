"""Labels of a row, however the source writes them; and how such rows are split, judged and weighed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnstudio.catalog.samplers import OverSampling
from nnstudio.core.dataset import Column, DataProblem, DataSpec, Examples
from nnstudio.data.arrays import from_arrays
from nnstudio.data.csv_file import ColumnSpec, CsvSource
from nnstudio.data.csv_sniff import sniff
from nnstudio.data.labels import from_flags, joined, label_flags, label_target, labels_in, sign_of
from nnstudio.data.prepare import default_spec, prepare
from nnstudio.data.suspicion import knows_alone

TAGS = ["red;round", "", "round; red", "big", "NA", "big;red;big"]


def table(folder: Path, tags: list[str]) -> CsvSource:
    path = folder / "things.csv"
    quoted = (f'{row},"{text}"' for row, text in enumerate(tags))
    path.write_text("\n".join(["x,tags", *quoted]) + "\n")
    columns = (ColumnSpec(name="x", type="number"), ColumnSpec(name="tags", type="category", role="target"))
    return CsvSource(path=str(path), columns=columns, task="multilabel")


def examples(rows: int = 200) -> Examples:
    rng = np.random.default_rng(0)
    x = rng.uniform(size=(rows, 3))
    return from_arrays(x, x > [0.5, 0.7, 0.95], task="multilabel", classes=("red", "round", "big"))


def test_labels_come_apart_at_the_commonest_sign() -> None:
    assert labels_in(" red ; round;;red") == ("red", "round")
    assert sign_of(["a|b", "c", "a|c, d"]) == "|"
    assert joined("b, a 10,a 2", ",") == "a 2;a 10;b"


@pytest.mark.parametrize("sign", [";", "|", ","])
def test_a_column_of_labels_is_read_in_one_order_and_empty_means_none(tmp_path: Path, sign: str) -> None:
    found = table(tmp_path, [text.replace(";", sign) for text in TAGS]).load()
    assert found.task == "multilabel"
    assert found.target.values.tolist() == ["red;round", "", "red;round", "big", None, "big;red"]


def test_several_columns_of_flags_are_labels() -> None:
    flags = [Column(name, "number", np.array(values, float)) for name, values in
             (("red", [1, 0, np.nan]), ("big", [1, 0, 1]))]  # fmt: skip
    column, names = from_flags(flags)
    assert names == ("red", "big")
    assert column.values.tolist() == ["red;big", "", None]
    with pytest.raises(DataProblem, match="must hold 0 or 1, but 'size' holds"):
        from_flags([*flags, Column("size", "number", np.array([3.0, 1, 0]))])


def test_labels_become_zeros_and_ones_and_facts() -> None:
    data = examples()
    target, column = label_target(data)
    assert target.names == ("red", "round", "big")
    assert label_flags(target, column.values[:2]).tolist() == [
        [name in labels_in(text) for name in target.names] for text in column.values[:2]
    ]
    prepared = prepare(data, default_spec_of(data))
    assert prepared.train.y.dtype == np.float32
    assert prepared.facts.train.class_counts == tuple(prepared.train.y.sum(0).astype(int))
    usual = np.mean(prepared.validation.y != (prepared.train.y.mean(0) > 0.5))
    assert prepared.facts.baseline_loss["hamming_loss"] == pytest.approx(usual)
    assert any(note.startswith("Rows for which no label is true") for note in prepared.notes)


def test_common_sets_of_labels_keep_their_share_in_every_part() -> None:
    prepared = prepare(examples(1000), default_spec_of(examples(1000)))
    shares = [part.y.mean(0) for part in (prepared.train, prepared.validation, prepared.test)]
    np.testing.assert_allclose(shares[1:], [shares[0]] * 2, atol=0.05)
    assert len(prepared.train) == pytest.approx(700, abs=5), "rare sets do not all go to training"


def test_a_sampler_says_that_it_does_not_apply() -> None:
    data = examples()
    prepared = prepare(data, default_spec_of(data).model_copy(update={"sampler": OverSampling()}))
    assert prepared.balanced is None
    assert any("belongs to no single class" in note for note in prepared.notes)


def test_what_is_no_choice_of_labels_is_refused() -> None:
    one = Examples("x", Column("tags", "category", np.array(["red"] * 12, dtype=object)), "multilabel")
    with pytest.raises(DataProblem, match="the only label is 'red'"):
        label_target(one)
    many = np.array([f"tag {row};same" for row in range(12)], dtype=object)
    with pytest.raises(DataProblem, match="13 different labels in 12 rows"):
        label_target(Examples("x", Column("tags", "category", many), "multilabel"))


def test_a_column_must_know_every_label_to_give_the_answer_away() -> None:
    x = np.random.default_rng(0).uniform(size=200)
    column = Column("x", "number", x)
    both = np.stack([x > 0.5, x > 0.8], axis=1).astype(float)
    assert knows_alone(column, both, "labels") > 0.97
    both[:, 1] = np.arange(200) % 2
    assert knows_alone(column, both, "labels") < 0.9


def test_a_file_is_asked_whether_it_holds_labels_or_an_order(tmp_path: Path) -> None:
    rows = [f"{'a;b' if row % 2 else 'b'},{('low', 'high', 'medium')[row % 3]}" for row in range(60)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["tags,risk", *rows]) + "\n")
    guess = sniff(str(path))
    asked = {doubt.column: doubt for doubt in guess.doubts if doubt.about == "task"}
    assert asked["tags"].chosen == "multilabel"
    assert asked["risk"].chosen == "classification"
    assert "low < medium < high" in asked["risk"].why
    assert guess.source.task == "auto"
    assert guess.answered(asked["risk"], "ordinal").source.task == "ordinal"
    assert guess.answered(asked["tags"], "multilabel").source.task == "auto", "it is not the target"


def default_spec_of(data: Examples) -> DataSpec:
    return default_spec(CsvSource(path="unused"), data)
