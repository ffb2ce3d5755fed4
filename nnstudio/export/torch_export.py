"""A run's network as a torch.export program (.pt2)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import torch
from torch import nn

from nnstudio.core.dataset import Prepared
from nnstudio.core.run import Run
from nnstudio.export.model import check, model_of, quiet, refused
from nnstudio.export.written import write

INFORMATION = "nnstudio.json"
"""The extra file in a .pt2 that says how to feed and read the network."""


def write_torch(path: Path, run: Run, prepared: Prepared) -> float:
    """Write the network as .pt2, read it back and compare; returns the largest difference of an answer.

    The number of rows stays free. Raises CannotExport or OSError.
    """
    model = model_of(run, prepared)
    with quiet():
        try:
            program = followed(model.graph, (model.example,))
        except Exception as error:  # The exporter has many kinds of errors of its own.
            raise refused(model, run.record.project, "torch.export", error, followed) from error
        file = io.BytesIO()
        torch.export.save(program, file, extra_files={INFORMATION: model.words})
        again = torch.export.load(io.BytesIO(file.getvalue())).module()
    difference = check(model, lambda rows: again(torch.tensor(rows)).detach().numpy(), "torch.export")
    write(path, file.getvalue())
    return difference


def followed(module: nn.Module, inputs: tuple[Any, ...]) -> torch.export.ExportedProgram:
    """Follow example inputs through a module, the number of rows left free."""
    free = tuple({0: torch.export.Dim.DYNAMIC} for _ in inputs)
    # *args of a merging layer are one argument of the exporter.
    shapes = free if len(inputs) == 1 else (free[0], free[1:])
    return torch.export.export(module, inputs, dynamic_shapes=shapes)
