"""Read and write project files: the project, its runs with their curves and weights, a thumbnail."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from nnstudio.core import archive
from nnstudio.core.advice import Advice
from nnstudio.core.archive import FileProblem
from nnstudio.core.arrays import pack, unpack
from nnstudio.core.dataset import DataFacts
from nnstudio.core.kept import Kept
from nnstudio.core.project import Project
from nnstudio.core.registry import Frozen, problem_in_words
from nnstudio.core.run import Changed, History, LayerHealth, OutputHealth, Run, RunRecord

__all__ = ["SUFFIX", "FileProblem", "Saved", "load", "save"]

SUFFIX = ".nnproj"
MOST_MEMORY = 2**40
"""A network that needs a tebibyte for one example fits no machine: the file was made to do harm."""
WEIGHTS = ("best", "last")
HEALTH = tuple(name for name in LayerHealth.model_fields if name != "id")
ANSWERS = tuple(name for name in OutputHealth.model_fields if name != "predicted")

M = TypeVar("M", bound=Frozen)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a project file holds."""

    project: Project
    runs: tuple[Run, ...] = ()
    thumbnail: bytes | None = None
    """PNG."""
    uuid: str = ""
    """Names the project over all its saves; empty: the file's own, or a new one."""
    advice: Advice = field(default_factory=Advice)
    """What the fixes offered in this project were worth."""
    folded: tuple[str, ...] = ()
    """The groups that the canvas draws as one block each."""
    kept: Kept = field(default_factory=Kept)
    """Cross-validations and searches."""


class View(Frozen):
    """What view.json holds: how the project was last looked at."""

    folded: tuple[str, ...] = ()


class HistoryWords(Frozen):
    """What history.json holds: the part of a history that is not arrays."""

    marks: tuple[Changed, ...]
    facts: DataFacts | None
    layers: tuple[str, ...]
    steps_per_epoch: int = 0
    initial_loss: float | None = None


def save(path: str | Path, saved: Saved) -> None:
    """Write a project file, whole or not at all; raises FileProblem, and then the old file stays."""
    path = Path(path)
    members = {"document.json": _document(path, saved.project)}
    for run in saved.runs:
        members |= {f"runs/{run.record.id}/{name}": data for name, data in _run_members(path, run)}
    if saved.advice != Advice():
        members["advice.json"] = saved.advice.model_dump_json(indent=1).encode()
    if saved.kept != Kept():
        members["kept.json"] = saved.kept.model_dump_json(indent=1).encode()
    if saved.folded:
        members["view.json"] = View(folded=saved.folded).model_dump_json(indent=1).encode()
    if saved.thumbnail:
        members["thumbnail.png"] = saved.thumbnail
    archive.write(path, members, saved.uuid or archive.project_uuid(path) or str(uuid4()))


def load(path: str | Path) -> Saved:
    """Return what a project file holds, checked throughout; raises FileProblem."""
    path = Path(path)
    manifest, members = archive.read(path)
    if "document.json" not in members:
        raise FileProblem(f"{path.name} is damaged: the project itself is missing.")
    project = _parsed(path, "document.json", Project, members["document.json"])
    _must_fit_memory(path, project)
    ids = dict.fromkeys(name.split("/")[1] for name in members if name.startswith("runs/"))
    runs = tuple(_run(path, id, members) for id in ids)
    advice = Advice()
    if "advice.json" in members:
        advice = _parsed(path, "advice.json", Advice, members["advice.json"])
    view = _parsed(path, "view.json", View, members.get("view.json", b"{}"))
    kept = _parsed(path, "kept.json", Kept, members.get("kept.json", b"{}"))
    return Saved(project, runs, members.get("thumbnail.png"), manifest.uuid, advice, view.folded, kept)


# -- the project -------------------------------------------------------------------------------------


def _document(path: Path, project: Project) -> bytes:
    """Return the project as JSON that is known to read back as the same project."""
    text = project.model_dump_json(indent=1).encode()
    if _parsed(path, "the project", Project, text) != project:
        raise FileProblem(f"{path.name} was not saved: the project holds values that a file cannot keep.")
    return text


def _parsed(path: Path, member: str, model: type[M], text: bytes) -> M:
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise FileProblem(f"{path.name} cannot be used: {member}: {problem_in_words(error)}.") from None
    except RecursionError:
        raise FileProblem(f"{path.name} cannot be used: {member} is nested too deeply.") from None


def _must_fit_memory(path: Path, project: Project) -> None:
    table = project.trace()
    if table is not None and table.memory(1) > MOST_MEMORY:
        largest = max(table.rows, key=lambda row: max(row.learnables, row.activations), default=None)
        what = f"layer {largest.id} ({largest.title})" if largest else "the data"
        raise FileProblem(
            f"{path.name} is refused: {what} is so large that the network would need "
            f"{table.memory(1) / 2**40:,.0f} TiB of memory."
        )


# -- runs --------------------------------------------------------------------------------------------


def _run_members(path: Path, run: Run) -> Iterator[tuple[str, bytes]]:
    record = run.record
    if record.test:
        # JSON knows no NaN: a score that does not exist is simply not there.
        record = record.model_copy(
            update={"test": {k: v for k, v in record.test.items() if math.isfinite(v)}}
        )
    text = record.model_dump_json(indent=1).encode()
    _parsed(path, f"run {record.name}", RunRecord, text)
    yield "record.json", text
    yield "history.json", _history_words(run.history).model_dump_json(indent=1).encode()
    yield "history.npz", pack(_history_arrays(run.history))
    for name in WEIGHTS:
        if name in run.weights:
            yield f"{name}.safetensors", run.weights[name]


