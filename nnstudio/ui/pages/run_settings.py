"""Those settings in which runs differ, one column each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nnstudio.core.diff import Change, changes, word
from nnstudio.core.network import Network
from nnstudio.core.project import EditProblem, Project
from nnstudio.core.registry import Frozen
from nnstudio.core.run import Run

NOT_A_SETTING = {"name", "notes"}
MOST_OF_A_NETWORK = 2
"""More differences inside the network are told as one column, the network as a whole."""
NONE = "–"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that is not the same in all runs: its label, its path, and its value per run."""

    path: str
    label: str
    values: tuple[str, ...]


def differing(runs: Sequence[Run]) -> list[Setting]:
    """Return the settings in which the runs differ, in document order."""
    if len(runs) < 2:
        return []
    projects = [run.record.project for run in runs]
    first = projects[0]
    found = [_changes(first, project) for project in projects]
    labels: dict[str, tuple[str, str]] = {}
    for change in (change for some in found for change in some.values()):
        labels.setdefault(change.path, (change.label, change.before))
    layers = [path for path in labels if path.startswith("network")]
    whole = len(layers) > MOST_OF_A_NETWORK or len({labels[path][0] for path in layers}) < len(layers)
    settings = [
        Setting(
            path, label, tuple(_value(p, path, some, before) for p, some in zip(projects, found, strict=True))
        )
        for path, (label, before) in _grouped(labels).items()
        if not (whole and path in layers)
    ]
    if whole:
        settings.append(Setting("network", "Network", tuple(in_short(p.network) for p in projects)))
    return settings


def told_apart(found: Sequence[Change], network: Network) -> list[Change]:
    """Return the changes with the layer's place in every label that occurs twice."""
    often = Counter(change.label for change in found)
    named = []
    for change in found:
        layer = _layer_of(change.path)
        if often[change.label] > 1 and layer in network.ids:
            change = replace(change, label=f"{change.label}, layer {network.index(layer) + 1}")
        named.append(change)
    return named


def _layer_of(path: str) -> str:
    parts = path.split(".")
    return parts[1] if parts[0] == "network" and len(parts) > 1 else ""


def in_short(network: Network) -> str:
    """Return a network on one line, e.g. `64, Dropout 0.3, 32, 10`."""
    words = []
    for node in network.nodes:
        units = getattr(node.layer, "units", None)
        words.append(str(units) if units is not None else f"{node.title} {node.layer.summary()}".strip())
    return ", ".join(words) or "no layers"


def _grouped(labels: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Put the settings of one entry side by side, the entry itself first."""
    places: dict[str, int] = {}
    for place, path in enumerate(labels):
        places.setdefault(_entry(path), place)
    return {p: labels[p] for p in sorted(labels, key=lambda p: (places[_entry(p)], p.count(".")))}


def _entry(path: str) -> str:
    return ".".join(path.split(".")[:2])


def _changes(first: Project, project: Project) -> dict[str, Change]:
    """Return what differs from the first project by path.

    Where a whole entry differs (Adam, SGD), the settings that both kinds have are compared too.
    """
    found: dict[str, Change] = {}
    for change in changes(first, project):
        if change.path in NOT_A_SETTING:
            continue
        found[change.path] = change
        found |= _shared(first, project, change.path)
    return found


def _shared(first: Project, project: Project, path: str) -> dict[str, Change]:
    try:
        a, b = first.get(path), project.get(path)
    except EditProblem:
        return {}
    if (
        not (isinstance(a, Frozen) and isinstance(b, Frozen))
        or type(a) is type(b)
        or path.startswith("network")
    ):
        return {}
    found = {}
    for name in type(a).model_fields:
        if name in type(b).model_fields and getattr(a, name) != getattr(b, name):
            inner = f"{path}.{name}"
            found[inner] = Change(inner, _label(a, name), word(getattr(a, name)), word(getattr(b, name)))
    return found


def _label(model: Frozen, name: str) -> str:
    extra = type(model).model_fields[name].json_schema_extra
    spec = extra.get("param") if isinstance(extra, dict) else None
    return str(getattr(spec, "label", name.replace("_", " ").capitalize()))


def _value(project: Project, path: str, own: dict[str, Change], before: str) -> str:
    if path in own:
        return own[path].after or NONE
    parts = path.split(".")
    above = {".".join(parts[:depth]) for depth in range(1, len(parts))}
    if not above & own.keys():
        return before or NONE
    try:
        return word(project.get(path))
    except EditProblem:
        return NONE
