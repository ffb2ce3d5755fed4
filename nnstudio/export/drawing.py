"""Charts as SVG for documents on white paper: curves over the epochs, and predicted against true."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 460, 250
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 36, 34
TRAIN, VALIDATION, GRID, TEXT, FAINT = "#1f6feb", "#e8710a", "#e6eaf0", "#1c2430", "#616c80"
MOST_DOTS = 1500
"""More dots make a file large and show nothing new."""
SPIKE = 3.0
"""Values above this many times the 95th percentile are cut off: one spike would flatten the curve."""

Values = Sequence[float]


@dataclass(frozen=True, slots=True)
class Frame:
    """The place of a chart: from its numbers to points of the picture."""

    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lies in the picture; values out of range lie on its edge."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = min(1.0, max(0.0, (y - self.y[0]) / (self.y[1] - self.y[0])))
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)


def curves(title: str, train: Values, validation: Values, best: int = 0) -> str:
    """Return the chart of one value per epoch, NaN where it is missing; marks the best epoch."""
    longest = max(len(train), len(validation), 2)
    frame = Frame((1.0, float(longest)), _range([*train, *validation]))
    parts = [*_axes(frame, title, "epoch")]
    if best:
        (x, top), (_, bottom) = frame.at(best, frame.y[1]), frame.at(best, frame.y[0])
        dashes = 'stroke-dasharray="3 3"'
        parts.append(
            f'<line x1="{x:.1f}" y1="{top:.1f}" x2="{x:.1f}" y2="{bottom:.1f}" stroke="{FAINT}" {dashes}/>'
        )
        side = "end" if best > longest / 2 else "start"
        parts.append(_text(x + (-4 if side == "end" else 4), top - 3, f"best: {best}", FAINT, side))
    for values, colour in ((train, TRAIN), (validation, VALIDATION)):
        parts += [_line(frame, piece, colour) for piece in _pieces(values)]
    names = [("train", TRAIN)] + ([("validation", VALIDATION)] if len(validation) else [])
    return _whole([*parts, *_legend(names)])


def against(title: str, true: Values, predicted: Values, unit: str = "") -> str:
    """Return the chart of predicted against true numbers; on the diagonal all is right."""
    step = -(-len(true) // MOST_DOTS) or 1
    pairs = [(t, p) for t, p in zip(true[::step], predicted[::step], strict=True) if math.isfinite(t + p)]
    span = _padded(min(map(min, pairs), default=0.0), max(map(max, pairs), default=1.0))
    frame = Frame(span, span)
    parts = [*_axes(frame, title, f"true {unit}".strip())]
    (x1, y1), (x2, y2) = frame.at(span[0], span[0]), frame.at(span[1], span[1])
    parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{FAINT}"/>')
    for t, p in pairs:
        x, y = frame.at(t, p)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="{VALIDATION}" fill-opacity="0.55"/>')
    return _whole(parts)


def _whole(parts: Sequence[str]) -> str:
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{ground}{"".join(parts)}</svg>'


def _text(x: float, y: float, words: str, colour: str, anchor: str = "start", weight: str = "normal") -> str:
    look = f'font-family="sans-serif" font-size="11" font-weight="{weight}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" {look}>{escape(words)}</text>'


def _axes(frame: Frame, title: str, below: str) -> Iterator[str]:
    yield _text(LEFT, 14, title, TEXT, weight="bold")
    yield _text(WIDTH - RIGHT, HEIGHT - 4, below, FAINT, "end")
    for value in _ticks(*frame.y, 5):
        left, y = frame.at(frame.x[0], value)
        right = WIDTH - RIGHT
        yield f'<line x1="{left:.1f}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="{GRID}"/>'
        yield _text(LEFT - 6, y + 4, f"{value:.4g}", FAINT, "end")
    for value in _ticks(*frame.x, 6):
        x, bottom = frame.at(value, frame.y[0])
        yield _text(x, bottom + 16, f"{value:.4g}", FAINT, "middle")


def _legend(names: Sequence[tuple[str, str]]) -> Iterator[str]:
    x = float(WIDTH - RIGHT)
    for name, colour in reversed(names):
        yield _text(x, 14, name, TEXT, "end")
        x -= 6.2 * len(name) + 8
        yield f'<line x1="{x - 16:.1f}" y1="10" x2="{x:.1f}" y2="10" stroke="{colour}" stroke-width="2.5"/>'
        x -= 28


def _line(frame: Frame, points: Sequence[tuple[int, float]], colour: str) -> str:
    if len(points) == 1:
        x, y = frame.at(*points[0])
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>'
    way = " ".join("{:.1f},{:.1f}".format(*frame.at(x, y)) for x, y in points)
    return f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="1.8"/>'


def _pieces(values: Values) -> Iterator[list[tuple[int, float]]]:
    """Yield the unbroken pieces of a curve; a missing value breaks it."""
    piece: list[tuple[int, float]] = []
    for epoch, value in enumerate(values, 1):
        if math.isfinite(value):
            piece.append((epoch, value))
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece


def _range(values: Sequence[float]) -> tuple[float, float]:
    known = sorted(value for value in values if math.isfinite(value))
    if not known:
        return 0.0, 1.0
    usual = known[int(0.95 * (len(known) - 1))]
    return _padded(known[0], usual * 1.2 if known[-1] > SPIKE * usual > 0 else known[-1])


def _padded(low: float, high: float) -> tuple[float, float]:
    room = 0.04 * (high - low) or 0.5 * abs(high) or 0.5
    return low - room, high + room


def _ticks(low: float, high: float, most: int) -> list[float]:
    """Return round numbers between two others."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * n for n in (1, 2, 5, 10) if power * n >= rough)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(n * step, 12) for n in range(first, last + 1)]
