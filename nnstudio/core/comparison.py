"""What comparing rows, features and simple models says about prepared data: plain numbers for the rules."""

from __future__ import annotations

from nnstudio.core.registry import Frozen


class SplitShift(Frozen):
    """How far the validation inputs lie beside the training inputs, feature by feature."""

    typical: float
    """Median over the features: difference of the means, in training spreads."""
    largest: float
    feature: str
    """The one with the largest difference."""
    stretch: float
    """Median over the features: validation spread over training spread."""


class Giveaway(Frozen):
    """How much of the answer a single feature gives away, judged on rows that were not looked at."""

    feature: str
    alone: float
    """Share of the way from a constant guess (0) to perfection (1)."""
    runner_up: float
    """The same for the second best feature."""


class ReferenceFacts(Frozen):
    """What quick models that are no networks make of the same rows."""

    scores: dict[str, float]
    """Validation accuracy, share of right labels or R² of `linear` and `forest`; of a text that goes on of
    `bigrams` and `trigrams`, of an autoencoder of its principal `components`."""
    constant: float
    """The same for always giving the same answer."""
    rows: int
    """Training rows that they have learnt from."""
    wrong_labels: float | None = None
    """Estimated share of training labels that are wrong; None where it cannot be told."""
    held_out: float | None = None
    """Score of both together on training rows that they were not fitted on; None where nobody looked."""
    recalls: tuple[float, ...] = ()
    """Share of each class's validation rows that a model finds for which all classes count the same."""

    @property
    def best(self) -> float:
        """The best score of them all."""
        return max((self.constant, *self.scores.values()))
