"""What tests/conftest.py promises every test is kept: leaks fail the test, its home and seeds are its own."""

from __future__ import annotations

from pathlib import Path

import pytest

LEAKS = """
import threading
import pytest

@pytest.fixture(scope="session")
def kept():
    things = []
    yield things
    things[0].set()

def test_leaves_a_thread(kept):
    kept.append(threading.Event())
    threading.Thread(target=kept[0].wait, name="forgotten", daemon=True).start()

def test_leaves_a_qthread(qtbot, kept):
    from PySide6.QtCore import QThread

    class Worker(QThread):
        def run(self):
            self.exec()

    kept.append(Worker())
    kept[-1].start()

def test_leaves_a_window(qtbot, kept):
    from PySide6.QtWidgets import QLabel

    kept.append(QLabel("hello"))
    kept[-1].show()

def test_leaves_nothing(qtbot):
    from PySide6.QtCore import QThread
    from PySide6.QtWidgets import QLabel

    label, thread = QLabel("hello"), QThread()
    qtbot.addWidget(label)
    label.show()
    thread.start()
    thread.quit()
    thread.wait()
"""

OWN_HOME_AND_SEEDS = """
def test_home(qtbot, home):
    from pathlib import Path

    import platformdirs
    from PySide6.QtCore import QSettings

    assert home in Path(QSettings("Someone", "Something").fileName()).parents
    assert home in Path(platformdirs.user_cache_dir("something")).parents

def test_seeds():
    import random

    assert random.random() == random.Random(0).random()
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """Return a folder of tests under the same promises as these."""
    pytester.makeconftest((Path(__file__).parent / "conftest.py").read_text())
    return pytester


def test_what_is_left_running_or_open_fails_its_test(suite: pytest.Pytester) -> None:
    suite.makepyfile(LEAKS)
    result = suite.runpytest_subprocess("-p", "no:xdist")
    result.assert_outcomes(passed=4, errors=3)
    result.stdout.fnmatch_lines(
        ["left running: forgotten", "left running: Worker (QThread)", "left open: QLabel*"]
    )


def test_every_test_has_its_own_home_and_the_same_seeds(suite: pytest.Pytester) -> None:
    suite.makepyfile(OWN_HOME_AND_SEEDS)
    suite.runpytest_subprocess("-p", "no:xdist").assert_outcomes(passed=2)
