"""What the parts of a script are written from."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch

from nnstudio.catalog.defaults import metrics_for
from nnstudio.core.dataset import Prepared
from nnstudio.core.network import Network
from nnstudio.core.project import Project
from nnstudio.core.training import Training
from nnstudio.engine.assembly import Assembly, assemble
from nnstudio.engine.start import start_weights
from nnstudio.engine.transfer import StartProblem
from nnstudio.export.problem import CannotExport
from nnstudio.export.source import Cuttings

TRAINING = {
    "loss", "optimizer", "schedule", "batch_size", "epochs", "warmup_epochs", "weight_decay", "l1",
    "clip_norm", "clip_value", "accumulate", "ema", "precision", "checkpoint_every", "class_weights",
    "early_stopping", "seed", "device", "augmentations", "shuffle",
}  # fmt: skip
"""Settings that the script carries out, or that change nothing in the curve."""
DATA = {"source", "split", "goal", "preparation", "sampler"}
PROJECT = {"name", "data", "network", "preset", "training", "signature", "notes", "start_from"}
NODE = {"id", "layer", "inputs", "name", "group", "frozen", "rate_factor"}


@dataclass(frozen=True, slots=True)
class Plan:
    """A run put together but not begun, and the source code that its script has to bring along."""

    project: Project
    prepared: Prepared
    parts: Assembly
    data_file: str
    cuttings: Cuttings = field(default_factory=Cuttings)

    @property
    def training(self) -> Training:
        """The settings of training."""
        return self.project.training

    @property
    def network(self) -> Network:
        """The network."""
        return self.project.network

    @property
    def validates(self) -> bool:
        """Whether there are validation rows."""
        return bool(len(self.prepared.validation))

    @property
    def columns(self) -> set[str]:
        """Names of the values that an epoch reports."""
        splits = ("train", "val") if self.validates else ("train",)
        names = (
            "loss",
            *(metric.kind for metric in metrics_for(self.prepared.signature.target) if metric.every_epoch),
        )
        return {f"{split}_{name}" for split in splits for name in names}


def planned(project: Project, prepared: Prepared, data_file: str) -> Plan:
    """Put the run together; raises CannotBuild or CannotExport in words."""
    _refuse_unknown(project)
    try:
        start = start_weights(project, prepared.signature)
    except StartProblem as problem:
        raise CannotExport(str(problem)) from None
    return Plan(project, prepared, assemble(project, prepared, torch.device("cpu"), start), data_file)


def _refuse_unknown(project: Project) -> None:
    """Refuse settings that no line of a script would carry out: a wrong script is worse than none."""
    pairs = [
        (project, PROJECT),
        (project.training, TRAINING),
        (project.data, DATA),
        *((n, NODE) for n in project.network.nodes),
    ]
    for model, known in pairs:
        for name, info in type(model).model_fields.items():
            if name in known:
                continue
            if getattr(model, name) != info.get_default(call_default_factory=True):
                words = name.replace("_", " ")
                raise CannotExport(
                    f"A script cannot repeat the setting “{words}” yet: put it back to its default first."
                )
