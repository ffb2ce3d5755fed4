"""Let the best weights of a kept run go on with a text."""

from __future__ import annotations

import argparse

from nnstudio.cli.door import Door
from nnstudio.cli.evaluate import best_weights
from nnstudio.cli.output import add_output_arguments, output
from nnstudio.cli.problem import OK, Problem
from nnstudio.cli.projects import add_project_argument, add_run_argument, open_file, run_called, with_data

NAME = "generate"
HELP = "let a trained network write text"
EPILOG = """\
For projects on a text to be continued (nnstudio new --text). Temperature 0 always takes the most probable
token and soon repeats itself; 1 draws as the network says; above, it invents. Same seed, same text.

example:
  nnstudio generate poet.nnproj --prompt "Alice was " --length 200 --temperature 0.8 --seed 0
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_project_argument(parser)
    add_run_argument(parser)
    parser.add_argument("--prompt", default="", metavar="TEXT", help="what the text begins with")
    parser.add_argument("--length", type=int, default=200, metavar="N", help="tokens to write (default 200)")
    parser.add_argument("--temperature", type=float, default=0.8, metavar="T", help="0 to 5 (default 0.8)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="another seed, another text")
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Print the text as it is written."""
    from nnstudio.engine.generate import CannotWrite, generate
    from nnstudio.engine.threads import threads_for

    out = output(arguments)
    if not 0 <= arguments.temperature <= 5:
        raise Problem("--temperature must be from 0 to 5.")
    if arguments.length < 1:
        raise Problem("--length must be at least 1.")
    kept = run_called(open_file(arguments.project), arguments.run_id)
    weights = best_weights(kept)
    # The data as they were for this run, whatever the project says now.
    project, prepared = with_data(kept.record.project, out)
    settings = (arguments.length, arguments.temperature, arguments.seed)
    try:
        pieces = generate(project, prepared, weights, arguments.prompt, *settings)
    except CannotWrite as error:
        raise Problem(str(error)) from error
    text = ""
    if out.words:
        print(arguments.prompt, end="", flush=True)
    # One token is too little work to be shared among threads.
    with threads_for(0):
        for piece in pieces:
            text += piece
            if out.words:
                print(piece, end="", flush=True)
    out.say()
    out.give(
        {
            "run": kept.record.id, "prompt": arguments.prompt, "length": arguments.length,
            "temperature": arguments.temperature, "seed": arguments.seed, "text": text,
        }
    )  # fmt: skip
    return OK
