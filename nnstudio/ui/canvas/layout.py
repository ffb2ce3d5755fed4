"""Where blocks stand: columns by depth, lanes for branches, sizes in pixels. Pure geometry, no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import log2

from nnstudio.core.network import INPUT, Network

LOSS = "#loss"
"""The id of the block behind the last layer; no layer can have it."""

Edge = tuple[str, str]
Wiring = Mapping[str, tuple[str, ...]]
"""What each block takes, in order; the input and LOSS are not in it."""

FRAME_PAD = 10.0
"""Between the frame of a group and its blocks."""
_CURVE = 58.0
"""Width of a gap in which a connection changes lanes."""


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height of a block."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Box:
    """A placed rectangle; x grows to the right and y downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """The vertical centre."""
        return self.y + self.height / 2

    @property
    def centre(self) -> float:
        """The horizontal centre."""
        return self.x + self.width / 2

    def holds(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Tell whether a point lies inside, or at most `margin` outside."""
        return self.x - margin <= x <= self.right + margin and self.y - margin <= y <= self.bottom + margin

    def between(self, other: Box, share: float) -> Box:
        """Return the box at `share` (0 to 1) of the way to another one."""
        pairs = zip(self.sides(), other.sides(), strict=True)
        return Box(*(a + (b - a) * share for a, b in pairs))

    def sides(self) -> tuple[float, float, float, float]:
        """Return x, y, width and height."""
        return self.x, self.y, self.width, self.height


@dataclass(frozen=True, slots=True)
class Layout:
    """The boxes of all blocks, with the column and the lane of each."""

    boxes: dict[str, Box]
    columns: dict[str, int]
    lanes: dict[str, int]
    edges: tuple[Edge, ...]
    headroom: float = 0.0
    """Kept free above the blocks, for the names of groups."""

    def moved(self, boxes: dict[str, Box]) -> Layout:
        """Return the layout with other boxes, as between two frames of an animation."""
        return replace(self, boxes=boxes)

    def shifted(self, x: float) -> Layout:
        """Return the layout moved to the right."""
        return self.moved({id: replace(box, x=box.x + x) for id, box in self.boxes.items()})

    @property
    def bounds(self) -> Box:
        """The box around all blocks."""
        return around(self.boxes.values())


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that holds all of `boxes` (at least one)."""
    known = list(boxes)
    x, y = min(b.x for b in known), min(b.y for b in known)
    return Box(x, y, max(b.right for b in known) - x, max(b.bottom for b in known) - y)


def framed(boxes: Iterable[Box], header: float, below: float) -> Box:
    """Return the frame around the blocks of a group, with a header above them and room below."""
    inner = around(boxes)
    return Box(
        inner.x - FRAME_PAD, inner.y - header, inner.width + 2 * FRAME_PAD, inner.height + header + below
    )


def block_height(units: int | None, least: float) -> float:
    """Return a block's height: a log scale of its width in units, 48 pixels per doubling above 4 units."""
    doublings = log2(max(units or 1, 4)) - 2
    return min(least + 48 * doublings, least + 480)


def wiring(network: Network) -> Wiring:
    """Return what each layer takes."""
    return {node.id: network.sources(position) for position, node in enumerate(network.nodes)}


def edges_with_ends(wired: Wiring) -> tuple[Edge, ...]:
    """Return every connection, the one to the loss included."""
    return (*((source, id) for id, sources in wired.items() for source in sources), (_last(wired), LOSS))


def _last(wired: Wiring) -> str:
    return next(reversed(list(wired)), INPUT)


def arrange(
    wired: Wiring,
    sizes: Mapping[str, Size],
    labels: Mapping[Edge, float],
    *,
    gap: float = 32.0,
    lane_gap: float = 48.0,
) -> Layout:
    """Place the blocks left to right around the line y = 0, the input at x = 0.

    `sizes` names every block (the input and LOSS too), `labels` the width of the text on a connection.
    """
    edges = edges_with_ends(wired)
    columns = _columns(wired)
    lanes, spans = _lanes(wired, columns, edges)
    straight = [(s, t) for s, t in edges if columns[t] == columns[s] + 1 or lanes[s] != lanes[t]]
    room = {edge: labels.get(edge, 0.0) + 14 for edge in straight}
    room |= {edge: _CURVE for edge in straight if lanes[edge[0]] != lanes[edge[1]] and room[edge] < _CURVE}
    lefts, widths = _column_places(columns, sizes, room, gap)
    middles = _lane_middles(lanes, spans, columns, sizes, lane_gap)
    boxes = {
        id: Box(
            lefts[column] + (widths[column] - sizes[id].width) / 2,
            middles[lanes[id]] - sizes[id].height / 2,
            sizes[id].width,
            sizes[id].height,
        )
        for id, column in columns.items()
    }
    return Layout(boxes, columns, lanes, edges)


def _columns(wired: Wiring) -> dict[str, int]:
    """Number the columns by the longest way from the input."""
    columns = {INPUT: 0}
    for id, sources in wired.items():
        columns[id] = 1 + max(columns[source] for source in sources)
    columns[LOSS] = 1 + max(columns.values())
    return columns


def _lanes(
    wired: Wiring, columns: Mapping[str, int], edges: tuple[Edge, ...]
) -> tuple[dict[str, int], dict[int, set[int]]]:
    """Give every block a lane, so that blocks and the straight lines behind them never meet.

    Returns the lanes and the columns that each lane occupies. A block goes on in the lane of a source
    that nobody has continued yet, else it opens the first lane with room.
    """
    first_use: dict[str, int] = {}
    for source, target in edges:
        first_use[source] = min(first_use.get(source, columns[target]), columns[target])
    lanes, spans = {INPUT: 0}, {0: {0}}
    continued: set[str] = set()
    for id, sources in wired.items():
        here = columns[id]
        wanted = set(range(here, max(first_use.get(id, here + 1), here + 1)))
        own = sorted({lanes[s] for s in sources if s not in continued})
        lane = _free_lane(own, spans, wanted)
        lanes[id] = lane
        spans.setdefault(lane, set()).update(wanted)
        continued.update(s for s in sources if lanes[s] == lane)
    last = _last(wired)
    lanes[LOSS] = lanes[last]
    spans[lanes[last]].add(columns[LOSS])
    return lanes, spans


def _free_lane(own: list[int], spans: Mapping[int, set[int]], wanted: set[int]) -> int:
    candidates = [*own, *range(1, len(spans) + 1)]
    return next(lane for lane in candidates if not spans.get(lane, set()) & wanted)


def _column_places(
    columns: Mapping[str, int], sizes: Mapping[str, Size], room: Mapping[Edge, float], gap: float
) -> tuple[list[float], list[float]]:
    """Return the left edge and the width of every column; a gap is as wide as its connections need."""
    count = max(columns.values()) + 1
    widths = [0.0] * count
    gaps = [gap] * count
    for id, column in columns.items():
        widths[column] = max(widths[column], sizes[id].width)
    for (source, target), width in room.items():
        for column in {columns[source], columns[target] - 1}:
            gaps[column] = max(gaps[column], width)
    lefts = [0.0]
    for column in range(count - 1):
        lefts.append(lefts[-1] + widths[column] + gaps[column])
    return lefts, widths


def _lane_middles(
    lanes: Mapping[str, int],
    spans: Mapping[int, set[int]],
    columns: Mapping[str, int],
    sizes: Mapping[str, Size],
    lane_gap: float,
) -> dict[int, float]:
    """Put lane 0 on y = 0 and every other lane below all that stands above its own columns."""
    bottoms: dict[int, float] = {}
    middles: dict[int, float] = {}
    for lane in sorted(spans):
        members = [id for id, own in lanes.items() if own == lane]
        half = max((sizes[id].height / 2 for id in members), default=0.0)
        above = max((bottoms[column] for column in spans[lane] if column in bottoms), default=None)
        middles[lane] = 0.0 if lane == 0 or above is None else above + lane_gap + half
        for id in members:
            bottom = middles[lane] + sizes[id].height / 2
            bottoms[columns[id]] = max(bottoms.get(columns[id], bottom), bottom)
    return middles
