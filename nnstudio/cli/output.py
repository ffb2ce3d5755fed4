"""What a command says: words and tables on stdout, progress on stderr, JSON where it is asked for."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

BAR = 24


class Output:
    """The voice of one command."""

    def __init__(self, json_to: str | None = None, quiet: bool = False) -> None:
        self.json_to = json_to
        # JSON on stdout must stand alone there.
        self.words = not quiet and json_to != "-"
        self.progress = Progress(sys.stderr.isatty() and not quiet)

    def say(self, text: str = "") -> None:
        """Print words, unless silenced."""
        if self.words:
            self.progress.clear()
            print(text)

    def warn(self, text: str) -> None:
        """Print a remark on stderr."""
        self.progress.clear()
        print(f"note: {text}", file=sys.stderr)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
        """Print rows in columns; those in `right` are aligned to the right."""
        widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
        for row in (head, ["-" * width for width in widths], *rows):
            cells = [
                c.rjust(w) if i in right else c.ljust(w)
                for i, (c, w) in enumerate(zip(row, widths, strict=True))
            ]
            self.say("  ".join(cells).rstrip())

    def give(self, result: Mapping[str, Any]) -> None:
        """Write the result as JSON where the person wants it; numbers that are not finite become null."""
        if self.json_to is None:
            return
        text = json.dumps(plain(result), indent=2, ensure_ascii=False, allow_nan=False)
        if self.json_to == "-":
            print(text)
        else:
            Path(self.json_to).write_text(text + "\n", encoding="utf-8")


class Progress:
    """One line on a terminal that is written over and over; nothing where there is no terminal."""

    def __init__(self, shown: bool) -> None:
        self._shown = shown
        self._length = 0

    def show(self, share: float, text: str) -> None:
        """Show how far the work is, 0 to 1, and a few words."""
        if not self._shown:
            return
        full = round(BAR * min(1.0, max(0.0, share)))
        line = f"[{'#' * full}{'-' * (BAR - full)}] {text}"
        sys.stderr.write("\r" + line.ljust(self._length))
        sys.stderr.flush()
        self._length = len(line)

    def clear(self) -> None:
        """Wipe the line."""
        if self._length:
            sys.stderr.write("\r" + " " * self._length + "\r")
            sys.stderr.flush()
            self._length = 0


def plain(value: Any) -> Any:
    """Return a value that JSON can hold: no NaN, no infinity."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --json and --quiet, which every command has."""
    parser.add_argument(
        "--json",
        nargs="?",
        const="-",
        metavar="FILE",
        help="write the result as JSON; without FILE to stdout",
    )
    parser.add_argument("--quiet", "-q", action="store_true", help="print no words and no progress")


def output(arguments: argparse.Namespace) -> Output:
    """Return the voice that the arguments ask for."""
    return Output(arguments.json, arguments.quiet)
