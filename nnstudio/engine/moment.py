"""A moment of a run: everything needed to go on from there as if it had never stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from nnstudio.core.project import Project
from nnstudio.core.run import Checkpoint, Epoch, History, Run, RunRecord
from nnstudio.engine.assembly import Assembly
from nnstudio.engine.checkpoint import WeightsProblem, load_into, pack
from nnstudio.engine.ledger import Ledger
from nnstudio.engine.resume import FORMAT, words_of

AVERAGE = "average"


@dataclass(frozen=True, slots=True)
class Moment:
    """Copies of weights, optimizer, random streams and averaged weights at the end of an epoch."""

    epoch: int
    tensors: dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Past:
    """What a checkpoint tells of the epochs before it."""

    epoch: int
    columns: dict[str, list[float]]
    losses: NDArray[np.float32]
    """Training loss of every step."""
    best_epoch: int
    best: dict[str, Tensor]


@torch.no_grad()
def capture(parts: Assembly, epoch: int) -> Moment:
    """Return copies, on their own devices, of all that the next epoch depends on."""
    tensors = {f"weights/{name}": value.clone() for name, value in parts.graph.state_dict().items()}
    tensors |= {f"optimizer/{name}": value.clone() for name, value in parts.update.tensors().items()}
    tensors |= {f"stream/{name}": stream.get_state() for name, stream in parts.streams.items()}
    if parts.average.values is not None:
        tensors[AVERAGE] = parts.average.values.clone()
        tensors |= {f"shown/{name}": value for name, value in parts.weights().items()}
    return Moment(epoch, tensors)


def packed(
    moment: Moment, ledger: Ledger, losses: NDArray[np.float32], project: Project
) -> bytes:  # fmt: skip
    """Return a moment with the books up to its epoch as safetensors bytes.

    `project` is kept as it was then, with the live changes; `losses` are those of all steps so far.
    """
    books = {
        f"column/{name}": torch.tensor(column[: moment.epoch], dtype=torch.float64)
        for name, column in ledger.columns.items()
    }
    tensors = moment.tensors | books | {f"best/{name}": value for name, value in ledger.best.items()}
    tensors["losses"] = torch.from_numpy(losses)
    words = {
        "format": FORMAT, "epoch": moment.epoch, "loss": ledger.loss(moment.epoch),
        "best_epoch": ledger.best_epoch, "project": project.model_dump(mode="json"),
    }  # fmt: skip
    # Buffers may share memory; safetensors wants tensors of their own.
    plain = {name: value.cpu().clone().contiguous() for name, value in tensors.items()}
    data: bytes = save(plain, {"nnstudio": json.dumps(words)})
    return data


def restore(parts: Assembly, checkpoint: Checkpoint) -> Past:
    """Bring a run just assembled to the moment of a checkpoint; raises WeightsProblem in words."""
    tensors = _loaded(checkpoint)
    load_into(parts.graph, _below("weights/", tensors))
    own, given = set(parts.streams), _below("stream/", tensors)
    if own != set(given):
        raise WeightsProblem("The checkpoint belongs to a run with other random streams.")
    for name, state in given.items():
        parts.streams[name].set_state(state)
    try:
        parts.update.restore(_below("optimizer/", tensors))
        parts.average.restore(tensors.get(AVERAGE))
    except (RuntimeError, IndexError) as error:
        raise WeightsProblem(f"The checkpoint belongs to another optimizer or network: {error}") from None
    columns = {name: column.tolist() for name, column in _below("column/", tensors).items()}
    best = _below("best/", tensors)
    losses = tensors["losses"].numpy()
    return Past(checkpoint.epoch, columns, losses, words_of(checkpoint.data)["best_epoch"], best)


def as_run(checkpoint: Checkpoint, record: RunRecord) -> Run:
    """Return the run as it was at a checkpoint, to look at; raises WeightsProblem when it is damaged."""
    tensors = _loaded(checkpoint)
    columns = {name: column.tolist() for name, column in _below("column/", tensors).items()}
    history = History(steps_per_epoch=len(tensors["losses"]) // checkpoint.epoch)
    history.step_losses = tensors["losses"].numpy()
    for at in range(checkpoint.epoch):
        history.add(Epoch(at + 1, {name: column[at] for name, column in columns.items()}))
    weights = pack(_below("shown/", tensors) or _below("weights/", tensors))
    return Run(record, history, {"best": weights, "last": weights})


def _loaded(checkpoint: Checkpoint) -> dict[str, Tensor]:
    try:
        tensors: dict[str, Tensor] = load(checkpoint.data)
    except (SafetensorError, ValueError) as error:
        raise WeightsProblem(f"The checkpoint is damaged: {error}") from None
    return tensors


def _below(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
