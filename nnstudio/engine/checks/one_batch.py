"""Fit one batch: a sound network learns a handful of rows by heart."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.optimizers import Adam
from nnstudio.core.check import CheckResult, Outcome
from nnstudio.core.dataset import Part, Prepared
from nnstudio.core.project import Project
from nnstudio.engine.checks.brief import Trained, Working, brief, plain, steady, trained, with_training

ROWS = 16
EPOCHS = 300
"""Steps, one per epoch: TheDeepChecker gives a batch a thousand, most need fewer than a hundred."""
KNOWN = 0.95
"""Accuracy or R² from which the rows count as known by heart."""
FALLEN = 0.1
"""Where there is no such score: what may be left of the first loss."""
USUAL_RATE = 0.003


def run(project: Project, prepared: Prepared) -> Working:
    """Learn 16 rows by heart, with the project's own steps and, if these fail, with Adam's."""
    small, _ = brief(steady(plain(project)), prepared)
    rows = _batch(prepared.learnt)
    only = replace(prepared, train=rows, validation=rows, test=rows, balanced=None, worked_out={})
    small = with_training(small, epochs=EPOCHS, batch_size=len(rows))
    own = yield from trained(small, only, "Learning a few rows by heart", 0.0, 0.5)
    numbers = {"rows": float(len(rows))} | own.numbers()
    if _fits(own, small, only):
        words = f"{len(rows)} rows are learnt by heart ({_reached(own)}): the network can learn."
        return CheckResult(id="one_batch", outcome="good", verdict=words, numbers=numbers)
    other = with_training(small, optimizer=Adam(rate=USUAL_RATE))
    usual = yield from trained(other, only, "The same with Adam", 0.5, 1.0)
    mended = _fits(usual, other, only)
    outcome: Outcome = "bad"
    words = f"Not even {len(rows)} rows are learnt in {EPOCHS} steps ({_reached(own)})"
    words += (
        f", but with Adam at {USUAL_RATE:g} they are: the steps are at fault."
        if mended
        else ", nor with Adam: look for a fault in the network, its output, the loss or the scaling."
    )
    numbers |= usual.numbers("with Adam") | {"mended by Adam": float(mended)}
    return CheckResult(id="one_batch", outcome=outcome, verdict=words, numbers=numbers)


def _batch(part: Part) -> Part:
    """Return rows that differ from each other, of every class as far as they go."""
    flat = part.x.reshape(len(part), -1)
    _, distinct = np.unique(flat[: 50 * ROWS], axis=0, return_index=True)
    order = np.random.default_rng(0).permutation(np.sort(distinct))
    rows = np.sort(order[_dealt(part.y[order])][:ROWS])
    return Part(part.x[rows], part.y[rows], part.rows[rows])


def _dealt(y: NDArray[np.generic]) -> NDArray[np.int64]:
    """Return an order in which the classes take turns; numbers stay as they are."""
    if y.ndim > 1 or y.dtype.kind == "f":
        return np.arange(len(y))
    turns = np.zeros(len(y), np.int64)
    for label in np.unique(y):
        own = np.flatnonzero(y == label)
        turns[own] = np.arange(len(own))
    return np.argsort(turns, kind="stable")


def _fits(found: Trained, project: Project, rows: Prepared) -> bool:
    if found.broken:
        return False
    if math.isfinite(found.train_score):
        return found.train_score >= KNOWN
    return found.train_loss <= FALLEN * _first(rows)


def _first(rows: Prepared) -> float:
    return float(np.var(np.asarray(rows.train.y, np.float64), axis=0).mean())


def _reached(found: Trained) -> str:
    if found.broken:
        return "training breaks down"
    if math.isfinite(found.train_score):
        return f"score {found.train_score:.2f}"
    return f"loss {found.train_loss:.3g}"
