"""What a redraw of the curves costs: one run of a million points that grows, and fifty long runs behind one.

`python -m tests.benchmarks.charts` prints milliseconds of the real curve chart: append and draw.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MILLION, RUNS, LONG = 1_000_000, 50, 20_000
SIZE = 900, 420
"""Pixels of the chart: wider than in most windows."""


def noisy(points: int, seed: int) -> Array:
    """Return a loss that falls and trembles."""
    rng = np.random.default_rng(seed)
    return 0.1 + np.exp(-np.arange(points) / (0.2 * points)) * rng.uniform(0.7, 1.3, points)


def one_run(redraws: int) -> Iterator[float]:
    """Yield the seconds of each redraw while the last tenth of a million points arrives."""
    from nnstudio.ui.charts.curves import CurveChart

    chart = CurveChart()
    x, y = np.arange(1.0, MILLION + 1), noisy(MILLION, 0)
    start = MILLION * 9 // 10
    chart.append(x[:start], y[:start], x[:start:10], 1.1 * y[:start:10])
    yield from _grow(chart, x, y, start, redraws)


def fifty_runs(redraws: int) -> Iterator[float]:
    """Yield the seconds of each redraw of a run that grows over fifty earlier ones."""
    from nnstudio.ui.charts.curves import CurveChart

    chart = CurveChart()
    x = np.arange(1.0, LONG + 1)
    chart.set_background_runs([(f"Run {n}", x, noisy(LONG, n)) for n in range(RUNS)])
    yield from _grow(chart, np.arange(1.0, 1.2 * LONG + 1), noisy(int(1.2 * LONG), RUNS), LONG // 2, redraws)


def _grow(chart: object, x: Array, y: Array, start: int, redraws: int) -> Iterator[float]:
    from PySide6.QtWidgets import QApplication

    from nnstudio.ui.charts.curves import CurveChart

    assert isinstance(chart, CurveChart)
    chart.resize(*SIZE)
    chart.set_best(0.9 * float(x[start]))
    chart.shade(float(x[start]), None, "overfitting since here")
    chart.show()
    for _ in range(20):
        QApplication.processEvents()
    chart.redraw()
    for low, high in pairwise(np.linspace(start, len(x), redraws + 1).astype(int)):
        begin = time.perf_counter()
        chart.append(x[low:high], y[low:high], x[low:high:10], 1.1 * y[low:high:10])
        chart.redraw()
        chart.plot.viewport().repaint()
        yield time.perf_counter() - begin
    chart.close()


def main() -> None:
    """Print the figures with their aims."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--redraws", type=int, default=200)
    redraws = parser.parse_args().redraws
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from nnstudio.ui.app import application

    app = application()
    for name, case in (("one run of 10^6 points", one_run), ("50 runs of 20 000 points", fifty_runs)):
        times = sorted(1e3 * seconds for seconds in case(redraws))
        p99 = times[int(0.99 * (len(times) - 1))]
        print(
            f"{name:26s} median {statistics.median(times):5.1f} ms, p99 {p99:5.1f} ms (aim 8, limit 16),"
            f" worst {times[-1]:5.1f} ms"
        )
    app.processEvents()


if __name__ == "__main__":
    main()
