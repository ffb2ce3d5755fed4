"""The space of a search: which settings of a project may vary, and between which values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, model_validator

from nnstudio.catalog.edits import dropout_rate, hidden, with_dropout
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.catalog.presets.shapes import Shaped
from nnstudio.core.param import Param, Scale, params
from nnstudio.core.project import Project
from nnstudio.core.registry import Entry, Frozen, registry_of
from nnstudio.core.training import Training

Value = float | int | str
Values = Mapping[str, Value]
"""The value of each searched setting, by its path."""

DROPOUT = "dropout"
"""The rate of every dropout layer of a network that follows no preset."""
OPTIMIZER = "training.optimizer"
NOT_SEARCHED = {"epochs", "seed", "checkpoint_every", "accumulate", "warmup_epochs"}
"""They set how long and how training runs, not how good a network is for its time."""
OFTEN_SEARCHED = ("training.optimizer.rate", "training.batch_size", "preset.depth", "preset.width")
DIGITS = 3
"""Significant digits of a value tried: more cannot be told apart."""


class Dimension(Frozen):
    """One setting that varies: a range of numbers, or a choice of several kinds."""

    path: str
    label: str
    low: float = 0.0
    high: float = 0.0
    scale: Scale = "linear"
    integer: bool = False
    choices: tuple[str, ...] = ()
    least: float = -math.inf
    most: float = math.inf
    """What the setting allows at all."""
    on: bool = True

    model_config = {"allow_inf_nan": True}

    @model_validator(mode="after")
    def _is_a_range(self) -> Dimension:
        if self.choices:
            return self
        if not self.low < self.high:
            raise ValueError(f"{self.label}: the range must go from a smaller to a larger number")
        if self.low < self.least or self.high > self.most:
            raise ValueError(f"{self.label} must lie between {self.least:g} and {self.most:g}")
        if self.scale != "linear" and self.low <= 0:
            raise ValueError(f"{self.label} is searched by factors: its range must begin above 0")
        return self

    @property
    def inner(self) -> tuple[float, float]:
        """The range in which equal distances are equally interesting: exponents on a log scale."""
        if self.scale == "log":
            return math.log10(self.low), math.log10(self.high)
        if self.scale == "power of two":
            low, high = math.ceil(math.log2(self.low) - 1e-9), math.floor(math.log2(self.high) + 1e-9)
            # Between two powers of two there is still the nearest one, cut to the range.
            return float(low), float(max(low, high))
        return self.low, self.high

    @property
    def whole(self) -> bool:
        """Whether only whole numbers of the inner range are tried."""
        return self.scale == "power of two" or (self.integer and self.scale == "linear")

    def value(self, inner: float) -> Value:
        """Return the value at a place of the inner range: few digits, never outside the range."""
        number = {"log": 10.0**inner, "power of two": 2.0**inner, "linear": inner}[self.scale]
        if self.integer:
            return int(min(math.floor(self.high), max(math.ceil(self.low), round(number))))
        return min(self.high, max(self.low, float(f"{number:.{DIGITS}g}")))

    def spread(self, points: int) -> tuple[Value, ...]:
        """Return up to `points` values evenly over the range, ends included; every choice."""
        if self.choices:
            return self.choices
        low, high = self.inner
        places = [low + (high - low) * i / max(1, points - 1) for i in range(points)]
        found = [self.value(round(place) if self.whole else place) for place in places]
        return tuple(dict.fromkeys(found))


def space(project: Project) -> tuple[Dimension, ...]:
    """Return everything of a project that can be searched; `on` is set where it is usual to search."""
    found = [
        _choice(OPTIMIZER, "Optimizer", Training, "optimizer"),
        *_ranges(project.training.optimizer, OPTIMIZER),
        *(d for d in _ranges(project.training, "training") if d.path.split(".")[-1] not in NOT_SEARCHED),
        *_of_network(project),
    ]
    return tuple(d.model_copy(update={"on": d.path in OFTEN_SEARCHED}) for d in found)


def changed(project: Project, values: Values) -> Project:
    """Return the project with these values set; raises EditProblem for one that does not fit."""
    for path, value in sorted(values.items(), key=lambda item: item[0] != OPTIMIZER):
        if path == DROPOUT:
            project = with_dropout(project, float(value))
        elif _now(project, path) != value:  # Else the other settings of the present kind would be lost.
            project = project.set(path, value)
    return project


def narrowed(dimensions: Iterable[Dimension], path: str, **changes: Any) -> tuple[Dimension, ...]:
    """Return the dimensions with one of them changed, checked again; raises pydantic's ValidationError."""
    return tuple(
        Dimension(**{**{name: getattr(d, name) for name in Dimension.model_fields}, **changes})
        if d.path == path
        else d
        for d in dimensions
    )


def kept(old: Iterable[Dimension], new: Iterable[Dimension]) -> tuple[Dimension, ...]:
    """Return the new dimensions with the ranges and switches that were set for the same paths before."""
    before = {dimension.path: dimension for dimension in old}
    return tuple(before.get(d.path, d) if _same_bounds(before.get(d.path), d) else d for d in new)


def _same_bounds(a: Dimension | None, b: Dimension) -> bool:
    return a is not None and (a.least, a.most, a.scale) == (b.least, b.most, b.scale)


def _of_network(project: Project) -> Iterator[Dimension]:
    if project.preset is not None:
        yield from _ranges(project.preset, "preset")
        if "activation" in type(project.preset).model_fields:
            yield _choice("preset.activation", "Activation", type(project.preset), "activation")
        return
    if dropout_rate(project) or hidden(project.network):
        yield _range(params(Shaped)["dropout"], DROPOUT, integer=False)
    for node in project.network.nodes[:-1]:  # The output must keep the size that the target needs.
        if not isinstance(node.layer, Dropout):
            title = f"{node.layer.title} {node.id}"
            yield from _ranges(node.layer, f"network.{node.id}", f"{title}, ")


def _ranges(model: BaseModel, root: str, prefix: str = "") -> Iterator[Dimension]:
    """Yield a dimension for every number of a model that a person commonly sets."""
    for name, spec in params(model).items():
        kind = type(model).model_fields[name].annotation
        if kind in (int, float) and not spec.advanced and spec.low is not None and spec.high is not None:
            yield _range(spec, f"{root}.{name}", integer=kind is int, prefix=prefix)


def _range(spec: Param, path: str, *, integer: bool, prefix: str = "") -> Dimension:
    assert spec.low is not None
    assert spec.high is not None
    low, high = spec.typical or (spec.low, spec.high)
    label = spec.label if not prefix else prefix + spec.label.lower()
    return Dimension(
        path=path, label=label, low=low, high=high, scale=spec.scale, integer=integer,
        least=spec.low, most=spec.high,
    )  # fmt: skip


def _choice(path: str, label: str, model: type[BaseModel], field: str) -> Dimension:
    registry = registry_of(model, field)
    assert registry is not None
    return Dimension(path=path, label=label, choices=tuple(cls.kind for cls in registry))


def _now(project: Project, path: str) -> Any:
    """Return the present value as a dimension has it: an entry as its kind."""
    value = project.get(path)
    return value.kind if isinstance(value, Entry) else value
