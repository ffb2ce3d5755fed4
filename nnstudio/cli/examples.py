"""List the bundled examples."""

from __future__ import annotations

import argparse
import textwrap

from nnstudio.cli.door import Door
from nnstudio.cli.output import add_output_arguments, output
from nnstudio.cli.problem import OK

NAME = "examples"
HELP = "list the bundled examples"
EPILOG = "Make a project of one with: nnstudio new OUT.nnproj --example NAME"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Print name, title and story of every example."""
    from nnstudio.catalog.examples import EXAMPLES

    out = output(arguments)
    for example in EXAMPLES:
        out.say(f"{example.name:16}{example.title}")
        out.say(textwrap.fill(example.story, 92, initial_indent=" " * 16, subsequent_indent=" " * 16))
    out.give(
        {
            "examples": [
                {"name": e.name, "title": e.title, "story": e.story, "goes_wrong": e.goes_wrong}
                for e in EXAMPLES
            ]
        }
    )
    return OK
