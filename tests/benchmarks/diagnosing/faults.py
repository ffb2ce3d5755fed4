"""Faults as the literature collects them, put into sound programs at drawn strengths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.random import Generator

from tests.benchmarks.diagnosing import faults_in_data as on_data
from tests.benchmarks.diagnosing.specs import Layer, Spec

Harm = Literal["score", "even", "loss", "hidden", "validation"]
"""How it shows: in the score, the mean recall, the loss of unseen rows, or only in a validation score that
is better (hidden) or worse (validation) than it should be."""


@dataclass(frozen=True)
class Pair:
    """A sound program, the same with a fault, and where the harm is looked for."""

    twin: Spec
    faulty: Spec
    strength: str
    harm: tuple[Harm, ...] = ("score",)


Injector = Callable[[Generator, Spec], Pair | None]


def _drawn(rng: Generator, low: float, high: float) -> float:
    """Draw on a log scale, two digits."""
    return float(f"{np.exp(rng.uniform(np.log(low), np.log(high))):.2g}")


def _plain(spec: Spec, faulty: Spec, strength: Any, *harm: Harm) -> Pair:
    return Pair(spec, faulty, str(strength), harm or ("score",))


# -- output ------------------------------------------------------------------------------------------


def wrong_output(rng: Generator, spec: Spec) -> Pair | None:
    """Give the output a range that does not hold the answers."""
    task, last = spec.data.task, spec.layers[-1]
    if spec.data.kind in ("generation", "series", "text") and task == "classification" and last["units"] > 2:
        return None
    if task == "regression":
        kind = str(rng.choice(["relu", "sigmoid", "tanh", "softplus"]))
    elif last["units"] == 1:
        kind = "softmax"
    else:
        kind = str(rng.choice(["relu", "tanh", "linear", "sigmoid"]))
    return _plain(spec, spec.output(activation=kind), kind)


def wrong_loss(rng: Generator, spec: Spec) -> Pair | None:
    """Take a loss made for another kind of answer."""
    if spec.data.task == "regression":
        kind = "binary_cross_entropy" if rng.random() < 0.5 else "reconstruction_cross_entropy"
        return _plain(spec, spec.output(activation="sigmoid").trained(loss=kind), kind)
    one = spec.layers[-1]["units"] == 1
    kind = str(rng.choice(["mse", "mae"] if one else ["mse", "mae", "binary_cross_entropy"]))
    if kind == "mae" or one:
        return _plain(spec, spec.output(activation="linear").trained(loss=kind), f"{kind} of a line")
    return _plain(spec, spec.trained(loss=kind), kind)


def double_softmax(rng: Generator, spec: Spec) -> Pair | None:
    """Apply softmax twice: in the network and in the loss, or in two layers."""
    if spec.layers[-1]["activation"] != "softmax":
        return None
    if rng.random() < 0.6:
        return _plain(spec, spec.trained(loss={"kind": "cross_entropy", "expects": "scores"}), "in the loss")
    again: Layer = {"kind": "activation", "activation": "softmax"}
    return _plain(spec, replace(spec, layers=(*spec.layers, again)), "in two layers")


# -- first weights -----------------------------------------------------------------------------------


def symmetry(rng: Generator, spec: Spec) -> Pair | None:
    """Start all units of the hidden layers alike."""
    if not spec.hidden():
        return None
    value = float(rng.choice([0.0, 0.01, 0.1, 0.5, 1.0]))
    how = {"init": "constant", "init_value": value} if value else {"init": "zeros"}
    return _plain(spec, spec.each_hidden(**how), value)


def scale(rng: Generator, spec: Spec) -> Pair | None:
    """Draw the first weights far too large or far too small."""
    if not spec.hidden():
        return None
    value = _drawn(rng, 3, 100) if rng.random() < 0.6 else _drawn(rng, 1e-7, 1e-4)
    how = {"init": "normal", "init_value": value}
    return _plain(spec, spec.each_hidden(**how).output(**how), value)


# -- steps -------------------------------------------------------------------------------------------


def rate_high(rng: Generator, spec: Spec) -> Pair | None:
    """Multiply the rate."""
    rate = min(10.0, spec.training["optimizer"]["rate"] * _drawn(rng, 20, 1000))
    return _plain(spec, spec.optimizer(rate=rate), f"{rate:.2g}")


def rate_low(rng: Generator, spec: Spec) -> Pair | None:
    """Divide the rate."""
    rate = max(1e-6, spec.training["optimizer"]["rate"] / _drawn(rng, 50, 5000))
    return _plain(spec, spec.optimizer(rate=rate), f"{rate:.2g}")


def oscillation(rng: Generator, spec: Spec) -> Pair | None:
    """Take far too much momentum at a rate that is too high for it."""
    rate, momentum = _drawn(rng, 0.05, 1.0), float(rng.choice([0.97, 0.99, 0.995, 0.999]))
    optimizer = {"kind": "momentum", "rate": rate, "momentum": momentum}
    return _plain(spec, spec.without_stopping().trained(optimizer=optimizer), f"{rate:.2g}, {momentum}")


def explosion(rng: Generator, spec: Spec) -> Pair | None:
    """Let the numbers run away: a huge rate, an exponential, a gap in the inputs."""
    choice = int(rng.integers(3))
    if choice == 0:
        optimizer = {"kind": "sgd" if rng.random() < 0.5 else "momentum", "rate": _drawn(rng, 5, 10)}
        return _plain(spec, spec.trained(optimizer=optimizer), "rate")
    if choice == 1 and spec.hidden():
        steep = spec.each_hidden(activation="exponential")
        return _plain(
            spec, steep.trained(optimizer={"kind": "sgd", "rate": _drawn(rng, 0.1, 1)}), "exponential"
        )
    return on_data.gap(rng, spec, Pair)


# -- batch -------------------------------------------------------------------------------------------


def batch_small(rng: Generator, spec: Spec) -> Pair | None:
    """Step after every row or two, at the rate that suited many."""
    kind = spec.training["optimizer"]["kind"]
    rate = _drawn(rng, 0.01, 0.1) if kind in ("sgd", "momentum") else _drawn(rng, 0.003, 0.02)
    few = spec.trained(batch_size=int(rng.integers(1, 3)), epochs=min(15, spec.training["epochs"]))
    return _plain(spec, few.optimizer(rate=rate).without_stopping(), few.training["batch_size"])


def batch_large(rng: Generator, spec: Spec) -> Pair | None:
    """Put all rows into one batch."""
    size = int(rng.choice([1024, 2048, 4096]))
    return _plain(spec, spec.trained(batch_size=size), size)


# -- depth -------------------------------------------------------------------------------------------


def no_activation(rng: Generator, spec: Spec) -> Pair | None:
    """Leave the hidden layers straight."""
    if not spec.hidden() or not spec.data.bent:
        return None
    return _plain(spec, spec.each_hidden(activation="linear"), len(spec.hidden()))


def wrong_hidden(rng: Generator, spec: Spec) -> Pair | None:
    """Put softmax, an exponential or sigmoids inside."""
    if not spec.hidden():
        return None
    kind = str(rng.choice(["softmax", "softmax", "exponential", "sigmoid"]))
    return _plain(spec, _deeper(spec, 4 if kind == "sigmoid" else 0).each_hidden(activation=kind), kind)


def vanishing(rng: Generator, spec: Spec) -> Pair | None:
    """Stack so many layers that the gradient fades on its way back."""
    if spec.hidden() == [] or spec.data.kind not in ("table", "rebuild"):
        return None
    depth = int(rng.integers(7, 13))
    kind = str(rng.choice(["sigmoid", "sigmoid", "tanh"]))
    how: Layer = {"activation": kind} | ({"init": "normal", "init_value": 0.05} if kind == "tanh" else {})
    return _plain(spec, _deeper(spec, depth).each_hidden(**how), f"{depth} {kind}")


def flat_ends(rng: Generator, spec: Spec) -> Pair | None:
    """Start every unit on the flat end of its activation."""
    if not spec.hidden():
        return None
    kind, bias = str(rng.choice(["tanh", "sigmoid"])), float(rng.uniform(5, 10))
    twin = spec.each_hidden(activation=kind)
    return _plain(twin, twin.each_hidden(bias_value=bias), f"{kind} {bias:.1f}")


def dead_units(rng: Generator, spec: Spec) -> Pair | None:
    """Start every unit where ReLU is zero for good."""
    if not spec.hidden():
        return None
    bias = -float(rng.uniform(3, 10))
    twin = spec.each_hidden(activation="relu")
    return _plain(twin, twin.each_hidden(bias_value=bias), f"{bias:.1f}")


def _deeper(spec: Spec, depth: int) -> Spec:
    """Return the program with as many hidden layers, copies of the last one."""
    own = [i for i in spec.hidden() if spec.layers[i]["kind"] == "dense"]
    if not own or len(own) >= depth:
        return spec
    at = own[-1]
    copies = [dict(spec.layers[at]) for _ in range(depth - len(own))]
    return replace(spec, layers=(*spec.layers[: at + 1], *copies, *spec.layers[at + 1 :]))


# -- capacity ----------------------------------------------------------------------------------------


def penalty(rng: Generator, spec: Spec) -> Pair | None:
    """Let the penalty on the weights rule."""
    if rng.random() < 0.7:
        value = _drawn(rng, 0.3, 10)
        return _plain(spec, spec.trained(weight_decay=value), f"L2 {value}")
    value = _drawn(rng, 0.01, 0.1)
    return _plain(spec, spec.trained(l1=value), f"L1 {value}")


def dropout(rng: Generator, spec: Spec) -> Pair | None:
    """Drop nearly everything after every hidden layer."""
    if not spec.hidden():
        return None
    rate = float(rng.choice([0.8, 0.85, 0.9, 0.95]))
    found: list[Layer] = []
    for place, layer in enumerate(spec.layers):
        if layer["kind"] != "dropout":
            found += [layer, {"kind": "dropout", "rate": rate}] if place in spec.hidden() else [layer]
    return _plain(spec, replace(spec, layers=tuple(found)), rate)


def too_simple(rng: Generator, spec: Spec) -> Pair | None:
    """Leave one or two units, or none."""
    if not spec.hidden() or spec.data.kind not in ("table", "rebuild"):
        return None
    if spec.data.kind == "table" and spec.data.bent and rng.random() < 0.4:
        return _plain(spec, replace(spec, layers=(spec.layers[-1],)), "no hidden layer")
    units = int(rng.integers(1, 3))
    return _plain(spec, spec.each_hidden(units=units), units)


def memorised(rng: Generator, spec: Spec) -> Pair | None:
    """Let a wide network learn few noisy rows by heart."""
    small = on_data.few_rows(rng, spec)
    if small is None:
        return None
    wide = replace(small, layers=_wide(rng, small)).without_stopping()
    wide = wide.trained(epochs=int(rng.integers(150, 301)), weight_decay=0.0, schedule="constant")
    return _plain(small, wide, f"{len(small.data.arrays['x_train'])} rows", "loss", "score")


def _wide(rng: Generator, spec: Spec) -> tuple[Layer, ...]:
    hidden: Layer = {"kind": "dense", "units": int(rng.choice([128, 256])), "activation": "relu"}
    front = tuple(x for x in spec.layers if x["kind"] == "flatten")[:1]
    return (*front, hidden, hidden, spec.layers[-1])


# -- duration ----------------------------------------------------------------------------------------


def too_short(rng: Generator, spec: Spec) -> Pair | None:
    """Stop after the first epochs."""
    epochs = int(rng.integers(1, 5))
    return _plain(spec, spec.trained(epochs=epochs), epochs)


def too_long(rng: Generator, spec: Spec) -> Pair | None:
    """Go on long after the best epoch, and keep the last weights."""
    noisy = on_data.few_rows(rng, spec, most=250)
    if noisy is None:
        return None
    epochs = int(rng.integers(200, 401))
    return _plain(noisy, noisy.without_stopping().trained(epochs=epochs), epochs, "loss", "score")


def standstill(rng: Generator, spec: Spec) -> Pair | None:
    """Let the schedule take the rate away almost at once."""
    every, gamma = int(rng.integers(1, 4)), float(rng.choice([0.01, 0.1, 0.2]))
    return _plain(spec, spec.trained(schedule={"kind": "step", "every": every, "gamma": gamma}), gamma)


INJECTORS: dict[str, Injector] = {
    "data_leakage": lambda rng, spec: on_data.leak(rng, spec, Pair),
    "label_noise": lambda rng, spec: on_data.wrong_labels(rng, spec, Pair),
    "corrupted_labels": lambda rng, spec: on_data.shuffled_labels(rng, spec, Pair),
    "class_imbalance": lambda rng, spec: on_data.rare_class(rng, spec, Pair),
    "unnormalized_input": lambda rng, spec: on_data.unscaled(rng, spec, Pair),
    "unnormalized_target": lambda rng, spec: on_data.unscaled_target(rng, spec, Pair),
    "train_val_preprocessing_mismatch": lambda rng, spec: on_data.mismatch(rng, spec, Pair),
    "wrong_output_activation": wrong_output, "wrong_loss": wrong_loss, "double_softmax": double_softmax,
    "bad_init_scale": scale, "bad_init_symmetry": symmetry,
    "lr_too_high": rate_high, "lr_too_low": rate_low, "oscillating_loss": oscillation,
    "nan_or_exploding": explosion, "batch_too_small": batch_small, "batch_too_large": batch_large,
    "vanishing_gradient": vanishing, "saturation": flat_ends, "dying_relu": dead_units,
    "missing_activation": no_activation, "wrong_hidden_activation": wrong_hidden,
    "underfitting": too_simple, "overfitting": memorised, "over_regularization": penalty,
    "excessive_dropout": dropout, "stagnation": standstill, "too_few_epochs": too_short,
    "overtraining": too_long,
}  # fmt: skip
"""Every id of the diagnosis."""
