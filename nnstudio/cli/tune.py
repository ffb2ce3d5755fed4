"""Search for better settings: train many short trials and compare them on the validation rows."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from nnstudio.cli.door import Door
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.problem import FAILED, OK, Problem
from nnstudio.cli.projects import add_project_argument, checked_table, open_file, with_data
from nnstudio.cli.training import ctrl_c

if TYPE_CHECKING:
    from nnstudio.core.dataset import Prepared
    from nnstudio.core.project import Project
    from nnstudio.tuning.space import Dimension
    from nnstudio.tuning.wish import Search, Trial

NAME = "tune"
HELP = "search for better settings"
EPILOG = """\
PATH is a setting, as for nnstudio train --set; without --dimension the usual ones vary. Examples:
  nnstudio tune iris.nnproj --strategy random --trials 20 --apply
  nnstudio tune iris.nnproj --dimension training.optimizer.rate=1e-4:1e-1 --dimension preset.width
  nnstudio tune iris.nnproj --strategy grid --dimension training.optimizer=sgd,adam
Ctrl+C ends the search and keeps what was found. The test rows are never looked at.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_project_argument(parser)
    parser.add_argument("--strategy", default="bayesian", metavar="KIND", help="grid, random or bayesian")
    parser.add_argument("--trials", type=int, default=20, metavar="N", help="trainings at most (default 20)")
    parser.add_argument("--epochs", type=int, default=20, metavar="N", help="epochs per trial (default 20)")
    parser.add_argument(
        "--dimension", action="append", default=[], metavar="PATH[=LOW:HIGH]",
        help="a setting to vary, with its range or its choices; may be repeated",
    )  # fmt: skip
    parser.add_argument("--monitor", default="val_loss", help="what is compared (default val_loss)")
    parser.add_argument("--prune", action="store_true", help="end trials early that do poorly")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the search (default 0)")
    parser.add_argument("--apply", action="store_true", help="keep the best settings in the project file")
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Search, print the trials, best first, and apply the best where it is wanted."""
    from nnstudio.data.project_file import save_project
    from nnstudio.tuning.space import changed
    from nnstudio.tuning.wish import kept, ranked

    out = output(arguments)
    saved = open_file(arguments.project)
    project, prepared = with_data(saved.project, out)
    checked_table(project)
    wish = _wish(project, arguments)
    trials, best = _searched(project, prepared, wish, out)
    _tell(ranked(trials, wish.monitor), wish, out)
    applied = best is not None and arguments.apply
    if best is not None:
        out.say(f"best: trial {best.number}, {wish.monitor} {best.value:.6g}")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    saved = replace(saved, kept=saved.kept.with_search(kept(wish, trials, now)))
    if best is not None and applied:
        saved = replace(saved, project=changed(project, best.values))
    save_project(arguments.project, saved)
    if applied:
        out.say(f"saved in {arguments.project}")
    told = [asdict(trial) for trial in ranked(trials, wish.monitor)]
    out.give(
        {
            "strategy": wish.strategy.kind,
            "monitor": wish.monitor,
            "trials": told,
            "best": None if best is None else asdict(best),
            "applied": applied,
        }
    )
    return OK if best is not None else FAILED


def _wish(project: Project, arguments: argparse.Namespace) -> Search:
    from nnstudio.tuning.space import space
    from nnstudio.tuning.wish import MONITORS, Search

    assert project.signature is not None
    known = MONITORS[project.signature.target.task]
    if arguments.monitor not in known:
        raise Problem(f"--monitor {arguments.monitor} is not to be had here; there are: {', '.join(known)}.")
    dimensions = space(project)
    if arguments.dimension:
        dimensions = tuple(_dimension(dimensions, text) for text in arguments.dimension)
    return Search(
        strategy=arguments.strategy, dimensions=dimensions, trials=arguments.trials, epochs=arguments.epochs,
        monitor=arguments.monitor, prune=arguments.prune, seed=arguments.seed,
    )  # fmt: skip


def _dimension(known: tuple[Dimension, ...], text: str) -> Dimension:
    """Return the dimension that `PATH`, `PATH=low:high` or `PATH=one,another` means."""
    from nnstudio.tuning.space import narrowed

    path, sign, wanted = text.partition("=")
    found = next((one for one in known if one.path == path), None)
    if found is None:
        raise Problem(f"{path} cannot be searched; there are: {', '.join(one.path for one in known)}.")
    changes: dict[str, Any] = {"on": True}
    if sign and found.choices:
        choices = tuple(wanted.split(","))
        strange = [one for one in choices if one not in found.choices]
        if strange:
            raise Problem(f"{path} cannot be {strange[0]}; there are: {', '.join(found.choices)}.")
        changes["choices"] = choices
    elif sign:
        try:
            changes["low"], changes["high"] = (float(part) for part in wanted.split(":"))
        except ValueError:
            raise Problem(f"--dimension {path} needs low:high, for example {path}=1:10.") from None
    return narrowed((found,), path, **changes)[0]


def _searched(
    project: Project, prepared: Prepared, wish: Search, out: Output
) -> tuple[list[Trial], Trial | None]:
    from nnstudio.tuning.events import Best, StopSearch, TrialBegun, TrialDone, TrialGoesOn
    from nnstudio.tuning.search import CannotSearch, search

    trials, best = [], None
    events = search(project, prepared, wish)
    with ctrl_c() as interrupt:
        try:
            event = next(events, None)
        except CannotSearch as problem:
            raise Problem(str(problem)) from None
        while event is not None:
            if isinstance(event, TrialDone):
                trials.append(event.trial)
            elif isinstance(event, Best):
                best = event.trial
            elif isinstance(event, TrialBegun | TrialGoesOn):
                done = len(trials) / wish.planned
                out.progress.show(done, f"trial {event.number}/{wish.planned}")
            wanted, interrupt.wanted = interrupt.wanted, False
            stop = wanted and not isinstance(event, Best)
            event = events.throw(StopSearch()) if stop else next(events, None)
    out.progress.clear()
    return trials, best


def _tell(trials: list[Trial], wish: Search, out: Output) -> None:
    paths = [dimension.path for dimension in wish.searched]
    rows = [
        [
            str(trial.number),
            "-" if trial.value is None else f"{trial.value:.6g}",
            str(trial.epoch or "-"),
            *(str(trial.values[path]) for path in paths),
            trial.status,
        ]
        for trial in trials
    ]
    head = ["trial", wish.monitor, "epoch", *paths, "ended"]
    out.table(head, rows, right=range(3 + len(paths)))
