"""A program of the benchmark as plain data, and how it is made into a project through the public form."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.defaults import loss_for, new_project
from nnstudio.catalog.preparations import raw_chain, standard_chain
from nnstudio.core.dataset import DataSpec, Examples, Prepared, Source
from nnstudio.core.plain_network import network_from
from nnstudio.core.project import Project
from nnstudio.data.array_file import ArrayFile
from nnstudio.data.prepare import prepare

Array = NDArray[Any]
Layer = dict[str, Any]
PARTS = ("train", "val", "test")


@dataclass(frozen=True)
class Data:
    """Arrays with given splits (x_train, y_train...), or a source of the studio that has none."""

    name: str
    kind: str
    """table, image, sequence, text, series, generation, rebuild"""
    task: str
    arrays: dict[str, Array] = field(default_factory=dict)
    source: Source | None = None
    bent: bool = True
    """A straight line is not enough to predict the target."""
    classes: int = 0
    edits: dict[str, Any] = field(default_factory=dict)
    """Settings of the studio's data, by path."""
    wrong: float = 0.0
    """Share of the labels that chance has made wrong."""


@dataclass(frozen=True)
class Spec:
    """Data, layers and training settings of one program."""

    data: Data
    layers: tuple[Layer, ...]
    training: dict[str, Any]
    raw: bool = False

    def trained(self, **settings: Any) -> Spec:
        """Return the program with other settings of training."""
        return replace(self, training=self.training | settings)

    def without_stopping(self) -> Spec:
        """Return the program as most people write it: all epochs, and the last weights kept."""
        return self.trained(early_stopping={"on": False, "restore_best": False})

    def optimizer(self, **settings: Any) -> Spec:
        """Return the program with other settings of its optimizer."""
        return self.trained(optimizer=self.training["optimizer"] | settings)

    def each_hidden(self, **settings: Any) -> Spec:
        """Return the program with settings changed in every layer with weights but the last."""
        own = self.hidden()
        return replace(self, layers=tuple(x | settings if i in own else x for i, x in enumerate(self.layers)))

    def hidden(self) -> list[int]:
        """Return the places of the layers with an activation of their own, the last one left out."""
        return [i for i, x in enumerate(self.layers[:-1]) if x["kind"] in ("dense", "conv2d", "conv1d")]

    def answering(self, units: int) -> Spec:
        """Return the program whose last dense layer has as many units."""
        at = max(i for i, layer in enumerate(self.layers) if layer["kind"] == "dense")
        fitted = self.layers[at] | {"units": units}
        return replace(self, layers=(*self.layers[:at], fitted, *self.layers[at + 1 :]))

    def output(self, **settings: Any) -> Spec:
        """Return the program with another output layer."""
        return replace(self, layers=(*self.layers[:-1], self.layers[-1] | settings))


@dataclass(frozen=True)
class Program:
    """A project with its data."""

    project: Project
    examples: Examples
    prepared: Prepared

    def changed(self, project: Project) -> Program:
        """Return the program after an edit, its rows prepared anew where the edit asks for it."""
        if project.data == self.project.data:
            return replace(self, project=project)
        prepared = prepare(self.examples, project.data)
        return replace(self, project=project.with_signature(prepared.signature), prepared=prepared)

    def seeded(self, seed: int) -> Program:
        """Return the program with another seed for weights and order."""
        return replace(self, project=self.project.set("training.seed", seed))


def program(spec: Spec) -> Program:
    """Make a project of a spec; raises what the studio raises."""
    source, examples = _loaded(spec.data)
    chain = raw_chain(examples) if spec.raw else standard_chain(examples)
    data = DataSpec(source=source, preparation=chain)
    for path, value in spec.data.edits.items():
        place, _, name = path.rpartition(".")
        data = _edited(data, place, name, value)
    prepared = prepare(examples, data)
    project = new_project(spec.data.name, data, prepared.signature)
    if spec.data.kind == "generation":
        spec = spec.answering(prepared.signature.target.count)
    project = project.with_network(network_from(list(spec.layers)))
    project = project.set("training.loss", loss_for(prepared.signature.target))
    for name, value in spec.training.items():
        if isinstance(value, dict) and "kind" not in value:
            for inner, one in value.items():
                project = project.set(f"training.{name}.{inner}", one)
        else:
            project = project.set(f"training.{name}", value)
    return Program(project.set("training.device", "cpu"), examples, prepared)


def _loaded(data: Data) -> tuple[Source, Examples]:
    if data.source is not None:
        return data.source, data.source.load()
    layout = {"image": "images", "sequence": "sequences"}.get(data.kind, "table")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.npz"
        arrays: dict[str, Any] = dict(data.arrays)
        np.savez(path, **arrays)
        source = ArrayFile(path=str(path), task=data.task, layout=layout)  # type: ignore[arg-type]
        return source, source.load()


def _edited(data: DataSpec, place: str, name: str, value: Any) -> DataSpec:
    """Set `goal`, `split.seed` or a setting of the step that makes tokens."""
    if place == "split":
        return data.model_copy(update={"split": data.split.model_copy(update={name: value})})
    if place == "tokens":
        steps = tuple(
            step.model_copy(update={name: value}) if step.kind == "tokenise" else step
            for step in data.preparation
        )
        return data.model_copy(update={"preparation": steps})
    return data.model_copy(update={name: value})
