"""What is healthy and what is harmful, by measures that the diagnosis does not use: tests on unseen rows.

Healthy: the test score beats a constant answer and reaches that of scikit-learn's models on the same rows,
training twice as long would not help, the kept weights are no worse on the test rows than the best epoch's,
and fewer labels are left to chance than the weakest fault of that kind would make wrong. Harmful: the test
score is worse than that of the healthy twin by more than both scores' noise.
"""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.decomposition import PCA

from nnstudio.engine.reference import constant, references
from tests.benchmarks.diagnosing.faults_in_data import WRONG_LABELS
from tests.benchmarks.diagnosing.runs import Score, Trained, trained
from tests.benchmarks.diagnosing.specs import Program, Spec, program

SLACK = 0.03
"""Differences of a score that are no matter, however certain."""
SIGMAS = 2.0
WORSE_LOSS = 1.15
"""Test loss of the kept weights over the best epoch's: beyond, training has gone on for too long."""
FORESTS = {"text", "generation"}
"""Kinds whose references need no forest: it takes long."""


def healthy(spec: Spec) -> tuple[Trained, Score] | None:
    """Train a program; return it with its test score if it is healthy, None if not."""
    if spec.data.wrong >= WRONG_LABELS[0]:
        return None
    made = program(spec)
    run = trained(made)
    score = run.score()
    if run.run.record.status == "failed" or score.value < floor(made, spec.data.kind) - tolerance(score):
        return None
    if score.value < guess(made) + tolerance(score):
        return None
    last, best = run.score(weights="last"), _best_epoch(run)
    if not spec.training["early_stopping"]["on"] and best is not None and last.loss > WORSE_LOSS * best.loss:
        return None
    epochs = spec.training["epochs"]
    longer = trained(program(spec.trained(epochs=2 * epochs)), judged=False).score()
    return None if longer.value > score.value + tolerance(score) else (run, score)


def tolerance(score: Score) -> float:
    """Return the difference from which on a score is another one."""
    return max(SLACK, SIGMAS * score.noise)


def guess(made: Program) -> float:
    """Return the test score of always giving the same answer."""
    return constant(made.prepared, "test")[0].get("accuracy", 0.0)


def floor(made: Program, kind: str) -> float:
    """Return the best test score of the simple models; of an autoencoder what principal components reach."""
    prepared = made.prepared
    if kind == "rebuild":
        inner = made.project.network.nodes[1].layer.units
        x = prepared.train.x
        fitted = PCA(inner - 1, random_state=0).fit(x)
        test = prepared.test.x
        left = test - fitted.inverse_transform(fitted.transform(test))
        return float(np.mean(1 - left.var(0) / test.var(0)))
    name = "accuracy" if prepared.signature.target.task == "classification" else "r2"
    found = [-1.0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for reference in references(prepared, "test", made.examples):
            found.append(reference.values.get(name, -1.0))
            if kind in FORESTS and reference.kind in ("linear", "bigrams"):
                break
    return max(found)


def harmful(twin: Score, faulty: Score, even: bool = False) -> bool:
    """Tell whether a fault has made the score worse beyond noise; `even`: of the classes' mean recall."""
    lost = twin.even - faulty.even if even else twin.value - faulty.value
    return lost > max(tolerance(twin), SIGMAS * float(np.hypot(twin.noise, faulty.noise)))


def worse_loss(twin: Score, faulty: Score) -> bool:
    """Tell whether a fault has made the held-out loss clearly worse: certain and wrong at once."""
    return faulty.loss > 1.25 * twin.loss + 0.01


def _best_epoch(run: Trained) -> Score | None:
    """Return the test score of the best epoch's weights of a run that keeps the last ones."""
    if run.program.project.training.early_stopping.restore_best:
        return None
    project = run.program.project.set("training.early_stopping.restore_best", True)
    return trained(run.program.changed(project), judged=False).score()
