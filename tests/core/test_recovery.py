"""Unsaved work survives a window that dies, and only then is it offered."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from nnstudio.core import recovery
from nnstudio.core.files import Saved, load
from tests.core import samples

SAVED = Saved(samples.branched(), (samples.run(),))

DIE = """
import os
from pathlib import Path
from nnstudio.core.recovery import Autosave
from tests.core.test_recovery import SAVED
Autosave().keep(SAVED, {original})
os._exit(1)
"""


def die_with_unsaved_work(original: Path | None) -> None:
    place = f"Path({str(original)!r})" if original else "None"
    subprocess.run([sys.executable, "-c", DIE.format(original=place)], check=False)


def test_a_dead_window_s_work_is_offered_until_discarded(tmp_path: Path) -> None:
    die_with_unsaved_work(tmp_path / "mine.nnproj")
    (copy,) = recovery.pending()
    assert copy.original == tmp_path / "mine.nnproj"
    assert copy.name == "Circles"
    assert load(copy.file).project == SAVED.project
    copy.discard()
    assert recovery.pending() == []
    assert list(recovery.folder().iterdir()) == []


def test_a_project_without_a_file_is_offered_too() -> None:
    die_with_unsaved_work(None)
    (copy,) = recovery.pending()
    assert copy.original is None


def test_a_window_that_is_alive_is_left_alone() -> None:
    alive = recovery.Autosave()
    alive.keep(SAVED, None)
    assert recovery.pending() == []
    alive.close()
    assert recovery.pending() == []
    assert list(recovery.folder().iterdir()) == []


def test_a_clean_save_removes_the_copy_and_the_next_change_makes_it_again(tmp_path: Path) -> None:
    autosave = recovery.Autosave()
    autosave.keep(SAVED, tmp_path / "a.nnproj")
    autosave.discard()
    assert not autosave.file.exists()
    autosave.keep(SAVED, tmp_path / "a.nnproj")
    assert autosave.file.exists()
    autosave.close()


def test_the_newest_comes_first_and_rubbish_is_passed_over() -> None:
    die_with_unsaved_work(Path("/first"))
    die_with_unsaved_work(Path("/second"))
    (recovery.folder() / "rubbish.json").write_text("{")
    (recovery.folder() / "rubbish.nnproj").write_text("")
    assert [str(copy.original) for copy in recovery.pending()] == [str(Path("/second")), str(Path("/first"))]
