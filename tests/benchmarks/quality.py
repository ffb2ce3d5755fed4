"""How good the studio's networks are: test scores on every bundled set, beside simple models.

`python -m tests.benchmarks.quality` prints medians over seeds (each splits, draws and shuffles anew;
series and continued texts are always split by time). Of the candidates of a set the one with the lowest
VALIDATION loss is tested (of numbers the lowest validation error in their own units, for candidates may
prepare them in different ways): seed by seed where seeds split anew, since the validation rows of one seed
are test rows of another, and by the mean over the seeds where the split is by time. The simple model shown
is picked by its validation score too. Simple models learn from the usual preparation, whatever the
network's is; a linear model on the network's own preparation stands beside them, for comparison.
`--only NAME ...` takes some sets, `--seeds N` another number of seeds. `--validation-only` prints how every
candidate does on the validation rows, to choose candidates by: it makes no prediction for a test row.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nnstudio.catalog.activations import Tanh
from nnstudio.catalog.datasets.playground import Spirals
from nnstudio.catalog.datasets.series import Airline, Seasons, Sunspots
from nnstudio.catalog.datasets.sklearn_sets import BreastCancer, Diabetes, Digits, Iris, Wine
from nnstudio.catalog.datasets.texts import Alice, Opinions
from nnstudio.catalog.preparations import Difference, Logarithm, ScaleInputs, ScaleTarget, SquareRoot
from nnstudio.catalog.presets import Funnel
from nnstudio.catalog.presets.images import VGGStyle
from nnstudio.catalog.presets.sequences import GptStyle, GRUStyle
from nnstudio.catalog.presets.wide import WideAndDeep
from nnstudio.core.dataset import Preparation, Source, SplitName
from nnstudio.core.project import Preset, Project
from nnstudio.core.run import Epoch, Finished
from nnstudio.data.beginning import Beginning, begin, changed
from nnstudio.engine.evaluate import evaluate
from nnstudio.engine.reference import references
from nnstudio.engine.train import train

Edits = dict[str, Any]
COSINE = {"kind": "cosine"}
DECAY: Edits = {"training.weight_decay": 0.01}
LONG: Edits = {"training.epochs": 400, "training.early_stopping.patience": 60}
AGAIN: Edits = {"training.epochs": 200, "training.early_stopping.patience": 30}
AVERAGED: Edits = {"training.ema": 0.99}
SLOW: Edits = {"training.optimizer.rate": 0.003}
FAST: Edits = {"training.optimizer.rate": 0.01}
MADE = "none: the program makes the set"
SIMPLE = ("linear", "forest")


def over(*steps: Preparation) -> Edits:
    """Return the edit that puts steps before the scaling."""
    return {"data.preparation": (*steps, ScaleInputs(), ScaleTarget())}


@dataclass(frozen=True)
class Case:
    """A bundled set, the networks to choose among, the metric, the aim and what the literature says."""

    name: str
    source: Source
    candidates: tuple[tuple[Preset, Edits], ...]
    metric: str = "accuracy"
    aim: float | None = None
    """None: the simple models are the aim."""
    beat: tuple[str, ...] = ("linear",)
    """Kinds of simple models to reach."""
    known: str = ""
    above: bool = False
    """Reaching the simple models is not enough."""


CASES = (
    Case(
        "digits", Digits(),
        (
            (
                VGGStyle(filters=32, dropout=0.4),
                {"training.optimizer.rate": 0.002, "training.epochs": 30, "training.schedule": COSINE},
            ),
        ),
        aim=0.985, beat=(), known="0.980, nearest neighbour on a like split (optdigits.names)",
    ),
    Case(
        "iris", Iris(),
        ((Funnel(depth=1, width=16), FAST | DECAY), (Funnel(depth=0), FAST | {"training.epochs": 300})),
        known="0.98, linear discriminant on the training rows (Fisher 1936)",
    ),
    Case(
        "wine", Wine(),
        ((Funnel(depth=1, width=16), FAST | DECAY), (Funnel(depth=0), FAST | {"training.epochs": 300})),
        known="0.989, linear discriminant, leave one out (wine.names)",
    ),
    Case(
        "breast_cancer", BreastCancer(),
        (
            (Funnel(depth=1, width=16), FAST | DECAY),
            (Funnel(depth=0), FAST | DECAY),
            (WideAndDeep(units=16, dropout=0.3), FAST | {"training.weight_decay": 0.003}),
        ),
        known="0.975, tenfold cross-validation (wdbc.names)",
    ),
    Case(
        "diabetes", Diabetes(),
        (
            (Funnel(depth=1, width=16), {"training.weight_decay": 0.1, "training.optimizer.rate": 0.003}),
            (Funnel(depth=0), FAST | {"training.epochs": 300, "training.weight_decay": 0.01}),
        ),
        metric="r2", known="0.52, least squares on the rows it was fitted to (Efron et al. 2004)",
    ),
    Case(
        "spirals", Spirals(samples=1000, noise=0.05),
        (
            (
                Funnel(depth=2, width=64, activation=Tanh()),
                {
                    "training.optimizer.rate": 0.02, "training.epochs": 200,
                    "training.early_stopping.patience": 50, "training.schedule": COSINE,
                },
            ),
        ),
        aim=0.98, beat=(), known="1.000, solved (Lang and Witbrock 1988)",
    ),
    Case(
        "opinions", Opinions(samples=1000),
        ((GRUStyle(units=32, both_ways=True), {"training.optimizer.rate": 0.003, "training.epochs": 20}),),
        beat=("constant", "linear"), above=True, known=MADE,
    ),
    Case(
        "alice", Alice(step=3),
        (
            (GRUStyle(units=64, dropout=0.3), {"training.optimizer.rate": 0.005, "training.epochs": 12}),
            (GptStyle(units=32, blocks=1), {"training.optimizer.rate": 0.003, "training.epochs": 12}),
        ),
        beat=("unigrams", "bigrams", "trigrams"), above=True, known="none for so short a text",
    ),
    Case(
        "airline", Airline(),
        (
            (WideAndDeep(units=8, dropout=0.3), SLOW | LONG | over(Difference(lag=12))),
            (WideAndDeep(units=8, dropout=0.3), SLOW | LONG | AVERAGED | over(Difference(lag=12))),
            (Funnel(depth=0), FAST | LONG | over(Logarithm(), Difference(lag=12), Difference())),
        ),
        metric="rmse", beat=("naive", "linear"), above=True, known="none on this split",
    ),
    Case(
        "sunspots", Sunspots(),
        (
            (GRUStyle(units=128, dropout=0.3), SLOW | AGAIN | over(SquareRoot())),
            (GRUStyle(units=64, dropout=0.3), SLOW | LONG | AVERAGED | over(SquareRoot())),
            (
                WideAndDeep(units=64, reader="GRU", dropout=0.3),
                SLOW | LONG | AVERAGED | over(SquareRoot()),
            ),
        ),
        metric="rmse", beat=("naive", "linear"), above=True, known="none on this split",
    ),
    Case(
        "seasons", Seasons(),
        (
            (GRUStyle(units=32, dropout=0.5), SLOW | AGAIN),
            (GRUStyle(units=32, dropout=0.3), SLOW | AGAIN),
            (Funnel(depth=0), FAST | {"training.epochs": 300}),
        ),
        metric="rmse", beat=("naive", "linear"), above=True, known=MADE,
    ),
)  # fmt: skip
LOWER = {"rmse"}


@dataclass(frozen=True)
class Tried:
    """A candidate trained with one seed."""

    title: str
    judged: float
    """On the validation rows: the loss, or the error in the target's own units; lower is better."""
    begun: Beginning
    weights: bytes
    usual: tuple[Preparation, ...]
    """Preparation that the simple models learn from."""


