"""Fixes being tried, as the window sees it: start, cancel, both curves, the verdicts and the path."""

from __future__ import annotations

from collections.abc import Callable, Generator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from nnstudio.core.dataset import Prepared
from nnstudio.core.finding import Finding, Fix
from nnstudio.core.project import Project
from nnstudio.core.run import Run
from nnstudio.core.verdict import Verdict
from nnstudio.tuning.tries import (
    ArmBegun,
    ArmGoesOn,
    Healed,
    HealEvent,
    Kept,
    Outcome,
    Trained,
    Tried,
    TryBegun,
)
from nnstudio.ui.background import Background
from nnstudio.ui.data_loader import Loaded

ARMS = {"run": "Training first", "control": "Without the fix", "treatment": "With the fix"}
Events = Generator[HealEvent, Any, None]
Source = Callable[[], Events]
Points = tuple[list[float], list[float]]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the path: what was tried against what, and whether it stays."""

    problem: str
    verdict: Verdict
    kept: bool


class Fixer(Background):
    """At most one try or healing at a time; `changed` says that something of it is new."""

    drawn = Signal()
    """There are new points on `curves`."""
    judged = Signal(object)
    """Verdict of a try that is over."""
    kept = Signal(object)
    """Tried: the change is to be taken over, and its run kept."""
    trained = Signal(object)
    """Run that healing had to train first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.healing = False
        self.trying: tuple[str, str] | None = None
        """(finding, fix) of the try under way."""
        self.title = ""
        self.words = ""
        """What is being trained."""
        self.share = 0.0
        """How much of that is done."""
        self.verdicts: dict[tuple[str, str], Verdict] = {}
        """By (finding, fix), of the tries of one fix on the run shown."""
        self.verified: Verdict | None = None
        """The last fix that was taken over after a try of its own."""
        self.path: list[Step] = []
        """Of the last healing."""
        self.outcome: Outcome | None = None
        self.curves: dict[str, Points] = {}
        """Epochs and losses by arm of the try under way or the last one."""
        self._common = 0
        """Epochs of the arm under way that lie before its beginning."""

    def try_fix(self, project: Project, loaded: Loaded, run: Run | None, finding: Finding, fix: Fix) -> None:
        """Try one fix on the project."""
        self._attempt(_trying(project, loaded, run, finding, fix), healing=False)

    def heal(self, project: Project, loaded: Loaded, run: Run | None) -> None:
        """Fix everything, one change at a time."""
        self._attempt(_healing(project, loaded, run), healing=True)

    def cancel(self) -> None:
        """Give up what is under way; what was kept before stays."""
        if self.busy:
            self.curves = {}
            super().cancel()
            self.drawn.emit()

    def forget(self) -> None:
        """Give up, and forget the verdicts: they are about another run."""
        self.cancel()
        self.verdicts, self.verified, self.path, self.outcome = {}, None, [], None
        self.curves = {}
        self.drawn.emit()
        self.changed.emit()

    # -- inside ------------------------------------------------------------------------------------

    def _attempt(self, source: Source, *, healing: bool) -> None:
        self.cancel()
        self.healing, self.curves, self.verified = healing, {}, None
        self.path, self.outcome = [], None
        self.title, self.words, self.share = "", "Getting ready…", 0.0
        self._begin(source)

    def _take(self, events: list[HealEvent]) -> None:
        worker = self._worker
        for event in events:
            if self._worker is not worker:  # Whoever was told has given up or begun anew.
                return
            self._note(event)
        if any(isinstance(event, ArmBegun | ArmGoesOn) for event in events):
            self.drawn.emit()
        self.changed.emit()

    def _note(self, event: HealEvent) -> None:
        match event:
            case TryBegun(finding=finding, fix=fix):
                self.trying, self.title, self.curves = (finding.id, fix.id), fix.title, {}
            case ArmBegun() | ArmGoesOn():
                self._note_arm(event)
            case Trained(base=base):
                self.trained.emit(base.run)
            case Tried():
                self._note_verdict(event)
            case Kept(step=step):
                self._take_over(step)
            case Healed(outcome=outcome):
                self.outcome = outcome

    def _note_arm(self, event: ArmBegun | ArmGoesOn) -> None:
        seed = f", seed {event.seed + 1}" if event.seed else ""
        if isinstance(event, ArmGoesOn):
            self.share = event.epoch / event.epochs
            self.words = f"{ARMS[event.arm]}{seed}: epoch {int(event.epoch)} of {event.epochs}"
        else:
            self.share, self.words = 0.0, f"{ARMS[event.arm]}{seed}"
        if event.seed:
            return
        if isinstance(event, ArmBegun):
            self.curves[event.arm] = (list(event.known[0]), list(event.known[1]))
            self._common = len(event.known[0])
        elif event.loss is not None:
            epochs, losses = self.curves[event.arm]
            if self._common:
                # It goes on where the run ended: what both have in common is on the chart already.
                del epochs[:-1], losses[:-1]
                self._common = 0
            epochs.append(event.epoch)
            losses.append(event.loss)

    def _note_verdict(self, tried: Tried) -> None:
        verdict, self.trying = tried.verdict, None
        if self.healing:
            self.path.append(Step(tried.finding.title, verdict, kept=False))
        else:
            self.verdicts[verdict.finding, verdict.fix] = verdict
        self.judged.emit(verdict)
        if verdict.accepted and not self.healing:
            self._take_over(tried)
            self.verified = verdict

    def _take_over(self, tried: Tried) -> None:
        # What was tried against the run before says nothing about the new one.
        self.verdicts, self.curves = {}, {}
        self.path = [replace(step, kept=step.kept or step.verdict is tried.verdict) for step in self.path]
        self.kept.emit(tried)
        self.drawn.emit()

    def _rest(self) -> None:
        self.trying, self.words, self.title, self.share = None, "", "", 0.0


def _trying(project: Project, loaded: Loaded, run: Run | None, finding: Finding, fix: Fix) -> Source:
    run = _as_of_now(run)

    def events() -> Events:
        from nnstudio.tuning.experiment import base_of, experiment

        base = base_of(project, run) if run else None
        ready = loaded.prepared
        return _keeping(experiment(project, ready, finding, fix, base, prepare=_prepare_from(loaded)))

    return events


def _healing(project: Project, loaded: Loaded, run: Run | None) -> Source:
    run = _as_of_now(run)

    def events() -> Events:
        from nnstudio.tuning.experiment import base_of
        from nnstudio.tuning.heal import heal

        base = base_of(project, run) if run else None
        return _keeping(heal(project, loaded.prepared, base, prepare=_prepare_from(loaded)))

    return events


def _keeping(events: Events) -> Events:
    """Pass events on; the checkpoint of a run that is kept goes to the disk here, in the background."""
    from nnstudio.tuning.experiment import keep_checkpoint

    for event in events:
        step = event.step if isinstance(event, Kept) else event
        if isinstance(step, Tried) and step.base is not None and (step is not event or step.verdict.accepted):
            keep_checkpoint(step.base)
        yield event


def _prepare_from(loaded: Loaded) -> Callable[[Any], Prepared]:
    """Return how other settings of the data are prepared: from the rows read already where it can be."""

    def prepared(spec: Any) -> Prepared:
        from nnstudio.data.prepare import load, prepare

        return prepare(loaded.examples, spec) if spec.source == loaded.spec.source else load(spec)

    return prepared


def _as_of_now(run: Run | None) -> Run | None:
    """Return a copy that a run which goes on does not change."""
    return None if run is None else replace(run, history=deepcopy(run.history))
