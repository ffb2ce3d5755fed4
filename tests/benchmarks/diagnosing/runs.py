"""One run of a program: its curves, its score on rows that nothing has seen, what the diagnosis says."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from nnstudio.cli.projects import evidence_of
from nnstudio.core.dataset import SplitName
from nnstudio.core.finding import Finding
from nnstudio.core.run import Finished, History, Run, new_record
from nnstudio.diagnosis import diagnose
from nnstudio.diagnosis.comparison import compared
from nnstudio.engine.evaluate import evaluate
from nnstudio.engine.train import train
from tests.benchmarks.diagnosing.specs import Program

WORST = -1.0
"""Score of a run without weights, or far worse than a constant answer."""


@dataclass(frozen=True)
class Score:
    """How kept weights do on one split: `value` is accuracy or R2, `even` the mean recall of the classes."""

    value: float
    even: float
    loss: float
    rows: int

    @property
    def noise(self) -> float:
        """The standard error that so many rows leave."""
        if self.value < 0:
            return 0.05
        return float(max(0.005, np.sqrt(max(self.value * (1 - self.value), 0.01) / max(1, self.rows))))


NOTHING = Score(WORST, 0.0, float("inf"), 1)


@dataclass(frozen=True)
class Trained:
    """A finished run."""

    program: Program
    run: Run
    findings: list[Finding] = field(default_factory=list)

    def score(self, split: SplitName = "test", weights: str = "best") -> Score:
        """Return how the kept weights do (or the last ones)."""
        packed = self.run.weights.get(weights, b"")
        if not packed or self.run.record.status == "failed":
            return NOTHING
        found = evaluate(self.program.project, self.program.prepared, packed, split)
        if found.confusion is None:
            value = found.values.get("r2", WORST)
            even = value
        else:
            value = found.values["accuracy"]
            counts = found.confusion.sum(1)
            even = float(np.mean(np.diag(found.confusion)[counts > 0] / counts[counts > 0]))
        loss = found.values["loss"]
        return (
            Score(max(WORST, value), max(WORST, even), loss, len(found.true))
            if np.isfinite(loss)
            else NOTHING
        )

    @property
    def alarms(self) -> list[Finding]:
        """What the diagnosis says is wrong, the cause first."""
        return [finding for finding in self.findings if finding.severity != "ok"]


def trained(program: Program, judged: bool = True) -> Trained:
    """Train a program and diagnose it as the command line does."""
    history = History()
    end: Finished | None = None
    for event in train(program.project, program.prepared):
        history.add(event)
        if isinstance(event, Finished):
            end = event
    assert end is not None
    run = Run(new_record(program.project, "Run", program.prepared.states), history).finished(end)
    findings = list[Finding]()
    if judged:
        findings = diagnose(compared(evidence_of(run, program.prepared.facts), program.prepared))
    return Trained(program, run, findings)
