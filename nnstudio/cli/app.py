"""Choose the command, run it, and turn what goes wrong into one sentence and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from nnstudio import __version__
from nnstudio.cli import (
    apply,
    check,
    crossvalidate,
    demo,
    diagnose,
    evaluate,
    examples,
    explain,
    export,
    find_rate,
    generate,
    glossary,
    heal,
    inspect,
    new,
    phases,
    resume,
    train,
    tune,
)
from nnstudio.cli.door import Door
from nnstudio.cli.problem import BAD_INPUT, FAILED, Problem

COMMANDS = (
    examples,
    new,
    inspect,
    check,
    train,
    resume,
    find_rate,
    tune,
    crossvalidate,
    diagnose,
    apply,
    heal,
    phases,
    evaluate,
    explain,
    generate,
    export,
    demo,
    glossary,
)
ABOUT = """\
Without a command, or with the path of a project, the window opens.

exit codes: 0 done; 1 the work failed, or the design has errors; 2 the command or its files are wrong
"""
SUFFIX = ".nnproj"


def main(argv: list[str] | None = None, door: Door | None = None) -> int:
    """Run a command and return its exit code; `door` leads to the window."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        # An old terminal shows a question mark for an arrow; it does not end the command.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        return _run(words, door)
    except Problem as problem:
        return _complain(str(problem), problem.code)
    except KeyboardInterrupt:
        return _complain("Interrupted.", 130)
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (ValueError, KeyError, OSError) as error:
        text = _in_words(error)
        if text is None:
            raise
        return _complain(text, BAD_INPUT)


def _run(words: list[str], door: Door | None) -> int:
    if not words or _is_project(words[0]):
        if door is None:
            raise Problem("There is no window here; see nnstudio --help for the commands.", FAILED)
        return _open(door, words[0] if words else "")
    arguments = _parser().parse_args(words)
    code: int = arguments.run(arguments, door)
    return code


def _open(door: Door, path: str) -> int:
    if path and not Path(path).exists():
        raise Problem(f"There is no file {path}.")
    try:
        return door.open(path)
    except ImportError as error:
        raise Problem(
            f"The window cannot be opened: {error}. Set up with packaging/start.py.", FAILED
        ) from error


def _is_project(word: str) -> bool:
    commands = {command.NAME for command in COMMANDS}
    return (
        not word.startswith("-") and word not in commands and (word.endswith(SUFFIX) or Path(word).is_file())
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nnstudio",
        description="Design, train and understand neural networks.",
        epilog=ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"NN Studio {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        sub = subparsers.add_parser(
            command.NAME,
            help=command.HELP,
            description=command.__doc__,
            epilog=command.EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
    return parser


def _complain(text: str, code: int) -> int:
    print(f"nnstudio: {text}", file=sys.stderr)
    return code


def _in_words(error: Exception) -> str | None:
    """Return the sentence of a problem that the program has foreseen, None for any other error."""
    from pydantic import ValidationError

    from nnstudio.core.dataset import DataProblem
    from nnstudio.core.files import FileProblem
    from nnstudio.core.project import EditProblem
    from nnstudio.core.registry import problem_in_words
    from nnstudio.diagnosis.report import NoSuchFix

    if isinstance(error, ValidationError):
        return problem_in_words(error)
    if isinstance(error, DataProblem | FileProblem | EditProblem | NoSuchFix):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return None
