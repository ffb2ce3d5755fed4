"""The rules of other tools, as published, on the same runs; the first that fires is what they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from tests.benchmarks.diagnosing.runs import Trained
from tests.benchmarks.diagnosing.specs import Array
from tests.benchmarks.diagnosing.tensors import Look

Looks = tuple[list[Look], list[Look]]
Tool = Callable[[Trained, Looks], Iterator[str]]


def _column(run: Trained, name: str) -> Array:
    return np.asarray(run.run.history[name], float)


def _not_finite(run: Trained) -> bool:
    losses = _column(run, "train_loss")
    return run.run.record.status == "failed" or not np.isfinite(losses).all()


def _norm(tensor: Array) -> float:
    return float(np.linalg.norm(tensor.astype(np.float64)))


def autotrainer(run: Trained, looks: Looks) -> Iterator[str]:
    """AutoTrainer (Zhang et al. 2021): five symptoms of training."""
    loss, scores = _column(run, "train_loss"), _column(run, "train_accuracy")
    for layers in looks:
        norms = [_norm(layer.gradient) for layer in layers]
        if len(norms) > 1 and norms[-1] > 0:
            if norms[0] / norms[-1] > 70:
                yield "nan_or_exploding"
            if norms[0] / norms[-1] < 1e-3 and norms[0] < 1e-4:
                yield "vanishing_gradient"
        zeros = [float(np.mean(layer.gradient == 0)) for layer in layers if layer.activation == "relu"]
        if zeros and max(zeros) >= 0.7:
            yield "dying_relu"
    if _not_finite(run) or (loss.size and np.nanmax(loss) >= 1e3):
        yield "nan_or_exploding"
    if scores.size > 2:
        steps = np.diff(scores)
        if np.mean((np.abs(steps[1:]) >= 0.03) & (steps[1:] * steps[:-1] < 0)) >= 0.2:
            yield "oscillating_loss"
        if np.nanmax(scores) < 0.7 and np.nanmax(steps) < 0.01:
            yield "lr_too_low"


def deepdiagnosis(run: Trained, looks: Looks) -> Iterator[str]:
    """DeepDiagnosis (Wardat et al. 2022): eight symptoms, checked in this order."""
    rate = run.program.project.training.optimizer.rate
    loss, scores = _column(run, "train_loss"), _column(run, "train_accuracy")
    if _not_finite(run):
        yield "nan_or_exploding"
    if _beyond_one(run):
        yield "unnormalized_input"
    for layer in looks[0]:
        if not 1e-5 <= float(layer.weight.var()) <= 10:
            yield "bad_init_scale"
    for layer in (*looks[0], *looks[1]):
        yield from _deepdiagnosis_of(layer, rate)
    if _same(loss, 5) or _same(scores, 20):
        yield "lr_too_low"


def _deepdiagnosis_of(layer: Look, rate: float) -> Iterator[str]:
    gradient = np.abs(layer.gradient).mean()
    if _saturated(layer, 5.0) > 0.5:
        yield "saturation"
    if layer.activation == "relu" and np.mean(layer.output <= 0) >= 0.7:
        yield "dying_relu"
    if gradient < 1e-7:
        yield "vanishing_gradient"
    if rate * gradient / max(1e-12, np.abs(layer.weight).mean()) > 0.1:
        yield "lr_too_high"


def umlaut(run: Trained, looks: Looks) -> Iterator[str]:
    """UMLAUT (Schoop et al. 2021): heuristics on program structure and on curves."""
    project = run.program.project
    rate, loss = project.training.optimizer.rate, project.training.loss
    kinds = [look.activation for look in looks[0]]
    if _not_finite(run):
        yield "nan_or_exploding"
    if _beyond_one(run):
        yield "unnormalized_input"
    if kinds and loss.fused_with and kinds[-1] not in ("softmax", "sigmoid"):
        yield "wrong_output_activation"
    if any(kind == "linear" for kind in kinds[:-1]):
        yield "missing_activation"
    if rate > 0.01:
        yield "lr_too_high"
    if rate < 1e-7:
        yield "lr_too_low"
    if any(node.layer.kind == "dropout" and node.layer.rate > 0.5 for node in project.network.nodes):
        yield "excessive_dropout"
    train, val = _column(run, "train_loss"), _column(run, "val_loss")
    if val.size > 1 and ((np.diff(val) > 0) & (np.diff(train) < 0)).any():
        yield "overfitting"


def sagemaker(run: Trained, looks: Looks) -> Iterator[str]:
    """SageMaker Debugger's built-in rules, at their defaults."""
    if _not_finite(run):
        yield "nan_or_exploding"
    for layer in (*looks[0], *looks[1]):
        yield from _sagemaker_of(layer)
    spreads = [float(look.weight.var()) for look in looks[0]]
    if spreads and max(spreads) > 10 * max(1e-12, min(spreads)):
        yield "bad_init_scale"
    yield from _sagemaker_of_data(run)
    yield from _sagemaker_of_curves(run)


