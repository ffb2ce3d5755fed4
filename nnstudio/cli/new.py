"""Make a project from a bundled example or from data of one's own: a table, images, texts, a series."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnstudio.cli.architecture import add_preset_arguments, with_architecture
from nnstudio.cli.door import Door
from nnstudio.cli.given import (
    add_given_arguments,
    arrays_of,
    files_of,
    is_arrays,
    is_raw,
    raw_spec,
    with_all_numbers,
)
from nnstudio.cli.kinds import KINDS, add_origins, add_settings, settled, source_of
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.problem import OK, Problem, sentence
from nnstudio.cli.program import ABOUT, add_program_arguments, with_program
from nnstudio.cli.projects import with_suffix
from nnstudio.core.trace import ASKED

if TYPE_CHECKING:
    from nnstudio.catalog.presets import Shaped
    from nnstudio.data.beginning import Beginning
    from nnstudio.data.csv_file import CsvSource

NAME = "new"
HELP = "make a project from an example, a table, images, texts or a series"
EPILOG = (
    """\
What a table leaves open (delimiter, decimal sign, dates...) is guessed, and every guess that is not
certain is printed with the option that settles it.

examples:
  nnstudio new iris.nnproj --example iris
  nnstudio new houses.nnproj --data houses.csv --target price --shape constant --depth 3 --width 64
  nnstudio new films.nnproj --data films.csv --target genres --task multilabel
  nnstudio new risks.nnproj --data risks.csv --target risk --task ordinal --order low,medium,high
  nnstudio new flowers.nnproj --images flowers/ --size 48
  nnstudio new opinions.nnproj --texts opinions.csv --text-column text --target stars --tokeniser wordpiece
  nnstudio new poet.nnproj --text sonnets.txt --tokeniser bpe --length 64
  nnstudio new sales.nnproj --series sales.csv --date-column month --forecast sales --window 24
  nnstudio new mine.nnproj --data rows.npz --raw --network net.json --training training.json
  nnstudio new mine.nnproj --data train.csv --validation val.csv --test test.csv --target y --raw

Arrays (npz) are called x_train, y_train, x_val, y_val and, if wished, x_test, y_test (or x and y, and split).
Their splits are kept, and no value is changed before the preparation.

"""
    + ABOUT
)
FORMAT = ("delimiter", "encoding", "header", "decimal", "dates")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "\\t": "\t"}
HOW_TO_SETTLE = {
    **{name: f"--{name} {name.upper()}" for name in FORMAT},
    "bad_rows": "--bad-rows skip",
    "task": "--task",
    "type": "--column NAME=TYPE",
    "role": "--ignore NAME",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("out", metavar="OUT.nnproj", type=Path, help="the project file to write")
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument("--example", metavar="NAME", help="a bundled example (see nnstudio examples)")
    origin.add_argument(
        "--data", metavar="FILE", type=Path, help="a table (CSV), one example per row, or arrays (npz)"
    )
    add_origins(origin)
    parser.add_argument(
        "--target",
        metavar="COLUMN",
        help="the column to be predicted (in a table), or several, that are labels or marks of a class (0 "
        "and 1) or numbers: a,b,c",
    )
    add_settings(parser)
    add_given_arguments(parser)
    shape = parser.add_argument_group("network")
    shape.add_argument("--shape", choices=("funnel", "constant"), help="rule for the widths")
    shape.add_argument("--depth", type=int, metavar="N", help="hidden layers, 0 to 8")
    shape.add_argument("--width", type=int, metavar="N", help="units of the first hidden layer")
    add_preset_arguments(shape)
    add_program_arguments(parser.add_argument_group("a program of one's own"))
    table = parser.add_argument_group("how the table is read (guessed where not given)")
    table.add_argument("--delimiter", metavar="SIGN", help="comma, semicolon, tab, bar or the sign itself")
    table.add_argument("--encoding", choices=("utf-8", "cp1252", "latin-1", "utf-16"))
    table.add_argument("--header", choices=("yes", "no"), help="whether the first row holds the names")
    table.add_argument("--decimal", choices=(".", ","), help="decimal sign")
    table.add_argument("--dates", choices=("year first", "day first", "month first"))
    table.add_argument(
        "--task", choices=list(ASKED), help="predict a class, one in an order, several labels, or a number"
    )
    table.add_argument(
        "--order", metavar="A,B,C", type=_listed, help="the classes from the lowest to the highest (ordinal)"
    )
    table.add_argument("--between", choices=(";", "|", ","), help="the sign between two labels (multilabel)")
    table.add_argument("--bad-rows", choices=("stop", "skip"), help="rows with too many or too few fields")
    table.add_argument("--bad-values", choices=("stop", "missing"), help="values that cannot be read")
    table.add_argument(
        "--column", action="append", default=[], metavar="NAME=TYPE", help="number, category, date or text"
    )
    table.add_argument("--ignore", action="append", default=[], metavar="NAME", help="leave a column out")
    table.add_argument("--split-column", metavar="NAME", help="says train, validation or test for each row")
    parser.add_argument("--force", action="store_true", help="replace OUT.nnproj if it exists")
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Load the data, make the project and save it."""
    from nnstudio.core.files import Saved
    from nnstudio.data.project_file import save_project

    out = output(arguments)
    path = with_suffix(arguments.out)
    if path.exists() and not arguments.force:
        raise Problem(f"{path} exists already; give --force to replace it.")
    begun = settled(_begun(arguments, out), arguments)
    project = with_program(with_architecture(begun.project, arguments), arguments)
    project = project.model_copy(update={"name": path.stem})
    save_project(path, Saved(project))
    _report(out, path, replace(begun, project=project))
    return OK


