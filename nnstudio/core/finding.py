"""What a diagnosis is made from, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from nnstudio.core.check import CheckId, CheckResult
from nnstudio.core.dataset import DataFacts
from nnstudio.core.diff import Change, changes
from nnstudio.core.project import Project
from nnstudio.core.run import History, Run, Status
from nnstudio.core.trace import Trace

Severity = Literal["error", "warning", "hint", "ok"]
Moment = Literal["design", "training"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a rule may look at: plain data, so that a saved run can be diagnosed again."""

    project: Project
    trace: Trace | None
    facts: DataFacts | None
    history: History = field(default_factory=History)
    status: Status = "running"
    message: str = ""
    """The message a failed run ended with."""
    checks: tuple[CheckResult, ...] = ()
    """What checks on demand have found."""

    @classmethod
    def of(cls, run: Run, facts: DataFacts | None = None) -> Evidence:
        """Return what a diagnosis of a run rests on; `facts` help where it failed before it began."""
        record, history = run.record, run.history
        project, known = record.project, history.facts or facts
        trace = project.trace()
        return cls(project, trace, known, history, record.status, record.message, record.checks)

    def checked(self, id: CheckId) -> CheckResult | None:
        """Return what a check has found, None when it was not asked for."""
        return next((result for result in self.checks if result.id == id), None)


@dataclass(frozen=True, slots=True)
class Fix:
    """A remedy as an edit of the project."""

    id: str
    title: str
    apply: Callable[[Project], Project]
    restart: bool = True
    """Whether the run must start again for it (else it may continue from where it is)."""

    def preview(self, project: Project) -> list[Change]:
        """Return what it would change."""
        return changes(project, self.apply(project))


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, or one thing that was checked and is fine (`severity` ok)."""

    id: str
    title: str
    """The problem in a student's words, with the epoch."""
    evidence: dict[str, float | str]
    """The numbers that show it, by readable name."""
    why: str
    severity: Severity = "warning"
    since_epoch: int | None = None
    confidence: float = 1.0
    fixes: tuple[Fix, ...] = ()
    layers: tuple[str, ...] = ()
    """Node ids it points at."""
    primary: bool = False

    def line(self) -> str:
        """Return the evidence as one line, e.g. `train acc 0.998 · val acc 0.871`."""
        return " · ".join(f"{k} {_number(v)}" for k, v in self.evidence.items())


def _number(value: float | str) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
