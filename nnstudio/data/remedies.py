"""Remedies for what is wrong with data: each is an edit of the project's preparation, source or sampler."""

from __future__ import annotations

from nnstudio.catalog.preparations import (
    Difference,
    DropColumns,
    DropConstant,
    DropDoubtful,
    DropDuplicates,
    EncodeCategories,
    FillMissing,
    Logarithm,
    Outliers,
    ScaleInputs,
    ScaleTarget,
    SquareRoot,
)
from nnstudio.catalog.samplers import OverSampling, Smote, SmoteNc
from nnstudio.core.dataset import Preparation, Sampler
from nnstudio.core.finding import Fix
from nnstudio.core.project import Project
from nnstudio.data.csv_file import CsvSource

LATE: tuple[type[Preparation], ...] = (EncodeCategories, ScaleInputs, ScaleTarget)
"""Steps before which others belong: behind them categories are 0 and 1, and numbers are scaled."""


def drop_duplicates() -> Fix:
    """Keep the first of equal rows, before anything else is done."""
    return _step("drop_duplicates", "Drop duplicates", DropDuplicates(), at_front=True)


def fill_missing() -> Fix:
    """Fill the gaps, before anything is worked out from the columns."""
    return _step("fill_missing", "Fill missing values", FillMissing(), at_front=True)


def clip_outliers() -> Fix:
    """Move extreme values to the limit, before the inputs are scaled by them."""
    return _step("clip_outliers", "Clip outliers", Outliers())


def drop_constant() -> Fix:
    """Leave out columns that never change."""
    return _step("drop_constant", "Drop constant columns", DropConstant())


def drop_doubtful() -> Fix:
    """Leave out training rows whose label looks wrong, once everything is numbers."""
    return _step("drop_doubtful", "Drop doubtful training rows", DropDoubtful(), before=())


def difference(lag: int) -> Fix:
    """Foretell the change since so many steps ago instead of the level."""
    title = "Foretell changes" if lag == 1 else f"Foretell changes over {lag} steps"
    return _step(f"difference_{lag}", title, Difference(lag=lag))


def logarithm() -> Fix:
    """Take logarithms, before differences are taken of them."""
    return _step("logarithm", "Take the logarithm", Logarithm(), before=(*LATE, Difference))


def square_root() -> Fix:
    """Take square roots, before differences are taken of them."""
    return _step("square_root", "Take the square root", SquareRoot(), before=(*LATE, Difference))


def leave_out(names: tuple[str, ...], title: str) -> Fix:
    """Leave columns out: ignored in the file where there is one, else by a step."""
    return Fix("leave_out", title, lambda project: _without(project, names))


def balance(*, is_table: bool, has_categories: bool) -> Fix:
    """Balance the classes by what suits the data."""
    sampler: Sampler = OverSampling()
    if is_table:
        sampler = SmoteNc() if has_categories else Smote()

    def apply(project: Project) -> Project:
        return project.with_data(project.data.model_copy(update={"sampler": sampler}))

    return Fix("balance", f"Balance with {sampler.title}", apply)


def weigh_classes() -> Fix:
    """Let rare classes count more in the loss; no row changes."""
    return Fix("class_weights", "Use class weights", lambda p: p.set("training.class_weights", True))


def _step(
    id: str,
    title: str,
    step: Preparation,
    at_front: bool = False,
    before: tuple[type[Preparation], ...] = LATE,
) -> Fix:
    def apply(project: Project) -> Project:
        chain = project.data.preparation
        if any(isinstance(other, type(step)) for other in chain):
            return project
        late = (at for at, other in enumerate(chain) if isinstance(other, before))
        place = 0 if at_front else next(late, len(chain))
        return project.set("data.preparation", (*chain[:place], step, *chain[place:]))

    return Fix(id, title, apply)


def _without(project: Project, names: tuple[str, ...]) -> Project:
    data = project.data
    if isinstance(data.source, CsvSource):
        source = data.source
        for name in names:
            source = source.with_column(name, role="ignore")
        return project.with_data(data.model_copy(update={"source": source}))
    known = next((step for step in data.preparation if isinstance(step, DropColumns)), None)
    listed = known.listed if known else ()
    step = DropColumns(names="; ".join(dict.fromkeys((*listed, *names))))
    rest = tuple(other for other in data.preparation if other is not known)
    return project.set("data.preparation", (step, *rest))
