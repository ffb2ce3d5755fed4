"""Python's garbage, collected in the window's thread only.

Python collects wherever it happens to be, also in a training thread; there, a forgotten item of a
scene takes the whole program along. pyqtgraph's GarbageCollector does the same as this, but comes too
late: it is loaded with the charts.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 1000


def collect_due() -> None:
    """Collect the generations that Python would have collected by now by itself."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return


def collect_here_only(owner: QObject) -> None:
    """From now on collect in this thread, by a timer that lives as long as its owner."""
    gc.disable()
    timer = QTimer(owner, interval=INTERVAL_MS)
    timer.timeout.connect(collect_due)
    timer.start()
