"""Findings that name a fault as well as its own name does, with reasons; fixed beforehand."""

from __future__ import annotations

EQUIVALENTS: dict[str, dict[str, str]] = {
    "lr_too_high": {
        "nan_or_exploding": "the rate made the numbers run away",
        "oscillating_loss": "bouncing is what such a rate looks like; the remedy is a smaller one",
    },
    "oscillating_loss": {
        "lr_too_high": "momentum multiplies the rate: the steps are too large",
        "nan_or_exploding": "the same, further",
    },
    "nan_or_exploding": {
        "lr_too_high": "one remedy: a smaller rate",
        "wrong_hidden_activation": "an exponential inside is what runs away (only where one is)",
    },
    "lr_too_low": {"too_few_epochs": "so small a rate needs more epochs; more of either mends it"},
    "too_few_epochs": {"lr_too_low": "the same two knobs seen from the other side"},
    "stagnation": {
        "lr_too_low": "the schedule has made the rate too low",
        "too_few_epochs": "the rate's time was too short",
    },
    "batch_too_large": {
        "too_few_epochs": "too few steps: more epochs or smaller batches",
        "lr_too_low": "too few steps for so small a rate",
    },
    "batch_too_small": {
        "lr_too_high": "the rate is too high for so noisy a gradient",
        "oscillating_loss": "noise of the steps shows as a bouncing loss",
    },
    "overfitting": {"overtraining": "past the best epoch: validation rises while training falls"},
    "overtraining": {"overfitting": "past the best epoch: validation rises while training falls"},
    "vanishing_gradient": {
        "wrong_hidden_activation": "a deep stack of sigmoids is the cause of it",
        "bad_init_scale": "small first weights are the cause of it",
        "saturation": "flat ends are how sigmoids let it vanish",
    },
    "saturation": {
        "vanishing_gradient": "flat units pass no gradient on",
        "bad_init_scale": "the first values of the biases are the cause",
        "wrong_hidden_activation": "sigmoid inside is what saturates",
    },
    "dying_relu": {
        "vanishing_gradient": "dead units pass no gradient on",
        "bad_init_scale": "the first values of the biases are the cause",
    },
    "wrong_hidden_activation": {
        "vanishing_gradient": "what sigmoids in a row do",
        "saturation": "what sigmoids do",
    },
    "label_noise": {"corrupted_labels": "both say that labels and rows do not belong together"},
    "corrupted_labels": {"label_noise": "both say that labels and rows do not belong together"},
    "wrong_output_activation": {"wrong_loss": "output and loss do not fit: either can be changed"},
    "wrong_loss": {"wrong_output_activation": "output and loss do not fit: either can be changed"},
    "double_softmax": {"wrong_output_activation": "the softmax at the output is the one too many"},
    "underfitting": {"missing_activation": "a network without a bend is too simple"},
    "missing_activation": {"underfitting": "a network without a bend is too simple"},
}
"""True fault -> accepted finding -> why."""


def accepted(fault: str) -> set[str]:
    """Return the ids that name a fault."""
    return {fault, *EQUIVALENTS.get(fault, {})}
