"""What looking into the layers costs: the same training with and without it, in turn, in one process."""

from __future__ import annotations

from statistics import median
from time import thread_time
from unittest.mock import patch

from nnstudio.engine import loop
from nnstudio.engine.train import train
from tests.benchmarks.diagnosing.specs import Program

ROUNDS = 3


class _Blind:
    """A probe that sees nothing and costs nothing."""

    wanted = False

    def __init__(self, *_: object) -> None:
        pass

    def before_last_step(self, outer: bool) -> None:
        pass

    def loss(self, *_: object) -> None:
        return None

    def look(self) -> tuple[tuple[()], None]:
        return (), None


def overhead(program: Program) -> tuple[float, float]:
    """Return the seconds of a training without and with probes.

    Medians of the thread's own computing time: what else the machine does is left out.
    """
    blind, seeing = list[float](), list[float]()
    _computing(program)
    for _ in range(ROUNDS):
        with patch.object(loop, "Probe", _Blind):
            blind.append(_computing(program))
        seeing.append(_computing(program))
    return median(blind), median(seeing)


def _computing(program: Program) -> float:
    began = thread_time()
    for _ in train(program.project, program.prepared):
        pass
    return thread_time() - began
