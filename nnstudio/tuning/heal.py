"""Fix everything: one change at a time, each tried, until healthy or out of ideas."""

from __future__ import annotations

import math
from collections.abc import Generator
from time import monotonic

from nnstudio.core.dataset import Prepared
from nnstudio.core.finding import Finding, Fix
from nnstudio.core.project import Project
from nnstudio.data.prepare import load
from nnstudio.diagnosis.report import diagnose
from nnstudio.tuning.arms import Arm, Done, run_arm
from nnstudio.tuning.experiment import experiment
from nnstudio.tuning.judging import higher_is_better
from nnstudio.tuning.plan import Prepare, alike
from nnstudio.tuning.tries import Base, Healed, HealEvent, Kept, Outcome, Trained, Tried, TryEvent

STEPS = 12
"""Fixes tried at most."""
SECONDS = 900.0
"""No new try begins after so long."""
SERIOUS = ("error", "warning")


def heal(
    project: Project,
    prepared: Prepared,
    base: Base | None = None,
    *,
    steps: int = STEPS,
    budget: int | None = None,
    seconds: float = SECONDS,
    prepare: Prepare = load,
) -> Generator[HealEvent, None, None]:
    """Try fixes one after another and yield what happens; the last event is `Healed`.

    Each try ends with a `Tried`; what it accepts is `Kept`, and the next one builds on it. Where no fix
    makes a problem go away, the one that eased it most is kept: nothing worse ever is. Without a run of
    the project as it is now, one is trained first. Closing the generator ends the work; nothing outside
    is changed.
    """
    end = monotonic() + seconds
    patient = _Patient(project, (yield from _run_of(project, prepared, base, budget)))
    first = patient.done.run
    path, kept = list[Tried](), list[Tried]()
    while True:
        within = len(path) < steps and monotonic() < end
        idea = patient.idea() if within else None
        if idea is not None:
            step = yield from _tried(
                experiment(
                    patient.project, patient.done.prepared, *idea, patient.done.base,
                    budget=budget, prepare=prepare, number=len(path) + 1,
                )
            )  # fmt: skip
            path.append(step)
            better = patient.judged(step)
        else:
            better = patient.most_eased()
            if better is None:
                break
        if better is not None:
            yield Kept(better)
            kept.append(better)
            patient.build_on(better, prepare)
    outcome = patient.outcome("steps" if len(path) >= steps else "time")
    trained = () if base is not None and first is base.run else (first,)
    steps_taken = tuple(path), tuple(kept)
    yield Healed(patient.project, patient.done.base, *steps_taken, trained, outcome, patient.findings)


class _Patient:
    """The best project so far with its run, and the fixes refused since."""

    def __init__(self, project: Project, done: Done) -> None:
        self.project, self.done = project, done
        self.findings = tuple(diagnose(done.evidence))
        self._refused: list[Tried] = []

    def idea(self) -> tuple[Finding, Fix] | None:
        """Return the next fix, those of the primary finding first; None when all have been refused."""
        known = {(step.finding.id, step.fix.id) for step in self._refused}
        serious = (finding for finding in self.findings if finding.severity in SERIOUS)
        ideas = ((finding, fix) for finding in serious for fix in finding.fixes)
        return next(((finding, fix) for finding, fix in ideas if (finding.id, fix.id) not in known), None)

    def judged(self, step: Tried) -> Tried | None:
        """Return a step to build on; one that was refused is remembered."""
        if step.verdict.accepted:
            return step
        self._refused.append(step)
        return None

    def most_eased(self) -> Tried | None:
        """Return the best of the refused steps that were clearly better although not everything is well."""
        eased = [step for step in self._refused if _eases(step)]
        return max(eased, key=_worth, default=None)

    def build_on(self, step: Tried, prepare: Prepare) -> None:
        """Take a step over: its run is what is diagnosed next."""
        assert step.base is not None
        same = step.project.data == self.project.data
        self.done = Done(step.base, self.done.prepared if same else prepare(step.project.data))
        self.project, self._refused = step.project, []
        self.findings = tuple(diagnose(self.done.evidence))

    def outcome(self, bound: Outcome) -> Outcome:
        """Return how healing ended; `bound` is the bound that was reached if any was."""
        if all(finding.severity not in SERIOUS for finding in self.findings):
            return "failed" if self.done.run.record.status == "failed" else "healthy"
        return "no ideas" if self.idea() is None else bound


def _eases(step: Tried) -> bool:
    """Tell whether a step is progress: the problem is smaller, or a broken run has become a sound one."""
    verdict = step.verdict
    return verdict.reason == "eased" or (verdict.reason == "new" and verdict.control is None)


def _worth(step: Tried) -> float:
    """Return how good the run with the fix is: more is better."""
    value, metric = step.verdict.treatment, step.verdict.metric
    if value is None:
        return -math.inf
    return value if higher_is_better(metric) else -value


def _tried(events: Generator[TryEvent, None, None]) -> Generator[HealEvent, None, Tried]:
    """Pass the events of a try on and return its end."""
    for event in events:
        yield event
        if isinstance(event, Tried):
            return event
    raise AssertionError("the experiment ended without a last event")


def _run_of(
    project: Project, prepared: Prepared, base: Base | None, budget: int | None
) -> Generator[HealEvent, None, Done]:
    """Return the run of the project, trained now where there is none."""
    if base is not None and alike(base.run.record.project, project):
        return Done(base, prepared)
    done = yield from run_arm(Arm("run", project, prepared, limit=budget or 0))
    yield Trained(done.base)
    return done
