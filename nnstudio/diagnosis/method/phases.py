"""The five phases: where a project stands, and the next sensible step."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from nnstudio.catalog.edits import dropout_rate, hidden
from nnstudio.core.finding import Evidence, Finding, Fix
from nnstudio.core.project import Project
from nnstudio.diagnosis.method.checklists import after, data
from nnstudio.diagnosis.method.levels import ladder, next_rung
from nnstudio.diagnosis.method.standing import Item, Standing
from nnstudio.diagnosis.progress import learns
from nnstudio.diagnosis.score import beats_constant

Page = Literal["data", "design", "evaluate", "tune", "runs"]

SIMPLE_DEPTH = 2
"""Hidden layers of a baseline: one or two."""
TIERS_OF_PHASE = {1: ("data",), 2: ("output", "init", "step size", "batch", "depth")}
MORE = frozenset({"underfitting", "too_few_epochs", "stagnation"})
LESS = frozenset({"overfitting", "overtraining", "over_regularization", "excessive_dropout"})


@dataclass(frozen=True, slots=True)
class Advice:
    """The next sensible step; `fix` takes it where one can, `page` is where it is taken."""

    text: str
    why: str
    page: Page = "design"
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase with what belongs to it."""

    number: int
    key: str
    title: str
    question: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Journey:
    """All phases, the one that is on (counting from 1), and what to do next."""

    phases: tuple[Phase, ...]
    at: int
    advice: Advice

    @property
    def phase(self) -> Phase:
        """The phase that is on."""
        return self.phases[self.at - 1]

    @property
    def line(self) -> str:
        """Where the project stands, for a status line."""
        return f"phase {self.at} of {len(self.phases)} — {self.phase.title}"


def journey(standing: Standing) -> Journey:
    """Return where a project stands and what comes next."""
    at = _at(standing)
    phases = (
        Phase(1, "data", "Data", "Can these data be trusted?", data(standing)),
        Phase(2, "baseline", "Baseline", "Is the problem feasible at all?", _baseline(standing)),
        Phase(3, "capacity", "More capacity", "Is the network large enough?", _capacity(standing)),
        Phase(4, "regularise", "Regularise", "Does it hold for rows it has never seen?", _held(standing)),
        Phase(5, "fine_tune", "Fine-tune", "What do the last per cent cost?", _tuned(standing)),
    )
    return Journey(phases, at, NEXT[at](standing))


def _at(standing: Standing) -> int:
    """Return the first phase that is not done with."""
    if standing.facts is None or standing.of_tiers("data"):
        return 1
    run = standing.last
    if run is None or standing.of_tiers(*TIERS_OF_PHASE[2]) or not beats_constant(Evidence.of(run), "val"):
        return 2
    if standing.ids & MORE:
        return 3
    if standing.ids & LESS:
        return 4
    return 3 if standing.first_under_way else 5


# -- what belongs to each phase --------------------------------------------------------------------


def _baseline(standing: Standing) -> tuple[Item, ...]:
    run, doubts = standing.last, standing.of_tiers(*TIERS_OF_PHASE[2])
    simple = [kept for kept in standing.runs if _simple(kept.record.project)]
    better = run is not None and beats_constant(Evidence.of(run), "val")
    return (
        Item(
            "simple", "A simple network trained first", bool(simple), "one or two hidden layers, no dropout"
        ),
        Item("sound", "Output, loss and rate are sound", not doubts, doubts[0].title if doubts else ""),
        Item("better", "Better than always the same answer", better, "on the validation rows"),
    )


def _simple(project: Project) -> bool:
    return len(hidden(project.network)) <= SIMPLE_DEPTH and not dropout_rate(project)


def _capacity(standing: Standing) -> tuple[Item, ...]:
    run, ids = standing.last, standing.ids
    long = run is not None and "too_few_epochs" not in ids and not standing.first_under_way
    fits = run is not None and learns(Evidence.of(run)) and not ids & {"underfitting", "stagnation"}
    return (
        Item("fits", "The training rows are learned", fits),
        Item("long", "Trained long enough", long, "the run is not over" if standing.first_under_way else ""),
    )