@dataclass(frozen=True)
class Score:
    """One seed: the chosen network's test score, those of the simple models, and what was chosen."""

    network: float
    simple: dict[str, float]
    best_simple: str
    chosen: str


def tried(case: Case, seed: int) -> list[Tried]:
    """Train every candidate and judge it by validation rows."""
    found = []
    for preset, edits in case.candidates:
        begun = begin(case.source, preset=preset)
        usual = begun.project.data.preparation
        project = begun.project.set("data.split.seed", seed)
        for path, value in ({"training.seed": seed} | edits).items():
            project = project.set(path, value)
        begun = changed(begun, project)
        judged, weights = _trained(begun)
        if case.metric in LOWER:
            judged = evaluate(begun.project, begun.prepared, weights, "validation").values[case.metric]
        found.append(Tried(_name(preset, project), judged, begun, weights, usual))
    return found


def chosen(tries: list[list[Tried]]) -> list[Tried]:
    """Return the candidate to be tested for every seed."""
    if tries[0][0].begun.examples.windows is None:
        return [min(of_seed, key=lambda one: one.judged) for of_seed in tries]
    means = [statistics.mean(one.judged for one in candidate) for candidate in zip(*tries, strict=True)]
    return [of_seed[means.index(min(means))] for of_seed in tries]


