"""Pictures that are drawn from a formula: activations, losses, schedules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.schedules import Cosine, Exponential, ReduceOnPlateau, StepDown
from nnstudio.ui.glossary_pictures.sketch import HEIGHT, Sketch

Array = NDArray[np.float64]


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def _elu(x: Array, scale: float = 1.0, alpha: float = 1.0) -> Array:
    return np.asarray(scale * np.where(x > 0, x, alpha * (np.exp(np.minimum(x, 0)) - 1)))


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0.0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.1 * x),
    "elu": _elu,
    "selu": partial(_elu, scale=1.0507, alpha=1.6733),
    "gelu": lambda x: np.array([v * (1 + erf(v / sqrt(2))) / 2 for v in x]),
    "swish": lambda x: x * _sigmoid(x),
    "sigmoid": _sigmoid,
    "tanh": lambda x: np.tanh(x),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "exponential": lambda x: np.exp(x),
}


def activation(s: Sketch, kind: str) -> None:
    """Input from left to right, output upwards; dashed: its slope, which lets the gradient through."""
    p = s.plot((-4, 4), (-2.2, 3.2), labels=("input", "output"), zero=True)
    f = ACTIVATIONS[kind]
    p.function(lambda x: (f(x + 1e-4) - f(x - 1e-4)) / 2e-4, s.colours.validation, dashed=True, width=1.4)
    p.function(f, s.colours.train, width=2.6)
    p.mark(-3.9, 2.4, "value", s.colours.train)
    p.mark(-3.9, 1.8, "slope (dashed)", s.colours.validation)


def activations(s: Sketch) -> None:
    """ReLU and Leaky ReLU go on rising; sigmoid and tanh are flat at both ends, where gradients fade."""
    left = s.plot((-4, 4), (-1.6, 3.2), at=(0, 0.5), title="open above", zero=True)
    left.function(ACTIVATIONS["leaky_relu"], s.colours.validation, dashed=True)
    left.function(ACTIVATIONS["relu"], s.colours.train)
    left.mark(-3.8, 2.6, "ReLU", s.colours.train)
    left.mark(-3.8, 2.0, "Leaky ReLU", s.colours.validation)
    right = s.plot((-4, 4), (-1.4, 1.4), at=(0.5, 1), title="flat ends", zero=True)
    right.function(ACTIVATIONS["tanh"], s.colours.validation, dashed=True)
    right.function(ACTIVATIONS["sigmoid"], s.colours.train)
    right.mark(-3.8, 1.1, "sigmoid", s.colours.train)
    right.mark(-3.8, 0.75, "tanh", s.colours.validation)


def softmax(s: Sketch) -> None:
    """Scores become shares that add up to 1; the largest score gets the largest share."""
    scores = np.array([2.0, 1.0, 0.1])
    shares = np.exp(scores) / np.exp(scores).sum()
    for x0, values, top, words in ((70.0, scores, 2.0, "{:.1f}"), (280.0, shares, 1.0, "{:.2f}")):
        for i, value in enumerate(values):
            height = 100 * value / top
            s.box(x0 + i * 44, 140 - height, 30, height, fill=s.colours.train, radius=2)
            s.text(x0 + i * 44 + 15, 132 - height, words.format(value), s.colours.text)
            s.text(x0 + i * 44 + 15, 152, ("cat", "dog", "bird")[i])
    s.text(129, HEIGHT - 16, "scores", s.colours.text, bold=True)
    s.text(339, HEIGHT - 16, "after softmax: sum 1", s.colours.text, bold=True)
    s.arrow((208, 100), (258, 100))


def cross_entropy(s: Sketch) -> None:
    """The cost of an answer by the probability given to the true class: sure and wrong is very dear."""
    p = s.plot((0, 1), (0, 4.6), labels=("probability of the true class", "loss"))
    x = np.linspace(0.01, 1, 200)
    p.curve(x, -np.log(x), s.colours.train)
    p.curve(x, -((1 - x) ** 2) * np.log(x), s.colours.validation, dashed=True)
    p.mark(0.32, 2.6, "cross-entropy", s.colours.train)
    p.mark(0.32, 2.0, "focal (γ = 2): easy examples hardly count", s.colours.validation)


def regression_losses(s: Sketch) -> None:
    """What an error costs: squared grows fast, absolute in proportion, Huber is squared near zero only."""
    p = s.plot((-3, 3), (0, 4.4), labels=("error", "loss"))
    p.function(lambda e: e**2, s.colours.bad)
    p.function(abs, s.colours.train)
    p.function(lambda e: np.where(abs(e) < 1, e**2 / 2, abs(e) - 0.5), s.colours.validation, dashed=True)
    p.mark(-1.0, 3.9, "squared", s.colours.bad)
    p.mark(-1.0, 3.2, "absolute", s.colours.train)
    p.mark(-1.0, 2.5, "Huber (dashed)", s.colours.validation)


def schedules(s: Sketch) -> None:
    """The rate over 60 epochs as four schedules set it; warm-up climbs during the first epochs."""
    p = s.plot((0, 60), (0, 1.12), labels=("epoch", "rate"))
    epochs = np.arange(61.0)
    stuck = [1 / (1 + e) for e in range(22)] + [0.05] * 39
    plans = (
        ("step", StepDown(every=20, gamma=0.4), s.colours.train, False),
        ("exponential", Exponential(gamma=0.95), s.colours.good, False),
        ("warm-up, then cosine", Cosine(), s.colours.validation, True),
        ("on plateau", ReduceOnPlateau(patience=5), s.colours.bad, True),
    )
    for row, (name, plan, colour, dashed) in enumerate(plans):
        factors = np.array([plan.factor(1.0, int(e), 60, stuck[: int(e)]) for e in epochs])
        if "warm-up" in name:
            factors = factors * np.minimum(1.0, (epochs + 1) / 6)
        p.curve(epochs, factors, colour, dashed=dashed, width=1.8)
        p.mark(38, 1.05 - row * 0.13, name, colour)


def vanishing(s: Sketch) -> None:
    """The gradient on its way back through ten layers: sigmoid passes on a quarter, ReLU nearly all."""
    p = s.plot((0, 11), (-6.5, 1.9), labels=("layer (the gradient comes from the right)", "size, log scale"))
    for layer in range(1, 11):
        steps = 10 - layer
        for shift, factor, colour in ((-0.2, 0.25, s.colours.validation), (0.2, 0.9, s.colours.train)):
            (x, top), foot = p.place(layer + shift, max(-6.4, steps * np.log10(factor))), p.place(0, -6.5)[1]
            s.box(x - 5, top, 10, foot - top, fill=colour, radius=1)
    p.mark(4.0, 1.2, "ReLU", s.colours.train)
    p.mark(5.5, 1.2, "sigmoid", s.colours.validation)