def _held(standing: Standing) -> tuple[Item, ...]:
    project, last = standing.project, standing.last
    follows = last is not None and not standing.ids & LESS
    rungs = tuple(
        Item(f"level_{rung.level}", rung.text, rung.done(project), f"level {rung.level}")
        for rung in ladder(project)
    )
    return (Item("follows", "Validation follows training", follows), *rungs)


COMPARED: dict[str, tuple[str, Callable[[Project], Hashable]]] = {
    "rates": ("Learning rates compared", lambda project: project.training.optimizer.rate),
    "batches": ("Batch sizes compared", lambda project: project.training.batch_size),
    "dropouts": ("Dropout compared", dropout_rate),
    "optimizers": ("Optimizers compared", lambda project: project.training.optimizer.kind),
}
"""What fine-tuning varies, by the key of its line."""


def _tuned(standing: Standing) -> tuple[Item, ...]:
    items = []
    for key, (text, value) in COMPARED.items():
        count = len({value(run.record.project) for run in standing.runs})
        items.append(Item(key, text, count > 1 or standing.searched, f"{count} tried" if count > 1 else ""))
    return (*items, *after(standing))


# -- the next step -----------------------------------------------------------------------------------


def _read_or_clean(standing: Standing) -> Advice:
    if standing.facts is None:
        return Advice("Choose data and look at them", "Everything that follows rests on them.", "data")
    return _mend(standing.of_tiers("data")[0], "data")


def _begin(standing: Standing) -> Advice:
    doubts = standing.of_tiers(*TIERS_OF_PHASE[2])
    if doubts:
        return _mend(doubts[0])
    if standing.first_under_way:
        return _wait()
    if standing.last is None:
        why = "A simple network shows whether the problem is feasible, and what every later change is worth."
        return Advice("Train a first, simple network", why)
    why = "So far it answers no better than always the same. Look at the inputs and at suspicious labels."
    return Advice("Look at the data again", why, "data")


def _grow(standing: Standing) -> Advice:
    lacks = next((f for f in standing.problems if f.id in MORE), None)
    return _wait() if lacks is None else _mend(lacks)


def _wait() -> Advice:
    return Advice(
        "Let the run go on", "Only when it is over can be told whether the network is large enough."
    )


def _hold(standing: Standing) -> Advice:
    problem = next(f for f in standing.problems if f.id in LESS)
    rung = next_rung(standing.project) if problem.id == "overfitting" else None
    if rung is None:
        return _mend(problem)
    why = f"Level {rung.level} of regularisation. One change at a time: too much at once underfits."
    fix = rung.fix(standing.project)
    return Advice(fix.title if fix else rung.text, why, fix=fix)


def _finish(standing: Standing) -> Advice:
    open_items = [item for item in _tuned(standing) if item.done is False]
    first = open_items[0].key if open_items else ""
    if first in COMPARED:
        return Advice("Search around these settings", "Rates first, then batch size and dropout.", "tune")
    if first == "test":
        why = "Once, at the very end: judged more often, the test set becomes a second validation set."
        return Advice("Judge on the test set", why, "evaluate")
    if first == "notes":
        return Advice("Write down what was found", "Notes are kept with the project.", "runs")
    return Advice("Look at the mistakes", "Only its mistakes say why a network fails.", "evaluate")


def _mend(finding: Finding, page: Page = "design") -> Advice:
    if not finding.fixes:
        return Advice(finding.title, finding.why, page)
    return Advice(finding.fixes[0].title, finding.title, page, finding.fixes[0])


NEXT: dict[int, Callable[[Standing], Advice]] = {
    1: _read_or_clean, 2: _begin, 3: _grow, 4: _hold, 5: _finish,
}  # fmt: skip


def journey_json(found: Journey) -> dict[str, Any]:
    """Return a journey as plain JSON data."""
    advice = found.advice
    return {
        "phase": found.at,
        "title": found.phase.title,
        "next": {
            "text": advice.text, "why": advice.why, "page": advice.page,
            "fix": advice.fix.id if advice.fix else None,
        },
        "phases": [asdict(phase) for phase in found.phases],
    }  # fmt: skip
