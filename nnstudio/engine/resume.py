"""Checkpoints in the cache folder: kept while a run goes on, listed, and read to go on from.

Needs no torch: a list of checkpoints opens at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

from platformdirs import user_cache_path
from pydantic import ValidationError

from nnstudio.core.project import Project
from nnstudio.core.recovery import alive, try_lock
from nnstudio.core.run import Checkpoint, Event, Finished, RunRecord

FORMAT = 1
"""Version of the layout of a checkpoint."""
MOST_RUNS = 30
"""Runs whose checkpoints are kept; the oldest go first."""
SUFFIX = ".safetensors"
Role = Literal["every", "best", "last"]


class CheckpointProblem(ValueError):
    """A checkpoint that cannot be used: says why."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint on the disk."""

    path: Path
    epoch: int
    loss: float
    role: Role

    def read(self) -> Checkpoint:
        """Return the checkpoint; raises CheckpointProblem when it is gone or damaged."""
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise CheckpointProblem(f"The checkpoint cannot be read: {error.strerror}.") from None
        words_of(data)
        return Checkpoint(self.epoch, self.loss, data, self.role)

    def project(self) -> Project:
        """Return the project as it was then, with the changes made while training."""
        try:
            project: Project = Project.model_validate(_words(self.path)["project"])
        except (ValidationError, OSError) as error:
            raise CheckpointProblem(f"The checkpoint cannot be used any more: {error}") from None
        return project


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run with checkpoints on the disk, by epoch; the best and the last one bear their roles."""

    record: RunRecord
    checkpoints: tuple[Kept, ...]
    interrupted: bool
    """The program ended before the run did."""


class Keeper:
    """Writes the checkpoints of one run; the lock tells others that it still goes on.

    A disk that cannot be written to must not end training: `problem` says that nothing is kept.
    """

    def __init__(self, record: RunRecord) -> None:
        self._record = record
        self._folder = folder() / record.id
        self._lock: BinaryIO | None = None
        self.problem = ""

    def keep(self, event: Event) -> None:
        """Write what an event of the run holds for later."""
        if self.problem:
            return
        try:
            if isinstance(event, Checkpoint):
                self._write(event)
            elif isinstance(event, Finished):
                for checkpoint in event.checkpoints:
                    self._write(checkpoint)
                if self._lock is not None:
                    changes = {"status": event.status, "message": event.message, "seconds": event.seconds}
                    self._record = self._record.model_copy(update=changes)
                    self._write_record()
        except OSError as error:
            self.problem = f"Checkpoints cannot be kept: {error.strerror or error}."

    def close(self) -> None:
        """Let go of the run."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _write(self, checkpoint: Checkpoint) -> None:
        if self._lock is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock = open(self._folder / "lock", "wb")  # noqa: SIM115 - held until close
            try_lock(self._lock)
            self._write_record()
            _prune(self._record.id)
        name = f"epoch-{checkpoint.epoch:06}" if checkpoint.role == "every" else checkpoint.role
        _replace(self._folder / f"{name}{SUFFIX}", checkpoint.data)

    def _write_record(self) -> None:
        _replace(self._folder / "run.json", self._record.model_dump_json().encode())


def folder() -> Path:
    """Return where checkpoints are kept."""
    return user_cache_path("nnstudio", appauthor=False) / "checkpoints"


def kept_runs(project: Project, ids: Collection[str] = ()) -> list[KeptRun]:
    """Return a project's runs with checkpoints, the newest first.

    These are the runs with the given `ids`, and those on the same data that a crash has cut off.
    """
    runs = [run for path in folder().glob("*/run.json") if (run := _run(path)) is not None]
    mine = [
        run
        for run in runs
        if run.record.id in ids or (run.interrupted and run.record.project.data == project.data)
    ]
    return sorted(mine, key=lambda run: run.record.created, reverse=True)


def continued(then: Project, now: Project) -> Project:
    """Return the project of a checkpoint with the number of epochs and the stopping rule of now."""
    wanted = {"epochs": now.training.epochs, "early_stopping": now.training.early_stopping}
    return then.model_copy(update={"training": then.training.model_copy(update=wanted)})


def discard(id: str) -> None:
    """Throw the checkpoints of a run away."""
    shutil.rmtree(folder() / id, ignore_errors=True)


def words_of(head: bytes) -> dict[str, Any]:
    """Return what a checkpoint says of itself, from its first bytes; raises CheckpointProblem."""
    try:
        size = int.from_bytes(head[:8], "little")
        words: dict[str, Any] = json.loads(json.loads(head[8 : 8 + size])["__metadata__"]["nnstudio"])
    except (ValueError, KeyError, TypeError):
        raise CheckpointProblem("This is no checkpoint, or a damaged one.") from None
    if words.get("format") != FORMAT:
        raise CheckpointProblem("The checkpoint was made by another version of NN Studio.")
    return words


def _words(path: Path) -> dict[str, Any]:
    with open(path, "rb") as file:
        start = file.read(8)
        return words_of(start + file.read(min(int.from_bytes(start, "little"), path.stat().st_size)))


def _run(path: Path) -> KeptRun | None:
    try:
        record = RunRecord.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None
    found = [kept for file in path.parent.glob(f"*{SUFFIX}") if (kept := _kept(file)) is not None]
    interrupted = record.status == "running" and not alive(path.parent / "lock")
    order = sorted(found, key=lambda kept: (kept.epoch, kept.role))
    return KeptRun(record, tuple(order), interrupted) if order else None


def _kept(path: Path) -> Kept | None:
    role: Role = path.stem if path.stem in ("best", "last") else "every"  # type: ignore[assignment]
    try:
        words = _words(path)
        return Kept(path, int(words["epoch"]), float(words["loss"]), role)
    except (CheckpointProblem, OSError, KeyError, ValueError):
        return None


def _replace(path: Path, data: bytes) -> None:
    temp = path.with_suffix(".tmp")
    temp.write_bytes(data)
    os.replace(temp, path)


def _prune(newest: str) -> None:
    """Throw the oldest runs away; those still in progress stay."""
    with contextlib.suppress(OSError):
        runs = sorted(folder().iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in runs[MOST_RUNS:]:
            if path.name != newest and not alive(path / "lock"):
                discard(path.name)
