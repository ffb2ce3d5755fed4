"""The beginning of a project: load a source, see what it looks like, take the recommended settings."""

from __future__ import annotations

from dataclasses import dataclass

from nnstudio.catalog.defaults import new_project, refit
from nnstudio.catalog.examples import example
from nnstudio.core.dataset import Examples, Prepared, Source
from nnstudio.core.project import Preset, Project
from nnstudio.data.prepare import default_spec, prepare


@dataclass(frozen=True, slots=True)
class Beginning:
    """A new project with its data, so that nobody has to load them again."""

    project: Project
    examples: Examples
    prepared: Prepared


def begin(source: Source, name: str = "", preset: Preset | None = None, raw: bool = False) -> Beginning:
    """Load a source and return the recommended project on it; raises DataProblem. May take seconds.

    `raw` leaves its rows as they are.
    """
    examples = source.load()
    spec = default_spec(source, examples, raw)
    prepared = prepare(examples, spec)
    project = new_project(name or source.label(), spec, prepared.signature, preset)
    return Beginning(project, examples, prepared)


def begin_example(name: str) -> Beginning:
    """Return a bundled example, ready to train; raises KeyError in words for an unknown name."""
    wanted = example(name)
    begun = begin(wanted.source, wanted.title, wanted.preset)
    return changed(begun, wanted.applied(begun.project))


def changed(begun: Beginning, project: Project) -> Beginning:
    """Return the beginning with another version of its project, its data prepared anew if they changed.

    Raises DataProblem.
    """
    if project.signature is not None:
        return Beginning(project, begun.examples, begun.prepared)
    prepared = prepare(begun.examples, project.data)
    return Beginning(refit(project, prepared.signature, begun.project.signature), begun.examples, prepared)
