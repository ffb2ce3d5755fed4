"""The window's work without a window: one file per command, and `main` to choose among them."""

from nnstudio.cli.app import main
from nnstudio.cli.door import Door

__all__ = ["Door", "main"]
