"""How connections run: straight along a lane, curved between lanes, in arcs over the chain. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from nnstudio.ui.canvas.layout import Box, Edge, Layout, Size

ARC_CLEARANCE = 30.0
ARC_STEP = 26.0
_NOTE_GAP = 8.0
_STEM_INSET = 20.0
"""How far from its edge the line from the block may meet a text."""


@dataclass(frozen=True, slots=True)
class Route:
    """The corner points of one connection and the middle of the line that its text stands on."""

    points: tuple[tuple[float, float], ...]
    label: tuple[float, float]
    is_arc: bool = False


def routes(layout: Layout) -> dict[Edge, Route]:
    """Return the way of every connection; short arcs run below long ones."""
    found: dict[Edge, Route] = {}
    arcs = []
    for edge in layout.edges:
        bend = _straight_until(layout, edge)
        if bend is None:
            arcs.append(edge)
        else:
            found[edge] = _flat(layout, edge, bend)
    arcs.sort(key=lambda edge: layout.columns[edge[1]] - layout.columns[edge[0]])
    heights: dict[Edge, float] = {}
    for edge in arcs:
        heights[edge] = _arc_height(layout, edge, heights)
        found[edge] = _arc(layout, edge, heights[edge])
    return found


def _straight_until(layout: Layout, edge: Edge) -> float | None:
    """Return the x where a connection leaves its source's lane, or None when blocks are in the way."""
    source, target = edge
    start, end = layout.columns[source], layout.columns[target]
    if end == start + 1:
        return layout.boxes[source].right
    between = [id for id, column in layout.columns.items() if start < column < end]
    if all(layout.lanes[id] != layout.lanes[source] for id in between):
        return max(layout.boxes[id].right for id in between)
    if all(layout.lanes[id] != layout.lanes[target] for id in between):
        return layout.boxes[source].right
    return None


def _flat(layout: Layout, edge: Edge, bend: float) -> Route:
    a, b = layout.boxes[edge[0]], layout.boxes[edge[1]]
    begin, end = (a.right, a.middle), (b.x, b.middle)
    if abs(a.middle - b.middle) < 0.5:
        return Route((begin, end), ((a.right + _next_left(layout, edge)) / 2, a.middle))
    to_lane = _next_left(layout, edge)
    points: tuple[tuple[float, float], ...]
    if bend > a.right:
        points = (begin, (bend, a.middle), end)
    else:
        points = (begin, (to_lane, b.middle), end) if to_lane < b.x else (begin, end)
    label = ((a.right + to_lane) / 2, a.middle) if bend > a.right else _on_curve(points)
    return Route(points, label)


def _on_curve(points: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    """Return a point at the flat end of the curve between the first two points."""
    (x0, _), (x1, y1) = points[0], points[1]
    return x0 + 0.74 * (x1 - x0), y1


def _next_left(layout: Layout, edge: Edge) -> float:
    """Return where the column behind the source begins."""
    column = layout.columns[edge[0]] + 1
    return min(box.x for id, box in layout.boxes.items() if layout.columns[id] == column)


def _arc_height(layout: Layout, edge: Edge, placed: Mapping[Edge, float]) -> float:
    start, end = (layout.columns[id] for id in edge)
    tops = [box.y for id, box in layout.boxes.items() if start <= layout.columns[id] <= end]
    y = min(tops) - ARC_CLEARANCE - layout.headroom
    for (source, target), height in placed.items():
        if layout.columns[source] < end and start < layout.columns[target]:
            y = min(y, height - ARC_STEP)
    return y


def _arc(layout: Layout, edge: Edge, y: float) -> Route:
    a, b = layout.boxes[edge[0]], layout.boxes[edge[1]]
    x0, x1 = a.right - min(16.0, a.width / 4), b.x + min(16.0, b.width / 4)
    return Route(((x0, a.y), (x0, y), (x1, y), (x1, b.y)), ((x0 + x1) / 2, y), is_arc=True)


def place_notes(layout: Layout, sizes: Mapping[str, Size], below: float) -> dict[str, Box]:
    """Place texts under their blocks, below everything in the way (`below` pixels are kept free).

    A text stands in the middle under its block; where neighbours would overlap they move aside as far
    as their stems allow, then to a lower row.
    """
    order = sorted(sizes, key=lambda id: layout.boxes[id].centre)
    placed: dict[str, Box] = {}
    for position, id in enumerate(order):
        width, centre = sizes[id].width, layout.boxes[id].centre
        follower = order[position + 1] if position + 1 < len(order) else None
        crowded = follower is not None and (
            layout.boxes[follower].centre - sizes[follower].width / 2 < centre + width / 2 + _NOTE_GAP
        )
        row_end = max((box.right for box in placed.values()), default=-1e9) + _NOTE_GAP
        leftmost = centre - width + _STEM_INSET if crowded else centre - width / 2
        x = max(leftmost, row_end) if row_end <= centre - _STEM_INSET else centre - width / 2
        placed[id] = _lowered(layout, list(placed.values()), Box(x, 0, width, sizes[id].height), below)
    return placed


def _lowered(layout: Layout, placed: list[Box], box: Box, below: float) -> Box:
    """Return the box moved below all blocks and all texts that it would touch."""
    others = [b for b in layout.boxes.values() if b.x < box.right and b.right > box.x]
    y = max((b.bottom for b in others), default=0.0) + below
    for other in sorted(placed, key=lambda b: b.y):
        beside = other.x >= box.right + _NOTE_GAP or other.right + _NOTE_GAP <= box.x
        apart = other.y >= y + box.height + _NOTE_GAP or other.bottom + _NOTE_GAP <= y
        if not beside and not apart:
            y = other.bottom + _NOTE_GAP
    return Box(box.x, y, box.width, box.height)


def distance(route: Route, x: float, y: float) -> float:
    """Return the distance of a point to the straight pieces of a way."""
    return min(_to_segment(a, b, x, y) for a, b in pairwise(route.points))


def _to_segment(a: tuple[float, float], b: tuple[float, float], x: float, y: float) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else max(0.0, min(1.0, ((x - a[0]) * dx + (y - a[1]) * dy) / length))
    px, py = a[0] + t * dx - x, a[1] + t * dy - y
    return float((px * px + py * py) ** 0.5)
