"""Every preparation step explains itself, learns from training rows only and can be saved."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

import nnstudio.catalog.preparations  # noqa: F401  (registers the steps)
from nnstudio.core.dataset import PREPARATIONS, Column, Preparation, Table


def variants() -> list[Any]:
    """Return every step with every combination of its choices."""
    found = []
    for cls in PREPARATIONS:
        chosen = {name: spec.choices for name, spec in cls.params().items() if spec.choices}
        for values in product(*chosen.values()):
            step = cls.model_validate(dict(zip(chosen, values, strict=True)))
            found.append(pytest.param(step, id=" ".join((cls.kind, *values))))
    return found


EVERY = pytest.mark.parametrize("step", variants())


def table(seed: int = 0) -> Table:
    """Return 60 rows with every type, gaps, texts and pixels, 40 of them for training."""
    rng = np.random.default_rng(seed)
    size = rng.normal(100, 20, 60)
    when = rng.integers(0, 20_000, 60).astype(np.float64)
    colour = rng.choice(np.array(["red", "blue", "green"], dtype=object), 60)
    words = np.array(["river", "stone", "cloud", "meadow", "lantern"], dtype=object)
    notes = np.array([" ".join(rng.choice(words, n)) for n in rng.integers(1, 9, 60)], dtype=object)
    notes[8] = None
    size[5], when[6], colour[7], size[50], when[51], colour[52] = np.nan, np.nan, None, np.nan, np.nan, None
    columns = (
        Column("size", "number", size),
        Column("when", "date", when),
        Column("colour", "category", colour),
        Column("constant", "number", np.full(60, 3.0)),
        Column("notes", "text", notes),
    )
    train = np.arange(60) < 40
    target, pixels = Column("y", "number", rng.normal(0, 9, 60)), rng.random((60, 2, 3, 3), np.float32)
    return Table(columns, target, train, np.ones(60, np.bool_), pixels=pixels)


def usable(step: Preparation, before: Table) -> Table:
    """Return the table with its missing categories filled, which encoding asks for."""
    if step.kind != "encode_categories":
        return before
    columns = (
        replace(c, values=np.array([value or "red" for value in c.values], dtype=object))
        if c.name == "colour"
        else c
        for c in before.columns
    )
    return replace(before, columns=tuple(columns))


def tokens(table: Table, rows: slice = slice(None)) -> list[list[int]]:
    return [ids.tolist() for ids in table.tokens.ids[rows]] if table.tokens is not None else []


def same(one: Table, other: Table, rows: slice = slice(None)) -> bool:
    if one.channels != other.channels or tokens(one, rows) != tokens(other, rows):
        return False
    pairs = zip((*one.columns, one.target), (*other.columns, other.target), strict=True)
    return np.array_equal(one.keep[rows], other.keep[rows]) and all(
        a.name == b.name
        and a.type == b.type
        and np.array_equal(a.values[rows], b.values[rows], equal_nan=a.values.dtype != object)
        for a, b in pairs
    )


@pytest.mark.parametrize("cls", [pytest.param(cls, id=cls.kind) for cls in PREPARATIONS])
def test_it_explains_itself(cls: type[Preparation]) -> None:
    assert cls.title
    assert cls.family
    assert len(cls.about()) > 60
    for name, spec in cls.params().items():
        assert spec.label, name
        assert spec.help.endswith("."), name


@EVERY
def test_step_and_state_survive_saving(step: Preparation) -> None:
    before = usable(step, table())
    state = step.fit(before)
    saved = json.loads(json.dumps(state, allow_nan=False))
    assert saved == state
    assert same(step.apply(before, saved), step.apply(before, state))
    assert PREPARATIONS.parse(json.loads(step.model_dump_json())) == step


@EVERY
def test_it_learns_from_training_rows_only(step: Preparation) -> None:
    before, other = usable(step, table()), usable(step, table(seed=1))
    swapped = tuple(
        replace(mine, values=np.concatenate([mine.values[:40], theirs.values[40:]]))
        for mine, theirs in zip(before.columns, other.columns, strict=True)
    )
    target = replace(before.target, values=np.concatenate([before.target.values[:40], np.full(20, 1e6)]))
    assert before.pixels is not None
    pixels = np.where(before.train[:, None, None, None], before.pixels, np.float32(1))
    after = replace(before, columns=swapped, target=target, pixels=pixels)
    assert step.fit(after) == step.fit(before)
    assert same(step.apply(after, step.fit(after)), step.apply(before, step.fit(before)), slice(0, 40))


@EVERY
def test_rows_already_dropped_teach_nothing_and_stay_dropped(step: Preparation) -> None:
    before = usable(step, table())
    keep = np.ones(60, np.bool_)
    keep[10] = False
    before.columns[0].values[10] = 1e9
    before.columns[-1].values[10] = "never seen elsewhere"
    dropped = replace(before, keep=keep)
    state = step.fit(dropped)
    assert state == step.fit(replace(before, train=before.train & keep))
    assert not step.apply(dropped, state).keep[10]


@EVERY
def test_it_leaves_its_input_as_it_was(step: Preparation) -> None:
    before, copy = usable(step, table()), usable(step, table())
    step.apply(before, step.fit(before))
    assert same(before, copy)


@EVERY
def test_it_works_on_a_single_new_row(step: Preparation) -> None:
    before = usable(step, table())
    state = step.fit(before)
    one = slice(20, 21)
    columns = tuple(replace(column, values=column.values[one]) for column in before.columns)
    target = replace(before.target, values=before.target.values[one])
    new = Table(columns, target, np.zeros(1, np.bool_), np.ones(1, np.bool_))
    alone, among = step.apply(new, state), step.apply(before, state)
    assert [column.name for column in alone.columns] == [column.name for column in among.columns]
    for mine, theirs in zip(alone.columns, among.columns, strict=True):
        assert mine.values[0] == theirs.values[20]
    assert tokens(alone) == tokens(among, one)
