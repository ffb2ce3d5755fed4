"""Settings that act at the next step of a run that goes on."""

from __future__ import annotations

from nnstudio.core.controls import LIVE_PATHS
from nnstudio.core.project import Project
from nnstudio.core.registry import Entry


def live_changes(running: Project, edited: Project) -> list[tuple[str, float, float]]:
    """Return (path, before, after) of every live setting in which two projects differ.

    Everything else, the structure of the network above all, waits for the next start.
    """
    pairs = [(path, running.get(path), edited.get(path)) for path in LIVE_PATHS]
    pairs += _of_entry("training.optimizer", running.training.optimizer, edited.training.optimizer)
    for node in running.network.nodes:
        if node.id in edited.network.ids:
            pairs += _of_entry(f"network.{node.id}", node.layer, edited.network[node.id].layer)
    return [(path, before, after) for path, before, after in pairs if before != after]


def _of_entry(path: str, running: Entry, edited: Entry) -> list[tuple[str, float, float]]:
    if type(running) is not type(edited):
        return []
    names = [name for name, spec in running.params().items() if spec.live]
    return [(f"{path}.{name}", getattr(running, name), getattr(edited, name)) for name in names]
