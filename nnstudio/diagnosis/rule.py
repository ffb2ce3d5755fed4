"""What a rule is: one question about a run, with the tier that places it between causes and symptoms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from nnstudio.core.finding import Evidence, Finding, Moment

Tier = Literal["data", "output", "init", "step size", "batch", "depth", "capacity", "duration"]

TIERS: tuple[Tier, ...] = (
    "data", "output", "init", "step size", "batch", "depth", "capacity", "duration",
)  # fmt: skip
"""From cause to symptom: what stands earlier explains what stands later."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One problem that can be recognised; `design` rules need no training history."""

    id: str
    tier: Tier
    moment: Moment
    function: Callable[[Evidence], Finding | None]
    title: str
    explains: frozenset[str] = frozenset()
    """Ids of the symptoms this problem brings about."""
