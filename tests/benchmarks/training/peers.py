"""Libraries that one would otherwise train with, each as it is used in its own tutorials, made quiet."""

from __future__ import annotations

import itertools
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from queue import Queue
from threading import Thread
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tests.benchmarks.training.contestants import Contestant, Epochs, loader
from tests.benchmarks.training.tasks import FOREVER, RATE, Task, tensors


@dataclass(frozen=True)
class Peer:
    """A library: what it needs installed, and which tasks it can do."""

    name: str
    needs: tuple[str, ...]
    run: Contestant
    fits: Callable[[Task], bool] = lambda task: True


def scikit_learn(task: Task) -> Epochs:
    """Train MLPClassifier epoch by epoch; draws weights and order itself."""
    from sklearn.metrics import log_loss
    from sklearn.neural_network import MLPClassifier

    train, held = task.prepared.train, task.prepared.validation
    curve = "tanh" if task.name == "tiny" else "relu"
    model = MLPClassifier(
        task.units, activation=curve, batch_size=task.batch, learning_rate_init=RATE, alpha=0.0
    )
    classes = np.unique(train.y)
    while True:
        model.partial_fit(train.x, train.y, classes=classes)
        yield float(log_loss(held.y, model.predict_proba(held.x), labels=classes))


def skorch(task: Task) -> Epochs:
    """Train NeuralNetClassifier with its validation split given; same weights, own order."""
    from skorch import NeuralNetClassifier
    from skorch.helper import predefined_split

    held = TensorDataset(*tensors(task.prepared.validation))
    net = NeuralNetClassifier(
        task.first_module(), criterion=nn.CrossEntropyLoss, optimizer=torch.optim.Adam, lr=RATE,
        batch_size=task.batch, max_epochs=1, iterator_train__shuffle=True, verbose=0,
        train_split=predefined_split(held),
    )  # fmt: skip
    net.initialize()
    x, y = tensors(task.prepared.train)
    while True:
        net.partial_fit(x, y)
        yield float(net.history[-1]["valid_loss"])


def lightning(task: Task) -> Epochs:
    """Train with a Trainer without logger, bar and checkpoints; same weights and order."""
    import lightning as L

    class Module(L.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.network, self.loss = task.first_module(), nn.CrossEntropyLoss()

        def training_step(self, batch: Any, index: int) -> Any:
            return self.loss(self.network(batch[0]), batch[1])

        def validation_step(self, batch: Any, index: int) -> None:
            self.log("val_loss", self.loss(self.network(batch[0]), batch[1]))

        def configure_optimizers(self) -> Any:
            return torch.optim.Adam(self.parameters(), lr=RATE)

    class Turn(L.Callback):
        def on_train_epoch_end(self, trainer: Any, module: Any) -> None:
            turns.give(float(trainer.callback_metrics["val_loss"]))

    def run() -> None:
        trainer = L.Trainer(
            max_epochs=FOREVER, accelerator="cpu", logger=False, enable_checkpointing=False,
            enable_progress_bar=False, enable_model_summary=False, callbacks=[Turn()],
            num_sanity_val_steps=0,
        )  # fmt: skip
        held = DataLoader(TensorDataset(*tensors(task.prepared.validation)), task.batch)
        trainer.fit(Module(), loader(task), held)

    turns = Turns(run)
    yield from turns


KERAS_BACKEND = os.environ.setdefault("KERAS_BACKEND", "torch")
"""Keras takes one in a process: set the variable to jax for the other."""


def keras(task: Task) -> Epochs:
    """Train with Keras 3 on the process's backend; draws weights and order itself."""
    import keras as k

    layers = [*_keras_layers(k, task), k.layers.Dense(task.classes)]
    model = k.Sequential(layers)
    loss = k.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(k.optimizers.Adam(RATE), loss)
    train, held = task.prepared.train, task.prepared.validation

    class Turn(k.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            turns.give(float(logs["val_loss"]))

    def fit() -> None:
        model.fit(
            train.x, train.y, batch_size=task.batch, epochs=FOREVER, verbose=0, callbacks=[Turn()],
            validation_data=(held.x, held.y), validation_batch_size=task.batch,
        )  # fmt: skip

    turns = Turns(fit)
    yield from turns


def _keras_layers(k: Any, task: Task) -> list[Any]:
    curve = "tanh" if task.name == "tiny" else "relu"
    return [k.layers.Dense(units, activation=curve) for units in task.units]


class Turns:
    """Runs a library's own loop in a thread that trains one epoch whenever it is pulled."""

    def __init__(self, run: Callable[[], object]) -> None:
        self._go: Queue[bool] = Queue()
        self._done: Queue[float] = Queue()
        self._thread = Thread(target=self._quietly, args=[run], daemon=True)

    def _quietly(self, run: Callable[[], object]) -> None:
        self._go.get()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run()

    def give(self, loss: float) -> None:
        """Hand the loss of an epoch over and wait for the next turn; called by the library."""
        self._done.put(loss)
        self._go.get()

    def __iter__(self) -> Epochs:
        self._thread.start()
        for _ in itertools.count():
            self._go.put(True)
            yield self._done.get()


def _dense_only(task: Task) -> bool:
    return bool(task.units)


PEERS = (
    Peer("scikit-learn", ("sklearn",), scikit_learn, _dense_only),
    Peer("skorch", ("skorch",), skorch),
    Peer("Lightning", ("lightning",), lightning),
    Peer(f"Keras on {KERAS_BACKEND}", ("keras", KERAS_BACKEND), keras, _dense_only),
)
