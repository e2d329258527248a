"""Places boxes in layers from left to right so that lines between them can be followed.

Layers are longest paths; within a layer boxes are ordered by the barycentres of their neighbours (Sugiyama, Tagawa and
Toda 1981) and placed as near to them as their heights allow. Lengths are in pixels.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, TypeAlias

Point: TypeAlias = tuple[float, float]

_SWEEPS: Final = 12
_SETTLING: Final = 61
_BETWEEN: Final = 26.0
_BEND: Final = 16.0
_MOST_BENDS: Final = 2000
_LEAST_GAP: Final = 64.0
_LANE: Final = 30.0
_TRACK: Final = 12.0
_LABEL_HEIGHT: Final = 18.0


@dataclass(frozen=True)
class Arrow:
    """A line to draw. One that `returns` is never what makes its source come before its target."""

    source: str
    target: str
    label_width: float
    returns: bool = False


@dataclass(frozen=True)
class Route:
    """The way of an arrow: forward through points from box to box, or back with corners, below everything."""

    points: tuple[Point, ...]
    label: Point
    back: bool


@dataclass(frozen=True)
class Layout:
    """Where the middles of the boxes are, from (0, 0) to (width, height); routes in the order of the arrows."""

    width: float
    height: float
    places: Mapping[str, Point]
    routes: tuple[Route, ...]


def layout(sizes: Mapping[str, tuple[float, float]], arrows: Sequence[Arrow]) -> Layout:
    """Lay out boxes of these widths and heights; arrows between the same boxes are to be one."""
    back = _back(list(sizes), arrows)
    grid = _Grid(sizes, [arrow for number, arrow in enumerate(arrows) if number not in back])
    grid.order()
    grid.settle()
    return _Drawing(grid, arrows, back).layout()


def _back(names: Sequence[str], arrows: Sequence[Arrow]) -> set[int]:
    """The arrows, by number, without which there is no circle; those that return rather than others."""
    ways: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, arrow in enumerate(arrows):
        if not arrow.returns:
            ways[arrow.source].append((arrow.target, number))
    back = _closing(names, ways)
    forward: defaultdict[str, set[str]] = defaultdict(set)
    for number, arrow in enumerate(arrows):
        if not arrow.returns and number not in back:
            forward[arrow.source].add(arrow.target)
    for number, arrow in enumerate(arrows):
        if arrow.returns:
            if arrow.source in _below(arrow.target, forward):
                back.add(number)
            else:
                forward[arrow.source].add(arrow.target)
    return back


def _closing(names: Sequence[str], ways: Mapping[str, list[tuple[str, int]]]) -> set[int]:
    """The arrows that lead to a box on the way to their own, in a walk that goes deep first."""
    closing: set[int] = set()
    seen: set[str] = set()
    for root in names:
        if root in seen:
            continue
        seen.add(root)
        on_the_way = {root}
        trail = [(root, iter(ways.get(root, ())))]
        while trail:
            name, rest = trail[-1]
            for target, number in rest:
                if target in on_the_way:
                    closing.add(number)
                elif target not in seen:
                    seen.add(target)
                    on_the_way.add(target)
                    trail.append((target, iter(ways.get(target, ()))))
                    break
            else:
                on_the_way.discard(name)
                trail.pop()
    return closing


def _below(name: str, forward: Mapping[str, Iterable[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        present = waiting.pop()
        if present not in seen:
            seen.add(present)
            waiting.extend(forward.get(present, ()))
    return seen


@dataclass(eq=False)
class _Spot:
    """A box, or a bend of an arrow that crosses its layer."""

    layer: int
    height: float
    name: str | None = None
    before: "list[_Spot]" = field(default_factory=list["_Spot"])
    after: "list[_Spot]" = field(default_factory=list["_Spot"])
    y: float = 0.0


class _Grid:
    """Boxes and bends in layers, from top to bottom."""

    def __init__(self, sizes: Mapping[str, tuple[float, float]], arrows: Sequence[Arrow]) -> None:
        self.sizes = sizes
        depth = _depths(sizes, arrows)
        self.layers: list[list[_Spot]] = [[] for _ in range(1 + max(depth.values()))]
        self.spots = {name: self._add(_Spot(depth[name], size[1], name)) for name, size in sizes.items()}
        # So many arrows are followed by nobody; but the picture is to be made in seconds.
        bent = sum(depth[arrow.target] - depth[arrow.source] - 1 for arrow in arrows) <= _MOST_BENDS
        self.chains: dict[tuple[str, str], list[_Spot]] = {}
        for arrow in arrows:
            source, target = self.spots[arrow.source], self.spots[arrow.target]
            crossed = range(source.layer + 1, target.layer) if bent else ()
            bends = [self._add(_Spot(layer, _BEND)) for layer in crossed]
            chain = [source, *bends, target]
            self.chains[arrow.source, arrow.target] = chain
            for one, other in pairwise(chain):
                one.after.append(other)
                other.before.append(one)

    def _add(self, spot: _Spot) -> _Spot:
        self.layers[spot.layer].append(spot)
        return spot

    def order(self) -> None:
        """Order each layer so that few arrows cross."""
        best, fewest = [list(layer) for layer in self.layers], self._crossings()
        for sweep in range(_SWEEPS):
            downwards = sweep % 2 == 0
            for layer in self.layers[1:] if downwards else self.layers[-2::-1]:
                self._sort(layer, downwards)
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(layer) for layer in self.layers], crossings
            if not fewest:
                break
        self.layers = best

    def _sort(self, layer: list[_Spot], downwards: bool) -> None:
        ranks = self._ranks()
        present = {id(spot): rank for rank, spot in enumerate(layer)}

        def barycentre(spot: _Spot) -> float:
            near = spot.before if downwards else spot.after
            return sum(ranks[id(other)] for other in near) / len(near) if near else present[id(spot)]

        layer.sort(key=barycentre)

    def _ranks(self) -> dict[int, int]:
        return {id(spot): rank for layer in self.layers for rank, spot in enumerate(layer)}

    def _crossings(self) -> int:
        ranks = self._ranks()
        crossings = 0
        for layer in self.layers:
            ends: list[int] = []
            for spot in layer:
                following = sorted(ranks[id(other)] for other in spot.after)
                crossings += sum(len(ends) - bisect_right(ends, end) for end in following)
                for end in following:
                    insort(ends, end)
        return crossings

    def settle(self) -> None:
        """Give each spot its height on the page: as near to its neighbours as the others of its layer allow."""
        for layer in self.layers:
            _spread(layer, [0.0] * len(layer))
        # An odd number, so that what follows in one line ends in one line.
        for sweep in range(_SETTLING):
            for layer in self.layers if sweep % 2 == 0 else reversed(self.layers):
                _spread(layer, [_wish(spot) for spot in layer])

    def lowest(self, spot: _Spot) -> bool:
        """Is nothing below this spot in its layer."""
        return self.layers[spot.layer][-1] is spot


def _depths(sizes: Mapping[str, tuple[float, float]], arrows: Sequence[Arrow]) -> dict[str, int]:
    after: defaultdict[str, list[str]] = defaultdict(list)
    missing = dict.fromkeys(sizes, 0)
    for arrow in arrows:
        after[arrow.source].append(arrow.target)
        missing[arrow.target] += 1
    depth = {name: 0 for name, count in missing.items() if not count}
    waiting = list(depth)
    while waiting:
        name = waiting.pop(0)
        for target in after[name]:
            depth[target] = max(depth.get(target, 0), depth[name] + 1)
            missing[target] -= 1
            if not missing[target]:
                waiting.append(target)
    return depth


def _wish(spot: _Spot) -> float:
    near = [*spot.before, *spot.after]
    return sum(other.y for other in near) / len(near) if near else spot.y


def _spread(layer: Sequence[_Spot], wishes: Sequence[float]) -> None:
    heights = [spot.height + _BETWEEN for spot in layer]
    for spot, y in zip(layer, spread(wishes, heights), strict=True):
        spot.y = y


def spread(wishes: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Middles in the given order, as near to the wishes as can be (least squares) where none may overlap.

    Pool adjacent violators: what would overlap is put together, around the mean of its wishes.
    """
    offsets = [0.0]
    for one, other in pairwise(heights):
        offsets.append(offsets[-1] + (one + other) / 2)
    pools: list[tuple[float, int]] = []
    for wish, offset in zip(wishes, offsets, strict=False):
        mean, count = wish - offset, 1
        while pools and pools[-1][0] > mean:
            other, others = pools.pop()
            mean, count = (mean * count + other * others) / (count + others), count + others
        pools.append((mean, count))
    starts = [mean for mean, count in pools for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=False)]


