"""`python -m tests.benchmarks.training`: the studio's engine beside the plain loop and other libraries.

All train in one process, in turns, each with a validation pass in every epoch; what is printed are
medians over the turns, as multiples of the plain loop's speed, with the range of the middle half, and
the validation loss after ten epochs (or as many as all have done): equal losses mean equal work.
`--only NAME ...` takes some tasks, `--turns N` another number of turns, `--json` prints numbers. Libraries
that are not installed are skipped and named.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
from dataclasses import asdict, dataclass
from time import perf_counter

import torch

from tests.benchmarks.training.contestants import NAIVE, STUDIO, Epochs, contestants, missing
from tests.benchmarks.training.peers import PEERS
from tests.benchmarks.training.tasks import Task, tasks

TURN_SECONDS = 0.5
"""Of everybody's turn: what others have left in the caches is forgotten in a fraction of it."""
COMPARED = 10
"""The epoch whose losses are set side by side."""


@dataclass(frozen=True)
class Result:
    """Milliseconds per epoch (median, quartiles) and speed beside the plain loop."""

    task: str
    who: str
    milliseconds: float
    low: float
    high: float
    speed: float
    loss: float


class Runner:
    """One contestant with the number of threads it wants."""

    def __init__(self, epochs: Epochs) -> None:
        self._epochs, self._threads = epochs, torch.get_num_threads()
        self.times: list[float] = []
        self.losses: list[float] = []

    def turn(self, seconds: float = TURN_SECONDS) -> None:
        """Train whole epochs for a while; without time for one, untimed."""
        outside = torch.get_num_threads()
        torch.set_num_threads(self._threads)
        began, before = perf_counter(), len(self.losses)
        while len(self.losses) == before or perf_counter() - began < seconds:
            self.losses.append(next(self._epochs))
        taken = perf_counter() - began
        self._threads = torch.get_num_threads()
        torch.set_num_threads(outside)
        if seconds:
            self.times.append(1000 * taken / (len(self.losses) - before))


def measure(task: Task, turns: int, only: list[str]) -> list[Result]:
    """Let everybody train in turns."""
    chosen = {name: run for name, run in contestants(task).items() if not only or name in {NAIVE, *only}}
    runners = {name: Runner(iter(run(task))) for name, run in chosen.items()}
    for name in list(runners):
        try:
            runners[name].turn(0)
        except Exception as error:
            if name not in {peer.name for peer in PEERS}:
                raise
            print(f"{name} left out, it failed: {error}", file=sys.stderr)
            del runners[name]
    in_turn = list(runners.values())
    for _ in range(turns):
        for runner in in_turn:
            runner.turn()
        # Who comes after somebody alike finds his code in the caches: nobody always does.
        in_turn.reverse()
    plain = runners[NAIVE].times
    found = []
    for name, runner in runners.items():
        low, middle, high = statistics.quantiles(runner.times, n=4)
        speed = statistics.median(a / b for a, b in zip(plain, runner.times, strict=True))
        loss = runner.losses[min(COMPARED, *(len(other.losses) for other in runners.values())) - 1]
        found.append(Result(task.name, name, middle, low, high, speed, loss))
    return found


def main() -> int:
    """Measure and print; 1 when the studio misses an aim."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.training", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="TASK")
    parser.add_argument("--who", nargs="+", default=[], metavar="NAME", help="beside the plain loop")
    parser.add_argument("--turns", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    wishes = parser.parse_args()
    absent = {peer.name: missing(peer.needs) for peer in PEERS if missing(peer.needs)}
    # What is loaded stays: nobody's turn shall be spent on looking through it.
    gc.collect()
    gc.freeze()
    results, missed = [], 0
    for task in tasks():
        if wishes.only and task.name not in wishes.only:
            continue
        found = measure(task, max(2, wishes.turns), wishes.who)
        results += found
        missed += any(r.who == STUDIO and r.speed < task.aim for r in found)
        if not wishes.json:
            _show(task, found)
    if wishes.json:
        print(json.dumps([asdict(result) for result in results], indent=1))
    elif absent:
        print("skipped, not installed:", ", ".join(f"{who} ({', '.join(n)})" for who, n in absent.items()))
    return int(missed > 0)


def _show(task: Task, results: list[Result]) -> None:
    rows = len(task.prepared.train)
    print(f"\n{task.name}: {rows} rows, batches of {task.batch}, aim {task.aim:g}x")
    print(f"  {'':24}{'speed':>8}{'ms/epoch':>12}{'middle half':>18}{'val. loss':>12}")
    for r in results:
        half = f"{r.low:.2f}-{r.high:.2f}"
        print(f"  {r.who:24}{r.speed:7.2f}x{r.milliseconds:12.2f}{half:>18}{r.loss:12.6f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