def _report(out: Output, path: Path, begun: Beginning) -> None:
    data, target = begun.prepared, begun.prepared.signature.target
    sizes = {"train": len(data.train), "validation": len(data.validation), "test": len(data.test)}
    for note in data.notes:
        out.warn(note)
    numbers = "a number" if target.count == 1 else f"{target.count} numbers"
    order = " in order: " + " < ".join(target.names) if target.task == "ordinal" else ""
    what = f"{target.count} {target.noun()}{order}" if target.asks != "numbers" else numbers
    out.say(f"{path}: {data.signature.input.named()} -> {what} ({target.column})")
    out.say("rows: " + ", ".join(f"{count} {name}" for name, count in sizes.items()))
    layers = [f"{node.title} {node.layer.summary()}".strip() for node in begun.project.network.nodes]
    out.say("network: " + " -> ".join(layers))
    out.give(
        {
            "project": str(path),
            "task": target.task,
            "target": target.column,
            "classes": list(target.names) if target.asks == "class" else [],
            "labels": list(target.names) if target.asks == "labels" else [],
            "input": list(data.signature.input.sizes),
            "rows": sizes,
            "notes": list(data.notes),
        }
    )


def _begun(arguments: argparse.Namespace, out: Output) -> Beginning:
    if arguments.example:
        return _from_example(arguments)
    if any(getattr(arguments, kind) for kind in KINDS) or is_arrays(arguments.data):
        return _from_files(arguments, out)
    return _from_table(arguments, out)


def _from_files(arguments: argparse.Namespace, out: Output) -> Beginning:
    from nnstudio.catalog.presets import Funnel
    from nnstudio.data.beginning import begin

    source = arrays_of(arguments) if is_arrays(arguments.data) else source_of(arguments)
    out.progress.show(0.5, "Reading the data")
    begun = begin(source, preset=_shape(arguments, Funnel(width=64)), raw=is_raw(arguments))
    out.progress.clear()
    return begun


def _from_example(arguments: argparse.Namespace) -> Beginning:
    from nnstudio.data.beginning import Beginning, begin_example

    if arguments.target:
        raise Problem("--target goes with --data: an example knows what it predicts.")
    try:
        begun = begin_example(arguments.example)
    except KeyError as error:
        raise Problem(sentence(error)) from None
    begun = raw_spec(begun, arguments)
    project = begun.project.with_preset(_shape(arguments, begun.project.preset))
    return Beginning(project, begun.examples, begun.prepared)


def _from_table(arguments: argparse.Namespace, out: Output) -> Beginning:
    from nnstudio.catalog.presets import Funnel
    from nnstudio.data.beginning import begin

    if not arguments.target:
        raise Problem("Name the column to be predicted with --target COLUMN.")
    source = _source(arguments, out)
    out.progress.show(0.5, "Reading the data")
    begun = begin(source, preset=_shape(arguments, Funnel(width=64)), raw=is_raw(arguments))
    out.progress.clear()
    return begun


def _shape(arguments: argparse.Namespace, start: Any) -> Shaped:
    from nnstudio.core.project import PRESETS

    shape: Any = PRESETS[arguments.shape] if arguments.shape else type(start)
    settings = {name: getattr(start, name) for name in type(start).model_fields}
    given = {"depth": arguments.depth, "width": arguments.width}
    made: Shaped = shape(**settings | {name: value for name, value in given.items() if value is not None})
    return made


def _source(arguments: argparse.Namespace, out: Output) -> CsvSource:
    """Return the table's source: what was given, and guesses about the rest."""
    from nnstudio.data.csv_sniff import sniff

    answers = {name: value for name in FORMAT if (value := getattr(arguments, name)) is not None}
    if "header" in answers:
        answers["header"] = answers["header"] == "yes"
    if "delimiter" in answers:
        answers["delimiter"] = DELIMITERS.get(answers["delimiter"], answers["delimiter"])
    guess = sniff(str(arguments.data.resolve()), **answers)
    settled = {name.partition("=")[0] for name in arguments.column} | set(arguments.ignore)
    settled |= set(_targets(guess.source, arguments.target))
    for doubt in guess.doubts:
        given = getattr(arguments, doubt.about, None)
        idle = doubt.column != arguments.target if doubt.about == "task" else doubt.column in settled
        if given is None and not idle and doubt.about != "target":
            how = HOW_TO_SETTLE.get(doubt.about, "")
            out.warn(
                f"{doubt.why} {doubt.question} Taken: {doubt.chosen!r}"
                + (f" (settle with {how})" if how else "")
            )
    tasks = {doubt.column: doubt.chosen for doubt in guess.doubts if doubt.about == "task"}
    likely = tasks.get(arguments.target, guess.source.task)
    return _with_columns(guess.source.model_copy(update={"task": likely}), arguments)


def _with_columns(source: CsvSource, arguments: argparse.Namespace) -> CsvSource:
    if arguments.preparation == "none":
        source = with_all_numbers(source)
    try:
        for word in arguments.column:
            name, _, type = word.rpartition("=")
            source = source.with_column(name, type=type, role=None)
        for name in arguments.ignore:
            source = source.with_column(name, role="ignore")
        if arguments.split_column:
            source = source.with_column(arguments.split_column, role="split")
        source = source.with_target(*_targets(source, arguments.target))
    except KeyError as error:
        raise Problem(sentence(error)) from None
    names = ("task", "order", "between", "bad_rows", "bad_values")
    settings = files_of(arguments) | {name: getattr(arguments, name) for name in names}
    return source.model_copy(update={name: value for name, value in settings.items() if value is not None})


def _targets(source: CsvSource, given: str) -> tuple[str, ...]:
    """Return the columns to be predicted: one of this very name, or the several that it lists."""
    names = {column.name for column in source.columns}
    return (given,) if given in names or "," not in given else _listed(given)


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(",") if word.strip())