class _Drawing:
    """Turns a settled grid into places and routes."""

    def __init__(self, grid: _Grid, arrows: Sequence[Arrow], back: set[int]) -> None:
        self.grid = grid
        self.arrows = arrows
        self.back = back
        self.leaving: defaultdict[int, int] = defaultdict(int)
        self.entering: defaultdict[int, int] = defaultdict(int)
        self.below: defaultdict[str, int] = defaultdict(int)
        self.lanes: list[tuple[float, float, float]] = []
        self.left: list[float] = []
        self.right: list[float] = []
        self._columns()

    def layout(self) -> Layout:
        """All places and routes, moved to the page's corner."""
        labels = self._labels()
        routes: dict[int, Route] = {n: self._forward(n, labels[n]) for n in labels}
        # Short ways back are the inner ones.
        for number in sorted(self.back, key=lambda n: (self._span(self.arrows[n]), n)):
            routes[number] = self._backward(self.arrows[number])
        spots = [spot for layer in self.grid.layers for spot in layer]
        tops = (route.label[1] - _LABEL_HEIGHT for route in routes.values())
        top = min([*(spot.y - spot.height / 2 for spot in spots), *tops])
        bottom = max([*(spot.y + spot.height / 2 for spot in spots), *(y + _LABEL_HEIGHT for _, _, y in self.lanes)])
        left = min([0.0, *(start for start, _, _ in self.lanes)])
        right = max([self.right[-1], *(end for _, end, _ in self.lanes)])
        places = {name: (self._middle(spot.layer) - left, spot.y - top) for name, spot in self.grid.spots.items()}
        moved = tuple(_moved(routes[number], -left, -top) for number in range(len(self.arrows)))
        return Layout(right - left, bottom - top, places, moved)

    def _columns(self) -> None:
        leaving, entering = self._tracks()
        widths = [
            max((self.grid.sizes[spot.name][0] for spot in layer if spot.name is not None), default=0.0)
            for layer in self.grid.layers
        ]
        labels: defaultdict[int, float] = defaultdict(float)
        for number, arrow in enumerate(self.arrows):
            if number not in self.back:
                layer = self.grid.spots[arrow.source].layer
                labels[layer] = max(labels[layer], arrow.label_width)
        x = 0.0
        for layer, width in enumerate(widths):
            self.left.append(x)
            self.right.append(x + width)
            x += width + _LEAST_GAP + labels[layer] + (leaving[layer] + entering[layer + 1]) * _TRACK
        self.right.append(self.right[-1] + leaving[len(widths) - 1] * _TRACK)

    def _tracks(self) -> tuple[dict[int, int], dict[int, int]]:
        """How many ways back go down beside the right of each layer, and up beside its left."""
        leaving: defaultdict[int, int] = defaultdict(int)
        entering: defaultdict[int, int] = defaultdict(int)
        for number in self.back:
            source, target = (
                self.grid.spots[name] for name in (self.arrows[number].source, self.arrows[number].target)
            )
            leaving[source.layer] += not self.grid.lowest(source)
            entering[target.layer] += not self.grid.lowest(target)
        return leaving, entering

    def _middle(self, layer: int) -> float:
        return (self.left[layer] + self.right[layer]) / 2

    def _side(self, spot: _Spot, side: int) -> Point:
        """Where arrows leave a spot (side 1) or come to it (side -1); a bend is as wide as its layer."""
        if spot.name is None:
            return (self.right[spot.layer] if side > 0 else self.left[spot.layer], spot.y)
        return (self._middle(spot.layer) + side * self.grid.sizes[spot.name][0] / 2, spot.y)

    def _labels(self) -> dict[int, Point]:
        """Labels stand after their source; those of one gap do not cover each other."""
        gaps: defaultdict[int, list[int]] = defaultdict(list)
        for number, arrow in enumerate(self.arrows):
            if number not in self.back:
                gaps[self.grid.spots[arrow.source].layer].append(number)
        placed: dict[int, Point] = {}
        for numbers in gaps.values():
            wishes = {number: self._wished_label(number) for number in numbers}
            numbers.sort(key=lambda number: wishes[number][1])
            ys = spread([wishes[number][1] for number in numbers], [_LABEL_HEIGHT + 2] * len(numbers))
            placed |= {number: (wishes[number][0], y) for number, y in zip(numbers, ys, strict=True)}
        return placed

    def _wished_label(self, number: int) -> Point:
        source, following = self._chain(number)[:2]
        start, end = self._side(source, 1), self._side(following, -1)
        return ((self.right[source.layer] + self.left[following.layer]) / 2, (start[1] + end[1]) / 2)

    def _chain(self, number: int) -> list[_Spot]:
        arrow = self.arrows[number]
        return self.grid.chains[arrow.source, arrow.target]

    def _forward(self, number: int, label: Point) -> Route:
        chain = self._chain(number)
        points = [self._side(chain[0], 1)]
        for bend in chain[1:-1]:
            points += [self._side(bend, -1), self._side(bend, 1)]
        return Route((*points, self._side(chain[-1], -1)), label, back=False)

    def _span(self, arrow: Arrow) -> int:
        return self.grid.spots[arrow.source].layer - self.grid.spots[arrow.target].layer

    def _backward(self, arrow: Arrow) -> Route:
        source, target = self.grid.spots[arrow.source], self.grid.spots[arrow.target]
        out, back = self._way_out(source, arrow.source), self._way_in(target, arrow.target)
        lane = self._lane(back[0][0], out[-1][0], target.layer, source.layer, arrow.label_width)
        points = (*out, (out[-1][0], lane), (back[0][0], lane), *back)
        return Route(points, ((out[-1][0] + back[0][0]) / 2, lane), back=True)

    def _way_out(self, spot: _Spot, name: str) -> list[Point]:
        width, height = self.grid.sizes[name]
        if self.grid.lowest(spot):
            return [(self._middle(spot.layer) + self._beside(name, width), spot.y + height / 2)]
        self.leaving[spot.layer] += 1
        x = self.right[spot.layer] + self.leaving[spot.layer] * _TRACK
        return [(self._middle(spot.layer) + width / 2, spot.y), (x, spot.y)]

    def _way_in(self, spot: _Spot, name: str) -> list[Point]:
        width, height = self.grid.sizes[name]
        if self.grid.lowest(spot):
            return [(self._middle(spot.layer) + self._beside(name, width), spot.y + height / 2)]
        self.entering[spot.layer] += 1
        x = self.left[spot.layer] - _TRACK - self.entering[spot.layer] * _TRACK
        return [(x, spot.y), (self._middle(spot.layer) - width / 2, spot.y)]

    def _beside(self, name: str, width: float) -> float:
        """The ways back at the foot of a box stand side by side: in the middle, right of it, left of it, and so on."""
        number = self.below[name]
        self.below[name] += 1
        offset = (number + 1) // 2 * 18.0 * (1 if number % 2 else -1)
        return max(-width / 2 + 8, min(width / 2 - 8, offset))

    def _lane(self, left: float, right: float, first: int, last: int, label_width: float) -> float:
        """The height of a way back below all it passes."""
        middle = (left + right) / 2
        left, right = min(left, middle - label_width / 2), max(right, middle + label_width / 2)
        y = max(spot.y + spot.height / 2 for layer in self.grid.layers[first : last + 1] for spot in layer) + _LANE
        for start, end, taken in sorted(self.lanes, key=lambda lane: lane[2]):
            if start < right + _TRACK and left < end + _TRACK and abs(taken - y) < _LANE:
                y = taken + _LANE
        self.lanes.append((left, right, y))
        return y


def _moved(route: Route, right: float, down: float) -> Route:
    points = tuple((x + right, y + down) for x, y in route.points)
    return Route(points, (route.label[0] + right, route.label[1] + down), route.back)
