"""How a run's weights do on one split, example by example: everything the evaluation page shows."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.defaults import metrics_of_evaluation
from nnstudio.catalog.label_metrics import label_counts
from nnstudio.core.answers import in_words
from nnstudio.core.dataset import Examples, SplitName
from nnstudio.core.run import Run
from nnstudio.core.trace import Target
from nnstudio.core.training import ClassResult, LabelResult
from nnstudio.ui.data_loader import Loaded, load_both

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Values and predictions of one split; arrays hold one entry per example, in the split's order."""

    split: SplitName
    loaded: Loaded
    values: dict[str, float]
    baseline: dict[str, float]
    """The metrics of always predicting the most frequent class, or the mean, of the training rows."""
    baseline_words: str
    predicted: NDArray[Any]
    """Class numbers (N,), labels (N, K) as 0 or 1, or numbers in the target's own units (N, D)."""
    true: NDArray[Any]
    confidence: Array
    """The network's share for the class it predicts, of labels the least sure; NaN where outputs are no
    shares."""
    badness: Array
    """How wrong each example is, 0 when right: the lacking share of the true class, or the error's size."""
    confusion: NDArray[np.int64] | None = None
    shares: Array | None = None
    """Of each class or label (N, count), where the outputs are shares."""
    answered: NDArray[np.bool_] | None = None
    """Which examples the network dares to answer at a threshold; None: all."""
    waist: int = 0
    """Values that the network's narrowest layer hands on: of an autoencoder the whole example."""

    @property
    def target(self) -> Target:
        """What is predicted."""
        return self.loaded.prepared.signature.target

    @property
    def examples(self) -> Examples:
        """The examples as they came from their source."""
        return self.loaded.examples

    @property
    def rows(self) -> NDArray[np.int64]:
        """Row numbers in the source, from 0."""
        return self.loaded.prepared.part(self.split).rows

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Which examples are not right (classes, or any of the labels), or all of them (numbers)."""
        if self.target.asks == "labels":
            return np.asarray((self.predicted != self.true).any(axis=1))
        if self.target.asks == "class":
            wrong = self.predicted != self.true
            return wrong if self.answered is None else wrong & self.answered
        return np.ones(len(self.true), np.bool_)

    def worst(self) -> NDArray[np.int64]:
        """Return the positions of the wrong examples, the worst first."""
        wrong = np.flatnonzero(self.wrong)
        return wrong[np.argsort(-self.badness[wrong], kind="stable")]

    def surest_mistakes(self) -> NDArray[np.int64]:
        """Return the positions of the wrong examples, those first in which the network was most confident."""
        wrong = np.flatnonzero(self.wrong)
        return wrong[np.argsort(-np.nan_to_num(self.confidence[wrong]), kind="stable")]

    def at_threshold(self, threshold: float) -> Judgement:
        """Return the judgement of classes or labels when answers are given from a threshold on.

        Of two classes and of labels: the share from which the second, or a label, is named. Of more
        classes: the confidence below which the network gives no answer. Metrics that know no threshold
        (AUC, loss) stay as they are.
        """
        assert self.shares is not None
        if self.target.asks == "labels":
            named = (self.shares >= threshold).astype(np.int64)
            values = self.values | _fresh(self.target, LabelResult(named, self.true), self.values)
            return replace(self, predicted=named, values=values)
        if self.target.count == 2:
            predicted = (self.shares[:, 1] >= threshold).astype(np.int64)
            confidence, lacking = _certainty(self.shares, predicted, self.true)
            badness = np.where(predicted == self.true, 0.0, lacking)
            counts, values = self._counted(predicted, np.ones(len(predicted), np.bool_))
            return replace(
                self,
                predicted=predicted,
                confidence=confidence,
                badness=badness,
                confusion=counts,
                values=values,
            )
        answered = self.confidence >= threshold
        counts, values = self._counted(self.predicted, answered)
        return replace(self, answered=answered, confusion=counts, values=values)

    def _counted(
        self, predicted: NDArray[np.int64], some: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], dict[str, float]]:
        count = self.target.count
        pairs = self.true[some] * count + predicted[some]
        counts = np.bincount(pairs, minlength=count * count).reshape(count, count)
        return counts, self.values | _fresh(self.target, ClassResult(counts), self.values)

    def matrix(self, label: int) -> NDArray[np.int64]:
        """Return counts[true, predicted] of all classes, or of one label: not true, true."""
        if self.target.asks == "labels":
            found: NDArray[np.int64] = label_counts(self.true, self.predicted)[label]
            return found
        assert self.confusion is not None
        return self.confusion

    def cell(self, true: int, predicted: int, label: int = 0) -> NDArray[np.int64]:
        """Return the positions of the examples of one cell of the matrix, the surest first."""
        # Of labels one column counts; classes have a single one.
        truth, said = (answers.reshape(len(answers), -1)[:, label] for answers in (self.true, self.predicted))
        inside = (truth == true) & (said == predicted)
        found = np.flatnonzero(inside if self.answered is None else inside & self.answered)
        return found[np.argsort(-np.nan_to_num(self.confidence[found]), kind="stable")]

    def listing(self) -> list[list[object]]:
        """Return row number, truth, prediction and certainty or error of all examples, titles first."""
        rows = (self.rows + 1).tolist()
        if self.target.asks != "numbers":
            table: list[list[object]] = [["row", "true", "predicted", "confidence"]]
            for row, t, p, c in zip(rows, self.true, self.predicted, self.confidence, strict=True):
                answers = in_words(self.target, t), in_words(self.target, p)
                table.append([row, *answers, "" if np.isnan(c) else round(float(c), 6)])
            return table
        titles = [f"{what} {name}" for name in self.target.names for what in ("true", "predicted", "error")]
        numbers = np.stack([self.true, self.predicted, self.predicted - self.true], axis=2)
        lines = numbers.reshape(len(rows), -1).tolist()
        return [["row", *titles], *([row, *line] for row, line in zip(rows, lines, strict=True))]


def judged(run: Run, split: SplitName, known: Loaded | None) -> Generator[Judgement, None, None]:
    """Yield the judgement of a run's best weights once; loads the run's own data when `known` are others."""
    from nnstudio.engine.evaluate import evaluate
    from nnstudio.engine.reference import constant

    project = run.record.project
    if known is None or known.spec != project.data:
        known = next(load_both(project.data, known))
    weights = run.weights.get("best") or run.weights.get("last")
    if not weights:
        raise ValueError("This run kept no weights: it ended before its first epoch.")
    found = evaluate(project, known.prepared, weights, split)
    baseline, words = constant(known.prepared, split)
    target, table = known.prepared.signature.target, project.trace()
    if target.asks == "labels":
        confidence, badness = _certainty_of_labels(found.shares, found.predicted, found.true)
    elif target.asks == "class":
        confidence, lacking = _certainty(found.shares, found.predicted, found.true)
        badness = np.where(found.predicted == found.true, 0.0, lacking)
    else:
        confidence = np.full(len(found.true), np.nan)
        badness = np.abs(found.predicted - found.true).max(axis=1)
    yield Judgement(
        split,
        known,
        found.values,
        baseline,
        words,
        found.predicted,
        found.true,
        confidence,
        badness,
        found.confusion,
        found.shares,
        waist=table.waist if table is not None else 0,
    )


def _fresh(target: Target, result: ClassResult | LabelResult, known: dict[str, float]) -> dict[str, float]:
    """Return the metrics that predictions alone tell, of those that are known."""
    metrics = (metric for metric in metrics_of_evaluation(target) if metric.kind in known)
    fresh = {metric.kind: metric().value(result) for metric in metrics}
    return {kind: value for kind, value in fresh.items() if np.isfinite(value)}


def _certainty_of_labels(
    shares: Array | None, predicted: NDArray[np.int64], true: NDArray[np.int64]
) -> tuple[Array, Array]:
    """Return how sure the least sure label is, and what the worst one lacks; without shares NaN, and how
    many are wrong."""
    if shares is None:
        return np.full(len(true), np.nan), (predicted != true).sum(axis=1).astype(float)
    return np.maximum(shares, 1 - shares).min(axis=1), np.abs(true - shares).max(axis=1)


def _certainty(
    shares: Array | None, predicted: NDArray[np.int64], true: NDArray[np.int64]
) -> tuple[Array, Array]:
    """Return the share of the predicted class, and what the true class lacks; without shares NaN and 1."""
    if shares is None:
        return np.full(len(true), np.nan), np.ones(len(true))
    each = np.arange(len(true))
    return shares[each, predicted], 1.0 - shares[each, true]
