"""Explain why the best weights of a kept run answer one row as they do, or what they rely on in all."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.cli.door import Door
from nnstudio.cli.evaluate import best_weights
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.problem import OK, Problem
from nnstudio.cli.projects import add_project_argument, add_run_argument, open_file, run_called, with_data

if TYPE_CHECKING:
    from nnstudio.core.dataset import Prepared, SplitName
    from nnstudio.core.project import Project
    from nnstudio.engine.explain.explanation import Explanation

NAME = "explain"
HELP = "explain an answer of a kept run"
EPILOG = """\
Tables: shap, lime, importance (of all rows). Images: gradcam, gradients, occlusion. Texts: gradients,
attention. Series: gradients, occlusion. Autoencoders: rebuilt, worst (of all rows). Without --method the
most telling one is taken. The same command gives the same result.
"""
KINDS = ("shap", "lime", "importance", "gradcam", "gradients", "occlusion", "attention", "rebuilt", "worst")
BAR = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_project_argument(parser)
    add_run_argument(parser)
    parser.add_argument(
        "--row",
        type=int,
        metavar="N",
        help="row in the data source, counted from 1 (default: first validation row)",
    )
    parser.add_argument("--method", choices=KINDS, help="how to explain")
    parser.add_argument(
        "--about", metavar="CLASS", help="class (or number) to explain; default: the predicted one"
    )
    parser.add_argument(
        "--layer", default="", metavar="ID", help="convolution or attention layer (default: the last)"
    )
    parser.add_argument("--out", type=Path, metavar="FILE.png", help="write a picture")
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Print the contributions, and write a picture or JSON where asked."""
    from nnstudio.engine.explain.explain import explain
    from nnstudio.engine.explain.explanation import CannotExplain

    out = output(arguments)
    if arguments.out is not None and arguments.out.suffix.lower() != ".png":
        raise Problem("--out needs the name of a PNG picture, for example why.png.")
    kept = run_called(open_file(arguments.project), arguments.run_id)
    weights = best_weights(kept)
    project, prepared = with_data(kept.record.project, out)
    kind = arguments.method or _most_telling(project, prepared)
    asked = _asked(prepared, arguments.about)
    try:
        split, position = _place(prepared, arguments.row)
        found = explain(project, prepared, weights, kind, split, position, asked=asked, layer=arguments.layer)
    except CannotExplain as error:
        raise Problem(str(error)) from error
    classes = prepared.signature.target.asks != "numbers"
    _say(out, found, kept.record.name, classes)
    if arguments.out is not None:
        from nnstudio.cli.explain_picture import draw

        draw(found, found.reading(classes)).save(arguments.out)
        out.say(f"written: {arguments.out}")
    out.give(_plain(found, kept.record.id, split))
    return OK


def _most_telling(project: Project, prepared: Prepared) -> str:
    from nnstudio.engine.explain.explanation import methods_for

    fitting = methods_for(project.network, prepared.signature)
    if not fitting:
        raise Problem("There is no way to explain this network on these data.")
    return fitting[0].kind


def _place(prepared: Prepared, row: int | None) -> tuple[SplitName, int]:
    from nnstudio.engine.explain.subject import position_of

    return ("validation", 0) if row is None else position_of(prepared, row - 1)


def _asked(prepared: Prepared, name: str | None) -> int | None:
    names = prepared.signature.target.names
    if name is not None and name not in names:
        raise Problem(f"There is nothing called {name!r} to explain; there are: {', '.join(names)}.")
    return names.index(name) if name is not None else None


def _say(out: Output, found: Explanation, run: str, classes: bool) -> None:
    if found.row >= 0:
        out.say(f"{run}, row {found.row + 1}: {found.told}")
        about = f"{found.method.title} for {found.asked}" if found.asked else found.method.title
        out.say(about + (f" ({found.answer:.3f})" if classes and found.answer is not None else ""))
    else:
        out.say(f"{run}: {found.method.title.lower()}, {found.note}")
    if found.values.ndim == 1:
        _say_bars(out, found)
    elif found.curve is not None:
        _say_steps(out, found)
    elif found.picture is not None:
        largest = float(abs(found.values).max()) or 1.0
        for line in found.values.tolist():
            out.say("   " + " ".join(_shade(value / largest) for value in line[:60]))
    out.say(found.reading(classes))
    if found.note and found.row >= 0:
        out.say(found.note)


def _say_bars(out: Output, found: Explanation) -> None:
    largest = max(abs(float(value)) for value in found.values) or 1.0
    pairs = list(zip(found.names, found.values.tolist(), strict=True))
    if found.method.kind != "gradients":  # Tokens keep their order.
        pairs.sort(key=lambda pair: -abs(pair[1]))
    rows = [(name, f"{value:+.4g}", "#" * round(BAR * abs(value) / largest)) for name, value in pairs]
    out.table(("", "adds" if found.row >= 0 else "loses", ""), rows, right=(1,))


def _say_steps(out: Output, found: Explanation) -> None:
    """Print a line per step, the oldest first, and what it adds by variable."""
    assert found.curve is not None
    count = len(found.values)
    rows = []
    for step, (known, adds) in enumerate(zip(found.curve.tolist(), found.values.tolist(), strict=True)):
        pairs = (f"{value:.4g} ({add:+.3g})" for value, add in zip(known, adds, strict=True))
        rows.append((f"{count - step} ago" if found.asked else f"step {step + 1}", *pairs))
    out.table(("", *found.names), rows, right=range(1, 1 + len(found.names)))


def _shade(value: float) -> str:
    """Return a sign for a value from -1 to 1: dark for, letters against."""
    return " .:*#"[min(4, int(value * 5))] if value >= 0 else "-"


def _plain(found: Explanation, run: str, split: str) -> dict[str, object]:
    return {
        "run": run,
        "split": split,
        "row": found.row + 1 if found.row >= 0 else None,
        "method": found.method.kind,
        "true": found.true,
        "predicted": found.predicted,
        "asked": found.asked,
        "answer": found.answer,
        "start": found.start,
        "names": list(found.names),
        "values": found.values.tolist(),
        "curve": found.curve.tolist() if found.curve is not None else None,
        "spread": found.spread.tolist() if found.spread is not None else None,
        "note": found.note,
    }
