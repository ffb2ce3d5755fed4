"""The columns of the table of runs: what stands in a cell, what it sorts by, and what it means."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from nnstudio.catalog.defaults import metrics_for
from nnstudio.core.run import Run
from nnstudio.core.training import Metric
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.pages.run_settings import NONE, differing

SortKey = tuple[int, float, str]
"""Numbers before texts, and what is missing behind both."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows and what it sorts and exports by."""

    text: str
    value: float | str | None

    @property
    def key(self) -> SortKey:
        """The place of the cell among its neighbours."""
        if isinstance(self.value, str):
            return _text_key(self.value)
        if self.value is None or math.isnan(self.value):
            return (2, 0.0, "")
        return (0, self.value, "")


@dataclass(frozen=True, slots=True)
class RunColumn:
    """One column over all runs."""

    key: str
    title: str
    tip: str
    cells: tuple[Cell, ...]
    numeric: bool = True


def columns_for(runs: Sequence[Run]) -> list[RunColumn]:
    """Return the columns that tell these runs apart."""
    metrics = {run.record.id: main_metric(run) for run in runs}
    known = {metric.title for metric in metrics.values() if metric}
    metric_title = within(known.pop()) if len(known) == 1 else "metric"
    columns = [
        RunColumn("name", "Name", "Press F2 to rename", _texts(r.record.name for r in runs), False),
        RunColumn("started", "Started", "When training began", tuple(_started(r) for r in runs), False),
        RunColumn("status", "Status", "How the run ended", _texts(r.record.status for r in runs), False),
        _of("epochs", "Done", "Epochs finished", runs, lambda run: _count(run.history.epochs)),
        _of("best_epoch", "Best epoch", "Epoch whose weights are kept as the best", runs, _best_epoch),
        _of("val_loss", "Best val. loss", "Lowest loss on the validation rows", runs, _best_loss),
        RunColumn(
            "metric",
            f"Best val. {metric_title}",
            f"Best {metric_title} on the validation rows",
            tuple(_number(_best_metric(run, metrics[run.record.id])) for run in runs),
        ),
    ]
    if any(run.record.test for run in runs):
        cells = tuple(_number(_test_value(run, metrics[run.record.id])) for run in runs)
        tip = f"{metric_title} on the test rows, only where it was asked for"
        columns.append(RunColumn("test", f"Test {metric_title}", tip, cells))
    columns += [_setting(s.path, s.label, s.values) for s in differing(runs)]
    return [
        *columns,
        RunColumn("seconds", "Time", "Training time", tuple(_seconds(r.record.seconds) for r in runs)),
        RunColumn("device", "Device", "Where it was trained", _texts(r.record.device for r in runs), False),
    ]


def main_metric(run: Run) -> type[Metric] | None:
    """Return the most telling metric of a run, None while its data are unknown."""
    signature = run.record.project.signature
    return metrics_for(signature.target)[0] if signature is not None else None


def best_value(run: Run, name: str) -> float | None:
    """Return the best value of a column over all epochs, None when it was never reported."""
    values = run.history[name]
    if not any(math.isfinite(value) for value in values):
        return None
    return values[run.history.best_epoch(name) - 1]


def within(title: str) -> str:
    """Return a title as it stands inside a sentence: `accuracy`, `macro F1`, but `R²` and `RMSE`."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def started_at(run: Run) -> str:
    """Return when a run began, e.g. `3 May 2026, 14:02`; the text as it is when it is no date."""
    try:
        when = datetime.fromisoformat(run.record.created)
    except ValueError:
        return run.record.created
    return f"{when.day} {when:%b %Y, %H:%M}"


def duration(seconds: float) -> str:
    """Return e.g. `4.2 s` or `3 min 05 s`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"


def _best_metric(run: Run, metric: type[Metric] | None) -> float | None:
    return best_value(run, f"val_{metric.kind}") if metric is not None else None


def _test_value(run: Run, metric: type[Metric] | None) -> float | None:
    return (run.record.test or {}).get(metric.kind) if metric is not None else None


def _of(key: str, title: str, tip: str, runs: Sequence[Run], cell: Callable[[Run], Cell]) -> RunColumn:
    return RunColumn(key, title, tip, tuple(cell(run) for run in runs))


def _best_epoch(run: Run) -> Cell:
    return _count(run.record.best_epoch)


def _best_loss(run: Run) -> Cell:
    return _number(best_value(run, "val_loss"))


def _texts(texts: Iterable[str]) -> tuple[Cell, ...]:
    return tuple(Cell(text, text) for text in texts)


def _started(run: Run) -> Cell:
    return Cell(started_at(run), run.record.created)


def _count(number: int) -> Cell:
    return Cell(str(number), float(number)) if number else Cell(NONE, None)


def _number(value: float | None) -> Cell:
    return Cell(short(value), value)


def _seconds(seconds: float) -> Cell:
    return Cell(duration(seconds), seconds)


def _setting(path: str, label: str, values: Sequence[str]) -> RunColumn:
    numbers = [_as_number(value) for value in values]
    cells = tuple(
        Cell(text, text if number is None and text != NONE else number)
        for text, number in zip(values, numbers, strict=True)
    )
    numeric = any(number is not None for number in numbers)
    return RunColumn(path, label, f"{label}: differs between these runs", cells, numeric)


def _as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _text_key(text: str) -> SortKey:
    """Sort `Run 10` behind `Run 9`."""
    head = text.rstrip("0123456789")
    tail = text[len(head) :]
    return (1, 0.0, head.lower() + (tail.zfill(12) if tail else ""))
