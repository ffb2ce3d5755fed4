"""What the command line asks of the window, which it may not import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from nnstudio.export.report import Report


class Door(Protocol):
    """The way to the window."""

    def open(self, path: str) -> int:
        """Open the window, with a project when a path is given; return the exit code."""

    def picture(self, project: Path, target: Path) -> None:
        """Write a picture of the window with a project open; raises when there is no Qt here."""

    def pdf(self, target: Path, report: Report) -> None:
        """Write a report as a PDF; raises when there is no Qt here."""
