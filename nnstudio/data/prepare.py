"""From raw examples to the arrays a network learns from: split, prepare, check, report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations import KeepMissing, ScaleInputs, raw_chain, standard_chain
from nnstudio.catalog.preparations.rows import missing
from nnstudio.core.dataset import (
    SPLITS,
    Column,
    DataProblem,
    DataSpec,
    Examples,
    Part,
    Preparation,
    Prepared,
    Source,
    Table,
)
from nnstudio.core.shape import SEQUENCE
from nnstudio.core.trace import Signature, Target
from nnstudio.core.units import Units
from nnstudio.data.balance import balanced
from nnstudio.data.facts import facts
from nnstudio.data.features import matrix
from nnstudio.data.made import REBUILT, Made, made, rebuilt
from nnstudio.data.notes import notes, notes_on_repeats
from nnstudio.data.split import assign
from nnstudio.data.target import as_classes_or_numbers, labelled
from nnstudio.data.windows import naive_forecast, pad

Progress = Callable[[str, float], None]


def load(spec: DataSpec, progress: Progress | None = None) -> Prepared:
    """Read the data of a project and prepare them; raises DataProblem. May take seconds.

    `progress` hears what is being done and how far it is, 0 to 1.
    """
    report = progress or (lambda text, share: None)
    report("Reading the data", 0.0)
    examples = spec.source.load()
    report("Preparing the data", 0.5)
    prepared = prepare(examples, spec)
    report("Data ready", 1.0)
    return prepared


def default_spec(source: Source, examples: Examples, raw: bool = False) -> DataSpec:
    """Return the data settings a new project starts with; `raw` leaves the rows as they are."""
    return DataSpec(source=source, preparation=raw_chain(examples) if raw else standard_chain(examples))


def prepare(examples: Examples, spec: DataSpec) -> Prepared:
    """Split the examples and run the preparation chain; raises DataProblem.

    One way for tables, texts, series and images. Classes are numbered in natural order, y int64 (N,);
    numbers are float32 (N, D). Inputs are float32, tokens int64.
    """
    rebuild = spec.goal == "reconstruct"
    gaps = any(isinstance(step, KeepMissing) for step in spec.preparation)
    examples, rows = _usable(examples, rebuild or (gaps and examples.asks == "numbers"))
    target, column = _asked(examples, rebuild)
    parts = assign(examples, spec.split)
    everything = np.ones(len(rows), np.bool_)
    start = Table(
        examples.columns, column, parts == "train", everything, pixels=examples.pixels,
        series=examples.windows is not None and examples.windows.size > 0, parts=parts,
    )  # fmt: skip
    # What is rebuilt are the inputs as the network sees them, and of several numbers each is as it came.
    table, states, units = _fitted(spec.preparation, start)
    units = Units() if rebuild or examples.answers is not None else units
    ready = made(examples, table, parts, rows, target)
    ready = rebuilt(ready) if rebuild else ready
    train, validation, test = (ready.part(name) for name in SPLITS)
    _check_not_emptied(train, validation)
    naive = None
    if start.series and not rebuild:
        naive = naive_forecast(examples, validation.rows, ready.target.count)
    known = facts(train, validation, test, ready, units, naive)
    noticed = notes(examples, spec, parts, table, ready) + notes_on_repeats(known.duplicates, known.leaked)
    chosen = balanced(train, spec.sampler, ready.target, ready.shape, ready.names)
    return Prepared(
        signature=Signature(input=ready.shape, target=ready.target),
        train=train,
        validation=validation,
        test=test,
        feature_names=ready.names,
        facts=known,
        states=states,
        units=units,
        notes=noticed + chosen.notes,
        raw=_raw(spec.preparation, states, ready),
        balanced=None if chosen.part is train else chosen.part,
    )


def transform(prepared: Prepared, spec: DataSpec, columns: Sequence[Column]) -> NDArray[Any]:
    """Push new raw rows through the fitted chain; one row of inputs for every row given.

    Returns float32 (N, features), or int64 (N, length) for texts.

    `columns` are the raw feature columns by name, in any order. Raises DataProblem.
    """
    n = len(columns[0].values)
    nothing = Column(prepared.signature.target.column, "number", np.full(n, np.nan))
    series = prepared.signature.input.is_a(SEQUENCE)
    table = Table(tuple(columns), nothing, np.zeros(n, np.bool_), np.ones(n, np.bool_), series=series)
    for step, state in zip(spec.preparation, prepared.states, strict=True):
        table = step.apply(table, state)
    if not table.keep.all():
        raise DataProblem(
            f"Row {int(np.argmin(table.keep)) + 1} has a missing value, and this project drops such rows."
        )
    if table.tokens is not None:
        return pad(table.tokens, table.keep)
    found = {column.name: column for column in table.columns}
    lost = [name for name in prepared.feature_names if name not in found]
    if lost:
        raise DataProblem(f"The new rows lack what '{lost[0]}' is made from.")
    return matrix([found[name] for name in prepared.feature_names], table.keep)


def _fitted(chain: tuple[Preparation, ...], table: Table) -> tuple[Table, tuple[dict[str, Any], ...], Units]:
    states, changes = [], []
    for step in chain:
        state = step.fit(table)
        changes.append(step.change(table, state))
        states.append(state)
        table = step.apply(table, state)
    return table, tuple(states), Units(tuple(change for change in changes if change is not None))


def _usable(examples: Examples, every: bool) -> tuple[Examples, NDArray[np.int64]]:
    """Return the examples that can be learnt from, and their row numbers; raises DataProblem.

    `every` row counts, its answer known or not.
    """
    if examples.windows is None and not every:
        return labelled(examples)
    if examples.windows is not None and examples.windows.size and missing(examples.target.values).any():
        raise DataProblem(
            f"'{examples.target.name}' has gaps: a series needs a value at every step of what is foretold."
        )
    return examples, np.arange(len(examples))


def _asked(examples: Examples, rebuild: bool) -> tuple[Target, Column]:
    """Return what is to be predicted; a stand-in where the preparation has yet to find it out."""
    if rebuild or (examples.windows is not None and not examples.windows.size):
        return Target(task="regression", names=(REBUILT,), column=REBUILT), examples.target
    return as_classes_or_numbers(examples)


def _raw(
    chain: tuple[Preparation, ...], states: tuple[dict[str, Any], ...], ready: Made
) -> dict[str, tuple[float, float]]:
    """Return the way back to source units for every feature."""
    if ready.channels:
        return dict(zip(ready.names, ready.channels, strict=True))
    return {name: _back(chain, states, name) for name in ready.names}


def _check_not_emptied(train: Part, validation: Part) -> None:
    for name, part in (("training", train), ("validation", validation)):
        if len(part) == 0:
            raise DataProblem(
                f"The preparation dropped every {name} row: fill missing values instead of dropping rows."
            )


def _back(
    chain: tuple[Preparation, ...], states: tuple[dict[str, Any], ...], name: str
) -> tuple[float, float]:
    """Return (shift, scale) from the scaled value of a feature back to its own units."""
    shift, scale = 0.0, 1.0
    for step, state in zip(chain, states, strict=True):
        if isinstance(step, ScaleInputs):
            step_shift, step_scale = state["columns"].get(name, (0.0, 1.0))
            shift, scale = shift + scale * step_shift, scale * step_scale
    return shift, scale