def score(case: Case, one: Tried) -> Score:
    """Test what was chosen, once, beside the simple models."""
    begun, metric = one.begun, case.metric
    tested = evaluate(begun.project, begun.prepared, one.weights, "test").values[metric]
    plain = changed(begun, begun.project.set("data.preparation", one.usual))
    judged, simple = (_simple(plain, metric, split) for split in ("validation", "test"))
    if begun.project.data.preparation != one.usual:
        simple["linear, prepared alike"] = _simple(begun, metric, "test")["linear"]
    sign = -1 if metric in LOWER else 1
    best = max((kind for kind in SIMPLE if kind in judged), key=lambda kind: sign * judged[kind], default="")
    return Score(tested, simple, best, one.title)


def _name(preset: Preset, project: Project) -> str:
    """Return the network's name and what is done to a series before it."""
    steps = [s.title.lower() for s in project.data.preparation if s.family == "series"]
    return " of ".join([preset.title, *steps])


def _trained(begun: Beginning) -> tuple[float, bytes]:
    loss, end = float("inf"), None
    for event in train(begun.project, begun.prepared):
        if isinstance(event, Epoch):
            loss = min(loss, event.values["val_loss"])
        elif isinstance(event, Finished):
            end = event
    assert end is not None
    assert end.best, end.message
    return loss, end.best


def _simple(begun: Beginning, metric: str, split: SplitName) -> dict[str, float]:
    return {m.kind: m.values[metric] for m in references(begun.prepared, split, begun.examples)}


def reached(case: Case, network: float, simple: dict[str, float]) -> bool:
    """Tell whether the median reaches the aim."""
    if case.aim is not None:
        return network >= case.aim
    sign = -1 if case.metric in LOWER else 1
    gaps = [sign * (network - simple[kind]) for kind in case.beat]
    return all(gap > 0 if case.above else gap >= 0 for gap in gaps)


def rows(cases: tuple[Case, ...], seeds: int) -> Iterator[tuple[str, ...]]:
    """Yield one line of the table per set."""
    for case in cases:
        began = time.perf_counter()
        scores = [score(case, one) for one in chosen([tried(case, seed) for seed in range(seeds)])]
        network = statistics.median(one.network for one in scores)
        simple = {k: statistics.median(one.simple[k] for one in scores) for k in scores[0].simple}
        best = statistics.mode(one.best_simple for one in scores)
        shown = dict.fromkeys((*case.beat, best, *(kind for kind in simple if kind.startswith("linear,"))))
        beat = ", ".join(f"{kind} {simple[kind]:.3f}" for kind in shown if kind)
        aim = f">= {case.aim}" if case.aim else f"{'above' if case.above else 'reach'} {'/'.join(case.beat)}"
        yield (
            case.name, case.metric, f"{network:.3f}",
            f"{min(s.network for s in scores):.3f}-{max(s.network for s in scores):.3f}", beat,
            aim, "yes" if reached(case, network, simple) else "NO",
            "/".join(dict.fromkeys(one.chosen for one in scores)), case.known,
            f"{time.perf_counter() - began:.0f} s",
        )  # fmt: skip


def validation_rows(cases: tuple[Case, ...], seeds: int) -> Iterator[tuple[str, ...]]:
    """Yield one line per candidate, judged by validation rows alone, the simple models behind them."""
    for case in cases:
        tries = [tried(case, seed) for seed in range(seeds)]
        for candidate in zip(*tries, strict=True):
            judged = [one.judged for one in candidate]
            each = " ".join(f"{value:.4f}" for value in judged)
            yield case.name, candidate[0].title, f"{statistics.mean(judged):.4f}", each
        first = tries[0][0]
        plain = changed(first.begun, first.begun.project.set("data.preparation", first.usual))
        for kind, value in _simple(plain, case.metric, "validation").items():
            yield case.name, f"{kind} ({case.metric}, seed 0)", f"{value:.4f}", ""


def main() -> int:
    """Print the table; 1 when an aim is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=[case.name for case in CASES], metavar="NAME")
    parser.add_argument("--validation-only", action="store_true")
    arguments = parser.parse_args()
    wanted = tuple(case for case in CASES if arguments.only is None or case.name in arguments.only)
    if arguments.validation_only:
        print("set | candidate | validation (mean over seeds, lower is better) | seeds")
        for line in validation_rows(wanted, arguments.seeds):
            print(" | ".join(line), flush=True)
        return 0
    print(
        "set | metric | test (median) | range | simple models | aim | reached | network | literature | took"
    )
    missed = 0
    for line in rows(wanted, arguments.seeds):
        print(" | ".join(line), flush=True)
        missed += line[6] == "NO"
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
