"""Remedies for the rows: scaling in its right place, gaps filled, repeated and doubtful rows left out."""

from __future__ import annotations

from nnstudio.catalog.preparations import (
    AlignParts,
    DropDoubtful,
    DropDuplicates,
    FillMissing,
    KeepMissing,
    NormalisePixels,
    ScaleInputs,
    ScaleTarget,
)
from nnstudio.core.dataset import Preparation
from nnstudio.core.finding import Fix
from nnstudio.core.project import Project
from nnstudio.core.shape import IMAGE, SEQUENCE
from nnstudio.data.array_file import ArrayFile

Chain = tuple[Preparation, ...]


def scaled_inputs(project: Project) -> Fix:
    """Return the fix that standardises the inputs, by the step that fits tables, images or sequences."""
    return _prepared("standardise_inputs", "Standardise the inputs", _scaler(project))


def _scaler(project: Project) -> Preparation:
    if project.signature is None:
        return ScaleInputs()
    pixels = project.signature.input.is_a(IMAGE) or arrays_of_steps(project)
    return NormalisePixels() if pixels else ScaleInputs()


def arrays_of_steps(project: Project) -> bool:
    """Tell whether the inputs are sequences out of a file of arrays.

    These lie there as images do; those of a series are columns of a table.
    """
    known = project.signature is not None and project.signature.input.is_a(SEQUENCE)
    return known and isinstance(project.data.source, ArrayFile)


def follows_in_time(project: Project) -> bool:
    """Tell whether validation follows training in time: stretches of one series, not rows of given arrays."""
    known = project.signature is not None and project.signature.input.is_a(SEQUENCE)
    return known and not arrays_of_steps(project)


def scaled_target(project: Project) -> Fix:
    """Return the fix that standardises the target."""
    return _prepared("standardise_target", "Standardise the target", ScaleTarget())


def aligned_parts(project: Project) -> Fix:
    """Return the fix that brings every part to the same centre and spread, each by its own rows."""
    return _prepared("align_parts", "Bring all parts to the same scale", AlignParts(), first=True)


def without_duplicates(project: Project) -> Fix:
    """Return the fix that keeps only the first of equal rows."""
    return _prepared("drop_duplicates", "Drop repeated rows", DropDuplicates(), first=True)


def without_doubtful(project: Project) -> Fix | None:
    """Return the fix that leaves out training rows with doubtful labels, None where no step can tell them."""
    signature = project.signature
    if signature is None or signature.target.task != "classification":
        return None
    return _prepared("drop_doubtful", "Leave out training rows with doubtful labels", DropDoubtful())


def filled_gaps(project: Project) -> Fix | None:
    """Return the fix that fills the gaps that reach the network, None where there are none."""
    if not any(isinstance(step, KeepMissing) for step in project.data.preparation):
        return None

    def apply(project: Project) -> Project:
        passed = (KeepMissing, FillMissing)
        rest = tuple(step for step in project.data.preparation if not isinstance(step, passed))
        return _with_chain(project, (FillMissing(), *rest))

    return Fix("fill_missing", "Fill the missing values", apply)


def _prepared(id: str, title: str, step: Preparation, *, first: bool = False) -> Fix:
    def apply(project: Project) -> Project:
        chain = project.data.preparation
        others = tuple(s for s in chain if s.kind != step.kind)
        at = next((i for i, s in enumerate(chain) if s.kind == step.kind), None)
        place = at if at is not None else 0 if first else len(others)
        return _with_chain(project, (*others[:place], step, *others[place:]))

    return Fix(id, title, apply)


def _with_chain(project: Project, chain: Chain) -> Project:
    # Scaling, filling or dropping rows changes no example's shape: the signature holds.
    data = project.data.model_copy(update={"preparation": chain})
    return project.model_copy(update={"data": data})
