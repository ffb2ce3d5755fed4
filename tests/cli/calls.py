"""Call the command line as a person does, and see what comes back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nnstudio.cli import Door, main


@dataclass(frozen=True)
class Answer:
    """Exit code and what was printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What stdout holds when JSON went there."""
        return json.loads(self.out)


class Caller:
    """Runs commands in a folder of their own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.door: Door | None = None

    def __call__(self, *words: str | Path) -> Answer:
        """Run a command; argparse's own exit counts as its code."""
        self._capsys.readouterr()
        try:
            code = main([str(word) for word in words], self.door)
        except SystemExit as exit:
            code = int(exit.code or 0)
        printed = self._capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    def good(self, *words: str | Path) -> Answer:
        """Run a command that must succeed."""
        answer = self(*words)
        assert answer.code == 0, answer.err
        return answer

    def refused(self, *words: str | Path, code: int = 2) -> str:
        """Run a command that must be refused; returns its sentence."""
        answer = self(*words)
        assert answer.code == code, answer.out + answer.err
        assert "Traceback" not in answer.err
        return answer.err
