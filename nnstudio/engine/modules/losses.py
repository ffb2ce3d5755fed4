"""Losses that torch lacks: outputs (N, units) and targets of the same shape give one value per example.

Those for classes come twice: on scores, before softmax or sigmoid, and on the probabilities behind.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

EPSILON = 1e-7
"""Probabilities are kept this far from 0 and 1, as in Keras: log(0) would be infinite."""


def log_shares(outputs: Tensor) -> Tensor:
    """Return the logarithms of outputs divided by their sum.

    Outputs that are all zero stay zero: a bad prediction, not a NaN.
    """
    total = outputs.sum(-1, keepdim=True)
    shares = outputs / total.where(total != 0, EPSILON)
    return shares.clamp(EPSILON, 1 - EPSILON).log()


def log_odds(outputs: Tensor) -> Tensor:
    """Return the scores that sigmoid turns into these probabilities."""
    return outputs.clamp(EPSILON, 1 - EPSILON).logit()


class CrossEntropyOfProbabilities(nn.Module):
    """-sum(t log p) per example, with the outputs divided by their sum first; (N, K) -> (N,).

    `label_smoothing` spreads that share of every target evenly over all classes, as in torch.
    """

    def __init__(self, label_smoothing: float = 0.0) -> None:
        super().__init__()
        self.label_smoothing = label_smoothing

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        s = self.label_smoothing
        softened = targets * (1 - s) + s / targets.shape[-1] if s else targets
        return -(softened * log_shares(outputs)).sum(-1)

    def extra_repr(self) -> str:
        return f"label_smoothing={self.label_smoothing}"


class BinaryCrossEntropyOfProbabilities(nn.Module):
    """-(t log p + (1-t) log(1-p)) per example, the mean over its units; (N, units) -> (N,)."""

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        p = outputs.clamp(EPSILON, 1 - EPSILON)
        return -(targets * p.log() + (1 - targets) * (1 - p).log()).mean(-1)


class Focal(nn.Module):
    """-alpha (1 - p)^gamma log p of the true class, p the softmax of the scores; (N, K) -> (N,).

    `alpha` is one number, or one for each class.
    """

    def __init__(self, gamma: float = 2.0, alpha: float | tuple[float, ...] = 1.0) -> None:
        super().__init__()
        self.gamma, self.alpha = gamma, alpha
        self._weights = torch.tensor(alpha)

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        log_p = outputs.log_softmax(-1)
        self._weights = self._weights.to(log_p.device)
        return -(self._weights * targets * _missing(log_p, self.gamma) * log_p).sum(-1)

    def extra_repr(self) -> str:
        return f"gamma={self.gamma}, alpha={self.alpha}"


class FocalOfProbabilities(Focal):
    """Focal loss of probabilities."""

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return super().forward(log_shares(outputs), targets)


class BinaryFocal(nn.Module):
    """Focal loss of yes/no scores: yes counts `alpha`, no counts 1 - alpha; mean over the units."""

    def __init__(self, gamma: float = 2.0, alpha: float = 0.25) -> None:
        super().__init__()
        self.gamma, self.alpha = gamma, alpha

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        yes, no = F.logsigmoid(outputs), F.logsigmoid(-outputs)
        for_yes = self.alpha * targets * _missing(yes, self.gamma) * yes
        for_no = (1 - self.alpha) * (1 - targets) * _missing(no, self.gamma) * no
        return -(for_yes + for_no).mean(-1)

    def extra_repr(self) -> str:
        return f"gamma={self.gamma}, alpha={self.alpha}"


class BinaryFocalOfProbabilities(BinaryFocal):
    """Focal loss of yes/no probabilities."""

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return super().forward(log_odds(outputs), targets)


class KLDivergence(nn.Module):
    """sum(t log(t / p)), p the softmax of the scores; (N, K) -> (N,)."""

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return (torch.xlogy(targets, targets) - targets * outputs.log_softmax(-1)).sum(-1)


class KLDivergenceOfProbabilities(KLDivergence):
    """Kullback-Leibler divergence of the targets from probabilities."""

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return super().forward(log_shares(outputs), targets)


class Hinge(nn.Module):
    """Mean over the K classes of how far each wrong score comes within `margin` of the true one.

    The same as torch's MultiMarginLoss; (N, K) -> (N,).
    """

    def __init__(self, margin: float = 1.0) -> None:
        super().__init__()
        self.margin = margin

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        true = (outputs * targets).sum(-1, keepdim=True)
        return ((1 - targets) * (self.margin - true + outputs).relu()).mean(-1)

    def extra_repr(self) -> str:
        return f"margin={self.margin}"


class HingeOfProbabilities(Hinge):
    """Hinge loss of probabilities: their logarithms differ from the scores by the same for all classes."""

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return super().forward(log_shares(outputs), targets)


class BinaryHinge(nn.Module):
    """max(0, margin - s) with s the score, its sign turned for no; the mean over the units."""

    def __init__(self, margin: float = 1.0) -> None:
        super().__init__()
        self.margin = margin

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return (self.margin - (2 * targets - 1) * outputs).relu().mean(-1)

    def extra_repr(self) -> str:
        return f"margin={self.margin}"


class BinaryHingeOfProbabilities(BinaryHinge):
    """Hinge loss of yes/no probabilities, on their log-odds."""

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return super().forward(log_odds(outputs), targets)


class LogCosh(nn.Module):
    """log(cosh(error)) of every unit, without overflow for large errors."""

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        size = (outputs - targets).abs()
        return size + F.softplus(-2 * size) - math.log(2)


class Quantile(nn.Module):
    """q times what is missing, 1 - q times what is too much, for every unit (the pinball loss)."""

    def __init__(self, q: float = 0.5) -> None:
        super().__init__()
        self.q = q

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        missing = targets - outputs
        return torch.maximum(self.q * missing, (self.q - 1) * missing)

    def extra_repr(self) -> str:
        return f"q={self.q}"


def _missing(log_p: Tensor, gamma: float) -> Tensor:
    """Return (1 - p)^gamma; kept from 0, where a power below 1 has no slope."""
    return (-log_p.expm1()).clamp_min(EPSILON) ** gamma


LOSS_MODULES: tuple[type[nn.Module], ...] = (
    CrossEntropyOfProbabilities,
    BinaryCrossEntropyOfProbabilities,
    Focal,
    FocalOfProbabilities,
    BinaryFocal,
    BinaryFocalOfProbabilities,
    KLDivergence,
    KLDivergenceOfProbabilities,
    Hinge,
    HingeOfProbabilities,
    BinaryHinge,
    BinaryHingeOfProbabilities,
    LogCosh,
    Quantile,
)
