"""What the window costs: time to show it, event-loop gaps while training, throughput beside the command line.

`python -m tests.benchmarks.window` prints the figures as ratios within one run; `--runs N` repeats.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from typing import Any

BARE = """
import time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
import pyqtgraph as pg
app = QApplication([])
window = QMainWindow()
plot = pg.PlotWidget()
plot.plot([0, 1, 2], [0, 1, 0])
window.setCentralWidget(plot)
window.resize(1440, 900)
window.show()
QTimer.singleShot(0, app.quit)
app.exec()
print(time.perf_counter())
"""

OURS = """
import time
from PySide6.QtCore import QTimer
from nnstudio.ui.app import application, make_window
app = application()
window = make_window()
window.show()
QTimer.singleShot(0, app.quit)
app.exec()
print(time.perf_counter())
window.close()
"""

EPOCHS = 1000
"""Long enough that start and end hardly count."""


def start_ratio(runs: int) -> tuple[float, float, float]:
    """Return medians of (ours, bare) seconds to the first shown window and their ratio, interleaved.

    The clock stops when the event loop has shown the window. Both start from compiled bytecode, as an
    installed program does, whatever this machine has set.
    """
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    with tempfile.TemporaryDirectory() as compiled:
        env = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        for turn in range(runs + 1):
            for name, code in (("ours", OURS), ("bare", BARE)):
                begin = time.perf_counter()
                command = [sys.executable, "-c", code]
                done = subprocess.run(command, check=True, capture_output=True, env=env, text=True)
                if turn:  # The first turn compiles, and warms the disk's cache.
                    times[name].append(float(done.stdout.split()[-1]) - begin)
    ours, bare = (statistics.median(times[name]) for name in ("ours", "bare"))
    return ours, bare, statistics.median(a / b for a, b in zip(times["ours"], times["bare"], strict=True))


def digits() -> Any:
    """Return the digits project set to train for a fixed number of epochs."""
    from nnstudio.core.dataset import SOURCES
    from nnstudio.data.beginning import begin

    begun = begin(SOURCES["digits"]())
    project = begun.project.set("training.epochs", EPOCHS).set("training.early_stopping.on", False)
    return project, begun


def alone(project: Any, prepared: Any, diagnosed: bool = True) -> float:
    """Return the seconds the engine needs without a window, with the same diagnosis or with none."""
    from nnstudio.core.controls import Controls
    from nnstudio.engine.train import train
    from nnstudio.ui.training import train_and_diagnose

    begin = time.perf_counter()
    for _event in (train_and_diagnose if diagnosed else train)(project, prepared, Controls(project=project)):
        pass
    return time.perf_counter() - begin


def in_window(project: Any, begun: Any) -> tuple[float, list[float]]:
    """Return the seconds the same training takes in the shown window, and the event loop's gaps (s)."""
    from PySide6.QtCore import QEventLoop, QTimer

    from nnstudio.core.files import Saved
    from nnstudio.ui.app import application, make_window
    from nnstudio.ui.data_loader import Loaded

    app = application()
    window = make_window()
    window.show()
    window.session.loader.adopt(Loaded(project.data, begun.examples, begun.prepared))
    window.files.start(Saved(project))
    for _ in range(50):
        app.processEvents()
    beats: list[float] = []
    beat = QTimer(interval=1)
    beat.timeout.connect(lambda: beats.append(time.perf_counter()))
    loop = QEventLoop()
    window.session.trainer.state_changed.connect(lambda state: loop.quit() if state == "finished" else None)
    beat.start()
    begin = time.perf_counter()
    window.session.toggle_training()
    loop.exec()
    seconds = time.perf_counter() - begin
    beat.stop()
    window.session.document.set_saved()
    window.close()
    return seconds, [b - a for a, b in pairwise(beats)]


def percentile(values: list[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> None:
    """Print the figures with their aims."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--start-only", action="store_true", help="measure the first window alone")
    wish = parser.parse_args()
    runs = wish.runs
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    ours, bare, ratio = start_ratio(runs)
    print(f"first window   {ours:.2f} s, bare window {bare:.2f} s: ratio {ratio:.2f} (aim 1.5 at most)")
    if wish.start_only:
        return
    project, begun = digits()
    alone(project, begun.prepared)
    shares, undiagnosed, gaps = [], [], []
    for _ in range(max(1, runs // 2)):
        bare_engine, without = alone(project, begun.prepared, diagnosed=False), alone(project, begun.prepared)
        within, seen = in_window(project, begun)
        shares.append(without / within)
        undiagnosed.append((bare_engine / without, bare_engine / within))
        gaps += seen
    p99, worst = 1e3 * percentile(gaps, 0.99), 1e3 * max(gaps)
    print(f"loop gaps      p99 {p99:.1f} ms (aim 16), worst {worst:.1f} ms (aim 50), {len(gaps)} beats")
    print(f"throughput     {statistics.median(shares):.2f} of the command line's (aim 0.90)")
    diagnosis, both = (statistics.median(column) for column in zip(*undiagnosed, strict=True))
    print(f"diagnosis on   {diagnosis:.2f} of the engine's without it, {both:.2f} with the window as well")


if __name__ == "__main__":
    main()
