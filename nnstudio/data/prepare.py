"""From raw examples to the arrays a network learns from: split, prepare, check, report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations import ScaleInputs, ScaleTarget, standard_chain
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
from nnstudio.core.shape import Shape, features, image
from nnstudio.core.trace import Signature, Target
from nnstudio.data.facts import facts
from nnstudio.data.features import matrix
from nnstudio.data.split import assign
from nnstudio.data.target import as_classes_or_numbers, class_numbers, labelled, lonely_classes

Progress = Callable[[str, float], None]
CHANNELS = {1: ("brightness",), 3: ("red", "green", "blue")}


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


def default_spec(source: Source, examples: Examples) -> DataSpec:
    """Return the data settings a new project starts with."""
    return DataSpec(source=source, preparation=standard_chain(examples))


def prepare(examples: Examples, spec: DataSpec) -> Prepared:
    """Split the examples and run the preparation chain; raises DataProblem.

    Classes are numbered in natural order, y int64 (N,); numbers are float32 (N, 1).
    """
    examples, rows = labelled(examples)
    target, column = as_classes_or_numbers(examples)
    parts = assign(examples, spec.split)
    start = Table(examples.columns, column, parts == "train", np.ones(len(rows), np.bool_))
    table, states = _fitted(spec.preparation, start)
    x, shape, names = _inputs(examples, table)
    y = _outputs(target, table)
    train, validation, test = (
        Part(x[chosen[table.keep]], y[chosen], rows[chosen])
        for chosen in ((parts == name) & table.keep for name in SPLITS)
    )
    _check_not_emptied(train, validation)
    target_scale = _back(spec.preparation, states, ScaleTarget, "target")
    known = facts(train, validation, test, target, names, target_scale)
    return Prepared(
        signature=Signature(input=shape, target=target),
        train=train,
        validation=validation,
        test=test,
        feature_names=names,
        facts=known,
        states=states,
        target_scale=target_scale,
        notes=_notes(examples, spec, parts, table) + _notes_on_repeats(known.duplicates, known.leaked),
        raw={name: _back(spec.preparation, states, ScaleInputs, name) for name in names},
    )


def transform(prepared: Prepared, spec: DataSpec, columns: Sequence[Column]) -> NDArray[np.float32]:
    """Push new raw rows through the fitted chain; returns (N, features), one row for every row given.

    `columns` are the raw feature columns by name, in any order. Raises DataProblem.
    """
    n = len(columns[0].values)
    nothing = Column(prepared.signature.target.column, "number", np.full(n, np.nan))
    table = Table(tuple(columns), nothing, np.zeros(n, np.bool_), np.ones(n, np.bool_))
    for step, state in zip(spec.preparation, prepared.states, strict=True):
        table = step.apply(table, state)
    if not table.keep.all():
        raise DataProblem(
            f"Row {int(np.argmin(table.keep)) + 1} has a missing value, and this project drops such rows."
        )
    found = {column.name: column for column in table.columns}
    lost = [name for name in prepared.feature_names if name not in found]
    if lost:
        raise DataProblem(f"The new rows lack what '{lost[0]}' is made from.")
    return matrix([found[name] for name in prepared.feature_names], table.keep)


def _fitted(chain: tuple[Preparation, ...], table: Table) -> tuple[Table, tuple[dict[str, Any], ...]]:
    states = []
    for step in chain:
        states.append(step.fit(table))
        table = step.apply(table, states[-1])
    return table, tuple(states)


def _inputs(examples: Examples, table: Table) -> tuple[NDArray[np.float32], Shape, tuple[str, ...]]:
    """Return the kept rows' inputs, their shape and the names of features (of channels for images)."""
    if examples.pixels is not None:
        channels, height, width = examples.pixels.shape[1:]
        names = CHANNELS.get(channels) or tuple(f"channel {i + 1}" for i in range(channels))
        return examples.pixels[table.keep], image(channels, height, width), names
    x = matrix(table.columns, table.keep)
    return x, features(x.shape[1]), tuple(column.name for column in table.columns)


def _outputs(target: Target, table: Table) -> NDArray[Any]:
    """Return the target of every row, dropped ones included."""
    if target.task == "classification":
        return class_numbers(target, table.target.values)
    return table.target.values[:, None].astype(np.float32)


def _check_not_emptied(train: Part, validation: Part) -> None:
    for name, part in (("training", train), ("validation", validation)):
        if len(part) == 0:
            raise DataProblem(
                f"The preparation dropped every {name} row: fill missing values instead of dropping rows."
            )


def _back(
    chain: tuple[Preparation, ...], states: tuple[dict[str, Any], ...], kind: type[Preparation], name: str
) -> tuple[float, float]:
    """Return (shift, scale) from the scaled value of a feature or the target back to its own units."""
    shift, scale = 0.0, 1.0
    for step, state in zip(chain, states, strict=True):
        if isinstance(step, kind):
            step_shift, step_scale = state.get("columns", state).get(name, (0.0, 1.0))
            shift, scale = shift + scale * step_shift, scale * step_scale
    return shift, scale


def _notes(examples: Examples, spec: DataSpec, parts: NDArray[Any], table: Table) -> tuple[str, ...]:
    notes = list(examples.notes)
    dropped = int((~table.keep).sum())
    if dropped:
        notes.append(f"Rows dropped by the preparation: {dropped}.")
    if examples.split is not None and not (examples.split == "validation").any():
        drawn = int((parts == "validation").sum())
        notes.append(f"The data mark no validation rows, so some training rows were drawn: {drawn}.")
    if examples.task == "classification":
        notes += [
            f"The class '{name}' has a single example: it can be learnt or judged, not both."
            for name in lonely_classes(table.target.values)
        ]
    if examples.pixels is not None:
        idle = [step.title for step in spec.preparation if not isinstance(step, ScaleTarget)]
        notes += [f"{title} changes nothing here: it works on the columns of a table." for title in idle]
    return tuple(notes)


def _notes_on_repeats(duplicates: int, leaked: int) -> tuple[str, ...]:
    notes = []
    if duplicates:
        notes.append(f"Rows that repeat an earlier row exactly: {duplicates}.")
    if leaked:
        notes.append(
            f"Validation or test rows that also stand among the training rows: {leaked}. The network has "
            f"seen their answers; the step Drop duplicates removes them."
        )
    return tuple(notes)
