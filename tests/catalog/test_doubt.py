"""Wrong labels are found among many right ones, and only training rows are ever left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnstudio.catalog.datasets.sklearn_sets import Digits
from nnstudio.catalog.defaults import new_project
from nnstudio.catalog.preparations import DropDoubtful, ScaleInputs
from nnstudio.core.dataset import Column, DataSpec, Examples
from nnstudio.core.finding import Finding
from nnstudio.data.prepare import prepare
from nnstudio.data.quality import Looking, inspect, looking
from tests.engine.made import InMemory

ROWS, WRONG = 300, 12


def clouds() -> tuple[Examples, set[int]]:
    """Return two far clouds, a few of whose labels are swapped, and the rows of these."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, ROWS)
    swapped = rng.choice(ROWS, WRONG, replace=False)
    told = y.copy()
    told[swapped] = 1 - told[swapped]
    columns = tuple(Column(n, "number", rng.normal(size=ROWS) + 6 * y) for n in ("a", "b"))
    target = Column("kind", "category", np.array([("left", "right")[k] for k in told], dtype=object))
    return Examples("clouds", target, "classification", columns), {int(row) for row in swapped}


def finding(examples: Examples, spec: DataSpec) -> Finding:
    quality = inspect(examples, prepare(examples, spec), spec)
    return next(f for f in quality.findings if f.id == "doubtful_labels")


def test_wrong_labels_of_training_rows_are_left_out_and_no_others() -> None:
    examples, wrong = clouds()
    plain = DataSpec(source=InMemory(), preparation=(ScaleInputs(),))
    spec = plain.model_copy(update={"preparation": (ScaleInputs(), DropDoubtful())})
    before, after = prepare(examples, plain), prepare(examples, spec)
    dropped = set(before.train.rows.tolist()) - set(after.train.rows.tolist())
    assert len(dropped) >= 5
    assert dropped <= wrong
    assert sorted(dropped) == after.states[-1]["rows"]
    for name in ("validation", "test"):
        assert np.array_equal(after.part(name).rows, before.part(name).rows)


def test_one_click_mends_the_training_rows() -> None:
    examples, _ = clouds()
    spec = DataSpec(source=InMemory(), preparation=(ScaleInputs(),))
    found = finding(examples, spec)
    assert found.severity == "warning"
    assert f"of {ROWS} rows" in found.title
    assert "training rows" in found.evidence
    prepared = prepare(examples, spec)
    mended = found.fixes[0].apply(new_project("", spec, prepared.signature)).data
    assert [type(step) for step in mended.preparation] == [ScaleInputs, DropDoubtful]
    after = finding(examples, mended)
    assert not after.fixes
    assert after.evidence["training rows"] < found.evidence["training rows"]  # type: ignore[operator]


def test_pictures_are_judged_by_few_numbers() -> None:
    examples = Digits().load()
    labels = examples.target.values.copy()
    labels[:40] = np.roll(labels[:40], 1)
    examples = replace(examples, target=replace(examples.target, values=labels))
    spec = DataSpec(source=Digits(), preparation=(DropDoubtful(),))
    prepared = prepare(examples, spec)
    train = prepare(examples, spec.model_copy(update={"preparation": ()})).train.rows
    found, swapped = set(prepared.states[0]["rows"]), set(range(40)) & set(train.tolist())
    assert len(found & swapped) > 5
    assert len(found - swapped) < 10
    said = [event.what for event in looking(examples, prepared, spec) if isinstance(event, Looking)]
    assert not any("olumn" in what or "Correlations" in what for what in said)


def test_numbers_have_no_wrong_labels() -> None:
    examples, _ = clouds()
    numbers = replace(examples, target=Column("y", "number", np.arange(300.0)), task="regression")
    spec = DataSpec(source=InMemory(), preparation=(DropDoubtful(),))
    assert prepare(numbers, spec).states[0] == {"rows": []}
