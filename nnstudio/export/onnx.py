"""A run's network as an ONNX model, checked with onnxruntime."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import nn

from nnstudio.core.dataset import Prepared
from nnstudio.core.run import Run
from nnstudio.core.trace import ASKED
from nnstudio.export.model import Model, check, model_of, quiet, refused
from nnstudio.export.problem import needed
from nnstudio.export.torch_export import followed
from nnstudio.export.written import write

INPUT, OUTPUT = "input", "output"
ROWS = "rows"


def write_onnx(path: Path, run: Run, prepared: Prepared) -> float:
    """Write the network as ONNX and compare it; returns the largest difference of an answer.

    The number of rows stays free. The metadata say how to feed and read it: `nnstudio`, JSON, and
    `classes`, `labels` or `targets`, a JSON list. Raises CannotExport or OSError.
    """
    for package in ("onnx", "onnxscript"):
        needed(package, "ONNX")
    runtime = needed("onnxruntime", "Checking an ONNX model")
    model = model_of(run, prepared)
    with quiet(), _silent():
        try:
            proto = _converted(model.graph, (model.example,))
        except Exception as error:  # The exporter has many kinds of errors of its own.
            raise refused(model, run.record.project, "ONNX", error, _converted) from error
    _describe(proto, model)
    data: bytes = proto.SerializeToString()
    session = runtime.InferenceSession(data, providers=["CPUExecutionProvider"])
    difference = check(model, lambda rows: session.run([OUTPUT], {INPUT: rows})[0], "ONNX")
    write(path, data)
    return difference


def _converted(module: nn.Module, inputs: tuple[Any, ...]) -> Any:
    program = torch.onnx.export(
        followed(module, inputs), input_names=[INPUT][: len(inputs)], output_names=[OUTPUT],
        dynamo=True, verbose=False,
    )  # fmt: skip
    assert program is not None
    return program.model_proto


def _describe(proto: Any, model: Model) -> None:
    """Name the free axis and write what is known about the network into the model."""
    for value in (*proto.graph.input, *proto.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = ROWS
    output = model.information["output"]
    names = {"class": "classes", "labels": "labels", "numbers": "targets"}[ASKED[output["task"]]]
    for key, text in (("nnstudio", model.words), (names, json.dumps(output["names"], ensure_ascii=False))):
        proto.metadata_props.add(key=key, value=text)
    proto.producer_name, proto.doc_string = "NN Studio", f"{model.information['project']}"


@contextmanager
def _silent() -> Iterator[None]:
    """Keep torch from telling that torchvision is missing, and a progress bar from leaving its thread."""
    with ExitStack() as stack:
        log = logging.getLogger("torch.onnx._internal.exporter._registration")
        stack.callback(log.setLevel, log.level)
        log.setLevel(logging.ERROR)
        with suppress(ImportError):
            tqdm = import_module("tqdm").tqdm
            stack.callback(setattr, tqdm, "monitor_interval", tqdm.monitor_interval)
            tqdm.monitor_interval = 0
        yield
