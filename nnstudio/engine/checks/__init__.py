"""Checks on demand: each trains for a moment beside the run, which stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import cast

from nnstudio.core.check import Check, CheckId, CheckProgress, CheckResult, checks
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.engine.checks import (
    input_independent,
    no_regularisation,
    one_batch,
    rate_range,
    seeds,
    shuffled_labels,
)
from nnstudio.engine.checks.brief import Working

__all__ = ["RUNNERS", "checks_called", "run_checks"]

RUNNERS: dict[CheckId, Callable[[Project, Prepared], Working]] = {
    "one_batch": one_batch.run,
    "rate_range": rate_range.run,
    "input_independent": input_independent.run,
    "shuffled_labels": shuffled_labels.run,
    "no_regularisation": no_regularisation.run,
    "seeds": seeds.run,
}


def checks_called(names: Iterable[str]) -> tuple[Check, ...]:
    """Return the checks of these names, `all` for every one; raises ValueError naming those there are."""
    known = {check.id: check for check in checks()}
    wanted = [id for name in names for id in (known if name == "all" else (name,))]
    strange = [name for name in wanted if name not in known]
    if strange:
        raise ValueError(f"there is no check {strange[0]!r}; there are: {', '.join(known)}, all")
    return tuple(known[cast(CheckId, id)] for id in dict.fromkeys(wanted))


def run_checks(
    wanted: Iterable[Check], project: Project, prepared: Prepared
) -> Generator[CheckProgress | CheckResult, None, None]:
    """Run checks one after another; yield how far each is, and what it has found.

    Closing the generator ends the check in progress. Raises CannotBuild, in words.
    """
    for check in wanted:
        yield CheckProgress(check.id, 0.0, check.title)
        working = RUNNERS[check.id](project, prepared)
        try:
            while True:
                share, words = next(working)
                yield CheckProgress(check.id, share, words)
        except StopIteration as end:
            yield end.value
        finally:
            working.close()
