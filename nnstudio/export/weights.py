"""A run's weights as safetensors, with what one must know to use them."""

from __future__ import annotations

import json
from pathlib import Path

from safetensors.torch import save

from nnstudio.core.dataset import Prepared
from nnstudio.core.run import Run
from nnstudio.engine.checkpoint import unpack
from nnstudio.export.model import information, weights_of
from nnstudio.export.written import write


def write_weights(path: Path, run: Run, prepared: Prepared) -> int:
    """Write all weights by name, e.g. `n1.0.weight`; returns how many tensors.

    Metadata: `format` as torch writes it, `nnstudio` with JSON about input, output and preparation, and
    `network` with the layers. Raises CannotExport or OSError.
    """
    tensors = unpack(weights_of(run))
    about = json.dumps(information(run, prepared), ensure_ascii=False)
    network = run.record.project.network.model_dump_json()
    write(path, save(tensors, {"format": "pt", "nnstudio": about, "network": network}))
    return len(tensors)
