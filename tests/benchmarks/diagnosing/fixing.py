"""Whether the first fix helps: the same budget with and without it, by several seeds, on unseen rows."""

from __future__ import annotations

import numpy as np

from nnstudio.core.dataset import DataProblem
from nnstudio.core.finding import Finding, Fix
from tests.benchmarks.diagnosing.judge import SIGMAS
from tests.benchmarks.diagnosing.runs import NOTHING, Score, Trained, trained
from tests.benchmarks.diagnosing.specs import Program

SEEDS = 2
LEAST = 0.01
"""A better score by less is no improvement."""
LOWER = 0.95
"""A held-out loss must fall to this share."""


def verdict(run: Trained, every: bool = False) -> tuple[dict[str, str], str]:
    """Return ({finding/fix: better | no better | fails}, first fix) for the first finding's first fix.

    With `every` for all fixes of that finding. Empty when there is none.
    """
    if not run.alarms or not run.alarms[0].fixes:
        return {}, f"{run.alarms[0].id}" if run.alarms else ""
    first = run.alarms[0]
    control = _control(run)
    offered = first.fixes if every else first.fixes[:1]
    told = {f"{first.id}/{fix.id}": _of(first, fix, run, control) for fix in offered}
    return told, f"{first.id}/{first.fixes[0].id}"


def _control(run: Trained) -> list[Trained]:
    seeds = [run.program.project.training.seed + 1000 * (at + 1) for at in range(1, SEEDS)]
    return [run, *(_trained(run.program.seeded(seed % 10_000)) for seed in seeds)]


def _of(finding: Finding, fix: Fix, run: Trained, control: list[Trained]) -> str:
    """Return how much better the run is with a fix."""
    try:
        fixed = run.program.changed(fix.apply(run.program.project))
        treated = [_trained(fixed.seeded(known.program.project.training.seed)) for known in control]
    except (DataProblem, ValueError):
        return "fails"
    if finding.id in ("data_leakage", "train_val_preprocessing_mismatch"):
        return "better" if _honest(control, treated) else "no better"
    same = fixed.project.training.loss == run.program.project.training.loss
    same = same and fixed.project.data == run.program.project.data
    return "better" if _better(_scores(control), _scores(treated), same) else "no better"


def _trained(program: Program) -> Trained:
    return trained(program, judged=False)


def _scores(runs: list[Trained]) -> list[Score]:
    return [run.score() for run in runs]


def _better(control: list[Score], treated: list[Score], same_loss: bool) -> bool:
    """Tell whether scores, or losses that can be compared, have gained more than twice the seeds' noise."""
    # Of classes the mean recall counts too: with rare ones accuracy has no room.
    for name in ("value", "even"):
        before = np.array([getattr(score, name) for score in control])
        after = np.array([getattr(score, name) for score in treated])
        if after.mean() - before.mean() > max(LEAST, SIGMAS * _spread(before, after)):
            return True
    if not same_loss or NOTHING in treated:
        return False
    if NOTHING in control:
        return True
    before, after = (np.array([score.loss for score in scores]) for scores in (control, treated))
    return bool(after.mean() < LOWER * before.mean() - SIGMAS * _spread(before, after))


def _spread(before: np.ndarray, after: np.ndarray) -> float:
    return float(np.sqrt((before.var(ddof=1) + after.var(ddof=1)) / 2 / len(before)))


def _honest(control: list[Trained], treated: list[Trained]) -> bool:
    """Tell whether the validation score has come nearer to the test score."""

    def gap(runs: list[Trained]) -> float:
        return float(np.mean([abs(run.score("validation").value - run.score().value) for run in runs]))

    return gap(treated) < gap(control) - LEAST