def _sagemaker_of(layer: Look) -> Iterator[str]:
    if np.abs(layer.gradient).mean() < 1e-7:
        yield "vanishing_gradient"
    if layer.activation == "relu" and _rarely_active(layer.output) > 0.5:
        yield "dying_relu"
    if _saturated(layer, 9.4999 if layer.activation == "tanh" else 17.0) > 0.5:
        yield "saturation"


def _sagemaker_of_data(run: Trained) -> Iterator[str]:
    x, counts = run.program.prepared.train.x, run.program.prepared.facts.train.class_counts
    if x.dtype.kind == "f" and np.abs(x.mean(axis=0)).mean() > 0.2:
        yield "unnormalized_input"
    if counts and max(counts) > 10 * max(1, min(counts)):
        yield "class_imbalance"
    confusion = run.run.history.confusion
    if confusion is not None:
        true = confusion.sum(1)
        if (1 - np.diag(confusion)[true > 0] / true[true > 0] > 0.7).any():
            yield "class_imbalance"


def _sagemaker_of_curves(run: Trained) -> Iterator[str]:
    train, val = _column(run, "train_loss"), _column(run, "val_loss")
    if val.size and ((val - train) / np.maximum(1e-12, train) > 0.1).any():
        yield "overfitting"
    if val.size and np.isfinite(val).any() and len(val) - 1 - int(np.nanargmin(val)) >= 5:
        yield "overtraining"
    losses = run.run.history.step_losses
    if (losses[10:] > losses[:-10] * 0.999).any():
        yield "stagnation"


TOOLS: dict[str, Tool] = {
    "AutoTrainer": autotrainer, "DeepDiagnosis": deepdiagnosis, "UMLAUT": umlaut, "SageMaker": sagemaker,
}  # fmt: skip


def _beyond_one(run: Trained) -> bool:
    x = run.program.prepared.train.x
    return x.dtype.kind == "f" and bool(np.abs(x).max() > 1)


def _saturated(look: Look, bound: float) -> float:
    """Return the share of values whose input to the activation lies beyond +-bound, told from the outputs."""
    if look.activation == "tanh":
        return float(np.mean(np.abs(look.output) >= np.tanh(bound)))
    if look.activation == "sigmoid":
        edge = 1 / (1 + np.exp(bound))
        return float(np.mean((look.output <= edge) | (look.output >= 1 - edge)))
    return 0.0


def _rarely_active(output: Array) -> float:
    axes = (0, *range(2, output.ndim)) if output.ndim == 4 else tuple(range(output.ndim - 1))
    return float(np.mean(np.mean(output > 0, axis=axes) < 0.01))


def _same(values: Array, epochs: int) -> bool:
    known = values[np.isfinite(values)]
    return len(known) >= epochs and any(
        np.ptp(known[at : at + epochs]) < 1e-6 for at in range(len(known) - epochs + 1)
    )
