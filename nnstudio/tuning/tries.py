"""What a try of a fix tells while it goes on and at its end; loads no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nnstudio.core.finding import Finding, Fix
from nnstudio.core.project import Project
from nnstudio.core.run import Checkpoint, Run
from nnstudio.core.verdict import Verdict

ArmName = Literal["run", "control", "treatment"]
"""The run that healing begins with, the training without the fix, the training with it."""
Outcome = Literal["healthy", "no ideas", "steps", "time", "failed"]
"""How healing ended: nothing is wrong, no fix is left, or a bound was reached."""


@dataclass(frozen=True, slots=True)
class Base:
    """The run that a finding is about; with a checkpoint training can go on from its end."""

    run: Run
    checkpoint: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class ArmBegun:
    """An arm begins; a curve that is known already comes along whole."""

    arm: ArmName
    seed: int
    """0 for the project's own seed, then 1, 2..."""
    epochs: int
    """Up to which epoch it goes."""
    known: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    """Epochs and losses so far."""


@dataclass(frozen=True, slots=True)
class ArmGoesOn:
    """An arm trains: epochs done, and at the end of each its loss on the validation rows."""

    arm: ArmName
    seed: int
    epoch: float
    epochs: int
    loss: float | None = None


@dataclass(frozen=True, slots=True)
class TryBegun:
    """A fix is tried."""

    finding: Finding
    fix: Fix
    number: int = 1
    """Of the tries of one healing, from 1."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A try is over."""

    finding: Finding
    fix: Fix
    verdict: Verdict
    project: Project
    """With the fix, whatever the verdict."""
    base: Base | None
    """The run with the fix; None when nothing could be trained."""


@dataclass(frozen=True, slots=True)
class Trained:
    """Healing had no run to begin with and has trained one."""

    base: Base


@dataclass(frozen=True, slots=True)
class Kept:
    """Healing builds on this step from now on."""

    step: Tried


@dataclass(frozen=True, slots=True)
class Healed:
    """Healing is over: the best project found, and the path that led to it."""

    project: Project
    base: Base | None
    path: tuple[Tried, ...]
    kept: tuple[Tried, ...]
    """The steps of the path that were built on."""
    trained: tuple[Run, ...]
    """The run that healing began with, where there was none before."""
    outcome: Outcome
    findings: tuple[Finding, ...]
    """What the last run still shows."""


TryEvent = TryBegun | ArmBegun | ArmGoesOn | Tried
HealEvent = TryEvent | Trained | Kept | Healed
