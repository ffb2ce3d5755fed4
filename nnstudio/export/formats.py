"""What can be exported, and how: one declaration per format (importable without torch)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.export.problem import CannotExport

if TYPE_CHECKING:
    from nnstudio.core.dataset import Prepared
    from nnstudio.core.project import Project
    from nnstudio.core.run import Run
    from nnstudio.export.report import Report

PdfWriter = Callable[[Path, "Report"], None]
"""Writes the report as a PDF: Qt's work, so the window lends it."""


@dataclass(frozen=True, slots=True)
class Format:
    """One way out of the studio."""

    key: str
    title: str
    suffix: str
    about: str
    """What it is good for, in a student's words."""
    trained: bool = True
    """Needs a run; else the settings are enough."""


FORMATS: Mapping[str, Format] = {
    one.key: one
    for one in (
        Format(
            "script", "Python script", ".py", trained=False,
            about="Readable code that trains the same network to the same curve, without NN Studio. The "
            "prepared rows are written beside it.",
        ),
        Format("onnx", "ONNX model", ".onnx",
               "The trained network for other programs and languages: checked with onnxruntime."),
        Format("torch", "torch.export program", ".pt2",
               "The trained network for PyTorch, without the code that built it."),
        Format("safetensors", "Weights", ".safetensors",
               "All weights by name, in the safe format of the Hugging Face libraries."),
        Format("html", "Report for the browser", ".html",
               "Data, network, settings, curves, results and diagnosis of a run in one file."),
        Format("pdf", "Report on paper", ".pdf", "The same report as a PDF of about two pages."),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be written, of what, and where."""

    format: Format
    path: Path
    project: Project
    """For a script: the settings, those of the run if it is about a run."""
    run: Run | None = None
    before: Run | None = None
    """The run that a report compares with."""


@dataclass(frozen=True, slots=True)
class Written:
    """What has been written."""

    paths: tuple[Path, ...]
    words: str
    """What there is to know about it."""


def with_suffix(path: Path, format: Format) -> Path:
    """Return the path with the suffix of its format."""
    return path if path.suffix.lower() == format.suffix else path.with_name(path.name + format.suffix)


def export(wish: Wish, prepared: Prepared, pdf: PdfWriter | None = None) -> Written:
    """Write what is wished for; may take seconds.

    Raises CannotExport, another ValueError in words, or OSError; then nothing is left half written.
    """
    if wish.format.key == "script":
        return _script(wish, prepared)
    if wish.run is None:
        raise CannotExport(f"{wish.format.title} needs a run: train the network first.")
    if wish.format.key in ("html", "pdf"):
        return _report(wish, wish.run, prepared, pdf)
    return _model(wish, wish.run, prepared)


def _script(wish: Wish, prepared: Prepared) -> Written:
    from nnstudio.export.script import write_script

    words = "It trains to the same curve."
    if wish.run is not None and wish.run.history.marks:
        words = "Settings were changed while this run trained: the script keeps those it began with."
    return Written(write_script(wish.path, wish.project, prepared), words)


def _model(wish: Wish, run: Run, prepared: Prepared) -> Written:
    if wish.format.key == "safetensors":
        from nnstudio.export.weights import write_weights

        return Written((wish.path,), f"{write_weights(wish.path, run, prepared)} tensors.")
    from nnstudio.export.onnx import write_onnx
    from nnstudio.export.torch_export import write_torch

    write = write_onnx if wish.format.key == "onnx" else write_torch
    difference = write(wish.path, run, prepared)
    words = f"Checked with several numbers of rows: its answers differ from the network's by {difference:.1g}"
    return Written((wish.path,), f"{words} at most.")


def _report(wish: Wish, run: Run, prepared: Prepared, pdf: PdfWriter | None) -> Written:
    from nnstudio.export.report import gathered, report_html
    from nnstudio.export.written import write

    report = gathered(run, prepared, wish.before)
    if wish.format.key == "html":
        write(wish.path, report_html(report).encode())
    elif pdf is None:
        raise CannotExport("A PDF needs the window's libraries, which are not here: export HTML instead.")
    else:
        pdf(wish.path, report)
    return Written((wish.path,), f"Judged on {len(report.evaluation.true):,} {report.split} rows.")
