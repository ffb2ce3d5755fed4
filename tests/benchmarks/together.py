"""`python -m tests.benchmarks.together`: 32 runs of one network trained together and one after another.

Eight learning rates times four penalties, 20 epochs each, in turns within one process; what is printed are
medians over the turns. Both must reach the same losses.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from itertools import product
from time import perf_counter

import numpy as np

from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.core.run import Epoch
from nnstudio.engine.sweep.sweep import sweep
from nnstudio.engine.train import train
from tests.benchmarks.training.tasks import Task, tasks

AIMS = {"tiny": 15.0, "small": 3.0}
RATES, PENALTIES = np.geomspace(1e-4, 3e-2, 8), (0.0, 1e-4, 1e-3, 1e-2)
EPOCHS = 20


def projects(task: Task) -> list[Project]:
    """Return the 32 runs of a task."""
    base = task.project.set("training.epochs", EPOCHS).set("training.early_stopping.on", False)
    return [
        base.set("training.optimizer.rate", float(rate)).set("training.weight_decay", penalty)
        for rate, penalty in product(RATES, PENALTIES)
    ]


def together(runs: list[Project], prepared: Prepared) -> list[float]:
    """Return the last validation losses of runs trained together."""
    program = sweep(runs, prepared)
    while True:
        try:
            next(program)
        except StopIteration as ended:
            return [run.val_loss[-1] for run in ended.value]


def alone(runs: list[Project], prepared: Prepared) -> list[float]:
    """Return the last validation losses of runs trained one after another."""
    found = []
    for run in runs:
        losses = [e.values["val_loss"] for e in train(run, prepared) if isinstance(e, Epoch)]
        found.append(losses[-1])
    return found


def main() -> int:
    """Measure and print; 1 when an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.together", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=tuple(AIMS), default=list(AIMS))
    parser.add_argument("--turns", type=int, default=5)
    wishes = parser.parse_args()
    missed = False
    for task in tasks():
        if task.name not in wishes.only:
            continue
        runs = projects(task)
        ratios, times, apart = [], [], 0.0
        for _ in range(wishes.turns):
            began = perf_counter()
            joint = together(runs, task.prepared)
            middle = perf_counter()
            single = alone(runs, task.prepared)
            ended = perf_counter()
            ratios.append((ended - middle) / (middle - began))
            times.append(1000 * (middle - began) / len(runs))
            apart = max(apart, float(np.max(np.abs(np.array(joint) / np.array(single) - 1))))
        ratio = statistics.median(ratios)
        missed |= ratio < AIMS[task.name]
        print(
            f"{task.name}: 32 runs together {ratio:.1f} times as fast as one after another "
            f"(aim {AIMS[task.name]:g}; {min(ratios):.1f}-{max(ratios):.1f}), "
            f"{statistics.median(times):.1f} ms per run; losses apart by {apart:.1%} at most",
            flush=True,
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
