"""What ends a command: a sentence and an exit code."""

from __future__ import annotations

OK, FAILED, BAD_INPUT = 0, 1, 2
"""Exit codes: done; the work failed or the design has errors; the command or its files are wrong."""


class Problem(Exception):
    """The end of a command, with a sentence that says why and what to do."""

    def __init__(self, text: str, code: int = BAD_INPUT) -> None:
        super().__init__(text)
        self.code = code


def sentence(error: KeyError) -> str:
    """Return the text of a KeyError that was raised in words."""
    text = str(error.args[0])
    return f"{text[:1].upper()}{text[1:]}."