def _run(path: Path, id: str, members: Mapping[str, bytes]) -> Run:
    parts = {name.split("/", 2)[2]: data for name, data in members.items() if name.startswith(f"runs/{id}/")}
    missing = [name for name in ("record.json", "history.json", "history.npz") if name not in parts]
    if missing:
        raise FileProblem(f"{path.name} is damaged: run {id} has no {missing[0]}.")
    record = _parsed(path, f"runs/{id}/record.json", RunRecord, parts["record.json"])
    _must_fit_memory(path, record.project)
    words = _parsed(path, f"the curves of run {id}", HistoryWords, parts["history.json"])
    try:
        history = _history(words, unpack(parts["history.npz"]))
    except (ValueError, KeyError, IndexError) as error:
        raise FileProblem(
            f"{path.name} is damaged: the curves of run {id} cannot be read ({error})."
        ) from error
    weights = {name: parts[f"{name}.safetensors"] for name in WEIGHTS if f"{name}.safetensors" in parts}
    return Run(record, history, weights)


def _history_words(history: History) -> HistoryWords:
    return HistoryWords(
        marks=tuple(history.marks),
        facts=history.facts,
        layers=tuple(_layer_ids(history)),
        steps_per_epoch=history.steps_per_epoch,
        initial_loss=history.initial_loss,
    )


def _layer_ids(history: History) -> dict[str, int]:
    ids = dict.fromkeys(layer.id for epoch in history.layers for layer in epoch)
    return {id: number for number, id in enumerate(ids)}


def _history_arrays(history: History) -> dict[str, NDArray[Any]]:
    """Return columns, step losses, confusion, and layer health as one row per layer and epoch."""
    arrays: dict[str, NDArray[Any]] = {
        f"column.{name}": np.asarray(values, np.float64) for name, values in history.columns.items()
    }
    arrays["step_losses"] = np.asarray(history.step_losses, np.float32)
    if history.confusion is not None:
        arrays["confusion"] = np.asarray(history.confusion, np.int64)
    ids = _layer_ids(history)
    rows = [layer for epoch in history.layers for layer in epoch]
    arrays["layers.count"] = np.array([len(epoch) for epoch in history.layers], np.int64)
    arrays["layers.id"] = np.array([ids[row.id] for row in rows], np.int64)
    for name in HEALTH:
        arrays[f"layers.{name}"] = _numbers(getattr(row, name) for row in rows)
    return arrays | _output_arrays(history)


def _output_arrays(history: History) -> dict[str, NDArray[Any]]:
    """Return the output's health as one row per epoch in which it was looked at."""
    seen = history.outputs.values()
    classes = max((len(output.predicted) for output in seen), default=0)
    counts = [output.predicted or (-1,) * classes for output in seen]
    return {
        "outputs.epoch": np.array(list(history.outputs), np.int64),
        "outputs.predicted": np.array(counts, np.int64).reshape(len(counts), classes),
        **{f"outputs.{name}": _numbers(getattr(output, name) for output in seen) for name in ANSWERS},
    }


def _numbers(values: Iterable[float | None]) -> NDArray[np.float64]:
    return np.array([math.nan if value is None else value for value in values], np.float64)


def _known(names: tuple[str, ...], values: Iterable[float]) -> dict[str, float | None]:
    """Return the values by name, NaN as None."""
    return {name: None if math.isnan(value) else value for name, value in zip(names, values, strict=True)}


def _history(words: HistoryWords, arrays: dict[str, NDArray[Any]]) -> History:
    columns = {
        name.removeprefix("column."): a.tolist() for name, a in arrays.items() if name.startswith("column.")
    }
    if len({len(values) for values in columns.values()}) > 1:
        raise ValueError("columns of different lengths")
    history = History(
        columns=columns,
        layers=_layers(words.layers, arrays),
        outputs=_outputs(arrays),
        marks=list(words.marks),
        confusion=arrays.get("confusion"),
        facts=words.facts,
        steps_per_epoch=words.steps_per_epoch,
        initial_loss=words.initial_loss,
    )
    if len(arrays["step_losses"]):
        history.step_losses = arrays["step_losses"]
    return history


def _layers(ids: tuple[str, ...], arrays: dict[str, NDArray[Any]]) -> list[tuple[LayerHealth, ...]]:
    # A program before this one knew fewer numbers of a layer.
    known = tuple(name for name in HEALTH if f"layers.{name}" in arrays)
    fields = [arrays[f"layers.{name}"].tolist() for name in known]
    rows = [
        LayerHealth(id=ids[number], **_known(known, values))
        for number, *values in zip(arrays["layers.id"].tolist(), *fields, strict=True)
    ]
    ends = np.cumsum(arrays["layers.count"]).tolist()
    if (ends[-1] if ends else 0) != len(rows):
        raise ValueError("layer health of another number of epochs")
    return [tuple(rows[start:end]) for start, end in zip([0, *ends], ends, strict=False)]


def _outputs(arrays: dict[str, NDArray[Any]]) -> dict[int, OutputHealth]:
    if "outputs.epoch" not in arrays:
        return {}
    fields = [arrays[f"outputs.{name}"].tolist() for name in ANSWERS]
    counts = [tuple(row) if min(row, default=0) >= 0 else () for row in arrays["outputs.predicted"].tolist()]
    rows = zip(arrays["outputs.epoch"].tolist(), counts, *fields, strict=True)
    return {
        epoch: OutputHealth(**_known(ANSWERS, values), predicted=predicted)
        for epoch, predicted, *values in rows
    }
