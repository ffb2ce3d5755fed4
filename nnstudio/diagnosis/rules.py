"""All rules in one table, in causal order, with the symptoms that each problem explains."""

from __future__ import annotations

from nnstudio.diagnosis import (
    batch,
    capacity,
    data,
    depth,
    duration,
    imbalance,
    init,
    labels,
    output,
    step_size,
)
from nnstudio.diagnosis.rule import Rule

UNTRAINED = frozenset(
    {
        "lr_too_low", "lr_too_high", "oscillating_loss", "batch_too_small", "batch_too_large",
        "vanishing_gradient", "saturation", "dying_relu", "underfitting", "too_few_epochs", "stagnation",
        "class_imbalance", "corrupted_labels", "label_noise",
    }
)  # fmt: skip
"""What a network shows that does not learn, whatever the reason."""
BROKEN = UNTRAINED | {"nan_or_exploding"}
WORSE_ELSEWHERE = frozenset({"overfitting", "overtraining"})
TOO_FLAT = frozenset({"underfitting", "too_few_epochs", "stagnation", "class_imbalance", "batch_too_large"})
DEEPER = frozenset({"vanishing_gradient", "saturation", "dying_relu"})
LATER = frozenset({"underfitting", "too_few_epochs", "stagnation"})
COLLAPSED = LATER | {"class_imbalance"}

RULES: tuple[Rule, ...] = (
    Rule("data_leakage", "data", "design", data.data_leakage, "Rows shared between the splits"),
    Rule(
        "train_val_preprocessing_mismatch", "data", "design", data.preprocessing_mismatch,
        "Splits prepared differently", WORSE_ELSEWHERE | {"corrupted_labels", "unnormalized_input"},
    ),
    Rule(
        "unnormalized_input", "data", "design", data.unnormalized_input, "Inputs not scaled",
        BROKEN | {"bad_init_scale"},
    ),
    Rule(
        "unnormalized_target", "data", "design", data.unnormalized_target, "Target not scaled",
        BROKEN | {"bad_init_scale"},
    ),
    Rule(
        "corrupted_labels", "data", "training", labels.corrupted_labels, "Answers do not belong to the rows",
        WORSE_ELSEWHERE | LATER | {"label_noise", "lr_too_low"},
    ),
    Rule(
        "label_noise", "data", "training", labels.label_noise, "A share of the labels is wrong",
        WORSE_ELSEWHERE | LATER | {"oscillating_loss"},
    ),
    Rule(
        "class_imbalance", "data", "training", imbalance.class_imbalance, "Rare classes ignored",
        LATER | {"overfitting"},
    ),
    Rule(
        "wrong_output_activation", "output", "design", output.wrong_output_activation,
        "Output does not fit the target", BROKEN | {"wrong_loss"},
    ),
    Rule("wrong_loss", "output", "design", output.wrong_loss, "Loss does not fit the target", BROKEN),
    Rule("double_softmax", "output", "design", output.double_softmax, "Softmax applied twice", BROKEN),
    Rule("bad_init_symmetry", "init", "design", init.bad_init_symmetry, "All weights start equal", BROKEN),
    Rule("bad_init_scale", "init", "design", init.bad_init_scale, "First weights too large or small",
        BROKEN | WORSE_ELSEWHERE),
    Rule(
        "nan_or_exploding", "step size", "training", step_size.nan_or_exploding, "Loss NaN or exploding",
        UNTRAINED | WORSE_ELSEWHERE,
    ),
    Rule(
        "lr_too_high", "step size", "training", step_size.lr_too_high, "Learning rate too high",
        COLLAPSED | DEEPER | WORSE_ELSEWHERE | {"oscillating_loss"},
    ),
    Rule(
        "oscillating_loss", "step size", "training", step_size.oscillating_loss, "Loss bounces",
        LATER | {"overtraining"},
    ),
    Rule(
        "lr_too_low", "step size", "training", step_size.lr_too_low, "Learning rate too low",
        COLLAPSED | {"batch_too_large"},
    ),
    Rule(
        "batch_too_large", "batch", "design", batch.batch_too_large, "Too few steps per epoch",
        LATER | {"lr_too_low"},
    ),
    Rule(
        "batch_too_small", "batch", "training", batch.batch_too_small, "Steps too noisy",
        LATER | {"oscillating_loss"},
    ),
    Rule(
        "missing_activation", "depth", "design", depth.missing_activation, "Linear layers in a row",
        LATER | {"lr_too_low", "class_imbalance"},
    ),
    Rule(
        "wrong_hidden_activation", "depth", "design", depth.wrong_hidden_activation,
        "Sigmoid or softmax inside",
        COLLAPSED | DEEPER | {"lr_too_low", "nan_or_exploding"},
    ),
    Rule(
        "vanishing_gradient", "depth", "training", depth.vanishing_gradient, "First layers get no gradient",
        TOO_FLAT | {"lr_too_low", "saturation"},
    ),
    Rule("saturation", "depth", "training", depth.saturation, "Units on their flat ends", TOO_FLAT),
    Rule(
        "dying_relu", "depth", "training", depth.dying_relu, "Dead units", TOO_FLAT | {"vanishing_gradient"},
    ),
    Rule(
        "over_regularization", "capacity", "design", capacity.over_regularization, "Penalty too strong",
        COLLAPSED | DEEPER | {"lr_too_low", "batch_too_large"},
    ),
    Rule(
        "excessive_dropout", "capacity", "design", capacity.excessive_dropout, "Too much dropout",
        COLLAPSED | DEEPER | {"lr_too_low", "lr_too_high", "oscillating_loss", "wrong_hidden_activation"},
    ),
    Rule(
        "overfitting", "capacity", "training", capacity.overfitting, "Training rows memorised",
        frozenset({"overtraining"}),
    ),
    Rule(
        "underfitting", "capacity", "training", capacity.underfitting, "Network too simple",
        frozenset({"stagnation", "too_few_epochs"}),
    ),
    Rule("too_few_epochs", "duration", "training", duration.too_few_epochs, "Stopped too early"),
    Rule("overtraining", "duration", "training", duration.overtraining, "Trained too long"),
    Rule("stagnation", "duration", "training", duration.stagnation, "No progress"),
)  # fmt: skip
