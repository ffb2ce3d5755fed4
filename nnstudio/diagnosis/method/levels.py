"""Regularisation by level: light, moderate, strong; one change at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nnstudio.catalog.edits import dropout_rate
from nnstudio.catalog.schedules import ReduceOnPlateau
from nnstudio.core.finding import Fix
from nnstudio.core.project import Project
from nnstudio.core.training import AUGMENTATIONS
from nnstudio.diagnosis import fixes

PATIENCE = 15
"""The founding documents: 15 to 20 epochs."""
DROPOUTS = (0.2, 0.4, 0.6)
"""Least dropout of each level: 0.2-0.3, 0.4-0.5, 0.6."""
DROPOUT_SET = (0.3, 0.5, 0.6)
"""What is set to reach the level."""
MODERATE_L2, STRONG_L2 = 0.01, 0.05
STRONG_L2_SET = 0.1


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder; `fix` takes it, None where only a person can."""

    level: int
    text: str
    done: Callable[[Project], bool | None]
    """None where a project cannot tell."""
    fix: Callable[[Project], Fix | None]


def ladder(project: Project) -> tuple[Rung, ...]:
    """Return the steps that make sense for these data, the mildest first."""
    rungs = [
        Rung(1, "Early stopping, patience 15 to 20", _stops, _stopping),
        Rung(1, "Augmentation", lambda p: bool(p.training.augmentations), _nothing),
        _dropout(1),
        _dropout(2),
        _decay(2, MODERATE_L2, MODERATE_L2),
        Rung(2, "Reduce the rate on a plateau", _reduces, _plateau),
        _decay(3, STRONG_L2, STRONG_L2_SET),
        _dropout(3),
        Rung(3, "Collect more data", _nothing, _nothing),
    ]
    return tuple(rung for rung in rungs if rung.text != "Augmentation" or _can_vary(project))


def next_rung(project: Project) -> Rung | None:
    """Return the mildest step not yet taken that a fix can take."""
    return next((rung for rung in ladder(project) if not rung.done(project) and rung.fix(project)), None)


def _can_vary(project: Project) -> bool:
    axes = project.signature.input.axes if project.signature else ()
    return axes != ("features",) and any(cls.shape == axes for cls in AUGMENTATIONS)


def _stops(project: Project) -> bool:
    stopping = project.training.early_stopping
    return stopping.on and stopping.restore_best and stopping.patience >= PATIENCE


def _stopping(project: Project) -> Fix | None:
    path = "training.early_stopping"
    patience = max(PATIENCE, project.training.early_stopping.patience)
    values = {f"{path}.on": True, f"{path}.restore_best": True, f"{path}.patience": patience}
    title = f"Stop by itself, patience {patience}"
    return _first(project, Fix("early_stopping_patience", title, fixes.settings(values)))


def _dropout(level: int) -> Rung:
    least, value = DROPOUTS[level - 1], DROPOUT_SET[level - 1]
    words = ("Light dropout, 0.2 to 0.3", "Stronger dropout, 0.4 to 0.5", "Very strong dropout, 0.6")
    return Rung(
        level, words[level - 1],
        lambda project: dropout_rate(project) >= least,
        lambda project: _first(project, fixes.more_dropout(project, value)),
    )  # fmt: skip


def _decay(level: int, least: float, value: float) -> Rung:
    return Rung(
        level, f"L2 penalty {value:g}",
        lambda project: project.training.weight_decay >= least,
        lambda project: _first(project, fixes.more_weight_decay(project, value)),
    )  # fmt: skip


def _reduces(project: Project) -> bool:
    return isinstance(project.training.schedule, ReduceOnPlateau)


def _plateau(project: Project) -> Fix | None:
    fix = fixes.setting(project, "training.schedule", ReduceOnPlateau(), "reduce_on_plateau", "Schedule")
    return _first(project, fix)


def _nothing(_project: Project) -> None:
    return None


def _first(project: Project, fix: Fix | None) -> Fix | None:
    """Return the fix where it applies and changes something."""
    return next(iter(fixes.offered(project, fix)), None)
