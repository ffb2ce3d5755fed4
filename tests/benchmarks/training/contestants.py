"""Who trains: the studio's engine, the loop everybody writes, and libraries that may be installed.

Each is a generator: it trains an epoch with a validation pass and yields the validation loss.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any, cast

import torch
from torch import nn
from torch.utils.data import DataLoader, Sampler, TensorDataset

from nnstudio.core.run import Epoch
from nnstudio.engine.probes import Probe
from nnstudio.engine.randomness import stream
from nnstudio.engine.train import train
from tests.benchmarks.training.tasks import RATE, Task, tensors

Epochs = Iterator[float]
Contestant = Callable[[Task], Epochs]

NAIVE = "plain PyTorch"
STUDIO = "studio"


def studio(task: Task) -> Epochs:
    """Train with the studio's engine, its look into the layers included."""
    for event in train(task.project, task.prepared):
        if isinstance(event, Epoch):
            yield event.values["val_loss"]


def studio_unwatched(task: Task) -> Epochs:
    """Train with the studio's engine without looking into the layers."""
    epochs, probe = studio(task), cast(Any, Probe)
    before = probe.before_last_step
    while True:
        # For the turn only: the others share the process.
        probe.before_last_step = _looks_away
        loss = next(epochs)
        probe.before_last_step = before
        yield loss


def _looks_away(probe: Probe, outer: bool) -> None:
    """Want no look, whatever the epoch."""
    probe.wanted = False


def plain_pytorch(task: Task) -> Epochs:
    """Train with the loop of the tutorials: DataLoader, three calls, loss.item()."""
    module = task.first_module()
    optimizer = torch.optim.Adam(module.parameters(), lr=RATE)
    loss_function = nn.CrossEntropyLoss()
    training = loader(task)
    validation = DataLoader(TensorDataset(*tensors(task.prepared.validation)), task.batch)
    while True:
        module.train()
        total = 0.0
        for x, y in training:
            optimizer.zero_grad()
            loss = loss_function(module(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
        module.eval()
        held, rows = 0.0, 0
        with torch.no_grad():
            for x, y in validation:
                held += loss_function(module(x), y).item() * len(x)
                rows += len(x)
        yield held / rows


def loader(task: Task) -> DataLoader:
    """Return batches of the training rows in the order that the studio draws."""
    data = TensorDataset(*tensors(task.prepared.train))
    return DataLoader(data, task.batch, sampler=Order(len(data), task.project.training.seed))


class Order(Sampler[int]):
    """The order of the rows in every epoch, as the studio draws it."""

    def __init__(self, rows: int, seed: int) -> None:
        self._rows, self._stream = rows, stream(seed, "order")

    def __len__(self) -> int:
        return self._rows

    def __iter__(self) -> Iterator[int]:
        order: list[int] = torch.randperm(self._rows, generator=self._stream).tolist()
        return iter(order)


def contestants(task: Task) -> dict[str, Contestant]:
    """Return who can take part in a task here, the plain loop first."""
    from tests.benchmarks.training import peers

    found: dict[str, Contestant] = {
        NAIVE: plain_pytorch, STUDIO: studio, f"{STUDIO}, unwatched": studio_unwatched,
    }  # fmt: skip
    for peer in peers.PEERS:
        if peer.fits(task) and not missing(peer.needs):
            found[peer.name] = peer.run
    return found


def missing(needs: tuple[str, ...]) -> list[str]:
    """Return the modules that are not installed."""
    return [name for name in needs if importlib.util.find_spec(name) is None]
