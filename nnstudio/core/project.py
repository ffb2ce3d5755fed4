"""A project: one immutable value; every edit returns a new one."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, ClassVar

from pydantic import ValidationError

from nnstudio.core.dataset import DataSpec
from nnstudio.core.network import Network, Node
from nnstudio.core.registry import Entry, Frozen, Registry, one_of, problem_in_words
from nnstudio.core.trace import Signature, Trace, trace
from nnstudio.core.training import Training


class EditProblem(ValueError):
    """A value cannot be set: says the path, the reason and what is allowed."""


class Preset(Entry):
    """Base of an architecture preset: a rule with sliders that writes the whole network."""

    shaping: ClassVar[bool] = False
    """Shown as a shape switch above the canvas, with depth and first width."""

    def unfit(self, signature: Signature) -> str:
        """Return why this architecture cannot be used on such data, and what to do; empty when it can."""
        return ""

    def build(self, signature: Signature) -> Network:
        """Return ordinary, editable layers that fit the data."""
        raise NotImplementedError


PRESETS: Registry[Preset] = Registry("preset")


class StartFrom(Frozen):
    """The run of a project file whose weights training begins with, where layers match."""

    path: str
    run: str
    """Id of the run."""
    name: str
    sha256: str
    """Of the weights, so that others are not taken unnoticed."""

    @property
    def label(self) -> str:
        """The run and its file, e.g. `Run 2 of digits.nnproj`."""
        return f"{self.name} of {PurePath(self.path).name}"


class Project(Frozen):
    """Data, network and training settings. Weights and histories belong to runs."""

    name: str = "Untitled"
    data: DataSpec
    network: Network = Network()
    preset: one_of(PRESETS, Preset) | None = None  # type: ignore[valid-type]
    """The rule the network follows; None once edited by hand (Custom)."""
    training: Training
    signature: Signature | None = None
    """What the data looked like when last loaded; None until then."""
    notes: str = ""
    start_from: StartFrom | None = None
    """Weights to begin with instead of those that the seed draws."""

    def trace(self) -> Trace | None:
        """Return the layer table, or None while the data are unknown."""
        if self.signature is None:
            return None
        return trace(self.network, self.signature.input, self.signature.target)

    def with_network(self, network: Network) -> Project:
        """Return the project with a network edited by hand: it no longer follows a preset."""
        return self.model_copy(update={"network": network, "preset": None})

    def with_preset(self, preset: Preset | None) -> Project:
        """Return the project with the network written by a preset (None: Custom, keeps everything)."""
        if preset is None or self.signature is None:
            return self.model_copy(update={"preset": preset})
        return self.model_copy(update={"preset": preset, "network": preset.build(self.signature)})

    def with_data(self, data: DataSpec) -> Project:
        """Return the project on other data; their signature is unknown until loaded."""
        return self.model_copy(update={"data": data, "signature": None})

    def with_signature(self, signature: Signature) -> Project:
        """Return the project knowing its data; a network that follows a preset is written anew."""
        if signature == self.signature:
            return self
        known = self.model_copy(update={"signature": signature})
        return known.with_preset(known.preset) if known.preset is not None else known

    def get(self, path: str) -> Any:
        """Return the value at a dotted path, e.g. `training.optimizer.rate` or `network.n2.units`."""
        value: Any = self
        for part in path.split("."):
            value = _child(value, part, path)
        return value

    def set(self, path: str, value: Any) -> Project:
        """Return the project with one value changed; raises EditProblem.

        A layer is addressed by its id. Changing the network this way makes it Custom; changing
        `preset` or one of its fields writes the network anew. Texts are converted.
        """
        parts = path.split(".")
        try:
            project: Project = _replaced(self, parts, value, path)
        except ValidationError as error:
            raise EditProblem(f"{path} cannot be {value!r}: {problem_in_words(error)}") from None
        if parts[0] == "preset":
            return project.with_preset(project.preset)
        if parts[0] == "network":
            return project.with_network(project.network)
        return project.model_copy(update={"signature": None}) if parts[0] == "data" else project


def _child(value: Any, part: str, path: str) -> Any:
    if isinstance(value, Network) and part in value.ids:
        return value[part]
    if isinstance(value, Node) and part in type(value.layer).model_fields:
        return getattr(value.layer, part)
    if isinstance(value, tuple) and part.isdigit() and int(part) < len(value):
        return value[int(part)]
    if isinstance(value, Frozen) and part in type(value).model_fields:
        return getattr(value, part)
    raise EditProblem(f"there is no {part!r} in {path!r}; {_choices(value)}")


def _choices(value: Any) -> str:
    if isinstance(value, Network):
        return "layers: " + ", ".join(value.ids)
    model = value.layer if isinstance(value, Node) else value
    names = list(type(model).model_fields) if isinstance(model, Frozen) else []
    return "there are: " + ", ".join(names) if names else "nothing lies below it"


def _replaced(value: Any, parts: list[str], new: Any, path: str) -> Any:
    """Return `value` with the part below replaced, validated again on the way up."""
    if not parts:
        return new
    part = parts[0]
    below = _replaced(_child(value, part, path), parts[1:], new, path)
    if isinstance(value, Network):
        if part not in value.ids:
            return Network(nodes=below)
        at = value.index(part)
        node = below if isinstance(below, Node) else _with(value[part], "layer", below)
        return Network(nodes=(*value.nodes[:at], node, *value.nodes[at + 1 :]))
    if isinstance(value, Node) and part in type(value.layer).model_fields:
        return value.model_copy(update={"layer": _with(value.layer, part, below)})
    if isinstance(value, tuple):
        return (*value[: int(part)], below, *value[int(part) + 1 :])
    return _with(value, part, below)


def _with(model: Frozen, field: str, value: Any) -> Any:
    fields = {name: getattr(model, name) for name in type(model).model_fields}
    return type(model)(**{**fields, field: value})
