"""How good the diagnosis is: drawn programs, healthy ones and ones with a fault put in, beside other tools.

`python -m tests.benchmarks.diagnosis` draws programs from generator seeds, nobody has chosen them. Even seeds
are the half that one looks at while working on the rules, odd ones are only reported (`--half report`).
A row counts as healthy or harmful by tests on unseen rows (`diagnosing/judge.py`), not by the rules that are
judged; what does not is drawn again. Findings that count as right are listed in `diagnosing/equivalents.py`.

`--fixes` also applies the first fix of every first finding and trains again, `--fixes all` each of its
fixes (`--advice FILE` keeps how often they helped); `--problem ID`, `--only healthy` and `--json FILE` do
what they say. Which draws were fit is remembered in a file in the temporary folder, so that the next time
only they are trained: `--fresh` forgets it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch

from tests.benchmarks.diagnosing.rows import FAULTS, Row, faulty_row, healthy_row
from tests.benchmarks.diagnosing.table import figures, lines, misses, tried

HEALTHY, EACH = 112, 8
"""Healthy rows, and faulty rows of each problem, in both halves together."""
ORIGIN = "python -m tests.benchmarks.diagnosis"
HALVES = {"look": 0, "report": 1}
Cache = dict[str, int]


def main() -> int:
    """Print the table."""
    arguments = _arguments()
    began = time.perf_counter()
    torch.set_num_threads(1)
    parity, place = HALVES[arguments.half], _place(arguments.seed)
    cache: Cache = {} if arguments.fresh or not place.exists() else json.loads(place.read_text())
    with ProcessPoolExecutor(arguments.jobs, get_context("spawn"), initializer=_begin) as pool:
        seeds = [1000 * arguments.seed + at for at in range(HEALTHY) if at % 2 == parity]
        told = f"healthy ({arguments.half})"
        healthy = _all(pool, told, [(_healthy, (seed, cache.get(f"{seed}"))) for seed in seeds])
        cache |= {f"{row.seed}": row.attempt for row in healthy if row.attempt >= 0}
        place.write_text(json.dumps(cache))
        sound = [row for row in healthy if row.attempt >= 0]
        bases = [(row.seed, row.attempt, row.score) for row in sound]
        faulty: list[Row] = []
        if arguments.only != "healthy":
            work = [
                (_faulty, (fault, seed, bases, arguments.fixes, cache.get(f"{fault} {seed}")))
                for fault in (arguments.problem or FAULTS)
                for seed in (1000 * arguments.seed + at for at in range(EACH) if at % 2 == parity)
            ]
            faulty = _all(pool, f"faulty ({arguments.half})", work)
            cache |= {f"{row.fault} {row.seed}": row.attempt for row in faulty if row.attempt >= 0}
            place.write_text(json.dumps(cache))
    harmful = sorted((row for row in faulty if row.attempt >= 0), key=lambda row: (row.fault, row.seed))
    missing = [row for row in faulty if row.attempt < 0]
    # Whoever sees single rows of the half that is only reported begins to tune by it.
    _tell(sound, harmful, missing, arguments.half == "look")
    took = (time.perf_counter() - began) / 60
    print(f"\n{len(sound)} healthy and {len(harmful)} faulty runs, {took:.1f} minutes")
    if arguments.json:
        rows = {"healthy": [asdict(row) for row in sound], "faulty": [asdict(row) for row in harmful]}
        arguments.json.write_text(json.dumps({"figures": figures(sound, harmful), "rows": rows}, indent=1))
    if arguments.advice:
        origin = f"How often each fix helped, of how many tries: {ORIGIN} --half {arguments.half} --fixes all"
        arguments.advice.write_text(json.dumps({"origin": origin, "helped": tried(harmful)}, indent=1) + "\n")
    return 0


def _tell(healthy: list[Row], faulty: list[Row], missing: list[Row], named: bool) -> None:
    for line in lines(healthy, faulty, named):
        print(line)
    if named:
        print("\nwhat was missed:")
        for line in misses(faulty):
            print(line)
    for row in missing:
        print(f"  not drawn: {row.fault}, seed {row.seed}: no draw did harm")


def _all(pool: ProcessPoolExecutor, what: str, work: Iterable[tuple[Callable[..., Row], Any]]) -> list[Row]:
    """Do the work in the pool, telling how far it is."""
    futures = {pool.submit(function, *words): words for function, words in work}
    found = []
    for done, future in enumerate(as_completed(futures), 1):
        found.append(future.result())
        if sys.stderr.isatty() or done % 20 == 0 or done == len(futures):
            print(f"{what}: {done}/{len(futures)}", file=sys.stderr, flush=True)
    return sorted(found, key=lambda row: (row.fault, row.seed))


def _begin() -> None:
    torch.set_num_threads(1)


def _healthy(seed: int, known: int | None) -> Row:
    return healthy_row(seed, known)


def _faulty(*words: Any) -> Row:
    return faulty_row(*words)


def _place(seed: int) -> Path:
    return Path(tempfile.gettempdir()) / f"nnstudio-benchmark-diagnosis-{seed}.json"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--half", choices=tuple(HALVES), default="look")
    parser.add_argument("--problem", nargs="+", choices=FAULTS, metavar="ID")
    parser.add_argument("--only", choices=("healthy",))
    parser.add_argument("--fixes", nargs="?", choices=("first", "all"), const="first", default="",
                        help="try the first fix of every first finding, or all of its fixes")  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="another seed draws other programs")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--advice", type=Path, metavar="FILE", help="write how often each fix helped")
    parser.add_argument("--fresh", action="store_true", help="draw everything anew")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
