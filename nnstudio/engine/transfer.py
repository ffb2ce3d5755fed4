"""Weights of another run as a beginning: which layers can take them, and where they lie.

Needs no torch: the dialog that shows the match opens at once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnstudio.core.files import FileProblem
from nnstudio.core.network import Network
from nnstudio.core.project import Project, StartFrom
from nnstudio.core.run import Run
from nnstudio.core.trace import Row, Signature, trace
from nnstudio.data.project_file import open_project


class StartProblem(ValueError):
    """The weights to begin with cannot be used: says why and what to do."""


@dataclass(frozen=True, slots=True)
class Match:
    """A layer with weights of one's own network, and the layer that it takes them from."""

    id: str
    title: str
    learnables: int
    source: str = ""
    """Id in the other network; empty: the layer begins anew."""
    source_title: str = ""
    reason: str = ""
    """Why it begins anew."""


def matches(network: Network, signature: Signature, run: Run) -> tuple[Match, ...]:
    """Return every layer with weights and what it takes over from a run.

    Layers with weights are paired in order from the start, as long as kind and sizes agree: so an
    autoencoder's first half fits a classifier with the same beginning. Activations, dropout and other
    layers without weights may differ.
    """
    given = run.record.project
    mine = _with_weights(network, signature)
    theirs = _with_weights(given.network, given.signature) if given.signature else []
    found: list[Match] = []
    broken = ""
    for at, row in enumerate(mine):
        other = theirs[at] if at < len(theirs) else None
        broken = broken or _misfit(network, row, given.network, other)
        title = _title(network, row)
        if broken or other is None:
            found.append(Match(row.id, title, row.learnables, reason=broken))
            broken = "comes after a layer that does not match"
        else:
            found.append(Match(row.id, title, row.learnables, other.id, _title(given.network, other)))
    return tuple(found)


def runs_with_weights(path: str | Path) -> tuple[Run, ...]:
    """Return the runs of a project file that weights can be taken from; raises StartProblem."""
    try:
        runs = tuple(run for run in open_project(path).runs if weights_of(run))
    except FileProblem as problem:
        raise StartProblem(f"{problem} Choose other weights to start from, or none.") from None
    if not runs:
        raise StartProblem(f"{Path(path).name} has no trained run to take weights from: train it first.")
    return runs


def start_from(path: str | Path, run: Run) -> StartFrom:
    """Return what a project keeps of this choice."""
    digest = hashlib.sha256(weights_of(run)).hexdigest()
    return StartFrom(path=str(Path(path).resolve()), run=run.record.id, name=run.record.name, sha256=digest)


def chosen_run(start: StartFrom) -> Run:
    """Return the run that a project begins from, unchanged since it was chosen; raises StartProblem."""
    for run in runs_with_weights(start.path):
        if run.record.id == start.run:
            if hashlib.sha256(weights_of(run)).hexdigest() != start.sha256:
                raise StartProblem(f"{start.label} has other weights than when it was chosen: choose again.")
            return run
    raise StartProblem(f"{start.label} is not there any more: choose other weights to start from, or none.")


def weights_of(run: Run) -> bytes:
    """Return the best weights of a run, else the last; empty when it kept none."""
    return run.weights.get("best") or run.weights.get("last") or b""


def started(project: Project, start: StartFrom | None, taken: tuple[Match, ...], freeze: bool) -> Project:
    """Return the project that begins from these weights, those layers frozen or left to learn."""
    changed = project.model_copy(update={"start_from": start})
    copied = {match.id for match in taken if match.source}
    nodes = tuple(
        node.model_copy(update={"frozen": freeze}) if node.id in copied else node
        for node in project.network.nodes
    )
    if nodes == project.network.nodes:
        return changed
    # A preset would be written anew, without the frozen layers.
    return changed.with_network(Network(nodes=nodes))


def renamed(tensors: dict[str, Any], taken: tuple[Match, ...]) -> dict[str, Any]:
    """Return the tensors of matched layers under the names they have in one's own network."""
    new = {match.source: match.id for match in taken if match.source}
    parts = {name: name.partition(".") for name in tensors}
    return {f"{new[id]}.{rest}": tensors[name] for name, (id, _, rest) in parts.items() if id in new}


def _with_weights(network: Network, signature: Signature) -> list[Row]:
    return [row for row in trace(network, signature.input, signature.target).rows if row.learnables]


def _misfit(network: Network, mine: Row, other: Network, theirs: Row | None) -> str:
    """Return why a layer cannot take the other's weights; empty when it can."""
    if theirs is None:
        return "the other network has no further layer with weights"
    here, there = network[mine.id].layer, other[theirs.id].layer
    if here.kind != there.kind:
        return f"{there.title} stands there"
    # Only the first call owns weights; the activation behind it may differ.
    first = here.calls(*mine.inputs)[:1] == there.calls(*theirs.inputs)[:1]
    if not first or mine.learnables != theirs.learnables:
        return f"other sizes: {_title(other, theirs)} behind {theirs.inputs[0].text()}"
    return ""


def _title(network: Network, row: Row) -> str:
    return f"{network[row.id].title} {network[row.id].layer.summary()}".strip()
