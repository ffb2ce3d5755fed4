"""Whatever interrupts a save, the file as last saved is still there and whole."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nnstudio.core.files import FileProblem, Saved, load, save
from tests.core import samples

OLD, NEW = Saved(samples.project(), uuid="u"), Saved(samples.branched(), (samples.run(),), uuid="u")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "work.nnproj"
    save(file, OLD)
    return file


def only(path: Path) -> bool:
    return [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EACCES, "may not write"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "error"),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failing_disk_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str, call: str
) -> None:
    def fail(*_args: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(FileProblem, match=said) as caught:
        save(path, NEW)
    monkeypatch.undo()
    assert "as last saved is unharmed" in str(caught.value)
    assert load(path) == OLD
    assert only(path)


def test_ctrl_c_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save(path, NEW)
    monkeypatch.undo()
    assert load(path) == OLD
    assert only(path)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on file sizes there")
@pytest.mark.parametrize("limit", [10, 2000, 6000])
def test_a_really_full_place_leaves_the_old_file(path: Path, limit: int) -> None:
    code = f"""
import resource, sys
from tests.core import samples
from nnstudio.core.files import FileProblem, Saved, save
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
try:
    save({str(path)!r}, Saved(samples.branched(), (samples.run(weights=bytes(range(256)) * 100),)))
except FileProblem as problem:
    print(problem)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "was not saved" in done.stdout
    assert load(path) == OLD
    assert only(path)


@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
@pytest.mark.parametrize("writes", range(1, 12, 2))
def test_a_kill_at_any_write_leaves_a_whole_file(path: Path, writes: int) -> None:
    code = f"""
import os, signal, zipfile
from tests.core import samples
from nnstudio.core.files import Saved, save
left = {writes}
class Deadly(zipfile.ZipFile):
    def writestr(self, *args, **kwargs):
        global left
        super().writestr(*args, **kwargs)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
zipfile.ZipFile = Deadly
save({str(path)!r}, Saved(samples.branched(), (samples.run(),), b"png", "u"))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    whole = load(path)
    assert whole.project == (NEW.project if done.returncode == 0 else OLD.project)
    save(path, NEW)
    assert load(path).project == NEW.project


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_file_is_not_replaced(path: Path) -> None:
    path.chmod(0o444)
    with pytest.raises(FileProblem, match="may not write"):
        save(path, NEW)
    assert load(path) == OLD
