"""The score of the advice in one project: how often each fix was offered, tried, and helped."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache

from nnstudio.core.finding import Finding
from nnstudio.core.registry import Frozen
from nnstudio.core.resources import path
from nnstudio.core.verdict import Verdict

MOST_VERDICTS = 50
"""Verdicts kept with the project; the oldest go first."""
PRIOR_WEIGHT = 4.0
"""Tries that what is known beforehand counts as: a handful of tries in this project outweighs it."""


class Tally(Frozen):
    """Counts of one fix, or of several together."""

    offered: int = 0
    tried: int = 0
    helped: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(
            offered=self.offered + other.offered,
            tried=self.tried + other.tried,
            helped=self.helped + other.helped,
        )

    def words(self) -> str:
        """Return e.g. `helped 2 of 3 times in this project`; empty while never tried."""
        if not self.tried:
            return ""
        times = "time" if self.tried == 1 else "times"
        return f"helped {self.helped} of {self.tried} {times} in this project"


class Advice(Frozen):
    """What the fixes offered in a project were worth."""

    tallies: dict[str, Tally] = {}
    """By `finding/fix`."""
    verdicts: tuple[Verdict, ...] = ()
    """The latest, oldest first."""

    def of(self, finding: str, fix: str) -> Tally:
        """Return the counts of one fix against one problem."""
        return self.tallies.get(f"{finding}/{fix}", Tally())

    def about(self, finding: str) -> Tally:
        """Return the counts of all fixes against one problem."""
        mine = (tally for key, tally in self.tallies.items() if key.startswith(f"{finding}/"))
        return sum(mine, start=Tally())

    def offering(self, findings: Iterable[Finding]) -> Advice:
        """Return the score after these findings have offered their fixes once more."""
        score = self
        for finding in findings:
            for fix in finding.fixes:
                score = score._counting(finding.id, fix.id, Tally(offered=1))
        return score

    def judged(self, verdict: Verdict) -> Advice:
        """Return the score after one more try."""
        more = Tally(tried=1, helped=int(verdict.accepted))
        verdicts = (*self.verdicts, verdict)[-MOST_VERDICTS:]
        return self._counting(verdict.finding, verdict.fix, more).model_copy(update={"verdicts": verdicts})

    def _counting(self, finding: str, fix: str, more: Tally) -> Advice:
        tallies = {**self.tallies, f"{finding}/{fix}": self.of(finding, fix) + more}
        return self.model_copy(update={"tallies": tallies})


def sureness(finding: Finding, advice: Advice) -> float:
    """Return how sure the advice against a problem is, 0 to 1.

    The rule's confidence, moved by how often its first fix helped in the benchmark, and then by what its
    fixes did in this project.
    """
    first = f"{finding.id}/{finding.fixes[0].id}" if finding.fixes else ""
    prior = _moved(finding.confidence, measured().get(first, Tally()))
    return _moved(prior, advice.about(finding.id))


def _moved(prior: float, seen: Tally) -> float:
    """Return the mean of a Beta distribution that began at `prior`, after what was seen."""
    return (PRIOR_WEIGHT * prior + seen.helped) / (PRIOR_WEIGHT + seen.tried)


@cache
def measured() -> dict[str, Tally]:
    """Return how often each `finding/fix` was tried, and helped, in the benchmark of the diagnosis."""
    table = json.loads(path("data/advice.json").read_text("utf-8"))
    return {name: Tally(helped=helped, tried=tried) for name, (helped, tried) in table["helped"].items()}
