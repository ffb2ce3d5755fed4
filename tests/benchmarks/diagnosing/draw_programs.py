"""Sound programs drawn from a generator: layers and settings within what textbooks call usual."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from tests.benchmarks.diagnosing.draw_data import draw
from tests.benchmarks.diagnosing.specs import Data, Layer, Spec

ACTIVATIONS = ("relu", "relu", "relu", "tanh", "tanh", "leaky_relu", "elu", "gelu", "selu", "sigmoid")
RATES: dict[str, tuple[float, float]] = {
    "sgd": (0.03, 0.3), "momentum": (0.005, 0.05), "adam": (5e-4, 1e-2), "adamw": (5e-4, 1e-2),
    "rmsprop": (3e-4, 5e-3), "nadam": (5e-4, 1e-2),
}  # fmt: skip
"""Between what the papers and the frameworks' tutorials use."""
SLOW = ("text", "generation", "series", "image", "sequence")


def drawn(rng: Generator) -> Spec:
    """Draw data and a program that should be able to learn them; nobody has looked whether it does."""
    data = draw(rng)
    kind = str(rng.choice(list(RATES)))
    low, high = RATES[kind]
    training: dict[str, Any] = {
        "optimizer": {"kind": kind, "rate": float(f"{np.exp(rng.uniform(np.log(low), np.log(high))):.2g}")},
        "batch_size": int(rng.choice([16, 32, 64])),
        "epochs": int(rng.integers(25, 61) if data.kind in SLOW else rng.integers(40, 151)),
        "seed": int(rng.integers(9999)),
        "early_stopping": {"on": True, "patience": int(rng.integers(8, 16))},
    }
    if data.kind in ("generation", "image"):
        training["epochs"] = int(rng.integers(12, 25))
    if rng.random() < 0.3:
        training["weight_decay"] = float(rng.choice([1e-4, 1e-3, 1e-2]))
    if rng.random() < 0.15:
        training["schedule"] = {"kind": "cosine"}
    spec = Spec(data, layers(rng, data), training)
    return spec if rng.random() < 0.7 else spec.without_stopping()


def layers(rng: Generator, data: Data) -> tuple[Layer, ...]:
    """Draw the layers for some data."""
    front = {"image": _seeing, "sequence": _reading, "text": _words, "generation": _words}
    if data.kind == "rebuild":
        return _hourglass(rng, data)
    if data.kind == "series":
        body = _reading(rng) if rng.random() < 0.5 else [{"kind": "flatten"}, *_dense(rng)]
    else:
        body = front[data.kind](rng) if data.kind in front else _dense(rng)
    return (*body, output(data))


def output(data: Data) -> Layer:
    """Return the output layer that fits; the number of units is that of the answers."""
    if data.task == "regression":
        y = data.arrays.get("y_train")
        units = y.shape[1] if y is not None and y.ndim == 2 else 1
        return {"kind": "dense", "units": units, "activation": "linear"}
    if data.classes == 2:
        return {"kind": "dense", "units": 1, "activation": "sigmoid"}
    return {"kind": "dense", "units": data.classes, "activation": "softmax"}


def _dense(rng: Generator) -> list[Layer]:
    depth, width = int(rng.choice([1, 2, 2, 3])), int(rng.choice([16, 32, 64, 128]))
    activation = str(rng.choice(ACTIVATIONS if depth < 3 else ACTIVATIONS[:-1]))
    funnel = rng.random() < 0.5
    found: list[Layer] = []
    dropout = float(rng.choice([0.1, 0.2, 0.3])) if rng.random() < 0.2 else 0.0
    normed = rng.random() < 0.15
    for place in range(depth):
        units = max(8, width >> place) if funnel else width
        found.append({"kind": "dense", "units": units, "activation": activation})
        found += [{"kind": "batch_norm"}] if normed else []
        found += [{"kind": "dropout", "rate": dropout}] if dropout else []
    return found


def _seeing(rng: Generator) -> list[Layer]:
    filters, activation = int(rng.choice([4, 8])), str(rng.choice(["relu", "relu", "leaky_relu", "tanh"]))
    found: list[Layer] = []
    for place in range(int(rng.integers(1, 3))):
        found.append({"kind": "conv2d", "filters": filters << place, "kernel": 3, "activation": activation})
        found.append({"kind": "max_pool", "size": 2})
    dense = {"kind": "dense", "units": int(rng.choice([32, 64])), "activation": activation}
    return [*found, {"kind": "flatten"}, dense]


def _reading(rng: Generator) -> list[Layer]:
    choice = int(rng.integers(3))
    if choice < 2:
        return [{"kind": ("gru", "lstm")[choice], "units": int(rng.choice([16, 32]))}]
    conv = {"kind": "conv1d", "filters": int(rng.choice([16, 32])), "kernel": 3, "activation": "relu"}
    return [conv, {"kind": "flatten"}, {"kind": "dense", "units": 32, "activation": "relu"}]


def _words(rng: Generator) -> list[Layer]:
    embedding = {"kind": "embedding", "units": int(rng.choice([8, 16]))}
    if rng.random() < 0.5:
        return [embedding, {"kind": "gru", "units": int(rng.choice([16, 32]))}]
    return [embedding, {"kind": "global_pool"}, {"kind": "dense", "units": 32, "activation": "relu"}]


def _hourglass(rng: Generator, data: Data) -> tuple[Layer, ...]:
    features, inner = data.arrays["x_train"].shape[1], int(data.name.split()[1])
    activation, width = str(rng.choice(["relu", "tanh", "elu"])), int(rng.choice([32, 64]))
    outer = {"kind": "dense", "units": width, "activation": activation}
    code = {"kind": "dense", "units": inner + 1, "activation": "linear"}
    return (outer, code, outer, {"kind": "dense", "units": features, "activation": "linear"})
