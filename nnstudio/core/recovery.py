"""Copies of unsaved work, kept in the cache folder until a clean save or close."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from platformdirs import user_cache_path

from nnstudio.core.files import SUFFIX, Saved, save


@dataclass(frozen=True, slots=True)
class Copy:
    """Unsaved work that a window left behind when it did not end cleanly."""

    file: Path
    """The copy, an ordinary project file."""
    original: Path | None
    """Where the project was last saved, if ever."""
    name: str
    when: datetime

    def discard(self) -> None:
        """Throw the copy away."""
        _remove(self.file)


class Autosave:
    """The copy of one open project; a lock tells other windows that this one is alive."""

    def __init__(self) -> None:
        folder().mkdir(parents=True, exist_ok=True)
        self.file = folder() / f"{uuid4().hex}{SUFFIX}"
        self._lock = open(self.file.with_suffix(".lock"), "wb")  # noqa: SIM115 - held until close
        try_lock(self._lock)

    def keep(self, saved: Saved, original: Path | None) -> None:
        """Write the copy; raises FileProblem."""
        save(self.file, saved)
        about = {"original": str(original) if original else None, "name": saved.project.name}
        about["when"] = datetime.now().astimezone().isoformat()
        self.file.with_suffix(".json").write_text(json.dumps(about), encoding="utf-8")

    def discard(self) -> None:
        """Remove the copy: everything is saved."""
        for suffix in (SUFFIX, ".json"):
            self.file.with_suffix(suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the copy and the lock: the project is closed."""
        self._lock.close()
        _remove(self.file)


def folder() -> Path:
    """Return where copies are kept."""
    return user_cache_path("nnstudio", appauthor=False) / "recovery"


def pending() -> list[Copy]:
    """Return what windows that are gone have left behind, the newest first."""
    copies = [copy for about in folder().glob("*.json") if (copy := _orphan(about))]
    return sorted(copies, key=lambda copy: copy.when, reverse=True)


def _orphan(about: Path) -> Copy | None:
    file = about.with_suffix(SUFFIX)
    if not file.is_file() or alive(about.with_suffix(".lock")):
        return None
    try:
        words = json.loads(about.read_text(encoding="utf-8"))
        when = datetime.fromisoformat(words["when"])
        original = Path(words["original"]) if words["original"] else None
        return Copy(file, original, str(words["name"]), when)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def alive(lock: Path) -> bool:
    """Tell whether a running process holds the lock."""
    with contextlib.suppress(OSError), open(lock, "rb+") as file:
        return not try_lock(file)
    return False


def try_lock(file: BinaryIO) -> bool:
    """Lock a file until it is closed; the system lets go of it too when the process dies."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _remove(file: Path) -> None:
    for suffix in (SUFFIX, ".json", ".lock"):
        with contextlib.suppress(OSError):
            os.unlink(file.with_suffix(suffix))
