"""Prepared texts, runs, and what exported scripts tell."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from nnstudio.core.dataset import Part, Prepared
from nnstudio.core.project import Project
from nnstudio.core.run import Finished, Run, fold, new_record
from nnstudio.core.shape import tokens
from nnstudio.core.tokens import NEXT_TOKEN
from nnstudio.core.trace import Signature, Target
from nnstudio.engine.train import train
from nnstudio.export.script import write_script
from tests.engine.made import classes

Case = Callable[[], tuple[Project, Prepared]]
Told = dict[str, list[dict[str, float]]]
"""The values that each script has printed, epoch by epoch."""
RUN_ALL = """\
import json, runpy, sys
print("\\n" + json.dumps({path: runpy.run_path(path)["history"] for path in sys.argv[1:]}))
"""


def texts(steps: int = 7, vocabulary: int = 11) -> Prepared:
    """Return classes of token ids int64 (N, steps), padded with 0 at the end."""
    data = classes(columns=steps)
    rng = np.random.default_rng(0)

    def ids(rows: int) -> np.ndarray:
        found = rng.integers(1, vocabulary, (rows, steps))
        found[np.arange(steps) >= rng.integers(1, steps + 1, (rows, 1))] = 0
        return found

    parts = (replace(part, x=ids(len(part))) for part in (data.train, data.validation, data.test))
    train, validation, test = parts
    signature = data.signature.model_copy(update={"input": tokens(steps, vocabulary)})
    return replace(data, signature=signature, train=train, validation=validation, test=test)


def run_of(project: Project, prepared: Prepared) -> Run:
    """Train a project and return the run as it would be kept."""
    events = list(train(project, prepared))
    assert isinstance(events[-1], Finished)
    return Run(new_record(project, "Run 1", prepared.states), fold(events)).finished(events[-1])


def told_by(cases: Mapping[str, Case], folder: Path) -> Told:
    """Run the script of every case in a process that has no studio, and return what they have printed."""
    paths = {name: folder / f"{name}.py" for name in cases}
    for name, make in cases.items():
        write_script(paths[name], *make())
    words = [sys.executable, "-I", "-W", "error", "-c", RUN_ALL, *map(str, paths.values())]
    done = subprocess.run(words, capture_output=True, text=True, cwd=folder, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    return {name: found[str(path)] for name, path in paths.items()}


def continued(steps: int = 8, vocabulary: int = 9, rows: int = 60, apart: int = 1) -> Prepared:
    """Return windows of one text, each with the token that follows it: mostly the next number."""
    data, rng = classes(rows=rows), np.random.default_rng(0)
    stream = np.zeros(apart * rows + steps, np.int64)
    for at in range(len(stream)):
        odd = at % 5 == 0
        stream[at] = rng.integers(2, vocabulary) if odd else 2 + (stream[at - 1] - 1) % (vocabulary - 2)
    starts = apart * np.arange(rows)
    x, y = stream[starts[:, None] + np.arange(steps)], stream[starts + steps]

    def cut(part: Part) -> Part:
        return replace(part, x=x[part.rows], y=y[part.rows])

    names = tuple(f"t{i}" for i in range(vocabulary))
    target = Target(task="classification", names=names, column=NEXT_TOKEN)
    signature = Signature(input=tokens(steps, vocabulary), target=target)
    parts = (cut(part) for part in (data.train, data.validation, data.test))
    train, validation, test = parts
    return replace(data, signature=signature, train=train, validation=validation, test=test)
