"""Rows of the benchmark: sound programs and faulty ones, drawn again until they are what they claim."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from nnstudio.cli.problem import Problem
from nnstudio.core.dataset import DataProblem
from tests.benchmarks.diagnosing.draw_programs import drawn
from tests.benchmarks.diagnosing.faults import INJECTORS, Pair
from tests.benchmarks.diagnosing.fixing import verdict
from tests.benchmarks.diagnosing.judge import harmful, healthy, tolerance, worse_loss
from tests.benchmarks.diagnosing.others import TOOLS
from tests.benchmarks.diagnosing.overhead import overhead
from tests.benchmarks.diagnosing.runs import Score, Trained, trained
from tests.benchmarks.diagnosing.specs import Program, Spec, program
from tests.benchmarks.diagnosing.tensors import looks

MOST_DRAWS = 8
"""Draws for one healthy row."""
MOST_TRIES, MOST_TRAINED = 100, 12
"""Tries for one faulty row, and how many of them may be trained."""
MEASURED = 8
"""Of so many healthy rows one says what its probes cost."""
FAULTS = tuple(INJECTORS)


@dataclass
class Row:
    """What was seen of one program."""

    seed: int
    name: str = ""
    fault: str = ""
    strength: str = ""
    attempt: int = -1
    """Which draw was taken; -1: none was fit."""
    alarms: list[tuple[str, str]] = field(default_factory=list)
    """(id, severity) of every finding, the primary first."""
    others: dict[str, list[str]] = field(default_factory=dict)
    twin: dict[str, Any] = field(default_factory=dict)
    score: dict[str, Any] = field(default_factory=dict)
    status: str = ""
    blind: float = 0.0
    seeing: float = 0.0
    """Seconds of computing without and with probes, where they were measured."""
    fix: str = ""
    """First fix: better, no better, none, or empty when nobody looked."""
    fix_id: str = ""
    tried: dict[str, str] = field(default_factory=dict)
    """Every fix of the first finding that was tried, and how it did."""

    @property
    def primary(self) -> str:
        """The id that the diagnosis names as the cause."""
        return self.alarms[0][0] if self.alarms else ""


def base(seed: int, attempt: int) -> Spec:
    """Return the sound program of a seed and a draw."""
    return drawn(np.random.default_rng([seed, attempt]))


def healthy_row(seed: int, known: int | None = None) -> Row:
    """Draw a healthy program; `known` is the draw that was fit last time."""
    for attempt in range(MOST_DRAWS) if known is None else [known]:
        spec = base(seed, attempt)
        try:
            if known is not None:
                run = trained(program(spec))
                found: tuple[Trained, Score] | None = (run, run.score())
            else:
                found = healthy(spec)
        except (DataProblem, Problem) as error:
            print(f"healthy, seed {seed}, draw {attempt}: {error}", file=sys.stderr)
            continue
        if found is not None:
            row = Row(seed, spec.data.name, attempt=attempt, score=asdict(found[1]))
            if seed // 2 % MEASURED == 0:
                row.blind, row.seeing = overhead(found[0].program)
            return _filled(row, found[0])
    return Row(seed)


def faulty_row(
    fault: str, seed: int, bases: list[tuple[int, int, dict[str, Any]]], fixes: str, known: int | None = None
) -> Row:
    """Put a fault into one of the healthy `bases` (seed, draw, score) so that it does harm."""
    done = 0
    for attempt in dict.fromkeys([*([] if known is None else [known]), *range(MOST_TRIES)]):
        rng = np.random.default_rng([seed, FAULTS.index(fault), attempt, 7])
        at = int(rng.integers(len(bases)))
        spec = base(*bases[at][:2])
        pair = INJECTORS[fault](rng, spec)
        if pair is None:
            continue
        done += 1
        row = _harmed(fault, seed, attempt, pair, Score(**bases[at][2]) if pair.twin is spec else None, fixes)
        if row is not None:
            return row
        if done >= MOST_TRAINED:
            break
    return Row(seed, fault=fault)


def _harmed(fault: str, seed: int, attempt: int, pair: Pair, twin: Score | None, fixes: str) -> Row | None:
    """Train a pair; return its row if the fault does harm."""
    try:
        made = program(pair.faulty)
        table = made.project.trace()
        if table is None or table.errors:
            return None
        if twin is None:
            twin = trained(program(pair.twin), judged=False).score()
        run = trained(made)
        score = run.score()
        if not _shows(pair, twin, score, run):
            return None
    except (DataProblem, Problem) as error:
        print(f"{fault}, seed {seed}, draw {attempt}: {error}", file=sys.stderr)
        return None
    row = Row(
        seed, pair.faulty.data.name, fault, pair.strength, attempt, twin=asdict(twin), score=asdict(score)
    )
    if fixes:
        row.tried, row.fix_id = verdict(run, fixes == "all")
        row.fix = row.tried.get(row.fix_id, "none")
    return _filled(row, run)


def _shows(pair: Pair, twin: Score, score: Score, run: Trained) -> bool:
    checks = {
        "score": lambda: harmful(twin, score),
        "even": lambda: harmful(twin, score, even=True),
        "loss": lambda: worse_loss(twin, score),
        "hidden": lambda: run.score("validation").value - score.value > tolerance(run.score("validation")),
        "validation": lambda: (
            score.value - run.score("validation").value > tolerance(run.score("validation"))
        ),
    }
    return any(checks[harm]() for harm in pair.harm)


def _filled(row: Row, run: Trained) -> Row:
    row.alarms = [(finding.id, finding.severity) for finding in run.alarms]
    row.status = run.run.record.status
    seen = looks(run) if _sound(run.program) else ([], [])
    row.others = {name: list(dict.fromkeys(tool(run, seen))) for name, tool in TOOLS.items()}
    return row


def _sound(made: Program) -> bool:
    x = made.prepared.train.x
    return x.dtype.kind != "f" or bool(np.isfinite(x).all())
