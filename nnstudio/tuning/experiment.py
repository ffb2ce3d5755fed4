"""A fix as an experiment: the same training with it and without it, and a verdict in numbers."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np

from nnstudio.catalog.defaults import refit
from nnstudio.core.dataset import DataProblem, Prepared
from nnstudio.core.finding import Evidence, Finding, Fix
from nnstudio.core.project import EditProblem, Project
from nnstudio.core.run import Run
from nnstudio.core.verdict import Verdict
from nnstudio.data.prepare import load
from nnstudio.diagnosis.report import diagnose
from nnstudio.diagnosis.rule import TIERS
from nnstudio.diagnosis.rules import RULES
from nnstudio.engine.checkpoint import WeightsProblem
from nnstudio.engine.moment import as_run
from nnstudio.engine.resume import CheckpointProblem, Keeper, kept_runs
from nnstudio.tuning.arms import Arm, Done, known_arm, run_arm, with_seed
from nnstudio.tuning.judging import Measured, judge, kept_value, metric_for, scatter
from nnstudio.tuning.plan import Plan, Prepare, plan
from nnstudio.tuning.tries import Base, Tried, TryBegun, TryEvent

SEEDS = 3
"""Of both arms, where a single one is too few to tell."""
SERIOUS = ("error", "warning")
REVEALING = frozenset({"data_leakage", "nan_or_exploding"})
"""Problems that hide those behind them: what shows once they are gone was there before."""

Arms = Generator[TryEvent, None, tuple[Done, Done]]


def experiment(
    project: Project,
    prepared: Prepared,
    finding: Finding,
    fix: Fix,
    base: Base | None = None,
    *,
    budget: int | None = None,
    prepare: Prepare = load,
    number: int = 1,
) -> Generator[TryEvent, None, None]:
    """Try a fix and yield what happens; the last event is `Tried`, unless the generator is closed.

    `base` is the run that the finding is about: its control where it can be, and its checkpoint is where
    rates and penalties go on from. `budget` are the epochs of each arm, on top of those done where they
    go on. `prepare` makes the rows for a fix that changes the data. Nothing outside is changed.
    """
    yield TryBegun(finding, fix, number)
    try:
        arms = plan(project, prepared, fix, base, budget, prepare)
    except (EditProblem, DataProblem, KeyError, ValueError) as problem:
        yield _impossible(project, finding, fix, str(problem))
        return
    control, treatment = yield from _both(arms, base)
    pairs = [(control, treatment)]
    measured = _measured(finding, pairs)
    if measured.unclear:
        for seed in range(1, SEEDS):
            pairs.append((yield from _both(_with_seed(arms, seed, project, prepared), None)))
        measured = _measured(finding, pairs)
    verdict = _verdict(finding, fix, measured, arms, pairs, base)
    after = fix.apply(project)
    if after.data != project.data:
        after = refit(after, treatment.prepared.signature, project.signature)
    yield Tried(finding, fix, verdict, after, treatment.base)


def base_of(project: Project, run: Run) -> Base:
    """Return a run with the checkpoint that was kept at its end, where there still is one."""
    if run.record.status == "failed":
        return Base(run)
    kept = next((k for k in kept_runs(project, {run.record.id}) if k.record.id == run.record.id), None)
    if kept is None or not kept.checkpoints:
        return Base(run)
    newest = max(kept.checkpoints, key=lambda checkpoint: checkpoint.epoch)
    try:
        checkpoint = newest.read()
        weights = run.weights if "last" in run.weights else as_run(checkpoint, run.record).weights
    except (CheckpointProblem, WeightsProblem):
        return Base(run)
    if not 1 <= checkpoint.epoch <= run.history.epochs:
        return Base(run)
    return Base(Run(run.record, run.history, weights), checkpoint)


def keep_checkpoint(base: Base) -> None:
    """Keep the checkpoint of a run that is kept: a later try can go on from it."""
    if base.checkpoint is not None:
        keeper = Keeper(base.run.record)
        keeper.keep(base.checkpoint)
        keeper.close()


def _both(arms: Plan, base: Base | None) -> Arms:
    """Train what is to be trained; a control that is known is only shown."""
    if arms.control is not None:
        control = yield from run_arm(arms.control)
    else:
        assert base is not None
        control = yield from known_arm("control", base, arms.treatment.prepared)
    treatment = yield from run_arm(arms.treatment)
    return control, treatment


def _with_seed(arms: Plan, seed: int, project: Project, prepared: Prepared) -> Plan:
    """Return the same comparison with another seed: now a control that was known is trained as well."""
    if arms.control is not None:
        return Plan(with_seed(arms.control, seed), with_seed(arms.treatment, seed))
    control = Arm("control", project, prepared, limit=arms.treatment.limit)
    return Plan(with_seed(control, seed), with_seed(replace(arms.treatment, base=None), seed))


def _measured(finding: Finding, pairs: Sequence[tuple[Done, Done]]) -> Measured:
    control, treatment = pairs[0][0].evidence, pairs[0][1].evidence
    before, after = pairs[0][0].prepared, pairs[0][1].prepared
    metric = metric_for(
        control, treatment, after.signature.target, same_target=_same_target(before, after),
        finding=finding.id,
    )  # fmt: skip
    found = diagnose(treatment)
    return Measured(
        metric,
        tuple(kept_value(one.evidence, metric) for one, _ in pairs),
        tuple(kept_value(one.evidence, metric) for _, one in pairs),
        math.hypot(scatter(control, metric), scatter(treatment, metric)) / math.sqrt(2),
        cleared=not any(problem.id == finding.id and _still(problem, finding) for problem in found),
        new=tuple(problem.title for problem in _new(finding, control, found)),
        honest=finding.id == "data_leakage",
    )


def _still(problem: Finding, finding: Finding) -> bool:
    """Tell whether a problem is as serious as it was: a hint left of a warning is a word, no alarm."""
    return problem.severity in SERIOUS or (finding.severity not in SERIOUS and problem.severity != "ok")


def _same_target(before: Prepared, after: Prepared) -> bool:
    """Tell whether the targets of both arms are the same numbers for the same rows."""
    a, b = before.validation, after.validation
    if not (len(a) and len(b)):
        a, b = before.train, after.train
    common, at, bt = np.intersect1d(a.rows, b.rows, return_indices=True)
    return bool(len(common)) and np.array_equal(a.y[at], b.y[bt])


def _new(finding: Finding, control: Evidence, found: Sequence[Finding]) -> list[Finding]:
    """Return the warnings and errors that only the arm with the fix shows.

    Where the problem hid what stands later from cause to symptom, only errors count among those.
    """
    there = {rule.id for rule in RULES if rule.function(control) is not None}
    tiers = {rule.id: TIERS.index(rule.tier) for rule in RULES}
    hides = finding.id in REVEALING or control.status == "failed"
    first_hidden = tiers.get(finding.id, len(TIERS)) if hides else len(TIERS)
    return [
        problem
        for problem in found
        if problem.id not in there
        and (
            problem.severity == "error"
            or (problem.severity == "warning" and tiers[problem.id] <= first_hidden)
        )
    ]


def _verdict(
    finding: Finding, fix: Fix, measured: Measured, arms: Plan, pairs: Sequence[tuple[Done, Done]],
    base: Base | None,
) -> Verdict:  # fmt: skip
    treatment = pairs[0][1].run
    before = None
    if base is not None and arms.continued and arms.control is not None:
        before = kept_value(Done(base, arms.treatment.prepared).evidence, measured.metric)
    return Verdict(
        finding=finding.id, fix=fix.id, title=fix.title, reason=judge(measured), metric=measured.metric,
        before=_finite(before), control=_finite(fmean(measured.control)),
        treatment=_finite(fmean(measured.treatment)), gain=_finite(measured.gain),
        noise=_finite(measured.noise), seeds=len(pairs),
        epochs=treatment.history.epochs, continued=arms.continued, new=measured.new,
        details=treatment.record.message if treatment.record.status == "failed" else "",
    )  # fmt: skip


def _impossible(project: Project, finding: Finding, fix: Fix, why: str) -> Tried:
    verdict = Verdict(finding=finding.id, fix=fix.id, title=fix.title, reason="failed", details=why)
    return Tried(finding, fix, verdict, project, None)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
