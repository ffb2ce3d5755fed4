"""Export a project as a script, or a kept run as a model or a report."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.cli.door import Door
from nnstudio.cli.output import add_output_arguments, output
from nnstudio.cli.problem import BAD_INPUT, FAILED, OK, Problem
from nnstudio.cli.projects import add_project_argument, add_run_argument, open_file, run_called, with_data

if TYPE_CHECKING:
    from nnstudio.core.files import Saved
    from nnstudio.export.formats import Format, PdfWriter, Wish

NAME = "export"
HELP = "write a script, a model for other programs, or a report"
KEYS = ("script", "onnx", "torch", "safetensors", "html", "pdf")
EPILOG = """\
script       Python that trains to the same curve, and the prepared rows beside it; with --run of that run,
             else of the project as it stands
onnx         the trained network for other programs, checked with onnxruntime
torch        the trained network as a torch.export program (.pt2)
safetensors  the weights by name
html, pdf    the report on a run

examples:
  nnstudio export iris.nnproj --to script --out iris.py
  nnstudio export iris.nnproj --to onnx --out iris.onnx --run "Run 3"
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_project_argument(parser)
    parser.add_argument("--to", choices=KEYS, required=True, help="what to write")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write it")
    add_run_argument(parser)
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, door: Door | None) -> int:
    """Write the file and say where it is."""
    from nnstudio.export.formats import FORMATS, export

    out = output(arguments)
    wish = _wish(open_file(arguments.project), FORMATS[arguments.to], arguments.out, arguments.run_id)
    # The data as they are for these settings, whatever the project says now.
    _, prepared = with_data(wish.project, out)
    try:
        written = export(wish, prepared, _pdf_of(door))
    except ImportError as error:
        raise Problem(f"This export needs a library that is not installed: {error}.", FAILED) from error
    except OSError as error:
        raise Problem(f"{wish.path} was not written: {error.strerror or error}.", FAILED) from error
    except ValueError as error:
        raise Problem(str(error), FAILED) from error
    for path in written.paths:
        out.say(f"Written: {path}")
    out.say(written.words)
    told = {"to": arguments.to, "run": wish.run.record.id if wish.run else None, "words": written.words}
    out.give(told | {"files": [str(path) for path in written.paths]})
    return OK


def _wish(saved: Saved, format: Format, path: Path, run_id: str | None) -> Wish:
    from nnstudio.export.formats import Wish, with_suffix

    path = with_suffix(path, format)
    if not path.parent.is_dir():
        raise Problem(f"There is no folder {path.parent}.", BAD_INPUT)
    if run_id is None and not format.trained:
        return Wish(format, path, saved.project)
    kept = run_called(saved, run_id)
    at = saved.runs.index(kept)
    return Wish(format, path, kept.record.project, kept, saved.runs[at - 1] if at else None)


def _pdf_of(door: Door | None) -> PdfWriter | None:
    if door is None:
        return None
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return door.pdf
