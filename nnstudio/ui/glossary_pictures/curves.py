"""Pictures of what training looks like: learning curves, descents, distributions."""

from __future__ import annotations

import numpy as np

from nnstudio.ui.glossary_pictures.sketch import Sketch

_EPOCHS = np.linspace(0, 40, 120)


def overfitting(s: Sketch) -> None:
    """Training goes on falling, validation turns and rises: from there on it is memorising."""
    p = s.plot((0, 40), (0, 2), labels=("epoch", "loss"))
    p.curve(_EPOCHS, 1.8 * np.exp(-_EPOCHS / 8) + 0.05, s.colours.train, label="training")
    valley = 1.8 * np.exp(-_EPOCHS / 7) + 0.35 + 0.0011 * np.maximum(_EPOCHS - 8, 0) ** 1.95
    p.curve(_EPOCHS, valley, s.colours.validation, dashed=True, label="validation")
    best = float(_EPOCHS[np.argmin(valley)])
    p.shade(best, 40, s.colours.validation)
    p.upright(best, "best epoch", s.colours.good)


def underfitting(s: Sketch) -> None:
    """Both curves stay high and close together: the network cannot follow the pattern."""
    p = s.plot((0, 40), (0, 2), labels=("epoch", "loss"))
    p.curve(_EPOCHS, 0.7 * np.exp(-_EPOCHS / 5) + 1.05, s.colours.train, label="training", above=-12)
    p.curve(_EPOCHS, 0.7 * np.exp(-_EPOCHS / 5) + 1.15, s.colours.validation, dashed=True, label="validation")
    p.curve([0, 40], [0.15, 0.15], s.colours.grey_run, width=1.2, label="what would be possible")


def early_stopping(s: Sketch) -> None:
    """The run waits as long as its patience for something better, then goes back to the best epoch."""
    p = s.plot((0, 44), (0, 2), labels=("epoch", "validation loss"))
    x = np.arange(37.0)
    y = 1.5 * np.exp(-x / 8) + 0.35 + 0.0014 * np.maximum(x - 15, 0) ** 2 + 0.03 * np.sin(x * 2.1)
    best = int(np.argmin(y))
    p.shade(best, 36, s.colours.accent)
    p.curve(x, y, s.colours.validation, dashed=True)
    p.dot(best, float(y[best]), s.colours.good, 5)
    p.upright(best, "best: kept", s.colours.good, align="right")
    p.upright(36, "stop", s.colours.bad)
    p.mark((best + 36) / 2, 1.2, "patience", s.colours.text, align="centre")


def learning_rate(s: Sketch) -> None:
    """The same valley and three rates: one crawls, one arrives, one is thrown out."""
    for index, (title, rate, steps) in enumerate(
        (("too low", 0.03, 9), ("right", 0.3, 7), ("too high", 1.08, 7))
    ):
        p = s.plot((-2.4, 2.4), (0, 5.2), at=(index / 3, (index + 1) / 3), title=title)
        p.function(lambda x: x**2, s.colours.grey_run, width=1.5)
        x = -1.6 if rate > 1 else -2.0
        path = [x]
        for _ in range(steps):
            x -= rate * 2 * x
            path.append(x)
        colour = s.colours.good if title == "right" else s.colours.bad
        p.curve(path, [v * v for v in path], colour, width=1.3)
        for v in path:
            if abs(v) < 2.3:
                p.dot(v, v * v, colour, 2.8)


def descent(s: Sketch) -> None:
    """Downhill step by step; momentum rolls through the small dip, plain steps can stay in it."""
    p = s.plot((0, 10), (0, 6), labels=("a weight", "loss"))

    def height(x: np.ndarray) -> np.ndarray:
        return 0.13 * (x - 6.8) ** 2 + 1.1 * np.cos(x * 1.55) + 1.2

    p.function(height, s.colours.grey_run, width=2)
    plain = np.array([0.35, 0.9, 1.35, 1.7, 1.95, 2.1])
    ball = np.array([0.35, 1.3, 2.4, 3.5, 4.4, 5.2, 5.8, 6.2])
    for path, colour, lift in ((plain, s.colours.train, 0.0), (ball, s.colours.validation, 0.3)):
        y = height(path) + lift
        p.curve(path, y, colour, width=1.2)
        for a, b in zip(path, y, strict=True):
            p.dot(float(a), float(b), colour)
    p.mark(2.6, 5.4, "plain steps: caught in the dip", s.colours.train)
    p.mark(2.6, 4.7, "with momentum: through it", s.colours.validation)


def batch_size(s: Sketch) -> None:
    """Small batches take many jittery steps, large ones few smooth steps: the same loss on the way down."""
    rng = np.random.default_rng(3)
    p = s.plot((0, 100), (0, 2), labels=("examples seen", "loss"))
    x = np.linspace(0, 100, 60)
    p.curve(x, 1.5 * np.exp(-x / 28) + 0.2 + rng.normal(0, 0.11, 60), s.colours.train, width=1.3)
    few = np.linspace(0, 100, 8)
    p.curve(few, 1.5 * np.exp(-few / 45) + 0.2, s.colours.validation, dashed=True)
    for v in few:
        p.dot(v, 1.5 * np.exp(-v / 45) + 0.2, s.colours.validation)
    p.mark(58, 1.7, "batch of 8", s.colours.train)
    p.mark(58, 1.45, "batch of 512", s.colours.validation)


