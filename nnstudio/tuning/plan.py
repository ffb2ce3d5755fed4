"""How a fix is tried fairly: where both arms begin and how far they go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nnstudio.catalog.defaults import refit
from nnstudio.core.dataset import DataSpec, Prepared
from nnstudio.core.diff import changes
from nnstudio.core.finding import Fix
from nnstudio.core.project import Project
from nnstudio.diagnosis.fixes import MOST_EPOCHS
from nnstudio.tuning.arms import Arm
from nnstudio.tuning.tries import Base

SHORTEST = 10
"""Extra epochs at least: fewer show nothing."""
EXTRA_SHARE = 0.5
"""Extra epochs of an arm that goes on, beside those done."""
FEWEST_ANEW = 20
"""Epochs of an arm that begins anew because a run was stopped early."""
DURATION = ("training.early_stopping", "training.epochs")
"""Settings that say when to end: training itself is the same, so the run is its own control."""

Prepare = Callable[[DataSpec], Prepared]


@dataclass(frozen=True, slots=True)
class Plan:
    """Both arms; without a control arm the run itself is the control."""

    control: Arm | None
    treatment: Arm

    @property
    def continued(self) -> bool:
        """Whether the arm with the fix goes on from the checkpoint."""
        return self.treatment.base is not None


def plan(
    project: Project, prepared: Prepared, fix: Fix, base: Base | None, budget: int | None, prepare: Prepare
) -> Plan:
    """Return the arms for a fix; raises EditProblem or DataProblem where it does not fit.

    Both arms get the same epochs, seed and split. Rates and penalties go on from the checkpoint; what
    changes the network, the data or the loss begins anew, and so does everything after a run that broke
    down, or that goes back to its best epoch. A fix that only says when to end needs no control: the
    run without it is known.
    """
    treated = fix.apply(project)
    ready = prepared
    if treated.data != project.data:
        ready = prepare(treated.data)
        treated = refit(treated, ready.signature, project.signature)
    paths = [change.path for change in changes(project, treated)]
    if paths and all(path.startswith(DURATION) for path in paths):
        return _of_another_length(project, prepared, treated, base, budget)
    if not fix.restart and _can_go_on(project, base):
        return _going_on(project, prepared, treated, base, budget)
    limit = _limit(base, budget)
    control = Arm("control", project, prepared, limit=limit)
    known = _is_control(project, base) and base is not None and base.run.history.epochs <= control.epochs
    return Plan(None if known else control, Arm("treatment", treated, ready, limit=limit))


def _of_another_length(
    project: Project, prepared: Prepared, treated: Project, base: Base | None, budget: int | None
) -> Plan:
    done = _epochs_done(base)
    control = None if _is_control(project, base) else Arm("control", project, prepared, limit=budget or 0)
    if control is None and done <= treated.training.epochs and _is_sound(base):
        longer = _for_epochs(treated, max(treated.training.epochs, done + 2))
        limit = done + budget if budget else 0
        return Plan(None, Arm("treatment", longer, prepared, base, limit=limit))
    return Plan(control, Arm("treatment", treated, prepared, limit=budget or 0))


def _going_on(
    project: Project, prepared: Prepared, treated: Project, base: Base | None, budget: int | None
) -> Plan:
    done = _epochs_done(base)
    end = done + (budget or max(SHORTEST, round(EXTRA_SHARE * done)))
    return Plan(
        Arm("control", _for_epochs(project, end + 1), prepared, base, limit=end),
        Arm("treatment", _for_epochs(treated, end + 1), prepared, base, limit=end),
    )


def _limit(base: Base | None, budget: int | None) -> int:
    """Return how far arms that begin anew may go; 0: to the project's own end."""
    if budget:
        return budget
    if base is not None and base.run.record.status in ("running", "stopped"):
        return max(FEWEST_ANEW, base.run.history.epochs)
    return 0


def _can_go_on(project: Project, base: Base | None) -> bool:
    stopping = project.training.early_stopping
    if base is None or not _is_sound(base) or (stopping.on and stopping.restore_best):
        return False
    if _epochs_done(base) + SHORTEST >= MOST_EPOCHS:
        return False
    return alike(_for_epochs(base.run.record.project, project.training.epochs), project)


def _is_sound(base: Base | None) -> bool:
    """Tell whether training can go on from the end of a run."""
    return base is not None and base.checkpoint is not None and base.run.record.status != "failed"


def _is_control(project: Project, base: Base | None) -> bool:
    """Tell whether a run is what training the project again would give."""
    if base is None or not alike(base.run.record.project, project) or base.run.history.marks:
        return False
    return base.run.record.status in ("done", "early stopped", "failed")


def alike(a: Project, b: Project) -> bool:
    """Tell whether two projects train alike: names and notes do not matter."""
    return all(getattr(a, part) == getattr(b, part) for part in ("data", "network", "training", "start_from"))


def _epochs_done(base: Base | None) -> int:
    return base.checkpoint.epoch if base is not None and base.checkpoint is not None else 0


def _for_epochs(project: Project, epochs: int) -> Project:
    return project.set("training.epochs", min(epochs, MOST_EPOCHS))
