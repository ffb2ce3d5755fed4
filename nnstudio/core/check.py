"""Checks on demand: small experiments that turn a doubt about a project into evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nnstudio.core.registry import Frozen

CheckId = Literal[
    "one_batch", "rate_range", "input_independent", "shuffled_labels", "no_regularisation", "seeds"
]
Outcome = Literal["good", "bad", "unclear"]


class CheckResult(Frozen):
    """What a check has found: plain data that is kept with the run."""

    id: CheckId
    outcome: Outcome
    verdict: str
    """One sentence with the numbers that matter."""
    numbers: dict[str, float] = {}
    """All that was measured, by the names that the rules know."""


@dataclass(frozen=True, slots=True)
class CheckProgress:
    """How far a check is, 0 to 1, and what it does right now."""

    id: CheckId
    share: float
    words: str


@dataclass(frozen=True, slots=True)
class Check:
    """A check that can be asked for; its glossary page is `page`."""

    id: CheckId
    title: str
    words: str
    """What it does and what it tells, in one line."""

    @property
    def page(self) -> str:
        """Key of its page in the glossary."""
        return f"check.{self.id}"


def checks() -> tuple[Check, ...]:
    """Return all checks in the order in which they are worth asking for."""
    return (
        Check("one_batch", "Fit one batch",
              "Learn a few rows by heart. A network that fails at that has a fault, whatever its size."),
        Check("rate_range", "Learning rate range test",
              "Let the rate climb and watch the loss: where does it fall, where does training break?"),
        Check("input_independent", "Blank inputs",
              "Train without the inputs. Just as good? Then they do not reach the output, or say nothing."),
        Check("shuffled_labels", "Shuffled answers",
              "Train on answers dealt out at random. Just as good? Then the true ones are no better."),
        Check("no_regularisation", "Without regularisation",
              "Train without dropout, penalties and augmentation. Better? Then they hold the network back."),
        Check("seeds", "Other seeds",
              "Train three times from other random weights: differences smaller than this are chance."),
    )  # fmt: skip
