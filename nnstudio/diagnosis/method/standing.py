"""Where a project stands: all that phases and checklists are read from."""

from __future__ import annotations

from dataclasses import dataclass

from nnstudio.core.dataset import DataFacts
from nnstudio.core.finding import Finding
from nnstudio.core.project import Project
from nnstudio.core.run import Run
from nnstudio.core.trace import Trace
from nnstudio.diagnosis.rules import RULES

TIER_OF = {rule.id: rule.tier for rule in RULES}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist; `done` is None where only a person can tell."""

    key: str
    text: str
    done: bool | None
    note: str = ""
    """What it is ticked for, or what is missing."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """A list that ticks itself."""

    key: str
    """Its page in the glossary."""
    title: str
    items: tuple[Item, ...]

    @property
    def ticked(self) -> int:
        """How many lines are done."""
        return sum(item.done is True for item in self.items)


@dataclass(frozen=True, slots=True)
class Standing:
    """A project with its kept runs, oldest first, and what the diagnosis says of it now."""

    project: Project
    facts: DataFacts | None = None
    runs: tuple[Run, ...] = ()
    """The last one may be under way still."""
    findings: tuple[Finding, ...] = ()
    """Of the last run, of the design where there is none."""
    saved: bool = True
    searched: bool = False
    """Whether a search has tried other settings."""

    @property
    def trace(self) -> Trace | None:
        """The layer table."""
        return self.project.trace()

    @property
    def last(self) -> Run | None:
        """The last run that was not ruined."""
        good = [run for run in self.runs if run.record.status != "failed" and run.history.epochs]
        return good[-1] if good else None

    @property
    def first_under_way(self) -> bool:
        """Whether no run but one that is not over yet has shown anything."""
        told = [run.record.status for run in self.runs if run.history.epochs]
        return bool(told) and told[-1] == "running" and set(told[:-1]) <= {"failed"}

    @property
    def problems(self) -> tuple[Finding, ...]:
        """What is wrong: neither hints nor what is fine."""
        return tuple(f for f in self.findings if f.severity in ("error", "warning"))

    @property
    def ids(self) -> frozenset[str]:
        """Names of the problems."""
        return frozenset(finding.id for finding in self.problems)

    def of_tiers(self, *tiers: str) -> tuple[Finding, ...]:
        """Return the problems of some tiers."""
        return tuple(f for f in self.problems if TIER_OF.get(f.id) in tiers)
