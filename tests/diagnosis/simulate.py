"""Made-up runs: projects, facts about data, and curves of every shape, healthy and ill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import nnstudio.catalog.datasets
from nnstudio.catalog.defaults import new_project
from nnstudio.catalog.layers import dense, regularise  # noqa: F401
from nnstudio.catalog.presets import Funnel
from nnstudio.catalog.schedules import Constant  # noqa: F401
from nnstudio.core.dataset import SOURCES, DataFacts, DataSpec, SplitFacts
from nnstudio.core.finding import Evidence
from nnstudio.core.project import Preset, Project
from nnstudio.core.run import History, LayerHealth, Status
from nnstudio.core.shape import features
from nnstudio.core.trace import Signature, Target

assert nnstudio.catalog.datasets is not None

Curve = NDArray[np.float64]
Layers = Callable[[int], tuple[LayerHealth, ...]]

TRAIN, VAL, TEST = 700, 150, 150


def project(classes: int = 2, width: int = 16, preset: Preset | None = None, **values: Any) -> Project:
    """Return a project on 4 features; 0 classes is a regression; `values` by path with __ for dots."""
    names = tuple("abcdefghij"[:classes]) or ("y",)
    target = Target(task="classification" if classes else "regression", names=names)
    signature = Signature(input=features(4), target=target)
    made = new_project("test", DataSpec(source=SOURCES["iris"]()), signature, preset or Funnel(width=width))
    for path, value in values.items():
        made = made.set(path.replace("__", "."), value)
    return made


def split(rows: int, classes: int, counts: tuple[int, ...] | None = None, **values: Any) -> SplitFacts:
    """Return the facts of one split with equal classes, or of a standardised target."""
    if classes:
        shares = counts or tuple(rows // classes for _ in range(classes))
        return SplitFacts(rows=rows, class_counts=shares, input_std=1.0)
    known: dict[str, Any] = {
        "target_mean": 0.0,
        "target_std": 1.0,
        "target_min": -2.5,
        "target_max": 2.5,
        **values,
    }
    return SplitFacts(rows=rows, input_std=1.0, **known)


def facts(classes: int = 2, train: int = TRAIN, val: int = VAL, **values: Any) -> DataFacts:
    """Return the facts of well-kept data, with some of them changed."""
    known: dict[str, Any] = {
        "train": split(train, classes), "validation": split(val, classes), "test": split(TEST, classes),
        "features": 4, "feature_mean_max": 0.01, "feature_std_min": 0.95, "feature_std_max": 1.05,
        "feature_abs_max": 3.5,
    }  # fmt: skip
    return DataFacts(**{**known, **values})


def decay(epochs: int, first: float, last: float, speed: float = 5.0) -> Curve:
    """Return an exponential descent from `first` to about `last`."""
    t = np.linspace(0.0, 1.0, epochs)
    return last + (first - last) * np.exp(-speed * t)


def scattered(values: Curve, noise: float, seed: int = 0) -> Curve:
    """Return a curve with random scatter proportional to its values."""
    return np.abs(values * (1 + noise * np.random.default_rng(seed).standard_normal(len(values))))


def accuracy(loss: Curve, constant: float, best: float, base: float) -> Curve:
    """Return an accuracy that rises from `base` to `best` as a loss falls from `constant` to its least."""
    low = float(np.nanmin(loss))
    share = np.clip((constant - loss) / max(1e-9, constant - low), 0.0, 1.0)
    return base + (best - base) * share


def history(
    train_loss: Curve, val_loss: Curve, train_score: Curve, val_score: Curve,
    name: str = "accuracy", layers: Layers | None = None, **columns: Curve,
) -> History:  # fmt: skip
    """Return a history of these curves."""
    epochs = len(train_loss)
    all_columns = {
        "epoch": np.arange(1.0, epochs + 1), "train_loss": train_loss, "val_loss": val_loss,
        f"train_{name}": train_score, f"val_{name}": val_score, **columns,
    }  # fmt: skip
    made = History(columns={key: [float(v) for v in values] for key, values in all_columns.items()})
    made.layers = [layers(epoch) if layers else () for epoch in range(1, epochs + 1)]
    return made


def evidence(
    run: History | None = None, of: Project | None = None, status: Status = "done",
    known: DataFacts | None = None, message: str = "",
) -> Evidence:  # fmt: skip
    """Return evidence about a run; before training when there is none."""
    subject = of or project()
    assert subject.signature is not None
    target = subject.signature.target
    told = known or facts(target.count if target.task == "classification" else 0)
    return Evidence(subject, subject.trace(), told, run or History(), status if run else "running", message)


def healthy_run(
    epochs: int = 100, *, classes: int = 2, best: float = 0.97, gap: float = 0.01, noise: float = 0.03,
    speed: float = 6.0, seed: int = 0, layers: Layers | None = None,
) -> History:  # fmt: skip
    """Return a run of a classifier that learns and then rests, validation a little behind."""
    constant, base = float(np.log(classes)), 1 / classes
    floor = constant * (1 - best) * 1.3 + 0.01
    smooth = decay(epochs, constant * 1.05, floor, speed)
    train = scattered(smooth, noise, seed)
    val = scattered(smooth * (1 + 2 * gap) + 0.01, noise * 1.5, seed + 1)
    jitter = np.random.default_rng(seed + 2).standard_normal((2, epochs)) * 0.008
    seen = np.clip(accuracy(smooth, constant, best, base) + jitter[0], 0, 1)
    unseen = np.clip(accuracy(smooth, constant, best - gap, base) + jitter[1], 0, 1)
    return history(train, val, seen, unseen, layers=layers)


def sound_layers(of: Project) -> Layers:
    """Return layers in good health."""
    return ill_layers(of)


def ill_layers(of: Project, **values: Any) -> Layers:
    """Return layers whose hidden ones report these values; `fade` weakens gradients towards the first."""
    fade = values.pop("fade", 1.5)
    ids = of.network.ids

    def at(epoch: int) -> tuple[LayerHealth, ...]:
        made = []
        for place, id in enumerate(ids):
            norm = 0.5 / fade ** (len(ids) - 1 - place)
            known: dict[str, Any] = {"gradient_norm": norm, "update_ratio": 1e-3, "dead": 0.03}
            made.append(LayerHealth(id=id, **{**known, **(values if place < len(ids) - 1 else {})}))
        return tuple(made)

    return at


def stuck_run(
    epochs: int = 40, *, level: float = 0.6931, classes: int = 2, layers: Layers | None = None
) -> History:
    """Return a run that stays at the answer of a constant predictor."""
    rng = np.random.default_rng(3)
    loss = level + 0.002 * rng.standard_normal(epochs)
    chance = 1 / classes + 0.005 * rng.standard_normal((2, epochs))
    return history(loss, loss + 0.003, chance[0], chance[1], layers=layers)


def part(run: History, epochs: int) -> History:
    """Return the first epochs of a run."""
    return replace(
        run,
        columns={name: values[:epochs] for name, values in run.columns.items()},
        layers=run.layers[:epochs],
    )
