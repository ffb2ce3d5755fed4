"""One run of a program: its curves, its score on rows that nothing has seen, what the diagnosis says."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np

from nnstudio.cli.projects import evidence_of
from nnstudio.core.dataset import SplitName
from nnstudio.core.finding import Finding
from nnstudio.core.run import Finished, History, Run, new_record
from nnstudio.diagnosis import diagnose
from nnstudio.diagnosis.comparison import compared
from nnstudio.engine.evaluate import evaluate
from nnstudio.engine.probes import Probe
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
    seconds: float
    probing: float
    """Seconds spent on looking into the layers."""
    diagnosing: float
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
    history, began = History(), perf_counter()
    end: Finished | None = None
    with _Stopwatch() as watch:
        for event in train(program.project, program.prepared):
            history.add(event)
            if isinstance(event, Finished):
                end = event
    seconds = perf_counter() - began
    assert end is not None
    run = Run(new_record(program.project, "Run", program.prepared.states), history).finished(end)
    began, findings = perf_counter(), list[Finding]()
    if judged:
        findings = diagnose(compared(evidence_of(run, program.prepared.facts), program.prepared))
    return Trained(program, run, seconds, watch.seconds, perf_counter() - began, findings)


class _Stopwatch:
    """Adds up the time that a run spends in its probe, whatever public methods that has."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._kept: dict[str, Any] = {}

    def __enter__(self) -> _Stopwatch:
        for name, method in list(vars(Probe).items()):
            if callable(method) and (name == "__init__" or not name.startswith("_")):
                self._kept[name] = method
                setattr(Probe, name, self._timed(method))
        return self

    def __exit__(self, *_: object) -> None:
        for name, method in self._kept.items():
            setattr(Probe, name, method)

    def _timed(self, method: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            began = perf_counter()
            try:
                return method(*args, **kwargs)
            finally:
                self.seconds += perf_counter() - began

        return call
