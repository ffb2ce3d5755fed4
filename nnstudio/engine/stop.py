"""How a training that goes on is told to end and keep what it has (importable without torch)."""

from __future__ import annotations


class StopTraining(Exception):
    """Thrown into a started training generator: it answers with `Finished(status="stopped")`."""
