"""The difference of two projects, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from nnstudio.core.network import Network, Node
from nnstudio.core.param import params
from nnstudio.core.project import Project, StartFrom
from nnstudio.core.registry import Entry, Frozen


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs, with its path and how to call it."""

    path: str
    label: str
    before: str
    after: str

    def text(self) -> str:
        """Return e.g. `Learning rate 0.01 → 0.001`."""
        if not self.before:
            return f"{self.label}: + {self.after}"
        if not self.after:
            return f"{self.label}: − {self.before}"
        return f"{self.label} {self.before} → {self.after}"


def changes(before: Project, after: Project) -> list[Change]:
    """Return what differs, in document order; what is derived (signature, a preset's layers) is left out."""
    found: list[Change] = []
    for name in ("name", "data", "training", "notes"):
        _compare(name, name.capitalize(), getattr(before, name), getattr(after, name), found)
    if before.preset is not None and after.preset is not None:
        _compare("preset", "Shape", before.preset, after.preset, found)
    else:
        _compare_networks(before.network, after.network, found)
    _compare_starts(before.start_from, after.start_from, found)
    return found


def _compare_starts(a: StartFrom | None, b: StartFrom | None, found: list[Change]) -> None:
    if a == b:
        return
    # Both the path and the name may be the same although the run was trained anew.
    same = a is not None and b is not None and a.label == b.label
    after = f"{b.label}, other weights" if same and b else _start(b)
    found.append(Change("start_from", "Starts from", _start(a), after))


def _start(start: StartFrom | None) -> str:
    return start.label if start is not None else "new weights"


def _compare(path: str, label: str, a: Any, b: Any, found: list[Change]) -> None:
    if a == b and type(a) is type(b):
        return
    if isinstance(a, Frozen) and type(a) is type(b):
        for name, info in type(a).model_fields.items():
            extra = info.json_schema_extra
            spec = extra.get("param") if isinstance(extra, dict) else None
            text = getattr(spec, "label", name.replace("_", " ").capitalize())
            _compare(f"{path}.{name}", text, getattr(a, name), getattr(b, name), found)
    elif isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        for index, (x, y) in enumerate(zip(a, b, strict=True)):
            _compare(f"{path}.{index}", label, x, y, found)
    else:
        found.append(Change(path, label, word(a), word(b)))


def _compare_networks(a: Network, b: Network, found: list[Change]) -> None:
    for id in dict.fromkeys((*a.ids, *b.ids)):
        path = f"network.{id}"
        if id not in b.ids:
            found.append(Change(path, "Layer", _layer(a, id), ""))
        elif id not in a.ids:
            found.append(Change(path, "Layer", "", _layer(b, id)))
        else:
            inside: list[Change] = []
            _compare(path, a[id].title, a[id].layer, b[id].layer, inside)
            for name, spec in params(Node).items():
                _compare(f"{path}.{name}", spec.label, getattr(a[id], name), getattr(b[id], name), inside)
            found += [replace(c, label=_of_layer(a[id].title, c.label)) for c in inside]
            _compare(f"{path}.name", "Name", a[id].name, b[id].name, found)
            _compare(f"{path}.group", f"Group of {a[id].title}", a[id].group, b[id].group, found)
            _compare(f"{path}.inputs", "Inputs", a[id].inputs, b[id].inputs, found)
    common = [id for id in a.ids if id in b.ids]
    if common != [id for id in b.ids if id in a.ids]:
        found.append(Change("network", "Order", ", ".join(a.ids), ", ".join(b.ids)))


def _layer(network: Network, id: str) -> str:
    node = network[id]
    summary = node.layer.summary()
    return f"{node.title} {summary}".strip()


def _of_layer(title: str, label: str) -> str:
    return title if label == title else f"{title} {label.lower()}"


def word(value: Any) -> str:
    """Return a value as a person writes it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Entry):
        return value.title
    if isinstance(value, tuple):
        return ", ".join(word(v) for v in value) or "none"
    return "none" if value is None or value == "" else str(value)
