"""Find a learning rate: train a throw-away network while the rate climbs, and read the loss curve."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from nnstudio.cli.door import Door
from nnstudio.cli.output import add_output_arguments, output
from nnstudio.cli.problem import FAILED, OK, Problem
from nnstudio.cli.projects import add_project_argument, checked_table, open_file, with_data

NAME = "find-rate"
HELP = "suggest a learning rate from a rate range test"
EPILOG = """\
The project is not changed. To use the suggestion:
  nnstudio train iris.nnproj --set training.optimizer.rate=0.01
"""
SHOWN = 24
"""Lines of the curve that are printed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_project_argument(parser)
    parser.add_argument("--steps", type=int, default=120, metavar="N", help="steps of the test (default 120)")
    parser.add_argument(
        "--compare",
        action="store_true",
        help="train a few epochs at each of many rates instead, all together",
    )
    parser.add_argument("--rates", type=int, default=24, metavar="N", help="rates to compare (default 24)")
    parser.add_argument(
        "--epochs", type=int, default=20, metavar="N", help="epochs for each rate compared (default 20)"
    )
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Run the test, print the curve and the suggestion."""
    if arguments.compare:
        return _compare(arguments)
    from nnstudio.engine.rate_finder import find_rate, suggest

    if arguments.steps < 20:
        raise Problem("The test needs at least 20 steps.")
    out = output(arguments)
    project, prepared = with_data(open_file(arguments.project).project, out)
    checked_table(project)
    points = []
    for point in find_rate(project, prepared, steps=arguments.steps):
        points.append(point)
        out.progress.show(point.step / arguments.steps, f"rate {point.rate:.2g}  loss {point.smooth:.4f}")
    out.progress.clear()
    for point in points[:: max(1, len(points) // SHOWN)]:
        out.say(f"{point.rate:10.2e}  {point.smooth:.4f}")
    found = suggest(points)
    out.say()
    if found is None:
        out.say("The loss never fell: no rate can be suggested. Check the data and the network first.")
    else:
        out.say(
            f"suggested rate {found.rate:g} (now {project.training.optimizer.rate:g}): the loss falls most "
            f"steeply at {found.steepest:.2g}; a tenth of the rate of the lowest loss is {found.a_tenth:.2g}"
        )
    out.give(
        {
            "points": [asdict(point) for point in points],
            "suggestion": None if found is None else asdict(found),
            "rate": project.training.optimizer.rate,
        }
    )
    return OK if found is not None else FAILED


def _compare(arguments: argparse.Namespace) -> int:
    """Print what comes of each rate."""
    from nnstudio.engine.sweep.rates import RateStrip, compare_rates, rates_between

    if not 2 <= arguments.rates <= 200 or arguments.epochs < 1:
        raise Problem("Compare 2 to 200 rates, for at least one epoch each.")
    out = output(arguments)
    project, prepared = with_data(open_file(arguments.project).project, out)
    checked_table(project)
    strip: RateStrip | None = None
    for strip in compare_rates(project, prepared, rates_between(count=arguments.rates), arguments.epochs):
        out.progress.show(strip.done, f"{arguments.rates} rates")
    out.progress.clear()
    best = strip.best if strip is not None else None
    if strip is None or best is None:
        raise Problem("No rate led to a loss that is a number: check the data and the network first.", FAILED)
    for outcome in strip.outcomes:
        ended = "" if outcome.epochs == arguments.epochs else f"  not a number after {outcome.epochs} epochs"
        mark = "  <- lowest" if outcome is best else ended
        out.say(f"{outcome.rate:10.2e}  {outcome.loss:.4f}{mark}")
    out.say(f"\nlowest loss at rate {best.rate:g} (now {project.training.optimizer.rate:g})")
    out.give(
        {
            "outcomes": [asdict(outcome) for outcome in strip.outcomes],
            "best": best.rate,
            "together": strip.together,
            "rate": project.training.optimizer.rate,
        }
    )
    return OK
