"""Pictures of what the network answers, computed from a snapshot off the GUI thread."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from nnstudio.core.answers import shares_of
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.ui.worker import in_words


@dataclass(frozen=True, slots=True)
class Sample:
    """A text the network shall write: a view of the weights like the others, with settings."""

    prompt: str
    temperature: float
    seed: int


View = Literal["boundary", "fit", "residuals"] | Sample
Weights = bytes | dict[str, NDArray[Any]]

GRID = 72
"""Points per side of the decision map: the screen smooths between them."""
CURVE = 240
MARGIN = 0.08
"""Share of the data's range that is shown beyond it."""
MOST_DOTS = 1500
"""Predictions drawn per split; more dots hide each other."""
TOKENS = 240
"""Length of a sample: as much as its view shows."""
WRITING = 2.0
"""Seconds after which a slow network's sample ends: nobody waits, above all not to close the window."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture: the arrays that its chart shows."""

    view: View
    extent: tuple[float, ...] = ()
    grid: NDArray[Any] | None = None
    """Boundary: (H, W, K) probabilities or (H, W) values; fit: the curve (n, 2)."""
    pairs: dict[str, tuple[NDArray[Any], NDArray[Any]]] | None = None
    """Residuals: (true, predicted) by split."""
    text: str = ""
    """Sample: how the text goes on."""


def ranges(prepared: Prepared) -> list[tuple[float, float]]:
    """Return the range of every feature of training and validation rows in source units, with a margin."""
    found = []
    for index, name in enumerate(prepared.feature_names):
        shift, scale = prepared.raw.get(name, (0.0, 1.0))
        parts = [p.x[:, index] for p in (prepared.train, prepared.validation) if len(p)]
        values = np.concatenate(parts) * scale + shift
        room = MARGIN * float(np.ptp(values)) or 1.0
        found.append((float(values.min()) - room, float(values.max()) + room))
    return found


def to_network(prepared: Prepared, columns: list[NDArray[Any]]) -> NDArray[np.float32]:
    """Return raw feature columns as the rows the network takes."""
    scaled = []
    for name, values in zip(prepared.feature_names, columns, strict=True):
        shift, scale = prepared.raw.get(name, (0.0, 1.0))
        scaled.append((values.ravel() - shift) / scale)
    return np.stack(scaled, axis=1).astype(np.float32)


def draw(view: View, project: Project, prepared: Prepared, weights: Weights) -> Picture:
    """Compute one picture; the network is that of `project`, with these weights."""
    from nnstudio.engine.evaluate import predict

    if isinstance(view, Sample):
        return Picture(view, text=_written(view, project, prepared, weights))
    if view == "residuals":
        pairs = {}
        for name in ("train", "validation"):
            part = prepared.part(name).every(max(1, len(prepared.part(name)) // MOST_DOTS))
            out = predict(project, prepared.signature, weights, part.x) if len(part) else part.y
            pairs[name] = (prepared.own(part), prepared.units.back(out, part.rows))
        return Picture(view, pairs=pairs)
    bounds = ranges(prepared)
    if view == "fit":
        x = np.linspace(*bounds[0], CURVE)
        out = predict(project, prepared.signature, weights, to_network(prepared, [x]))
        return Picture(view, grid=np.stack([x, _own(prepared, out)], axis=1))
    (x0, x1), (y0, y1) = bounds
    xs, ys = np.meshgrid(np.linspace(x0, x1, GRID), np.linspace(y0, y1, GRID))
    out = predict(project, prepared.signature, weights, to_network(prepared, [xs, ys]))
    return Picture(view, (x0, x1, y0, y1), _on_grid(out, prepared))


def _written(wish: Sample, project: Project, prepared: Prepared, weights: Weights) -> str:
    from nnstudio.engine.generate import generate

    end, text = monotonic() + WRITING, ""
    settings = (TOKENS, wish.temperature, wish.seed)
    for piece in generate(project, prepared, weights, wish.prompt, *settings):
        text += piece
        if monotonic() > end:
            break
    return text


def _own(prepared: Prepared, out: NDArray[Any]) -> NDArray[np.float64]:
    """Return the first number answered at made-up points in its own units; they stand in no row."""
    return prepared.units.back(out, np.full(len(out), -1))[:, 0]


def _on_grid(out: NDArray[Any], prepared: Prepared) -> NDArray[Any]:
    target = prepared.signature.target
    if target.asks == "numbers":
        return _own(prepared, out).reshape(GRID, GRID)
    shares = shares_of(target, out)
    if shares is not None:
        out = shares
    elif out.shape[1] == 1:
        out = np.concatenate([1 - out, out], axis=1)
    return np.clip(np.nan_to_num(out), 0, 1).reshape(GRID, GRID, -1)


class PictureMaker(QObject):
    """Draw one picture after another in one thread of its own; the newest wish wins."""

    made = Signal(object)
    """Picture"""
    failed = Signal(str)
    """Why a picture could not be drawn."""
    _done = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="pictures")
        self._busy = self._stale = False
        self._next: tuple[View, Project, Prepared, Weights] | None = None
        self._done.connect(self._take)

    @property
    def busy(self) -> bool:
        """Whether a picture is being drawn."""
        return self._busy

    def ask(self, view: View, project: Project, prepared: Prepared, weights: Weights) -> None:
        """Draw this picture as soon as the one in work is done."""
        self._next = (view, project, prepared, weights)
        if not self._busy:
            self._start()

    def forget(self) -> None:
        """Drop the wishes so far: nobody wants to see these pictures any more."""
        self._next, self._stale = None, self._busy

    def close(self) -> None:
        """Finish the thread."""
        self.forget()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> None:
        wish, self._next = self._next, None
        if wish is not None:
            self._busy = True
            self._pool.submit(draw, *wish).add_done_callback(self._done.emit)

    def _take(self, future: Future[Picture]) -> None:
        stale, self._busy, self._stale = self._stale, False, False
        if not stale and not future.cancelled():
            problem = future.exception()
            if problem is None:
                self.made.emit(future.result())
            else:
                self.failed.emit(in_words(problem))
        self._start()
