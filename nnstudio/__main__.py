"""Start NN Studio: the window, or a command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.cli import main as command_line

if TYPE_CHECKING:
    from nnstudio.export.report import Report


class Window:
    """The real window; Qt is imported when it is wanted."""

    def open(self, path: str) -> int:
        """Open the window, with a project when a path is given; return the exit code."""
        from nnstudio.ui.app import main as show

        return show(path)

    def picture(self, project: Path, target: Path) -> None:
        """Write a picture of the window with a project open."""
        from nnstudio.ui.app import picture

        picture(project, target)

    def pdf(self, target: Path, report: Report) -> None:
        """Write a report as a PDF."""
        from nnstudio.ui.app import application
        from nnstudio.ui.report import write_pdf

        _ = application()
        write_pdf(target, report)


def main(argv: list[str] | None = None) -> int:
    """Do what the command line asks for and return the exit code."""
    return command_line(argv, Window())


if __name__ == "__main__":
    sys.exit(main())
