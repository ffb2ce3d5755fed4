"""Fix everything: one verified change after another, within bounds, and never anything worse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from nnstudio.core.finding import Evidence, Finding, Fix
from nnstudio.core.project import Project
from nnstudio.core.verdict import Reason, Verdict
from nnstudio.diagnosis.report import diagnose
from nnstudio.tuning import heal as healing
from nnstudio.tuning.heal import heal
from nnstudio.tuning.tries import ArmGoesOn, Base, Healed, HealEvent, Kept, Trained, Tried
from tests.tuning.test_experiment import broken, run_of
from tests.ui.begun import circles


def healed(events: list[HealEvent]) -> Healed:
    assert isinstance(events[-1], Healed)
    return events[-1]


def test_a_broken_run_is_healed_step_by_step() -> None:
    project, prepared, done = broken()
    events = list(heal(project, prepared, done.base))
    end = healed(events)
    assert end.outcome == "healthy", [step.verdict.text() for step in end.path]
    assert end.kept
    assert [event.step for event in events if isinstance(event, Kept)] == list(end.kept)
    assert not any(isinstance(event, Trained) for event in events), "the run was there"
    assert end.project == end.kept[-1].project
    assert end.project != project
    assert all(finding.severity not in ("error", "warning") for finding in end.findings)
    losses = [step.verdict.treatment for step in end.kept]
    assert losses == sorted(losses, reverse=True, key=lambda x: x or 0.0)


def test_without_a_run_of_this_project_one_is_trained() -> None:
    project, prepared, done = broken()
    other = project.set("training.optimizer.rate", 0.05)
    for base in (None, done.base):
        events = list(heal(other, prepared, base, steps=0))
        assert isinstance(events[-2], Trained)
        assert healed(events).base is events[-2].base


def test_a_healthy_project_is_left_alone() -> None:
    project, prepared, _ = broken()
    good = project.set("training.optimizer.rate", 0.1).set("training.epochs", 60)
    done = run_of(good, prepared)
    assert not [f for f in diagnose(done.evidence) if f.severity in ("error", "warning")]
    (end,) = list(heal(good, prepared, done.base))
    assert isinstance(end, Healed)
    assert (end.outcome, end.path, end.project) == ("healthy", (), good)


def test_closing_ends_the_work() -> None:
    project, prepared, done = broken()
    events = heal(project, prepared, done.base)
    while not isinstance(next(events), ArmGoesOn):
        pass
    events.close()
    assert list(events) == []


# -- the path, with tries whose outcome is known ------------------------------------------------------


class Ward:
    """Problems and what their fixes do: a try ends at once as it is told."""

    def __init__(self, base: Base, reasons: dict[str, Reason]) -> None:
        self.base, self.reasons = base, reasons
        self.tried: list[str] = []

    def diagnose(self, evidence: Evidence) -> list[Finding]:
        """Return a finding with all fixes that have not been built on."""
        done = evidence.project.notes.split()
        left = [fix for fix in self.reasons if fix not in done]
        if not left or any(self.reasons[fix] == "helped" for fix in done):
            return []
        fixes = tuple(Fix(id, f"Do {id}", _noting(id)) for id in left)
        return [Finding("ill", "Ill", {}, "It is.", fixes=fixes)]

    def experiment(
        self, project: Project, prepared: Any, finding: Finding, fix: Fix, base: Base, **_: Any
    ) -> Iterator[Tried]:
        """End the try as told."""
        self.tried.append(fix.id)
        after = fix.apply(project)
        verdict = Verdict(
            finding="ill", fix=fix.id, title=fix.title, reason=self.reasons[fix.id], metric="val_loss",
            control=10.0, treatment=10.0 - float(fix.id[-1]),
        )  # fmt: skip
        run = self.base.run.with_record(project=after)
        yield Tried(finding, fix, verdict, after, replace(self.base, run=run))


def _noting(id: str) -> Any:
    return lambda project: project.model_copy(update={"notes": f"{project.notes} {id}".strip()})


@pytest.fixture
def base() -> Base:
    begun = circles(2)
    return run_of(begun.project, begun.prepared).base


def walk(monkeypatch: pytest.MonkeyPatch, base: Base, reasons: Any, **bounds: Any) -> tuple[Ward, Healed]:
    ward = Ward(base, reasons)
    monkeypatch.setattr(healing, "experiment", ward.experiment)
    monkeypatch.setattr(healing, "diagnose", ward.diagnose)
    begun = circles(2)
    return ward, healed(list(heal(begun.project, begun.prepared, base, **bounds)))


def test_the_next_fix_follows_a_refused_one(monkeypatch: pytest.MonkeyPatch, base: Base) -> None:
    ward, end = walk(monkeypatch, base, {"a1": "stays", "b2": "worse", "c3": "helped", "d4": "helped"})
    assert ward.tried == ["a1", "b2", "c3"]
    assert (end.outcome, end.project.notes) == ("healthy", "c3")


def test_the_most_eased_is_built_on_when_nothing_clears(monkeypatch: pytest.MonkeyPatch, base: Base) -> None:
    ward, end = walk(monkeypatch, base, {"a1": "eased", "b9": "worse", "c2": "eased"})
    assert [step.fix.id for step in end.kept] == ["c2", "a1"]
    assert ward.tried == ["a1", "b9", "c2", "a1", "b9", "b9"]
    assert (end.outcome, end.project.notes) == ("no ideas", "c2 a1")


def test_nothing_worse_is_ever_kept(monkeypatch: pytest.MonkeyPatch, base: Base) -> None:
    _, end = walk(monkeypatch, base, {"a1": "worse", "b2": "small", "c3": "failed", "d4": "new"})
    assert (end.outcome, end.kept, end.project.notes) == ("no ideas", (), "")
    assert end.base is base


def test_steps_and_time_are_bounded(monkeypatch: pytest.MonkeyPatch, base: Base) -> None:
    ward, end = walk(monkeypatch, base, {"a1": "worse", "b2": "small", "c3": "helped"}, steps=2)
    assert (ward.tried, end.outcome) == (["a1", "b2"], "steps")
    ward, end = walk(monkeypatch, base, {"a1": "worse"}, seconds=0.0)
    assert (ward.tried, end.outcome) == ([], "time")