def rate_range(s: Sketch) -> None:
    """The rate grows with every step; take it where the loss falls steepest, well before it explodes."""
    p = s.plot((-6, 0), (0, 3), labels=("learning rate, 0.000001 to 1 (log scale)", "loss"))
    x = np.linspace(-6, 0, 200)
    y = 2.1 - 1.4 / (1 + np.exp(-(x + 3) * 3)) + np.exp((x + 0.75) * 6)
    p.curve(x, y, s.colours.train)
    p.upright(-2.8, "good", s.colours.good)
    p.upright(-0.95, "too high", s.colours.bad, "right")


def weight_decay(s: Sketch) -> None:
    """How large the weights are: the penalty pulls them together around zero."""
    p = s.plot((-3, 3), (0, 1.1), labels=("weight", "how many"))
    p.function(lambda w: 0.45 * np.exp(-(w**2) / 1.6), s.colours.train)
    p.function(lambda w: np.exp(-(w**2) / 0.22), s.colours.validation, dashed=True)
    p.mark(1.2, 0.8, "without", s.colours.train)
    p.mark(1.2, 0.66, "with weight decay", s.colours.validation)


def roc(s: Sketch) -> None:
    """Hits against false alarms for every threshold; the shaded area is the AUC, the diagonal guessing."""
    p = s.plot((0, 1), (0, 1.05), labels=("share of false alarms", "share of hits"))
    x = np.linspace(0, 1, 100)
    y = x**0.22
    for a, b in zip(x[:-1], y[:-1], strict=True):
        (left, top), (right, foot) = p.place(a, b), p.place(a + 0.0102, 0)
        s.box(left, top, right - left, foot - top, fill=s.colours.train, radius=0, faint=0.13)
    p.curve([0, 1], [0, 1], s.colours.grey_run, dashed=True, width=1.3)
    p.curve(x, y, s.colours.train)
    p.mark(0.5, 0.3, "guessing: 0.5", s.colours.muted)
    p.mark(0.3, 0.63, "AUC 0.82: good", s.colours.train)


def threshold(s: Sketch) -> None:
    """Scores of true no and true yes overlap: moving the threshold trades false alarms for missed cases."""
    p = s.plot((0, 1), (0, 1.25), labels=("score of yes", ""))
    p.function(lambda x: np.exp(-((x - 0.32) ** 2) / 0.035), s.colours.train)
    p.function(lambda x: 0.8 * np.exp(-((x - 0.68) ** 2) / 0.03), s.colours.validation, dashed=True)
    p.upright(0.5, "threshold", s.colours.text)
    p.mark(0.16, 1.1, "really no", s.colours.train)
    p.mark(0.76, 0.95, "really yes", s.colours.validation)
    p.mark(0.45, 0.27, "missed", s.colours.bad, align="right")
    p.mark(0.55, 0.3, "false alarm", s.colours.bad)


def windows(s: Sketch) -> None:
    """An example is a window of past steps, its answer lies ahead of it; split by time, never shuffled."""
    p = s.plot((0, 60), (-1.8, 2.2), labels=("time", ""))
    x = np.arange(61.0)
    y = np.sin(x / 4) + 0.25 * np.sin(x * 1.3) + x / 90
    p.shade(8, 24, s.colours.accent)
    p.shade(45, 60, s.colours.validation)
    p.curve(x, y, s.colours.muted, width=1.6)
    p.curve(x[8:25], y[8:25], s.colours.train, width=3)
    p.dot(28, float(y[28]), s.colours.bad, 5)
    p.mark(16, 2.0, "window", s.colours.train, align="centre")
    p.mark(28, -1.4, "to be foretold", s.colours.bad)
    p.mark(52.5, 2.0, "validation", s.colours.validation, align="centre")


def scaling(s: Sketch) -> None:
    """Unequal scales make the loss a narrow valley in which steps zigzag; scaled, it is a round bowl."""
    angle = np.linspace(0, 2 * np.pi, 80)
    for share, title, flat, rate in ((0.0, "not scaled", 0.16, 0.955), (0.5, "scaled", 0.9, 0.42)):
        p = s.plot((-1.1, 1.1), (-1.1, 1.1), at=(share, share + 0.5), title=title)
        for ring in (0.3, 0.6, 1.0):
            p.curve(ring * np.cos(angle), ring * flat * np.sin(angle), s.colours.grey_run, width=1.2)
        x, y, path = -0.95, 0.15 if flat < 0.5 else 0.5, []
        for _ in range(9):
            path.append((x, y))
            x, y = (
                x * (1 - rate * min(1.0, flat * 0.9 + 0.02)),
                y * (1 - rate * 1.9 if flat < 0.5 else 1 - rate),
            )
        colour = s.colours.bad if flat < 0.5 else s.colours.good
        p.curve([a for a, _ in path], [b for _, b in path], colour, width=1.5)
        for a, b in path:
            p.dot(a, b, colour, 2.6)
